"""Whether two values are the same, whatever form they are written in."""

from collections.abc import Iterable

from assistant.guard.values import Measured, Value


def same(a: Value, b: Value) -> bool:
    """Whether `a` says what `b` says. `b` may say more (a year, both hours of an unclear clock)."""
    if a.measured is Measured.PHONE and b.measured is Measured.PHONE:
        return a.unit == b.unit
    if {a.measured, b.measured} == {Measured.DATE, Measured.DURATION}:
        return _day_as_length(a, b) or _day_as_length(b, a)
    if {a.measured, b.measured} == {Measured.EVERY, Measured.DURATION}:
        return _period(a, b) or _period(b, a)
    if {a.measured, b.measured} == {Measured.COUNT, Measured.PLACE}:
        return bool(set(a.meanings) & set(b.meanings))
    if a.measured is not b.measured:
        return False
    if a.measured is Measured.DATE:
        return a.unit == b.unit and any(_within(x, y) for x in a.meanings for y in b.meanings)
    if a.measured is Measured.COUNT and "个" in (a.unit, b.unit):
        return bool(set(a.meanings) & set(b.meanings))
    if a.measured is Measured.PLACE:
        levels = {"层", "楼"}
        alike = a.unit == b.unit or {a.unit, b.unit} <= levels
        return alike and bool(set(a.meanings) & set(b.meanings))
    if a.measured is Measured.WEEKDAY:
        return bool(set(a.meanings) & set(b.meanings))
    return a.unit == b.unit and bool(set(a.meanings) & set(b.meanings))


def anywhere(value: Value, values: Iterable[Value]) -> bool:
    """Whether one of the values is the same."""
    return any(same(value, other) for other in values)


def _within(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    """11月 in 11月27日; a year that the other does not name counts as said."""
    return all(
        not x or x == y or (place == 0 and not y)
        for place, (x, y) in enumerate(zip(a, b, strict=True))
    )


def _day_as_length(a: Value, b: Value) -> bool:
    """15日 may be a day of the month or a length."""
    if a.measured is not Measured.DATE or a.unit != "date" or not a.meanings:
        return False
    year, month, day = a.meanings[0]
    return not year and not month and b.unit == "minute" and (day * 1440,) in b.meanings


_PERIODS = {"month": ("month", 1.0), "year": ("month", 12.0), "quarter": ("month", 3.0),
            "day": ("minute", 1440.0), "week": ("minute", 10080.0), "hour": ("minute", 60.0),
            "minute": ("minute", 1.0)}  # fmt: skip


def _period(a: Value, b: Value) -> bool:
    """每月 and 一个月, 每半年 and 6个月."""
    if a.measured is not Measured.EVERY or a.unit not in _PERIODS:
        return False
    unit, length = _PERIODS[a.unit]
    return b.unit == unit and any((length * share,) in b.meanings for (share,) in a.meanings)
