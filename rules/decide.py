"""The front door of the rules: facts in, decision out.

Pure: the same facts and rulebook always give the same decision. Light to import: no pydantic.
"""

from rules.deadlines import deadlines
from rules.engine import TracedRow, plan
from rules.engine import trace as _trace
from rules.loading import default_rulebook, load_rulebook
from rules.questions import ask_next
from rules.rulebook import Rulebook
from rules.types import Decision, Facts, FiredRow

__all__ = ["Rulebook", "ask_next", "decide", "default_rulebook", "load_rulebook", "trace"]


def decide(facts: Facts, book: Rulebook | None = None) -> Decision:
    """Tier, handling level and deadlines of one request, with the rows that decided.

    Raises `InvalidFacts` for an unknown signal or a time without offset.
    """
    book = book or default_rulebook()
    made = plan(book, facts)
    return Decision(
        tier=made.tier,
        level=made.level,
        deadlines=deadlines(made, facts, book.calendar_for(facts.estate)),
        because=tuple(
            # Plans are shared between decisions: hand out a copy of what can be changed.
            FiredRow(row.rule, row.text, row.source, dict(row.outputs))
            for row in made.because
        ),
        rulebook=book.identity,
    )


def trace(facts: Facts, book: Rulebook | None = None) -> tuple[TracedRow, ...]:
    """Every row of urgency, level and deadlines as it was tried for these facts."""
    return _trace(book or default_rulebook(), facts)
