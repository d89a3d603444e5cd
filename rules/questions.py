"""What to ask next: facts not said that could still raise the tier."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.engine import output
from rules.loading import default_rulebook
from rules.planning import Plan, edition_at, plan
from rules.rulebook import Rulebook
from rules.tables import Row
from rules.types import NUMBERS, Facts, Tier

MOST_QUESTIONS = 2


def ask_next(
    facts: Facts, book: Rulebook | None = None, as_of: datetime | None = None
) -> tuple[str, ...]:
    """At most two questions in Chinese, those that could raise the tier furthest first.

    The questions table says when a question is worth asking and which facts a "yes" would
    supply; a question whose "yes" would not raise the tier, or whose answer is known, is left
    out. Nothing is asked once the tier is critical.
    """
    book = book or default_rulebook()
    made = plan(book, facts, as_of)
    if made.tier is Tier.CRITICAL:
        return ()
    rises: dict[str, int] = {}
    for row in _asking(book, facts, made, as_of):
        supposed = _supposed(facts, row)
        tier = made.tier if supposed is None else plan(book, supposed, as_of).tier
        if tier.rank > made.tier.rank:
            rises.setdefault(output(row, "question", made.inputs), tier.rank)
    ordered = sorted(rises, key=lambda question: -rises[question])
    return tuple(ordered[:MOST_QUESTIONS])


def _asking(book: Rulebook, facts: Facts, made: Plan, as_of: datetime | None) -> tuple[Row, ...]:
    edition = edition_at(book, as_of or facts.received_at)
    tables = edition.alone["questions"]
    values = [made.inputs[name] for name in tables.supplied]
    return tables.evaluate(values).hits["questions"].decided


def _supposed(facts: Facts, row: Row) -> Facts | None:
    """The facts after a "yes"; None when a number that would be asked was already said."""
    supposes = row.then.get("supposes", {})
    changes: dict[str, Any] = {"signals": facts.signals | supposes.get("signals", frozenset())}
    for name in NUMBERS:
        if name in supposes:
            if getattr(facts, name):
                return None
            changes[name] = supposes[name]
    return replace(facts, **changes)
