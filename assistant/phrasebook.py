"""The library of wordings (话术): data in `assistant/phrases`, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "phrases"


@dataclass(frozen=True, slots=True)
class SafetyStep:
    """What to do first under one signal; `source` is the clause that says it in full."""

    signal: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Wordings by purpose. `safety` keeps the order of the file, the gravest first."""

    replies: Mapping[str, Any]
    safety: Mapping[str, SafetyStep]
    matters: tuple[tuple[str, str], ...]

    def by_kind(self, purpose: str, kind: str) -> str:
        return str(self.replies[purpose].get(kind, ""))

    def empathy(self, kind: str, anger: int) -> str:
        """The line that takes up the feeling; the nearest lower degree where one is missing."""
        degrees: Mapping[int, str] = self.replies["empathy"].get(kind, {})
        fitting = [degree for degree in degrees if degree <= anger]
        return degrees[max(fitting)] if fitting else ""


@cache
def phrasebook() -> Phrasebook:
    """The library that ships."""
    safety = _read("safety.yaml")
    matters = [
        (word, name) for words, name in _read("matters.yaml").items() for word in words.split("|")
    ]
    return Phrasebook(
        replies=_read("replies.yaml"),
        safety={
            code: SafetyStep(code, entry["text"], entry["source"]) for code, entry in safety.items()
        },
        matters=tuple(sorted(matters, key=lambda pair: -len(pair[0]))),
    )


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=loader))
