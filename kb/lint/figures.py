"""Figures of a text with what they are about: how long, how much, when, and of what.

`kb.quantities` finds the quantities. Here each gets its kind (a rate such as 每周 is compared with
rates only), its basis (元 *per* what), and its surroundings, by which the figures of two texts are
told to be about the same thing.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.lint.surroundings import Bag, around
from kb.quantities import Dimension, Quantity, compact, quantities_of_normal

_WEEKDAYS = re.compile(
    r"(?:周|星期|礼拜)([1-6一二三四五六日天末])(?:至|到|-|~|—)(?:周|星期|礼拜)?([1-6一二三四五六日天])"
)
_PHONE = re.compile(r"(?<![\d.:-])(?:\d{3,4}-\d{4,8}|1[3-9]\d{9}|400\d{7})(?![\d-])")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?")
_BETWEEN = re.compile(r"\s*(?:至|到|-|~|—)\s*(?:次日|第2天|当日)?\s*")
# Numbers with a measure word that `kb.quantities` does not know (2具, 2至6期).
_OTHER = re.compile(
    r"(?<![\d./-])(?<!\d:)(\d+(?:\.\d+)?)(?:(?:至|到|-|~)(\d+(?:\.\d+)?))?"
    r"([期具根级辆班组块箱桶袋盏]|分(?![钟之别期析区配摊]))"
)
_OF_WHOLE = re.compile(
    r"(?:(?P<least>不少于|不低于|不小于|至少|超过|高于)|不超过|不高于|不多于|低于|最多)[^,;。%\d]{1,14}的$"
)
_BASIS = "平方米|平米|个月|小时|季度|半年|[户个次月年天日张辆人季套间台]"
_BASES_BEFORE = re.compile(rf"(?:每1?(?:{_BASIS}))+$")
_BASES_AFTER = re.compile(rf"^(?:[/每·](?:{_BASIS}))+")
_ONE_BASIS = re.compile(rf"[/每·]1?({_BASIS})")
_PERIODS = {
    "小时": 60, "天": 1440, "日": 1440, "月": 43_200, "个月": 43_200, "季": 129_600,
    "季度": 129_600, "半年": 259_200, "年": 518_400,
}  # fmt: skip
# Said without a number, and without meaning one: they bind nobody to a figure.
_LOOSE = ("立即", "立刻", "马上", "即时", "当场", "随时", "次日", "当周", "当月", "次月")
_CLOCKS = ("服务", "工作日", "自然日")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text; `kind` says with which others it may be compared.

    `low` and `high` are in base units; 08:30至12:00 is one interval. Days (year, month, day, 0 for
    what is not said; twice for 4月至10月), weekdays and phone numbers are in `value`. `basis` is
    what an amount is counted by other than time, `period` the minutes it is counted by, 0 for
    none. `days` is how a time limit counts: 服务, 工作日, 自然日 or nothing. `text` is the figure
    as it stands in the normalised text, `around` its surroundings.
    """

    kind: str
    low: float
    high: float
    text: str
    sentence: str
    around: Bag = field(repr=False)
    value: tuple[int | str, ...] = ()
    basis: frozenset[str] = frozenset()
    period: int = 0
    days: str = ""
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A figure and where it stands."""

    start: int
    end: int
    kind: str
    low: float = math.nan
    high: float = math.nan
    value: tuple[int | str, ...] = ()
    days: str = ""
    is_word: bool = False


def figures(text: str, topic: str = "") -> list[Figure]:
    """The figures of a text in order. `topic` is what the whole text is about (its question)."""
    plain = compact(text)
    found = _joined(plain, _all(plain))
    spans = [(one.start, one.end) for one in found]
    result = []
    for index, one in enumerate(found):
        if one.kind == "rate" and _counts_money(plain, found, index):
            continue
        bases = _bases(plain, one) if one.kind == "money" else []
        sentence, bag = around(plain, spans, index, topic)
        result.append(
            Figure(
                kind=one.kind,
                low=one.low,
                high=one.high,
                text=plain[one.start : one.end],
                sentence=sentence,
                around=bag,
                value=one.value,
                basis=frozenset(bases) - _PERIODS.keys(),
                period=_period(found, index, bases),
                days=one.days,
                is_word=one.is_word,
            )
        )
    return result


def _all(text: str) -> list[_Found]:
    found = [*_phones(text), *_weekdays(text)]
    for quantity in quantities_of_normal(text):
        one = _of(text, quantity)
        if one is not None:
            found.append(one)
    for match in _OTHER.finditer(text):
        low = float(match[1])
        high = float(match[2] or match[1])
        found.append(_Found(match.start(), match.end(), f"count {match[3]}", low, high))
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[_Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _of(text: str, quantity: Quantity) -> _Found | None:
    start, end = quantity.start, quantity.end
    surface = text[start:end]
    if surface in _LOOSE:
        return None
    is_word = not re.search(r"\d", surface)
    if quantity.dimension is Dimension.DATE:
        match = _DATE.fullmatch(surface)
        day = tuple(int(part or 0) for part in match.groups()) if match else (0, 0, 0)
        return _Found(start, end, "date", value=day)
    kind = str(quantity.dimension)
    if quantity.dimension is Dimension.COUNT:
        kind = f"count {'人' if quantity.unit in '名位' else quantity.unit}"
    if quantity.dimension is Dimension.PERCENT and quantity.low == quantity.high:
        return _Found(start, end, kind, *_share(text[:start], quantity.low), is_word=is_word)
    if quantity.dimension is Dimension.DURATION and (
        surface.startswith("每") or text[:start].endswith("每")
    ):
        kind = "rate"
    days = next((mark for mark in _CLOCKS if mark in quantity.unit), "")
    return _Found(start, end, kind, quantity.low, quantity.high, days=days, is_word=is_word)


def _share(before: str, value: float) -> tuple[float, float]:
    """The bounds of a share whose bound stands before the whole (不少于已入住户数的20%)."""
    match = _OF_WHOLE.search(before)
    if match is None:
        return value, value
    return (value, math.inf) if match["least"] else (0.0, value)


def _phones(text: str) -> Iterator[_Found]:
    for match in _PHONE.finditer(text):
        yield _Found(match.start(), match.end(), "phone", value=(match[0],))


def _weekdays(text: str) -> Iterator[_Found]:
    for match in _WEEKDAYS.finditer(text):
        days = (_weekday(match[1]), _weekday(match[2]))
        yield _Found(match.start(), match.end(), "weekday", value=days)


def _weekday(name: str) -> int:
    return int(name) if name.isdigit() else "一二三四五六日天末".index(name) % 8 + 1


def _bases(text: str, one: _Found) -> list[str]:
    before = _BASES_BEFORE.search(text[: one.start])
    after = _BASES_AFTER.match(text[one.end :])
    words = (before[0] if before else "") + (after[0] if after else "")
    return [name.replace("平米", "平方米") for name in _ONE_BASIS.findall(words)]


def _period(found: list[_Found], index: int, bases: list[str]) -> int:
    """The minutes an amount is counted by: 每月80元, 80元/月, 一年960元."""
    one = found[index]
    if one.kind != "money":
        return 0
    named = [_PERIODS[name] for name in bases if name in _PERIODS]
    if named:
        return named[0]
    before = found[index - 1] if index else None
    if before is None or before.kind != "duration" or before.end != one.start:
        return 0
    # A year counts as twelve months here, not as 365 days.
    months = round(before.low / _PERIODS["月"])
    return months * _PERIODS["月"] or int(before.low)


def _counts_money(text: str, found: list[_Found], index: int) -> bool:
    """Whether a rate is only the basis of the amount behind it (每月80元)."""
    if index + 1 >= len(found) or found[index + 1].kind != "money":
        return False
    one, amount = found[index], found[index + 1]
    before = _BASES_BEFORE.search(text[: amount.start])
    return before is not None and before.start() <= one.start


def _joined(text: str, found: list[_Found]) -> list[_Found]:
    """The same, two times of day or two days with 至 between them as one."""
    result: list[_Found] = []
    for one in found:
        before = result[-1] if result else None
        if before is not None and _is_sum(before, one):
            # 3小时30分钟
            low = before.low + one.low
            result[-1] = _Found(before.start, one.end, one.kind, low, before.low + one.high)
        elif before is not None and _is_range(text, before, one):
            high = one.low if one.low > before.low else one.low + 1440
            both = (*before.value, *one.value)
            result[-1] = _Found(before.start, one.end, one.kind, before.low, high, both)
        else:
            result.append(one)
    return result


def _is_sum(before: _Found, one: _Found) -> bool:
    return (
        one.kind == before.kind == "duration"
        and before.end == one.start
        and before.low == before.high > one.high
        and not before.days
    )


def _is_range(text: str, before: _Found, one: _Found) -> bool:
    return (
        one.kind == before.kind
        and one.kind in ("clock", "date")
        and len(before.value) <= 3
        and not before.low < before.high
        and _BETWEEN.fullmatch(text[before.end : one.start]) is not None
    )
