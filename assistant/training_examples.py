"""The labelled messages that ship with the package, as the classifier learns from them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import LexiconDamaged
from assistant.lexicon import life_safety_codes

EXAMPLES = Path(__file__).parent / "examples"
LABELLED = "train_*.jsonl"
DANGERS = "signals*.jsonl"


@dataclass(frozen=True, slots=True)
class Example:
    """A message with its labels; what is None was not judged.

    `category` is only for complaints. `danger` holds the life-safety codes that the words prove,
    empty where they prove none. `batch` names who wrote it when: what was written together is
    alike.
    """

    text: str
    kind: str | None = None
    department: str | None = None
    category: str | None = None
    in_scope: bool | None = None
    danger: tuple[str, ...] | None = None
    batch: str = ""


def load_examples(pattern: str = LABELLED) -> tuple[Example, ...]:
    """The examples of the files that match. Raises LexiconDamaged naming file and line.

    Those with a kind are in scope, and tell of no danger, unless they say otherwise; what asks for
    nothing is neither in nor out of scope.
    """
    return _load(pattern, _labelled)


def load_dangers(pattern: str = DANGERS) -> tuple[Example, ...]:
    """Messages that were judged for danger alone. Raises LexiconDamaged naming file and line."""
    return _load(pattern, _judged_for_danger)


def examples_digest(*patterns: str) -> str:
    """SHA-256 over the files that match: another digest means the model is stale."""
    digest = hashlib.sha256()
    for path in _files(*(patterns or (LABELLED, DANGERS))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _labelled(row: Mapping[str, Any], _path: Path) -> Example:
    return Example(
        row["text"],
        row["kind"],
        row["department"],
        row.get("category"),
        None if row["kind"] == "other" else row.get("in_scope", True),
        tuple(row.get("signals", ())),
        row.get("batch", ""),
    )


def _judged_for_danger(row: Mapping[str, Any], path: Path) -> Example:
    dangers = [code for code in row["present"] if code in life_safety_codes()]
    return Example(row["text"], danger=tuple(dangers), batch=path.stem)


def _load(pattern: str, read: Any) -> tuple[Example, ...]:
    found = []
    for path in _files(pattern):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                found.append(read(json.loads(line), path))
            except (ValueError, KeyError, TypeError) as error:
                raise LexiconDamaged(
                    f"样例文件 {path.name} 第{number}行不可用({error})；请改正或恢复该文件"
                ) from error
    return tuple(found)


def _files(*patterns: str) -> Sequence[Path]:
    return sorted(path for pattern in patterns for path in EXAMPLES.glob(pattern))
