"""Which limit is never later than which, whatever the service calendar.

The comparison is exact over all arrangements of opening hours with the given length of a service
day, by case. `a` is never later than `b`, both counted from receipt, when
- both are on one clock and a <= b: both clocks only move forward;
- a on the calendar, b on the service clock, and a <= b: the service clock never runs faster than
  the calendar, and in a calendar that is always open as fast, so a > b fails there;
- a on the service clock, b on the calendar, and a = 0: otherwise there is a calendar that opens
  only after b.
With a wished time w > receipt, a limit that gives way to it falls due at max(w, receipt + notice),
which is as early as receipt + notice and as late as one likes. So a plain limit is never later
than a wished one when it is never later than the notice, a wished one never later than another
when its notice is no longer, and a wished one never always beats a plain one.
A limit from completion starts at receipt at the earliest and later without bound: a dated limit
is never later when it would not be from the same start; the reverse never holds.
A limit that pauses may be stretched without bound, so it never always beats one that does not.

Of sets of limits the earliest counts. In every case above the moment or calendar that makes a1
late makes a2 late too (each fails at the shortest b, or where nothing opens), so a set is never
later than b exactly when one of its members is not: comparing pairs is exact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from rules.durations import Limit, Span
from rules.types import Clock

T = TypeVar("T")
_AT_ONCE = timedelta()


@dataclass(frozen=True, slots=True)
class Case:
    """One case to compare in: a length of the service day, with a wished time or without."""

    service_day: timedelta
    wish: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """What of a limit decides when it falls due."""

    span: Span
    from_completion: bool
    notice: Span | None
    gives_way: bool
    pauses: bool

    @classmethod
    def of(cls, limit: Limit) -> "Promise":
        return cls(limit.span, limit.from_completion, limit.notice, limit.wished_time, limit.pauses)

    def never_later(self, other: "Promise", case: Case) -> bool:
        """Whether this is due no later than `other` in every calendar, for every moment."""
        if (self.pauses and not other.pauses) or (
            self.from_completion and not other.from_completion
        ):
            return False
        day = case.service_day
        own_wish = case.wish and self.gives_way and not self.from_completion
        if not (case.wish and other.gives_way and not other.from_completion):
            return not own_wish and _no_later(self.span, other.span, day)
        allowed = timedelta() if other.notice is None else other.notice.time
        if own_wish:
            return (timedelta() if self.notice is None else self.notice.time) <= allowed
        return _no_later(self.span, Span("", Clock.CALENDAR, allowed), day)

    def always_before(self, other: "Promise", cases: Sequence[Case]) -> bool:
        """Whether this is never later than `other` in any of the cases."""
        return all(self.never_later(other, case) for case in cases)


def _no_later(one: Span, other: Span, service_day: timedelta) -> bool:
    first, second = (span.time + span.service_days * service_day for span in (one, other))
    if first == _AT_ONCE:
        return True
    return first <= second and not (one.clock is Clock.SERVICE and other.clock is Clock.CALENDAR)


Promises = frozenset[Promise]


def unmet(before: Promises, after: Promises, case: Case) -> list[Promise]:
    """The promises of `before` that nothing of `after` keeps."""
    return [old for old in before if not any(new.never_later(old, case) for new in after)]


def essential(promises: Promises, cases: Sequence[Case]) -> Promises:
    """The promises without those that another one keeps in every case."""
    listed = [(one, one) for one in sorted(promises, key=repr)]
    return frozenset(needed(listed, cases))


def needed(offers: Iterable[tuple[Promise, T]], cases: Sequence[Case]) -> tuple[T, ...]:
    """What belongs to the promises that no other one keeps in every case, in order.

    Of promises that are always due together the first stays.
    """
    kept: list[tuple[Promise, T]] = []
    for promise, owner in offers:
        if not any(one.always_before(promise, cases) for one, _ in kept):
            kept = [pair for pair in kept if not promise.always_before(pair[0], cases)]
            kept.append((promise, owner))
    return tuple(owner for _, owner in kept)
