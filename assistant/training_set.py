"""What the classifier learns from: the shipped examples and the corrections kept beside the model.

A correction takes the place of a shipped example with the same text. The digest names the whole
set, so a model is stale when either part changes; without corrections it is that of the shipped
examples alone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.script import fold
from assistant.training_examples import Example, examples_digest, load_examples

KEPT = "classifier-corrections.jsonl"
_FIXED_TEST = "heldout*.jsonl"


def same_text(text: str) -> str:
    """The form in which two texts are compared: folded, without outer blanks."""
    return fold(text).text.strip()


def example_lines(examples: Iterable[Example]) -> str:
    """Examples as JSON lines, as `read_examples` reads them."""
    lines = [json.dumps(asdict(one), ensure_ascii=False, sort_keys=True) for one in examples]
    return "".join(line + "\n" for line in lines)


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples of a file, none where there is no file. Raises ModelUnavailable."""
    if not path.is_file():
        return ()
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return tuple(_example(row) for row in rows)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelUnavailable(
            f"训练用的更正 {path.name} 已损坏；请用 guanjia triage retrain 从来件重新生成，"
            "或删除它，只用自带的样例"
        ) from error


def _example(row: dict[str, Any]) -> Example:
    known = {field.name for field in fields(Example)}
    values = {name: value for name, value in row.items() if name in known}
    if values.get("danger") is not None:
        values["danger"] = tuple(values["danger"])
    return Example(**values)


def training_set(corrections: Sequence[Example]) -> tuple[Example, ...]:
    """The shipped examples and the corrections, which count where both have a text."""
    corrected = {same_text(one.text) for one in corrections}
    shipped = [one for one in load_examples() if same_text(one.text) not in corrected]
    return (*shipped, *corrections)


def training_digest(corrections: Sequence[Example]) -> str:
    """The name of the training set."""
    shipped = examples_digest()
    if not corrections:
        return shipped
    return hashlib.sha256(f"{shipped}\n{example_lines(corrections)}".encode()).hexdigest()


def fixed_test() -> tuple[Example, ...]:
    """The shipped messages that are for measuring only."""
    return load_examples(_FIXED_TEST)
