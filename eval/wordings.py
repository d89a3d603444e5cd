"""The hand-written sets of `eval/sets`, and the names by which they call passages."""

import json
from importlib.resources import files
from typing import Any

from kb.types import Chunk


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one set: `wordings.jsonl` or `near_misses.jsonl`."""
    text = files("eval").joinpath("sets", name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def name_of(chunk: Chunk) -> str:
    """`document_id 第N条`, or `document_id: question` of an FAQ."""
    if chunk.questions:
        return f"{chunk.document_id}: {chunk.questions[0]}"
    return " ".join((chunk.document_id, *(part.split(" ")[0] for part in chunk.section[-1:])))
