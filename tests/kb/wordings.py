"""The hand-written sets of `eval/sets`, and the names by which they call passages."""

import json
from pathlib import Path
from typing import Any

from kb.types import Chunk

_SETS = Path(__file__).parents[2] / "eval" / "sets"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_SETS / name).read_text("utf-8").splitlines()]


def name_of(chunk: Chunk) -> str:
    """`document_id 第N条`, or `document_id: question` of an FAQ."""
    if chunk.questions:
        return f"{chunk.document_id}: {chunk.questions[0]}"
    return " ".join((chunk.document_id, *(part.split(" ")[0] for part in chunk.section[-1:])))
