"""A slow reference for the calendar, obviously right: it walks minute by minute.

An instant is open when the local wall clock, read at that instant, lies in a window of its day.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from rules.calendar import CalendarBook, ServiceCalendar, Window
from rules.clocks import Pause
from rules.holidays import HolidayTable
from rules.types import Clock

MINUTE = timedelta(minutes=1)
DAYS = 10
LONGEST_WALK = 7 * 24 * 60
# Walks are slow; mutation testing, which runs them for every mutant, asks for fewer still.
FEWER = settings(max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "40")), deadline=None)

# Days around which something happens: clocks go forward (New York, Berlin, Lord Howe) and back,
# the year ends with the next one not announced, and a page of 128 days ends on 2026-10-10 (UTC).
FIRSTS = tuple(
    date.fromisoformat(day)
    for day in ("2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-08",
                "2026-10-23", "2026-10-30", "2026-12-29")
)  # fmt: skip
ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
)  # fmt: skip


@dataclass
class Walker:
    """A calendar, the day on which its stories begin, and the slow way to ask it."""

    book: CalendarBook
    holidays: HolidayTable
    first: date
    calendar: ServiceCalendar = field(init=False)
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = ServiceCalendar(self.book, self.holidays)
        self.zone = ZoneInfo(self.book.zone)
        self._openings: dict[date, tuple[Window, ...]] = {}

    def minute(self, number: int) -> datetime:
        """The instant `number` minutes after the first day began."""
        midnight = datetime.combine(self.first, time(0), self.zone).astimezone(UTC)
        return midnight + number * MINUTE

    def openings(self, day: date) -> tuple[Window, ...]:
        if day not in self._openings:
            self._openings[day] = self._read(day)
        return self._openings[day]

    def _read(self, day: date) -> tuple[Window, ...]:
        book, announced = self.book, day.year in self.holidays.years
        if day in book.special_days:
            return book.special_days[day]
        holiday = day in self.holidays.names
        if not announced:
            holiday = (day.month, day.day) in book.fixed_holidays
        if day in book.closed_days or (holiday and book.statutory_closed):
            return ()
        if announced and day in self.holidays.makeup:
            return book.windows
        return book.weekly.get(day.weekday(), book.windows)

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(self.zone)
        now = local.time()
        return any(
            start <= now and (now < end or end == time(0))
            for start, end in self.openings(local.date())
        )

    def is_unsure(self, instant: datetime) -> bool:
        day = instant.astimezone(self.zone).date()
        own = day in self.book.special_days or day in self.book.closed_days
        return self.book.statutory_closed and not own and day.year not in self.holidays.years

    def due(
        self, start: datetime, minutes: int, clock: Clock, pauses: list[Pause]
    ) -> tuple[datetime, bool] | None:
        """When so many minutes have run, and whether any minute on the way was unsure.

        None when that lies past the longest walk.
        """
        instant, left, unsure = start, minutes, False
        for _ in range(LONGEST_WALK):
            if not left:
                return instant, unsure
            if not is_paused(instant, pauses):
                unsure |= clock is Clock.SERVICE and self.is_unsure(instant)
                left -= clock is Clock.CALENDAR or self.is_open(instant)
            instant += MINUTE
        return None

    def running(
        self, start: datetime, minutes: int, clock: Clock, pauses: list[Pause]
    ) -> timedelta:
        return MINUTE * sum(
            not is_paused(at, pauses) and (clock is Clock.CALENDAR or self.is_open(at))
            for at in (start + number * MINUTE for number in range(minutes))
        )


def utc(at: datetime) -> datetime:
    """The instant in UTC: within a zone Python compares wall clocks, and an hour may come twice."""
    return at.astimezone(UTC)


def is_paused(instant: datetime, pauses: list[Pause]) -> bool:
    return any(
        pause.since <= instant and (pause.until is None or instant < pause.until)
        for pause in pauses
    )


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three windows anywhere in the day, the last one perhaps until midnight."""
    edges = draw(st.lists(st.integers(0, 24 * 60), min_size=2, max_size=6, unique=True))
    times = [time(edge // 60 % 24, edge % 60) for edge in sorted(edges)]
    return tuple(zip(times[::2], times[1::2], strict=False))


@st.composite
def walkers(draw: st.DrawFn) -> Walker:
    """A random calendar with holidays, make-up days, closures and days of its own."""
    first = draw(st.sampled_from(FIRSTS))
    days = st.sampled_from([first + timedelta(days=number) for number in range(DAYS)])
    names = draw(st.dictionaries(days, st.just("假期"), max_size=3))
    book = CalendarBook(
        zone=draw(st.sampled_from(ZONES)),
        windows=draw(windows()),
        weekly=draw(st.dictionaries(st.integers(0, 6), windows(), max_size=2)),
        statutory_closed=draw(st.booleans()),
        fixed_holidays=frozenset({(1, 1), (10, 1)}),
        closed_days=draw(st.frozensets(days, max_size=2)),
        special_days=draw(st.dictionaries(days, windows(), max_size=2)),
    )
    years = draw(st.sampled_from([frozenset({2026}), frozenset({2026, 2027}), frozenset({2027})]))
    makeup = draw(st.frozensets(days, max_size=2)) - names.keys()
    return Walker(book, HolidayTable(years, names, makeup), first)


@st.composite
def pauses_of(draw: st.DrawFn, walker: Walker) -> list[Pause]:
    """Up to three pauses, overlapping or not, all over."""
    edges = st.tuples(st.integers(-300, 4 * 1440), st.integers(0, 1440))
    return [
        Pause(walker.minute(since), walker.minute(since + length))
        for since, length in draw(st.lists(edges, max_size=3))
    ]
