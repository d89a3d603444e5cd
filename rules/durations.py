"""Time limits as supervisors write them: 立即、15分钟、4个服务小时、3个服务日."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from rules.types import Clock

_WRITTEN = re.compile(r"(\d{1,6})(分钟|小时|天|个服务小时|个服务日)")
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time on a clock: a fixed `time`, and `service_days` of a day's opening hours.

    `text` is how it was written. One of the two lengths is zero, both for 立即 (at once).
    `microseconds` is `time` as a number, for the clocks.
    """

    text: str
    clock: Clock
    time: timedelta = timedelta()
    service_days: int = 0
    microseconds: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "microseconds", self.time // timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Limit:
    """One cell of the deadlines table.

    `from_completion`: counts from completion, so no time of day is known yet. `wished_time`:
    the time the resident asked for goes before `span`; where it lies less than `notice` after
    receipt, receipt + `notice` does. `pauses`: the clock stops while we wait for the resident.
    `fallback`: when `span` cannot be kept, a date must be promised within it; `fallback_note`
    says so with `{due}` for the time. `note` is Chinese, for CSRs.
    """

    span: Span
    from_completion: bool = False
    wished_time: bool = False
    fallback: Span | None = None
    note: str = ""
    origin: str = ""
    pauses: bool = False
    notice: Span | None = None
    fallback_note: str = ""


class BadSpan(ValueError):
    """A limit that cannot be read; the arguments are the problem and the remedy, in Chinese."""


def parse_span(text: object, clock: Clock) -> Span:
    """Read a limit such as `15分钟`; raises `BadSpan`."""
    if text == "立即":
        return Span("立即", clock)
    match = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if match is None or int(match[1]) == 0:
        raise BadSpan(
            f"时限「{text}」看不懂", "请写成 立即、15分钟、4小时、1天、1个服务小时 或 1个服务日"
        )
    count, unit = int(match[1]), match[2]
    if unit.startswith("个服务") and clock is not Clock.SERVICE:
        raise BadSpan(f"时限「{text}」要用服务时钟", "请把 clock 改为 service")
    if unit == "天" and clock is Clock.SERVICE:
        raise BadSpan(f"时限「{text}」用服务时钟会有歧义", f"请改写为 {count}个服务日")
    return _checked(_span(match[0], clock, count, unit))


def _span(text: str, clock: Clock, count: int, unit: str) -> Span:
    if unit == "个服务日":
        return Span(text, clock, service_days=count)
    minutes = {"分钟": 1, "小时": 60, "个服务小时": 60, "天": 24 * 60}[unit]
    return Span(text, clock, time=timedelta(minutes=count * minutes))


def _checked(span: Span) -> Span:
    if span.time > _LONGEST or span.service_days > _LONGEST.days:
        raise BadSpan(f"时限「{span.text}」超过一年", "请改为一年以内")
    return span
