"""The start of several limits: what they share is looked up once.

A decision makes five due times from one start. Building a `timedelta` costs more than all look-ups
together, so the ends are found with the ones that openings and limits already hold.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from rules.calendar import ServiceCalendar
from rules.calendar_pages import PAGE


class Start:
    """An instant (microseconds since 1970, UTC) from which limits run on a calendar's clocks."""

    __slots__ = ("_page", "_passed", "_ran", "_turn", "at", "calendar", "instant")

    def __init__(self, instant: int, calendar: ServiceCalendar) -> None:
        self.instant = instant
        self.calendar = calendar
        page = self._page = calendar.page(instant // PAGE)
        index = bisect_right(page.turns, instant)
        self.at = calendar.local_on(page, index - 1, instant)
        following = page.turns[index] if index < len(page.turns) else page.end
        # In an hour that is shown twice, sums of wall-clock times would be taken for the first.
        self._turn = instant if page.repeats[index - 1] else following
        # service time on the page before the start, looked up when a limit runs on that clock
        self._passed = -1
        self._ran = timedelta()

    def on_calendar(self, time: timedelta, length: int) -> datetime:
        """The end of a limit on the calendar clock; `length` is `time` in microseconds."""
        end = self.instant + length
        return self.at + time if end < self._turn else self.calendar.local(end)

    def on_service(self, time: timedelta, length: int) -> tuple[datetime, bool]:
        """The end of a limit on the service clock, and whether it is provisional."""
        page = self._page
        if self._passed < 0:
            self._passed = page.passed_at(self.instant)
            self._ran = timedelta(0, 0, self._passed)
        target = self._passed + length
        if length and target <= page.total:
            index = bisect_left(page.passed, target) - 1
            if index < page.sure_openings:
                opening, ran = page.local_openings[index]
                if opening is not None:
                    return opening + (self._ran + time - ran), False
        end, provisional = self.calendar.advance(self.instant, length)
        return self.calendar.local(end), provisional
