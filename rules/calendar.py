"""The service calendar: which minutes count on the service clock.

Arithmetic runs on UTC instants (`calendar_pages`), so it holds across daylight-saving changes;
days and windows are local to the calendar's zone. Every opening is half-open: 12:00 itself is
closed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rules.calendar_pages import DAY, EPOCH, PAGE, SECOND, Page, Window, compile_page
from rules.calendar_pages import microseconds_of as _edges
from rules.errors import InvalidFacts, NeverOpen
from rules.holidays import HolidayTable

__all__ = ["CalendarBook", "Moment", "ServiceCalendar", "Window"]

_HORIZON = 3 * 366 * DAY
# Within the years 13 to 9983, so that a page's days and offsets always exist.
_PAGES = range(-5586, 22_870)


@dataclass(frozen=True, slots=True)
class CalendarBook:
    """The calendar as written in the book.

    `windows` are an ordinary day's, in order; `weekly` replaces them for a weekday (0 Monday),
    except on make-up workdays; `fixed_holidays` (month, day) stand in for the arrangement of
    years not announced; `closed_days` and `special_days` are the company's own, the latter
    first. `source` is the clause.
    """

    zone: str
    windows: tuple[Window, ...]
    weekly: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    statutory_closed: bool = True
    fixed_holidays: frozenset[tuple[int, int]] = frozenset()
    closed_days: frozenset[date] = frozenset()
    special_days: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    source: str = ""


class Moment(NamedTuple):
    """A point in time; `provisional` when it rests on a year whose holidays are not announced."""

    at: datetime
    provisional: bool = False


class ServiceCalendar:
    """Adds and measures service time. Immutable, safe to share between threads.

    Times handed in carry an offset (`InvalidFacts` otherwise); times handed back are in the
    calendar's zone. `service_day` is one service day: the service time of one full ordinary day
    (8 h by default).

    Each question can also be asked in whole microseconds since 1970 (UTC), which is what the
    clocks do: `instant` and `local` lead there and back, `advance` and `passed` are `add` and
    `elapsed`. A page is compiled when it is first asked for; two threads may both do so and get
    equal pages.
    """

    def __init__(self, book: CalendarBook, holidays: HolidayTable) -> None:
        self.book = book
        self.holidays = holidays
        self.zone = ZoneInfo(book.zone)
        edges = [_edges(window) for window in book.windows]
        self.day_length = sum(closing - opening for opening, closing in edges)
        self.service_day = timedelta(microseconds=self.day_length)
        self._midnight = datetime(1970, 1, 1, tzinfo=self.zone)
        self.page = lru_cache(maxsize=256)(self._compile)

    def is_announced(self, year: int) -> bool:
        """Whether the statutory holidays of a year are known."""
        return self.holidays.is_announced(year)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The local opening windows of a day; empty when closed."""
        book, status = self.book, self.holidays.status(day)
        if day in book.special_days:
            return book.special_days[day]
        if day in book.closed_days:
            return ()
        holiday = (
            status.holiday if status.announced else (day.month, day.day) in book.fixed_holidays
        )
        if holiday and book.statutory_closed:
            return ()
        return book.windows if status.makeup else book.weekly.get(day.weekday(), book.windows)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at this instant."""
        instant = self.instant(at)
        page = self.page(instant // PAGE)
        index = bisect_right(page.opens, instant) - 1
        return index >= 0 and instant < page.closes[index]

    def next_opening(self, at: datetime) -> Moment:
        """`at` itself while open, else the next opening; raises `NeverOpen`."""
        instant = self.instant(at)
        number = instant // PAGE
        page = self.page(number)
        index = bisect_right(page.closes, instant)
        while index == len(page.opens):
            number += 1
            page = self.page(number)
            _check_gap(page, instant)
            index = 0
        opening = max(page.opens[index], instant)
        return Moment(self.local(opening), self.is_unsure(instant, opening + 1))

    def add(self, start: datetime, duration: timedelta) -> Moment:
        """The instant at which `duration` of service time has passed since `start`.

        A limit that ends with a window ends at its closing time, not at the next opening. A
        duration of zero is `start` itself. Provisional when any day from `start` to the end is.
        Raises `NeverOpen` when nothing opens within three years, `ValueError` when negative.
        """
        end, provisional = self.advance(self.instant(start), _microseconds(duration))
        return Moment(self.local(end), provisional)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Service time between two instants; negative when `end` is the earlier one."""
        return timedelta(microseconds=self.passed(self.instant(start), self.instant(end)))

    def instant(self, at: datetime) -> int:
        """Microseconds since 1970 (UTC); raises `InvalidFacts` when `at` carries no offset."""
        if at.tzinfo is None:
            raise InvalidFacts(f"时间 {at.isoformat()} 没有时区；请写成 2026-01-31T09:00:00+08:00")
        since = at - EPOCH
        return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds

    def local(self, instant: int) -> datetime:
        """The instant as a time of the calendar's zone."""
        page = self.page(instant // PAGE)
        return self.local_on(page, bisect_right(page.turns, instant) - 1, instant)

    def local_on(self, page: Page, index: int, instant: int) -> datetime:
        """The same, on its page and from the turn `index` on."""
        seconds = (instant + page.offsets[index]) // SECOND
        # Adding to a zoned time moves its wall clock, which is what the offset asks for.
        at = self._midnight + timedelta(0, seconds, instant % SECOND)
        return at.replace(fold=1) if page.repeats[index] else at

    def advance(self, instant: int, length: int) -> tuple[int, bool]:
        """`add` in microseconds: the instant reached, and whether it is provisional."""
        if length <= 0:
            if length < 0:
                raise ValueError("duration must not be negative")
            return instant, False
        page = self.page(instant // PAGE)
        target = page.passed_at(instant) + length
        if target > page.total:
            return self._advance_over(page, instant, target)
        index = bisect_left(page.passed, target) - 1
        end = page.opens[index] + target - page.passed[index]
        return end, end > page.sure_until and page.is_unsure(instant, end)

    def passed(self, first: int, last: int) -> int:
        """`elapsed` in microseconds."""
        one, other = first // PAGE, last // PAGE
        passed = self.page(other).passed_at(last) - self.page(one).passed_at(first)
        if one == other:
            return passed
        between = sum(self.page(number).total for number in range(min(one, other), max(one, other)))
        return passed + (between if one < other else -between)

    def is_unsure(self, first: int, last: int) -> bool:
        """Whether a day of the half-open stretch is not announced and not the company's own."""
        return any(
            self.page(number).is_unsure(first, last)
            for number in range(first // PAGE, (last - 1) // PAGE + 1)
        )

    def _advance_over(self, page: Page, instant: int, target: int) -> tuple[int, bool]:
        """`advance` beyond the page of `instant`, when `target` is more than all its time."""
        number = instant // PAGE
        open_until = max(instant, page.closes[-1]) if page.closes else instant
        while target > page.total:
            target -= page.total
            number += 1
            page = self.page(number)
            _check_gap(page, open_until)
            open_until = page.closes[-1] if page.closes else open_until
        index = bisect_left(page.passed, target) - 1
        end = page.opens[index] + target - page.passed[index]
        return end, self.is_unsure(instant, end)

    def _compile(self, number: int) -> Page:
        if number not in _PAGES:
            raise InvalidFacts("时间超出了日历的范围（公元 13 年至 9983 年）；请检查年份")
        return compile_page(number, self.zone, self.windows_on, self._is_unsure_on)

    def _is_unsure_on(self, day: date) -> bool:
        book = self.book
        decided = day in book.special_days or day in book.closed_days
        return book.statutory_closed and not decided and not self.is_announced(day.year)


def _check_gap(page: Page, open_until: int) -> None:
    """Raise `NeverOpen` when nothing opens on `page` and before within the horizon."""
    opening = page.opens[0] if page.opens else page.end
    if opening - open_until > _HORIZON:
        raise NeverOpen("服务日历三年内都没有开放时间；请检查 service_calendar.yaml 的时段和停开日")


def _microseconds(length: timedelta) -> int:
    return (length.days * 86_400 + length.seconds) * SECOND + length.microseconds
