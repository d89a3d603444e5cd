"""A triage as it stands after a person's corrections, to show it and to draft by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from assistant.types import Details, Location, Signal, Triage, Wish
from desk.revision import SIGNAL, current_value, in_force
from desk.types import Correction, KeptDeadline, Request
from rules.records import facts_from_json
from rules.types import Clock, Deadline, Facts, Kind, Milestone


def corrected_triage(
    triage: Triage,
    request: Request,
    rows: list[Correction],
    judged: Callable[[Triage, Facts], Triage],
) -> Triage:
    """What was triaged, with the labels, facts and limits of the request that was kept.

    They are others where people set something right, or where several reported the same; `judged`
    decides by other facts. A label that a person set has no second opinion, a signal that a person
    added has no words.
    """
    if request.facts is None:
        return triage
    facts = facts_from_json(request.facts)
    if not rows and facts == triage.facts:
        return triage
    location = Location(**request.location)
    decided = judged(replace(triage, location=location), facts)
    rules = {limit.milestone: limit.rule for limit in decided.decision.deadlines}
    limits = tuple(
        _limit(one, rules.get(Milestone(one.milestone), "")) for one in request.deadlines
    )
    said = {signal.code for signal in triage.signals}
    standing = in_force(rows)
    return replace(
        decided,
        kind=Kind(request.kind),
        kinds=() if "kind" in standing else triage.kinds,
        department=request.department,
        departments=() if "department" in standing else triage.departments,
        category=request.category,
        in_scope=bool(current_value(request, "in_scope", rows)),
        signals=(
            *(signal for signal in triage.signals if signal.code in facts.signals),
            *(Signal(code, "", 0, 0) for code in sorted(facts.signals - said)),
        ),
        suggested=tuple(one for one in triage.suggested if f"{SIGNAL}{one.code}" not in standing),
        details=_details(triage.details, standing),
        decision=decided.decision._replace(deadlines=limits),
    )


def _details(said: Details, standing: dict[str, Correction]) -> Details:
    """What was said, with the telephone number and the wish as a person set them."""
    contacts, wish = said.contacts, said.wish
    if contact := standing.get("contact"):
        contacts = (contact.after, *contacts[1:]) if contact.after else ()
    if wished := standing.get("wish"):
        at = wished.after
        wish = Wish("", 0, 0, datetime.fromisoformat(at)) if at else None
    return Details(contacts, said.plates, wish)


def _limit(kept: KeptDeadline, rule: str) -> Deadline:
    return Deadline(
        Milestone(kept.milestone),
        kept.due_at,
        Clock(kept.clock),
        kept.limit,
        rule,
        kept.provisional,
        kept.note,
        kept.after_completion,
    )
