"""Books that differ from the shipped one by a few words, and requests of March 2025."""

from datetime import datetime
from typing import Any

from rules.backtest import Past
from rules.loading import rulebook_of, shipped_texts
from rules.rulebook import Rulebook
from rules.types import Facts, Kind, Milestone


def changed(*edits: tuple[str, str, str]) -> Rulebook:
    """The shipped book, in each named file the first place of one text replaced by another."""
    texts = shipped_texts()
    for name, old, new in edits:
        assert old in texts[name], f"{name} no longer holds {old!r}"
        texts[name] = texts[name].replace(old, new, 1)
    return rulebook_of(texts)


def at(text: str) -> datetime:
    """`03 10:00` is 3 March 2025 (a Monday), 10:00 in China."""
    return datetime.fromisoformat(f"2025-03-{text.replace(' ', 'T')}:00+08:00")


def past(id: str, kind: Kind, received: str, met: dict[Milestone, str], **facts: Any) -> Past:
    pauses = tuple((at(since), at(until)) for since, until in facts.pop("pauses", ()))
    times = {milestone: at(text) for milestone, text in met.items()}
    return Past(id, Facts(kind, at(received), **facts), times, pauses)
