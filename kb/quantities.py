"""Quantities in Chinese text: how long, how much, how many, at what time, with their bounds.

`31-60天`, `超过30天`, `15分钟内` and `第61天起` are intervals; `三天` is a point. Found in the
form that `kb.normalization.normalize` gives, so spelling and script do not matter.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.normalization import chinese_number, normalize


class Dimension(StrEnum):
    """What is measured. Base units: minutes, yuan, per cent, minutes of the day, m², m, kg."""

    DURATION = "duration"
    MONEY = "money"
    PERCENT = "percent"
    CLOCK = "clock"
    DATE = "date"
    AREA = "area"
    LENGTH = "length"
    WEIGHT = "weight"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An interval `low`..`high` in base units (equal for a point; `high` may be infinite).

    `unit` is the unit word as normalised (a count's classifier: 户, 次); `start` and `end` are
    offsets into the normalised text.
    """

    dimension: Dimension
    low: float
    high: float
    unit: str
    start: int
    end: int

    @property
    def is_point(self) -> bool:
        """Whether it is a single value."""
        return self.low == self.high

    def contains(self, other: "Quantity") -> bool:
        """Whether the other interval lies within this one."""
        return self.low <= other.low and other.high <= self.high


_D, _M = Dimension.DURATION, Dimension.MONEY
_UNITS: dict[str, tuple[Dimension, float]] = {
    **dict.fromkeys(("秒钟", "秒"), (_D, 1 / 60)),
    "分钟": (_D, 1),
    **dict.fromkeys(("个小时", "小时", "个钟头", "钟头", "个服务小时", "服务小时"), (_D, 60)),
    **dict.fromkeys(("个工作日", "工作日", "个服务日", "服务日", "个自然日"), (_D, 1440)),
    **dict.fromkeys(("天", "日"), (_D, 1440)),
    **dict.fromkeys(("个星期", "星期", "周"), (_D, 10_080)),
    "个月": (_D, 43_200),
    "个季度": (_D, 129_600),
    "年": (_D, 525_600),
    "万元": (_M, 10_000),
    **dict.fromkeys(("元", "块钱", "块"), (_M, 1)),
    "角": (_M, 0.1),
    "%": (Dimension.PERCENT, 1),
    "‰": (Dimension.PERCENT, 0.1),
    **dict.fromkeys(("平方米", "平米", "m2"), (Dimension.AREA, 1)),
    **dict.fromkeys(("厘米", "cm"), (Dimension.LENGTH, 0.01)),
    **dict.fromkeys(("公里", "km"), (Dimension.LENGTH, 1000)),
    **dict.fromkeys(("米", "m"), (Dimension.LENGTH, 1)),
    **dict.fromkeys(("公斤", "千克", "kg"), (Dimension.WEIGHT, 1)),
    "吨": (Dimension.WEIGHT, 1000),
    **dict.fromkeys(
        "户人名次张栋幢层楼台部条个辆只份倍岁项遍件套间把家位种类", (Dimension.COUNT, 1)
    ),
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_BELOW = "不超过|不多于|不高于|不大于|不足|不满|未满|低于|少于|小于|最多|最长|最高|至多"
_ABOVE = "超过|超出|大于|高于|多于|至少|不低于|不少于|不小于|最少|最低|已满|届满|满|逾"
_AMOUNT = re.compile(
    rf"(?P<before>{_BELOW}|{_ABOVE})?(?P<nth>第)?(?<![\d.])(?<!\d:)(?P<low>{_NUMBER})"
    rf"(?:(?P<unit1>{_UNIT})?(?:-|~|—|–|至|到)第?(?P<high>{_NUMBER}))?"
    rf"(?P<unit>{_UNIT})(?P<after>(?:\(含\))?(?:以内|之内|内|以下|及以上|以上|开?外|起|以后|之后|后))?"
)
_WHOLE = "\\d+|[一二两三四五六七八九十]+"
_FRACTION = re.compile(
    rf"(?P<before>{_BELOW}|{_ABOVE})?(?P<below>{_WHOLE})分之(?P<above>{_WHOLE})"
    r"(?P<after>以内|以下|及以上|以上)?"
)
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?::(?P<m>\d\d)|点(?:钟|(?P<m2>\d{1,2})分?|(?P<half>半))?)(?!\d)"
)
_DATE = re.compile(
    r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年|\d{1,2}号(?!楼|线|门)|(?<=月)\s?\d{1,2}日"
)
# Times that are said without a number, in minutes.
_WORDS = {
    **dict.fromkeys(("立即", "立刻", "马上", "即时", "当场", "随时"), 0.0),
    **dict.fromkeys(("当天", "当日", "每天", "每日", "次日", "半天"), 1440.0),
    **dict.fromkeys(("每周", "每星期", "当周"), 10_080.0),
    **dict.fromkeys(("半个月", "半月"), 21_600.0),
    **dict.fromkeys(("每个月", "每月", "当月", "次月"), 43_200.0),
    **dict.fromkeys(("每个季度", "每季度", "每季"), 129_600.0),
    "半年": 262_800.0,
    "每年": 525_600.0,
}
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_SPACE_IN_AMOUNT = re.compile(rf"(?<=\d)\s+(?={_UNIT})|(?<=[\d])\s*([-~至到])\s*(?=\d)")
_LESS = ("以内", "之内", "内", "以下")


