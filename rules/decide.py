"""The front door of the rules: facts in, decision out.

Pure: the same facts, moment and rulebook always give the same decision. Light to import: no
pydantic, and the calendar only when a service clock is read.
"""

from datetime import datetime

from rules.deadlines import deadlines
from rules.loading import default_rulebook, load_rulebook
from rules.planning import plan
from rules.questions import ask_next
from rules.rulebook import Rulebook
from rules.tracing import TracedRow
from rules.tracing import trace as _trace
from rules.types import Decision, Facts

__all__ = ["Rulebook", "ask_next", "decide", "default_rulebook", "load_rulebook", "trace"]


def decide(facts: Facts, book: Rulebook | None = None, as_of: datetime | None = None) -> Decision:
    """Tier, handling level, departments and deadlines of one request, with the deciding rows.

    The rows in force at `as_of` (default: receipt) count. Raises `InvalidFacts` for an unknown
    code or a time without offset.
    """
    book = book or default_rulebook()
    made = plan(book, facts, as_of)
    verdict = made.verdict
    return Decision(
        verdict.tier,
        verdict.level,
        verdict.responsible,
        verdict.leading,
        deadlines(made, facts, book.calendar_for(facts.estate)),
        made.because,
        book.identity,
    )


def trace(
    facts: Facts, book: Rulebook | None = None, as_of: datetime | None = None
) -> tuple[TracedRow, ...]:
    """Every row of the tables that judge a request as it was tried for these facts."""
    return _trace(book or default_rulebook(), facts, as_of)
