"""Whether two figures about the same thing agree."""

import math
from enum import IntEnum

from kb.lint.figures import Figure

# 6 个月 and 半年, 12 个月 and 一年 do not come out equal in days.
_TOLERANCE = 0.02
_NEARLY = ("duration", "rate", "money")


class Agreement(IntEnum):
    """How a claim keeps to a rule: not, by lying within its bounds, or by saying the same."""

    NONE = 0
    WITHIN = 1
    SAME = 2


def agreement(claim: Figure, rule: Figure) -> Agreement:
    """How a claim keeps to a rule of the same kind.

    Within is what is stricter than the rule demands (15分钟内 where 30分钟内 is due), and a time of
    day within the hours. Of two lower bounds both must be the same: 超过3天 is another case than
    超过1天.
    """
    if claim.kind == "date":
        return _days(claim.value, rule.value)
    if claim.kind in ("weekday", "phone"):
        return Agreement.SAME if claim.value == rule.value else Agreement.NONE
    if claim.kind == "clock":
        return _hours(claim, rule)
    if not _same_basis(claim, rule) or not _same_count_of_days(claim, rule):
        return Agreement.NONE
    scale = claim.period / rule.period if claim.period and rule.period else 1.0
    ours, theirs = (claim.low, claim.high), (rule.low * scale, rule.high * scale)
    if _same_bounds(ours, theirs, claim.kind):
        return Agreement.SAME
    lies_within = theirs[0] <= ours[0] and ours[1] <= theirs[1]
    is_other_case = ours[1] == math.inf == theirs[1]
    return Agreement.WITHIN if lies_within and not is_other_case else Agreement.NONE


Interval = tuple[float, float]


def _same_bounds(ours: Interval, theirs: Interval, kind: str) -> bool:
    """Whether the figures that are said are the same; 3天 and 3天内 are, 3天内 and 3天以上 not."""
    said, due = _said(ours), _said(theirs)
    if {ours[1] == math.inf, theirs[1] == math.inf} == {True, False} and not (
        _is_point(ours) or _is_point(theirs)
    ):
        return False
    return len(said) == len(due) and all(
        _equal(one, other, kind) for one, other in zip(said, due, strict=True)
    )


def _said(interval: Interval) -> list[float]:
    return sorted({value for value in interval if 0 < value < math.inf})


def _is_point(interval: Interval) -> bool:
    return interval[0] == interval[1]


def _equal(one: float, other: float, kind: str) -> bool:
    is_long = kind in _NEARLY and max(one, other) >= 43_200
    return math.isclose(one, other, rel_tol=_TOLERANCE if is_long else 1e-6)


def _days(claim: tuple[int | str, ...], rule: tuple[int | str, ...]) -> Agreement:
    """Days that do not contradict each other, as far as both say year, month and day."""
    if claim == rule:
        return Agreement.SAME
    if len(claim) != len(rule):
        longer, shorter = (claim, rule) if len(claim) > len(rule) else (rule, claim)
        parts = (longer[:3], longer[3:])
        return Agreement.WITHIN if any(_days(shorter, p) for p in parts) else Agreement.NONE
    fits = all(ours == theirs for ours, theirs in zip(claim, rule, strict=True) if ours and theirs)
    return Agreement.WITHIN if fits else Agreement.NONE


def _hours(claim: Figure, rule: Figure) -> Agreement:
    if (claim.low, claim.high) == (rule.low, rule.high):
        return Agreement.SAME
    if claim.low != claim.high:
        return Agreement.NONE
    times = (claim.low, claim.low + 1440)
    fits = any(rule.low <= time <= rule.high for time in times)
    return Agreement.WITHIN if fits else Agreement.NONE


def _same_basis(claim: Figure, rule: Figure) -> bool:
    return not (claim.basis and rule.basis) or bool(claim.basis & rule.basis)


def _same_count_of_days(claim: Figure, rule: Figure) -> bool:
    """3个工作日 is not 3个自然日; 天 without a word is the calendar's day."""
    if claim.kind != "duration":
        return True
    plain = ("", "自然日")
    return claim.days == rule.days or (claim.days in plain and rule.days in plain)