def quantities(text: str) -> list[Quantity]:
    """Every quantity of a text, in order."""
    return quantities_of_normal(compact(text))


def compact(text: str) -> str:
    """The normalised text without white space inside an amount: the text offsets refer to."""
    return _SPACE_IN_AMOUNT.sub(lambda match: match[1] or "", normalize(text))


def quantities_of_normal(text: str) -> list[Quantity]:
    """The same for a text that `compact` has already been applied to."""
    found = [*_dates(text), *_clocks(text), *_fractions(text), *_amounts(text), *_words(text)]
    found.sort(key=lambda quantity: (quantity.start, -quantity.end))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
    return kept


def _dates(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        yield Quantity(Dimension.DATE, math.nan, math.nan, "日", match.start(), match.end())


def _clocks(text: str) -> Iterator[Quantity]:
    for match in _CLOCK.finditer(text):
        minute = 30 if match["half"] else int(match["m"] or match["m2"] or 0)
        value = float(int(match["h"]) * 60 + minute)
        yield Quantity(Dimension.CLOCK, value, value, "点", match.start(), match.end())


def _fractions(text: str) -> Iterator[Quantity]:
    for match in _FRACTION.finditer(text):
        below, above = (_whole(match[name]) for name in ("below", "above"))
        if below:
            low, high = _bounded(100 * above / below, match["before"] or "", match["after"] or "")
            yield Quantity(Dimension.PERCENT, low, high, "分之", match.start(), match.end())


def _whole(numeral: str) -> int:
    return int(numeral) if numeral.isascii() else chinese_number(numeral)


def _words(text: str) -> Iterator[Quantity]:
    for match in _WORD.finditer(text):
        value = _WORDS[match[0]]
        yield Quantity(Dimension.DURATION, value, value, match[0], match.start(), match.end())


def _amounts(text: str) -> Iterator[Quantity]:
    for match in _AMOUNT.finditer(text):
        unit = match["unit"]
        if match["nth"] and _UNITS[unit][0] is Dimension.COUNT:
            continue  # 第十五条 is a place in a text, not a number of things
        dimension, scale = _UNITS[unit]
        first_scale = _UNITS[match["unit1"]][1] if match["unit1"] else scale
        low = float(match["low"]) * (first_scale if match["high"] else scale)
        high = float(match["high"]) * scale if match["high"] else low
        if not match["high"]:
            low, high = _bounded(low, match["before"] or "", match["after"] or "")
        yield Quantity(dimension, low, high, unit, match.start(), match.end())


def _bounded(value: float, before: str, after: str) -> tuple[float, float]:
    if after.endswith(_LESS) or re.fullmatch(_BELOW, before):
        return 0.0, value
    if after or before:
        return value, math.inf
    return value, value
