"""The service calendar: which minutes count on the service clock.

Arithmetic runs on UTC instants, so it holds across daylight-saving changes; days and windows are
local to the calendar's zone. Every opening is half-open: 12:00 itself is closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.errors import InvalidFacts, NeverOpen
from rules.holidays import DayStatus, HolidaySource, announced_holidays

Window = tuple[time, time]
"""Opening and closing time of a day; closing at `time(0)` means midnight, the day's end."""

_HORIZON_DAYS = 3 * 366


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


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time; `provisional` when it rests on a year whose holidays are not announced."""

    at: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class _Day:
    """A local day's openings as UTC instants."""

    openings: tuple[tuple[datetime, datetime], ...]
    provisional: bool


class ServiceCalendar:
    """Adds and measures service time. Immutable, safe to share between threads.

    Times handed in carry an offset (`InvalidFacts` otherwise); times handed back are in the
    calendar's zone. `service_day` is one service day: the service time of one full ordinary day
    (8 h by default).
    """

    def __init__(self, book: CalendarBook, holidays: HolidaySource = announced_holidays) -> None:
        self.book = book
        self.zone = ZoneInfo(book.zone)
        self.service_day = sum((_length(window) for window in book.windows), timedelta())
        self._holidays = holidays
        self._day = lru_cache(maxsize=4096)(self._read_day)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The local opening windows of a day; empty when closed."""
        return self._windows(day, self._holidays(day))

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at this instant."""
        instant = _utc(at)
        day = self._day(instant.astimezone(self.zone).date())
        return any(start <= instant < end for start, end in day.openings)

    def next_opening(self, at: datetime) -> Moment:
        """`at` itself while open, else the next opening; raises `NeverOpen`."""
        instant, provisional = _utc(at), False
        for start, end, unsure in self._openings_from(instant):
            provisional |= unsure
            if end > instant:
                return Moment(max(start, instant).astimezone(self.zone), provisional)
        raise self._never_open()

    def add(self, start: datetime, duration: timedelta) -> Moment:
        """The instant at which `duration` of service time has passed since `start`.

        A limit that ends with a window ends at its closing time, not at the next opening. A
        duration of zero is `start` itself. Raises `NeverOpen`, `ValueError` when negative.
        """
        if duration < timedelta():
            raise ValueError("duration must not be negative")
        instant, left, provisional = _utc(start), duration, False
        if not left:
            return Moment(instant.astimezone(self.zone))
        for opening, closing, unsure in self._openings_from(instant):
            provisional |= unsure
            usable = closing - max(opening, instant)
            if usable >= left:
                at = max(opening, instant) + left
                return Moment(at.astimezone(self.zone), provisional)
            left -= max(usable, timedelta())
        raise self._never_open()

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Service time between two instants; negative when `end` is the earlier one."""
        first, last = _utc(start), _utc(end)
        if last < first:
            return -self.elapsed(end, start)
        total = timedelta()
        day, final = first.astimezone(self.zone).date(), last.astimezone(self.zone).date()
        while day <= final:
            for opening, closing in self._day(day).openings:
                total += max(min(closing, last) - max(opening, first), timedelta())
            day += timedelta(days=1)
        return total

    def _openings_from(self, instant: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
        """Openings of the day of `instant` and those after it, in order.

        A closed day of a year not announced yields an empty opening, so that its uncertainty
        reaches the result. Ends after `_HORIZON_DAYS` days in a row without any opening.
        """
        day, closed_days = instant.astimezone(self.zone).date(), 0
        while closed_days < _HORIZON_DAYS:
            status = self._day(day)
            for opening, closing in status.openings:
                yield opening, closing, status.provisional
            if not status.openings and status.provisional:
                yield instant, instant, True
            closed_days = 0 if status.openings else closed_days + 1
            day += timedelta(days=1)

    def _read_day(self, day: date) -> _Day:
        status = self._holidays(day)
        decided = day in self.book.special_days or day in self.book.closed_days
        provisional = self.book.statutory_closed and not status.announced and not decided
        windows = self._windows(day, status)
        return _Day(tuple(self._instants(day, window) for window in windows), provisional)

    def _windows(self, day: date, status: DayStatus) -> tuple[Window, ...]:
        book = self.book
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

    def _instants(self, day: date, window: Window) -> tuple[datetime, datetime]:
        opening, closing = window
        last = day + timedelta(days=1) if closing == time(0) else day
        start = datetime.combine(day, opening, self.zone).astimezone(UTC)
        end = datetime.combine(last, closing, self.zone).astimezone(UTC)
        return start, max(start, end)

    def _never_open(self) -> NeverOpen:
        return NeverOpen(
            "服务日历三年内都没有开放时间；请检查 service_calendar.yaml 的时段和停开日"
        )


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InvalidFacts(f"时间 {at.isoformat()} 没有时区；请写成 2026-01-31T09:00:00+08:00")
    return at.astimezone(UTC)


def _length(window: Window) -> timedelta:
    opening, closing = window
    end = 24 * 60 if closing == time(0) else closing.hour * 60 + closing.minute
    return timedelta(minutes=end - opening.hour * 60 - opening.minute)
