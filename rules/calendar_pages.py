"""Compiles a calendar into pages that are searched by bisection.

Times are whole microseconds of UTC since 1970. A page covers 128 days, few enough to be compiled
during a first decision, and holds everything that is asked of them: the openings with the service
time before each, the stretches whose holidays are not announced, and the zone's offsets. An
instant is open when the local wall clock, read at that instant, lies within a window of its day:
an hour that clocks repeat counts twice, an hour that they skip not at all.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Window = tuple[time, time]
"""Opening and closing time of a day; closing at `time(0)` means midnight, the day's end."""

SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
PAGE = 128 * DAY
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Page:
    """128 days of a calendar; `end` itself belongs to the next page.

        `opens` and `closes` are disjoint openings in order, `passed` the service time on this page
    before each, `total` all of it. `unsure_from` and `unsure_until` bound the stretches of days
    not announced, `sure_until` is where the first begins and `sure_openings` how many openings
    end before. From each of `turns` on (the first is `begin`) the local wall clock is UTC plus
    the one of `offsets`, and `repeats` says whether it shows its hour for the second time.
    `local_openings` are `opens` on the wall clock with `passed`; None where the offset changes
    or hours repeat before the closing.
    """

    begin: int
    end: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    passed: tuple[int, ...]
    total: int
    unsure_from: tuple[int, ...]
    unsure_until: tuple[int, ...]
    sure_until: int
    sure_openings: int
    turns: tuple[int, ...]
    offsets: tuple[int, ...]
    repeats: tuple[bool, ...]
    local_openings: tuple[tuple[datetime | None, timedelta], ...]

    def passed_at(self, instant: int) -> int:
        """Service time on this page before `instant`."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.passed[index] + min(instant, self.closes[index]) - self.opens[index]

    def is_unsure(self, first: int, last: int) -> bool:
        """Whether any day of the half-open stretch is of a year not announced."""
        index = bisect_right(self.unsure_until, first)
        return index < len(self.unsure_from) and self.unsure_from[index] < last


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of UTC in which the zone keeps one offset."""

    begin: int
    end: int
    offset: int
    repeats: bool


def compile_page(
    number: int,
    zone: ZoneInfo,
    windows_on: Callable[[date], tuple[Window, ...]],
    is_unsure_on: Callable[[date], bool],
) -> Page:
    """Page `number`, counted from 1970; negative before."""
    begin = number * PAGE
    openings: list[tuple[int, int]] = []
    unsure: list[tuple[int, int]] = []
    segments = list(_segments(zone, begin, begin + PAGE))
    for segment in segments:
        for midnight, day in _days(segment):
            for window in windows_on(day):
                opening, closing = microseconds_of(window)
                _join(openings, segment, midnight + opening, midnight + closing)
            if is_unsure_on(day):
                _join(unsure, segment, midnight, midnight + DAY)
    passed = [0]
    for opening, closing in openings:
        passed.append(passed[-1] + closing - opening)
    sure_until = unsure[0][0] if unsure else begin + PAGE
    return Page(
        begin=begin,
        end=begin + PAGE,
        opens=tuple(opening for opening, _ in openings),
        closes=tuple(closing for _, closing in openings),
        passed=tuple(passed[:-1]),
        total=passed[-1],
        unsure_from=tuple(first for first, _ in unsure),
        unsure_until=tuple(last for _, last in unsure),
        sure_until=sure_until,
        sure_openings=sum(closing <= sure_until for _, closing in openings),
        turns=tuple(segment.begin for segment in segments),
        offsets=tuple(segment.offset for segment in segments),
        repeats=tuple(segment.repeats for segment in segments),
        local_openings=tuple(
            (_on_the_wall(zone, edges, segments), timedelta(microseconds=before))
            for edges, before in zip(openings, passed[:-1], strict=True)
        ),
    )


def _on_the_wall(
    zone: ZoneInfo, edges: tuple[int, int], segments: list[_Segment]
) -> datetime | None:
    """An opening's start on the wall clock, if every time up to its end follows by adding."""
    for segment in segments:
        if segment.begin <= edges[0] and edges[1] < segment.end and not segment.repeats:
            since = timedelta(microseconds=edges[0] + segment.offset)
            return datetime(1970, 1, 1, tzinfo=zone) + since
    return None


def microseconds_of(window: Window) -> tuple[int, int]:
    """Opening and closing in microseconds from midnight."""
    opening, closing = (
        ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond for at in window
    )
    return opening, closing or DAY


def _days(segment: _Segment) -> Iterator[tuple[int, date]]:
    """The local days that a segment touches, each with its midnight on the local wall clock."""
    first, last = segment.begin + segment.offset, segment.end + segment.offset - 1
    for number in range(first // DAY, last // DAY + 1):
        yield number * DAY, date.fromordinal(_EPOCH_ORDINAL + number)


def _join(stretches: list[tuple[int, int]], segment: _Segment, first: int, last: int) -> None:
    """Append the part of a local stretch that lies in the segment, joined to one it touches."""
    begin = max(first - segment.offset, segment.begin)
    end = min(last - segment.offset, segment.end)
    if begin >= end:
        return
    if stretches and stretches[-1][1] == begin:
        begin = stretches.pop()[0]
    stretches.append((begin, end))


def _segments(zone: ZoneInfo, begin: int, end: int) -> Iterator[_Segment]:
    """The stretches of one offset from `begin` to `end`, with the hours that clocks repeat.

    Looks a day back, since an hour that repeats may reach over the beginning.
    """
    turns = [(begin - DAY, _offset(zone, begin - DAY), False)]
    for midnight in range(begin - DAY, end, DAY):
        old, new = turns[-1][1], _offset(zone, midnight + DAY)
        if new != old:
            turn = _turn(zone, midnight, midnight + DAY)
            turns.append((turn, new, new < old))
            if new < old:
                turns.append((turn + old - new, new, False))
    ends = [turn for turn, _, _ in turns[1:]] + [end]
    for (turn, offset, repeats), until in zip(turns, ends, strict=True):
        first, last = max(turn, begin), min(until, end)
        if first < last:
            yield _Segment(first, last, offset, repeats)


def _turn(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second with the offset of `after`; the offset changes once in between."""
    new = _offset(zone, after)
    while after - before > SECOND:
        middle = (before + after) // (2 * SECOND) * SECOND
        if _offset(zone, middle) == new:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = (EPOCH + timedelta(microseconds=instant)).astimezone(zone).utcoffset()
    return int((offset or timedelta()) / timedelta(microseconds=1))
