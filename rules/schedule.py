"""Limits prepared for one calendar: what does not depend on the start is worked out once.

A decision makes five due times; most of them are a fixed length from the start on one clock.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any, TypeAlias

from rules.calendar import ServiceCalendar
from rules.durations import Limit
from rules.types import Clock, Deadline, Milestone


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit with the row (`deadlines/row`) it comes from."""

    limit: Limit
    rule: str


class Form(IntEnum):
    """How a deadline comes from its step."""

    READY = 0
    CALENDAR = 1
    SERVICE = 2
    ASKED = 3


Step: TypeAlias = tuple[Form, Milestone, timedelta, int, str, str, str, Any]
"""Form, milestone, length, the same in microseconds, limit in words, rule, note; at last the
deadline of a READY step or the rows of an ASKED one, which depends on more than its length."""


class Limits(tuple[tuple[Milestone, tuple[LimitRow, ...]], ...]):
    """The limits that apply, by milestone in order, with their steps by calendar."""

    def __init__(self, _limits: object = ()) -> None:
        self._steps: dict[tuple[ServiceCalendar, bool], tuple[Step, ...]] = {}

    def steps(self, calendar: ServiceCalendar, wished: bool) -> tuple[Step, ...]:
        """The steps on a calendar; `wished`: the resident asked for a time."""
        steps = self._steps.get((calendar, wished))
        if steps is None:
            steps = tuple(_step(milestone, rows, calendar, wished) for milestone, rows in self)
            self._steps[calendar, wished] = steps
        return steps


def _step(
    milestone: Milestone, rows: tuple[LimitRow, ...], calendar: ServiceCalendar, wished: bool
) -> Step:
    limit, rule = rows[0].limit, rows[0].rule
    span = limit.span
    time = span.time + span.service_days * calendar.service_day
    length = time // timedelta(microseconds=1)
    form = Form.SERVICE if span.clock is Clock.SERVICE else Form.CALENDAR
    last: Any = None
    if len(rows) > 1 or limit.fallback is not None or (wished and limit.wished_time):
        form, last = Form.ASKED, rows
    elif limit.from_completion:
        form, last = Form.READY, after_completion(milestone, limit, rule, calendar)
    return form, milestone, time, length, span.text, rule, limit.note, last


def after_completion(
    milestone: Milestone, limit: Limit, rule: str, calendar: ServiceCalendar
) -> Deadline:
    """The deadline of a limit that counts from completion, which has not happened yet."""
    span = limit.span
    length = span.time + span.service_days * calendar.service_day
    note = limit.note or f"办结后{span.text}内"
    return Deadline(milestone, None, span.clock, span.text, rule, False, note, length)
