"""What becomes of the deadlines when a request's tier or kind changes.

Definitions:
- A milestone already met keeps its deadline as it was.
- The tier was raised (whatever else changed): each unmet milestone is due at the earlier of its
  promised due time and the change + the new limit, so that nothing promised gets later and a
  breach stays one. A milestone that newly arises counts from the change; one that no longer has
  a limit keeps what was promised.
- The kind was corrected or the tier lowered: the new limits count from receipt, with the pauses
  so far taken out, so that no elapsed time is lost. What has no limit any more is dropped.
- Limits that count from completion go on doing so (`deadlines.due_after`); on a raise the one
  that can never end later is kept.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from rules.calendar import ServiceCalendar
from rules.clocks import Pause, stretches
from rules.deadlines import deadlines_from
from rules.planning import Plan
from rules.types import Clock, Deadline, Facts, Milestone, Tier


def recompute(
    promised: Iterable[Deadline],
    was: Tier,
    plan: Plan,
    facts: Facts,
    changed_at: datetime,
    calendar: ServiceCalendar,
    *,
    met: Collection[Milestone] = (),
    pauses: Iterable[Pause] = (),
) -> tuple[Deadline, ...]:
    """The deadlines in force after a change, in the order of the milestones.

    `promised` are those in force until now, under tier `was`; `plan` and `facts` are the new
    ones. Doing it again with the result gives the same. Pure; raises as `deadlines` does.
    """
    old = {one.milestone: one for one in promised}
    raised = plan.tier.rank > was.rank
    start = changed_at if raised else facts.received_at
    held = stretches(pauses, calendar)
    new = {
        one.milestone: one for one in deadlines_from(plan, start, facts.wished_at, calendar, held)
    }
    chosen = {
        milestone: _chosen(old.get(milestone), new.get(milestone), raised, milestone in met)
        for milestone in Milestone
    }
    return tuple(one for one in chosen.values() if one is not None)


def _chosen(old: Deadline | None, new: Deadline | None, raised: bool, met: bool) -> Deadline | None:
    if old is not None and (met or (raised and (new is None or not _is_sooner(new, old)))):
        return old
    return new


def _is_sooner(new: Deadline, old: Deadline) -> bool:
    """Whether the new deadline certainly ends before the old one."""
    if new.after_completion is not None and old.after_completion is not None:
        if new.clock is old.clock:
            return new.after_completion < old.after_completion
        # Service time never ends before the same length of calendar time.
        return new.clock is Clock.CALENDAR and new.after_completion <= old.after_completion
    if old.due_at is None or new.due_at is None:
        return old.due_at is None and old.after_completion is None
    # In UTC: within a zone Python compares wall clocks, and an hour may come twice.
    return new.due_at.astimezone(UTC) < old.due_at.astimezone(UTC)
