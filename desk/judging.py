"""A kept request judged again because more became known: nothing promised is taken back. Pure.

The tier never falls: where the new facts alone would give a lower one, they carry the present tier
as a wish (`raised_tier`), so that deciding them again gives the same, which a replay does. No limit
gets later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from desk.types import KeptDeadline, Request
from rules.decide import decide
from rules.planning import plan
from rules.recomputation import recompute
from rules.records import facts_from_json
from rules.rulebook import Rulebook
from rules.types import Clock, Deadline, Decision, Facts, Milestone, Tier


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a request is judged by from now on, and the limits in force.

    `decision` is what the rules say of `facts` and can be replayed; `limits` keep what was
    promised before where that is earlier.
    """

    facts: Facts
    decision: Decision
    limits: tuple[Deadline, ...]


def judge_again(
    request: Request,
    facts: Facts,
    book: Rulebook,
    at: datetime,
    also: Iterable[KeptDeadline] = (),
) -> Judgement | None:
    """The request judged by other facts at moment `at`; None where the tier cannot be held.

    `also` are limits of another request that this one takes over where they are earlier.
    """
    was = Tier(request.tier)
    decision = decide(facts, book)
    if decision.tier.rank < was.rank:
        facts = raised(facts, was)
        decision = decide(facts, book)
    if decision.tier.rank < was.rank:
        return None  # a book without the row that reads a wish
    promised = {Milestone(limit.milestone): _deadline(limit) for limit in request.deadlines}
    met = {Milestone(limit.milestone) for limit in request.deadlines if limit.met_at is not None}
    made = plan(book, facts)
    calendar = book.calendar_for(facts.estate)
    new = {
        limit.milestone: limit
        for limit in recompute(promised.values(), was, made, facts, at, calendar, met=met)
    }
    taken = {Milestone(limit.milestone): _deadline(limit) for limit in also if limit.met_at is None}
    limits = (
        promised[milestone]
        if milestone in met
        else _earliest(promised.get(milestone), new.get(milestone), taken.get(milestone))
        for milestone in Milestone
    )
    return Judgement(facts, decision, tuple(limit for limit in limits if limit is not None))


def facts_kept(request: Request) -> Facts | None:
    """What the request was judged by; None of one kept before facts were recorded."""
    return None if request.facts is None else facts_from_json(request.facts)


def raised(facts: Facts, tier: Tier | str) -> Facts:
    """The facts with a wish for at least this tier."""
    wished = Tier(tier)
    present = facts.raised_tier
    if present is not None and present.rank >= wished.rank:
        return facts
    return replace(facts, raised_tier=wished)


def before(request: Request) -> Mapping[str, object]:
    """What the history keeps of a judgement that another takes the place of."""
    return {
        "tier": request.tier,
        "level": request.level,
        "rulebook": request.rulebook,
        "facts": request.facts,
        "decision": request.decision,
        "due": {
            limit.milestone: limit.due_at and limit.due_at.isoformat()
            for limit in request.deadlines
        },
    }


def _deadline(kept: KeptDeadline) -> Deadline:
    return Deadline(
        Milestone(kept.milestone),
        kept.due_at,
        Clock(kept.clock),
        kept.limit,
        "",
        kept.provisional,
        kept.note,
        kept.after_completion,
    )


def _earliest(*limits: Deadline | None) -> Deadline | None:
    """The one that ends first; the first named where nothing tells them apart."""
    found = [limit for limit in limits if limit is not None]
    if not found:
        return None
    dated = [limit for limit in found if limit.due_at is not None]
    if dated:
        return min(dated, key=lambda limit: limit.due_at.timestamp() if limit.due_at else 0.0)
    return min(found, key=_length)


def _length(limit: Deadline) -> tuple[float, bool]:
    # service time never ends before the same length of calendar time
    length = limit.after_completion
    return (length.total_seconds() if length else float("inf"), limit.clock is Clock.SERVICE)
