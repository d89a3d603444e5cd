"""What the page and HTTP both do with kept requests."""

from datetime import datetime

from api.wiring import House
from assistant.triage_json import to_json
from assistant.types import Triage
from desk.types import Request
from rules.deadlines import due_after
from rules.types import Clock


def keep_message(house: House, triage: Triage, *, actor: str) -> Request:
    """Keep a triaged message with its decision and limits."""
    return house.desk.keep(triage, to_json(triage), actor=actor)


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
