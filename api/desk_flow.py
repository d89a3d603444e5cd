"""What the pages, HTTP and the command line do with kept requests."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.wiring import House
from assistant.triage_json import to_json
from assistant.types import Message, Triage
from desk.splitting import Child, child_id, children_of, matters_to_split, parent_of, split
from desk.types import Incident, Request, Stage
from rules.deadlines import due_after
from rules.types import Clock

if TYPE_CHECKING:
    from desk.intake import Kept
    from desk.matching import Related

# the parts of a place that hold for every matter of a message
_WHOSE = ("building", "unit", "floor", "room")


@dataclass(frozen=True, slots=True)
class Belonging:
    """Ids of the requests that belong to one; `merged_into` and `parent` are None where none is."""

    incident: Incident | None = None
    merged_into: str | None = None
    merged: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    parent: str | None = None


def keep_message(house: House, triage: Triage, *, actor: str) -> "Kept":
    """Keep a triaged message with its decision and limits: as a request, or as part of one.

    The result has the request, what may be the same matter and the incident it belongs to.
    """
    return house.intake.keep(triage, actor=actor)


def related(house: House, request_id: str) -> "tuple[Related, ...]":
    """Open requests that may be the same matter as a kept one, the likeliest first, with reasons.

    Raises desk.errors.NotFound.
    """
    return house.intake.related(request_id)


def merge(house: House, into: str, request_id: str, *, actor: str) -> Request:
    """Merge a request into another now. Raises NotFound, MergeConflict, StageConflict."""
    return house.intake.merge(into, request_id, at=house.now(), actor=actor)


def unmerge(house: House, request_id: str, *, actor: str) -> Request:
    """Part a merged request again. Raises NotFound, StageConflict."""
    return house.intake.unmerge(request_id, at=house.now(), actor=actor)


def current_incidents(house: House) -> list[Incident]:
    """Incidents with a report that is still worked on, the latest first."""
    from desk.incidents import Incidents

    return Incidents(house.desk.engine).current()


def belonging(house: House, request_id: str) -> Belonging:
    """What a kept request belongs to: merged requests, its incident, the rest of its message.

    Raises NotFound.
    """
    from desk.incidents import Incidents
    from desk.merging import Merging

    merging, history = Merging(house.desk.engine), house.desk.history(request_id)
    root = merging.root(request_id)
    return Belonging(
        incident=Incidents(house.desk.engine).of(request_id),
        merged_into=root if root != request_id else None,
        merged=tuple(merging.merged_into(request_id)),
        children=children_of(history),
        parent=parent_of(history),
    )


def request_page(house: House, request_id: str) -> dict[str, Any]:
    """A request with all that belongs to it, as plain values. Raises NotFound."""
    from api import serialize

    found, around = house.desk.get(request_id), belonging(house, request_id)
    return {
        **serialize.request_json(found),
        "triage": found.triage,
        "merged_into": around.merged_into,
        "merged": list(around.merged),
        "split_into": list(around.children),
        "split_from": around.parent,
        "incident": around.incident and serialize.incident_json(around.incident),
        "history": [serialize.event_json(event) for event in house.desk.history(request_id)],
    }


def reach_milestone(house: House, request_id: str, milestone: str, actor: str) -> Request:
    """Record a milestone reached now; completion starts the return visit's clock."""
    now = house.now()
    follow_up = _return_visit_due(house, request_id, now) if milestone == "resolve" else None
    return house.desk.reach(request_id, milestone, at=now, actor=actor, follow_up_due=follow_up)


def _return_visit_due(house: House, request_id: str, completed_at: datetime) -> datetime | None:
    """The return visit's limit as it was decided, counted from completion."""
    for limit in house.desk.get(request_id).deadlines:
        if limit.milestone == "return_visit" and limit.after_completion is not None:
            clock, calendar = Clock(limit.clock), house.rulebook.calendar
            return due_after(limit.after_completion, clock, completed_at, calendar).at
    return None


def correct_request(
    house: House, request_id: str, field: str, value: Any, actor: str, reason: str = ""
) -> Request:
    """Set a field of a kept request right, now and by the rulebook in force."""
    done = house.corrections.correct(
        request_id,
        field,
        value,
        book=house.rulebook,
        at=house.now(),
        actor=actor,
        reason=reason,
    )
    if done.stage is Stage.MERGED:
        # it is worked on as another, which must not stay below it
        house.intake.pass_on(request_id, at=house.now(), actor=actor)
    return done


def undo_correction(house: House, request_id: str, field: str, actor: str) -> Request:
    """Take the newest correction of a field back."""
    return house.corrections.undo(
        request_id, field, book=house.rulebook, at=house.now(), actor=actor
    )


def split_request(house: House, request_id: str, actor: str) -> list[Request]:
    """Register the other matters of a message beside its request; doing it again adds nothing.

    Each is triaged by its own words; where they name no building, the message's place counts. It is
    compared with what others reported, as a message of its own would be.
    """
    parent = house.desk.get(request_id)
    parts = matters_to_split(parent, house.rulebook)
    messages = [
        Message(
            part["text"],
            parent.received_at.astimezone(house.zone),
            child_id(parent.id, part["start"], part["end"]),
            parent.channel,
            parent.sender,
        )
        for part in parts
    ]
    children = []
    for part, triage in zip(parts, house.triage(messages), strict=True):
        placed = triage
        if triage.location.building is None:
            known = {name: parent.location.get(name) for name in _WHOSE}
            placed = replace(triage, location=replace(triage.location, **known))
        children.append(Child(part["start"], part["end"], placed, to_json(placed)))
    now = house.now()
    kept = split(house.desk, parent, children, at=now, actor=actor)
    return [house.intake.compare(one.id, at=now, actor=actor).request for one in kept]
