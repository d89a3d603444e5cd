"""What would have to be different for another tier: found by judging the changed facts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import Any

from rules.conditions import Between
from rules.planning import plan
from rules.rulebook import Rulebook
from rules.types import NUMBERS, Facts, Tier

_MOST_TRIED = 10
"""Facts whose withdrawal is tried together: 2 to this power combinations at most."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Changes of the facts that lead to `tier`.

    Upwards each change alone does; downwards all of them together are needed, and no fewer would
    do. `signals` are codes; `words` says each change in Chinese.
    """

    tier: Tier
    signals: tuple[str, ...]
    words: tuple[str, ...]


def upwards(book: Rulebook, facts: Facts, as_of: datetime | None = None) -> tuple[Turn, ...]:
    """Every single fact more that would raise the tier, the nearest tier first."""
    now = plan(book, facts, as_of).tier
    found: dict[Tier, list[tuple[str | None, str]]] = {}
    for signal, words, changed in _additions(book, facts):
        tier = plan(book, changed, as_of).tier
        if tier.rank > now.rank:
            found.setdefault(tier, []).append((signal, words))
    return tuple(
        Turn(
            tier,
            tuple(signal for signal, _ in found[tier] if signal is not None),
            tuple(words for _, words in found[tier]),
        )
        for tier in sorted(found, key=lambda one: one.rank)
    )


def downwards(book: Rulebook, facts: Facts, as_of: datetime | None = None) -> tuple[Turn, ...]:
    """The smallest sets of facts without which the tier would be lower; empty if none is.

    All sets of the smallest size are given, each with the tier that is left.
    """
    now = plan(book, facts, as_of).tier
    removable = list(_removable(book, facts))[:_MOST_TRIED]
    for size in range(1, len(removable) + 1):
        turns = []
        for chosen in combinations(removable, size):
            tier = plan(book, _without(facts, [name for name, _ in chosen]), as_of).tier
            if tier.rank < now.rank:
                signals = tuple(name for name, _ in chosen if name in facts.signals)
                turns.append(Turn(tier, signals, tuple(words for _, words in chosen)))
        if turns:
            return tuple(turns)
    return ()


def _additions(book: Rulebook, facts: Facts) -> Iterator[tuple[str | None, str, Facts]]:
    """Each fact that could be added: its signal's code if it is one, in words, and the result."""
    for code, entry in book.vocabulary.signals.items():
        if code not in facts.signals:
            yield code, entry.label, replace(facts, signals=facts.signals | {code})
    for name in NUMBERS:
        column = book.tables["urgency"].inputs.get(name)
        for bound in _bounds(book, name):
            if column is not None and bound > getattr(facts, name):
                words = f"{column.label}满 {bound} {column.unit}"
                raised: dict[str, Any] = {name: bound}
                yield None, words, replace(facts, **raised)


def _bounds(book: Rulebook, name: str) -> list[int]:
    """Where the tier may turn on a number."""
    return sorted(
        {
            int(one.low.value)
            for row in book.tables["urgency"].rows
            for part in row.alternatives
            for one in part
            if isinstance(one, Between) and one.input == name and one.low is not None
        }
    )


def _removable(book: Rulebook, facts: Facts) -> Iterator[tuple[str, str]]:
    """The facts that the tier may rest on, each with its words."""
    asked = frozenset[str]().union(*(row.signals for row in book.tables["urgency"].rows))
    for code, entry in book.vocabulary.signals.items():
        if code in facts.signals & asked:
            yield code, entry.label
    for name in NUMBERS:
        column = book.tables["urgency"].inputs.get(name)
        if column is not None and getattr(facts, name):
            yield name, f"{column.label}为 {getattr(facts, name)} {column.unit}"
    if facts.raised_tier is not None:
        label = book.vocabulary.label(facts.raised_tier, "tiers")
        yield "raised_tier", f"人工或模型建议不低于「{label}」"


def _without(facts: Facts, names: list[str]) -> Facts:
    changes: dict[str, Any] = {name: 0 for name in NUMBERS if name in names}
    if "raised_tier" in names:
        changes["raised_tier"] = None
    return replace(facts, signals=facts.signals - frozenset(names), **changes)
