"""The labelled messages that ship with the package, as the classifier learns from them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import LexiconDamaged

EXAMPLES = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """A message with its labels; `category` only for complaints."""

    text: str
    kind: str
    department: str
    category: str | None = None


def load_examples(pattern: str = "train_*.jsonl") -> tuple[Example, ...]:
    """The examples of the files that match. Raises LexiconDamaged naming file and line."""
    found = []
    for path in _files(pattern):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                found.append(
                    Example(row["text"], row["kind"], row["department"], row.get("category"))
                )
            except (ValueError, KeyError, TypeError) as error:
                raise LexiconDamaged(
                    f"样例文件 {path.name} 第{number}行不可用({error})；请改正或恢复该文件"
                ) from error
    return tuple(found)


def examples_digest(pattern: str = "train_*.jsonl") -> str:
    """SHA-256 over the files that match: another digest means the model is stale."""
    digest = hashlib.sha256()
    for path in _files(pattern):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(pattern: str) -> Sequence[Path]:
    return sorted(EXAMPLES.glob(pattern))
