"""Every value that a text states, in a form in which equal values are equal.

8:30 and 上午八点半, 1块8 and 1.8元, 一刻钟 and 15分钟 are the same; 三日 and 三个工作日, 每月 and
每年, 分钟 and 小时 are not. `kb.quantities` compares passages and levels service days with days;
what a resident is told must keep them apart, and needs its place in the text that was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.guard.numbers import NUMBER, amount, chinese_number_digits
from assistant.guard.times import clocks, dates, relative_days, weekdays
from assistant.script import fold


class Measured(StrEnum):
    """What a value measures."""

    DURATION = "duration"
    CLOCK = "clock"
    DATE = "date"
    WEEKDAY = "weekday"
    DAY = "day"
    MONEY = "money"
    PERCENT = "percent"
    AMOUNT = "amount"
    COUNT = "count"
    EVERY = "every"
    PLACE = "place"
    PHONE = "phone"
    NUMBER = "number"


TIMES = frozenset(
    {Measured.DURATION, Measured.CLOCK, Measured.DATE, Measured.WEEKDAY, Measured.DAY}
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `folded[start:end]`. `meanings` are what it may say, one unless it is ambiguous.

    Units: durations in minutes, `service_minute`, `service_day`, `work_day` or `month`; clock
    times in minutes of the day; money in yuan; other measures in their base unit.
    """

    measured: Measured
    unit: str
    meanings: tuple[tuple[float, ...], ...]
    start: int
    end: int
    text: str


_DURATIONS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("秒钟", "秒"), ("minute", 1 / 60)),
    **dict.fromkeys(("分钟", "分(?=内|之内|以内)"), ("minute", 1)),
    "刻钟": ("minute", 15),
    **dict.fromkeys(("小时", "钟头", "h(?=内|之内|以内)"), ("minute", 60)),
    **dict.fromkeys(("天", "自然日", "昼夜"), ("minute", 1440)),
    **dict.fromkeys(
        ("星期(?![一二三四五六日天])", "礼拜(?![一二三四五六日天])"), ("minute", 10080)
    ),
    "周(?![一二三四五六日天末岁年])": ("minute", 10080),
    **dict.fromkeys(("服务小时", "服务时"), ("service_minute", 60)),
    **dict.fromkeys(("工作小时",), ("work_minute", 60)),
    "服务日": ("service_day", 1),
    "工作日": ("work_day", 1),
    "季度": ("month", 3),
    "年(?!级|[初底末度])": ("month", 12),
}
_DURATION_UNIT = "|".join(f"(?:{unit})" for unit in sorted(_DURATIONS, key=len, reverse=True))
_JOIN = "(?:-|~|—|–|到|至)"
_DURATION = re.compile(
    rf"(?<![0-9.月])(?<![0-9]:)(?:(?P<low>{NUMBER})(?:个?(?:{_DURATION_UNIT}|日))?{_JOIN})?"
    rf"(?:(?P<n>{NUMBER}|半)(?P<half>个半|(?=半))?个?(?P<unit>{_DURATION_UNIT}|日(?=内|之内|以内)|月(?<=个月))"
    rf"(?P<after>半(?!径|价))?)"
)
_CHINESE_DAYS = re.compile(r"(?<![第月周0-9])(?P<n>[一二两三四五六七八九十]{1,3})日(?!常|前)")
_VAGUE = re.compile(
    r"(?:十?几|数|好几|两三|三五|三四)个?(?:分钟|小时|钟头|天|日|周|星期|礼拜|工作日)"
)
_BASES = {"百": 100.0, "千": 1000.0, "万": 10_000.0}
_MONEY = re.compile(
    rf"(?:(?P<low>{NUMBER})(?:元|块)?{_JOIN})?"
    rf"(?:[¥￥](?P<sign>{NUMBER})|(?P<n>{NUMBER})(?P<wan>[万千百])?"
    rf"(?:(?P<yuan>元(?!旦|素|件|器|宵)|块(?:钱|(?<=[百千万0]块)|(?=[0-9一二两三四五六七八九毛/每的左右上下多整算封起啊吧呢,。;、)!?]|$)))(?P<jiao>[0-9一二两三四五六七八九](?![0-9.]|个|平|月|年|天|次|户))?"
    r"(?:(?<=[0-9一二两三四五六七八九])[角毛])?|(?P<coin>(?<!一)角(?!落|度|形|色|钢)|毛钱(?!都?也?不)|分钱(?!都?也?不))))"
)
# 赔两千, 两千五的押金: an amount without its unit
_ROUND_SUM = re.compile(
    "(?<=[赔退补付交收罚])(?P<n>[一二两三四五六七八九][千百][一二三四五六七八九]?)(?![元块个次户人天分小时])"
    "|(?P<held>[一二两三四五六七八九][千百][一二三四五六七八九]?)(?=的(?:押金|保证金|赔|补|钱|费))"
)
_DISCOUNT = re.compile(rf"(?P<n>{NUMBER})折(?!叠|腾|磨|返|射|断|算|旧|扣)")
_PERCENT = re.compile(
    rf"(?P<n>{NUMBER})(?P<sign>%|‰|个百分点)|(?P<base>[百千万])分之(?P<share>[0-9.]+|[零一二两三四五六七八九十百点]+)"
    rf"|(?<![0-9./])(?P<part>[1-9])/(?P<whole>[2-9]|10)(?![0-9/日号])"
    rf"|(?P<below>[二三四五六七八九十])分之(?P<above>[一二三四五六七八九])"
    rf"|(?P<tenths>[一二两三四五六七八九])成(?!立|功|员|为|本|都|分|年|果|熟|绩|长|交|效)"
)
_AMOUNTS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(
        ("平方米", "平米", "平方", "m2", "㎡", "平(?=每|,|。|的|$|以|;|、| )"), ("m2", 1)
    ),
    **dict.fromkeys(("立方米", "m3"), ("m3", 1)),
    **dict.fromkeys(("毫米", "mm"), ("m", 0.001)),
    **dict.fromkeys(("厘米", "公分", "cm"), ("m", 0.01)),
    **dict.fromkeys(("公里", "千米", "km"), ("m", 1000)),
    **dict.fromkeys(("米", "m(?![a-z0-9])"), ("m", 1)),
    **dict.fromkeys(("公斤", "千克", "kg"), ("kg", 1)),
    "斤": ("kg", 0.5),
    "吨": ("kg", 1000),
    **dict.fromkeys(("升",), ("l", 1)),
    **dict.fromkeys(("千瓦时", "度(?!假|过|量)", "℃", "°c"), ("degree", 1)),
    **dict.fromkeys(("千瓦", "kw"), ("w", 1000)),
    **dict.fromkeys(("瓦", "w(?![a-z])"), ("w", 1)),
    **dict.fromkeys(("伏(?!天)", "v(?![a-z])"), ("v", 1)),
    "分贝": ("db", 1),
    "级(?!别)": ("grade", 1),
}
_AMOUNT_UNIT = "|".join(f"(?:{unit})" for unit in sorted(_AMOUNTS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<!第)(?:(?P<low>{NUMBER}){_JOIN})?(?P<n>{NUMBER})(?P<unit>{_AMOUNT_UNIT})(?:(?<=米)(?P<tenths>[一二三四五六七八九1-9])(?![0-9层楼栋]))?"
)
_GROUPS = (
    "人名位", "次回遍趟", "户家", "张份", "辆台部", "条根", "项样", "页", "盏", "棵株", "套", "间",
    "岁", "期", "倍", "具只", "种类", "件", "组", "道", "颗", "瓶", "桶", "袋", "箱", "批", "片块",
)  # fmt: skip
_CLASSIFIER = {one: group[0] for group in _GROUPS for one in group} | {"个": "个"}
_COUNT = re.compile(
    rf"(?<![第0-9.])(?:(?P<low>{NUMBER}){_JOIN})?(?P<n>{NUMBER})(?P<unit>[{''.join(_CLASSIFIER)}])"
    r"(?!月|工作日|服务|小时|自然日|钟头|星期|季度|礼拜|半|百分点|管家|心|(?<=只)[有能要是剩])"
)
_ORDINAL = re.compile(rf"第(?P<n>{NUMBER})(?P<unit>[次回遍趟])(?!序)")
_SMALL_TALK = re.compile(r"[这那以上述此](?:几|两|三)|两(?:件事|方面|头)|三(?:方面|点)")
_PLACE = re.compile(
    rf"(?<![哪同这那几每整某])(?:地下|负|b)?(?:(?P<low>{NUMBER})(?:栋|幢|号楼|单元|层|楼)?(?:-|~|到|至|、))?"
    rf"(?P<n>{NUMBER}|[a-z])(?P<unit>号?楼栋?|栋|幢|座|单元|层|室|号房|号车位|号线|号岗|号门)(?!高)"
)
_CLAUSE = re.compile(rf"第(?P<n>{NUMBER})[条章款]")
_EVERY_UNITS = {
    "分钟": "minute", "小时": "hour", "天": "day", "日": "day", "周": "week", "星期": "week",
    "礼拜": "week", "月": "month", "季度": "quarter", "季": "quarter", "年": "year",
    "平方米": "m2", "平米": "m2", "平方": "m2", "平": "m2", "m2": "m2", "㎡": "m2",
    "次": "次", "户": "户",
}  # fmt: skip
_EVERY_UNIT = "|".join(sorted(_EVERY_UNITS, key=len, reverse=True))
_EVERY = re.compile(
    rf"每半个?(?P<half>{_EVERY_UNIT})|每一?个?(?P<a>{_EVERY_UNIT})|/(?P<b>{_EVERY_UNIT})|按(?P<c>{_EVERY_UNIT})(?=[收缴计交付结预])"
    rf"|(?P<d>[月年季日])(?:租|费(?!用))|(?:(?<=[元块])|(?<=块[0-9]))一?个?(?P<e>{_EVERY_UNIT})(?![内前后])"
    rf"|一个?(?P<f>月|年|季度|平方米|平米|平)(?=[^内后]{{0,3}}?{NUMBER}(?:元|块))"
    rf"|一个?(?P<g>季度|季|月|周|星期|礼拜|年|天)(?=[^,。;]{{0,2}}{NUMBER}[次回遍趟])"
)
_PHONE = re.compile(
    r"(?<![0-9a-z.])(?:(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9*x]{4}){2}"
    r"|400[ -]?[0-9]{3}[ -]?[0-9]{4}|400[ -]?[0-9]{4}[ -]?[0-9]{3}|0[0-9]{2,3}[ -]?[2-9][0-9]{6,7}"
    r"|[2-9][0-9]{3}-[0-9]{4}|[2-9][0-9]{6,7}|9[56][0-9]{3}|12[0-9]{3}|1(?:10|19|20|22))"
    r"(?![0-9.]|元|块|平|米|户|人|次|个|天|小时|分钟|度|%|室|栋)"
)
# 八八零零幺九九九: read out, digit by digit
_SPELLED_PHONE = re.compile(
    "[零〇一二两三四五六七八九幺](?:[、 -]?[零〇一二两三四五六七八九幺]){6,}"
)
_LONGEST_PHONE = 12
_BARE = re.compile(r"(?<![a-z])[a-z]{0,4}[0-9]+(?:[.:/-][0-9]+)*[a-z]{0,3}")


@lru_cache(maxsize=1024)
def values_of(folded: str) -> tuple[Value, ...]:
    """Every value of a folded text, in order; of those that overlap the more telling one."""
    taken = bytearray(len(folded))
    kept: list[Value] = []
    for group in _READERS:
        for value in group(folded):
            if not any(taken[value.start : value.end]):
                taken[value.start : value.end] = b"\1" * (value.end - value.start)
                kept.append(value)
    kept += _every(folded)
    return tuple(sorted(kept, key=lambda value: (value.start, value.end)))


def values_of_text(text: str) -> tuple[Value, ...]:
    """The same for a text as it was written; offsets are of its folded form."""
    return values_of(fold(text).text)


def _value(measured: Measured, unit: str, number: float, match: re.Match[str]) -> Value:
    return Value(measured, unit, ((round(number, 4),),), match.start(), match.end(), match[0])


def _both(
    measured: Measured, unit: str, scale: float, match: re.Match[str], number: float
) -> Iterator[Value]:
    """The value, and before it the lower end of a range; each claims its own stretch."""
    if low := match["low"]:
        end = match.start("low") + len(low)
        value = (round(amount(low) * scale, 4),)
        yield Value(measured, unit, (value,), match.start(), end, match[0])
        start = match.start("n") if match.groupdict().get("n") else end
        yield Value(
            measured,
            unit,
            ((round(number, 4),),),
            start,
            match.end(),
            match[0][start - match.start() :],
        )
    else:
        yield _value(measured, unit, number, match)


def _durations(text: str) -> Iterator[Value]:
    for match in _DURATION.finditer(text):
        before = text[max(0, match.start() - 1) : match.start()]
        if before in tuple("每哪有这那某同另头首第") and amount(match["n"]) == 1:
            continue
        if before == "第" and match["unit"] not in ("分钟", "小时"):
            continue  # 第31分钟 begins where 30 minutes end; 第二天 is a day
        if before in tuple("这那近过") and match["n"] == "两":
            continue  # 这两天
        unit, scale = _duration_unit(match["unit"])
        number = amount(match["n"]) + (0.5 if match["half"] or match["after"] else 0)
        if unit == "month" and match["unit"] == "年" and number >= 1900:
            continue
        yield from _both(Measured.DURATION, unit, scale, match, number * scale)
    for match in _CHINESE_DAYS.finditer(text):
        yield _value(Measured.DURATION, "minute", amount(match["n"]) * 1440, match)
    for match in _VAGUE.finditer(text):
        yield Value(Measured.DURATION, "vague", (), match.start(), match.end(), match[0])


def _duration_unit(word: str) -> tuple[str, float]:
    if word == "日":
        return "minute", 1440
    if word == "月":
        return "month", 1
    for unit, meaning in _DURATIONS.items():
        if unit.split("(")[0] == word:
            return meaning
    raise KeyError(word)


def _money(text: str) -> Iterator[Value]:
    for match in _MONEY.finditer(text):
        number = amount(match["sign"] or match["n"]) * _BASES.get(match["wan"] or "", 1)
        if coin := match["coin"]:
            number *= 0.01 if coin == "分钱" else 0.1
        if match["jiao"]:
            number += amount(match["jiao"]) / 10
        yield from _both(Measured.MONEY, "yuan", 1, match, number)
    for match in _ROUND_SUM.finditer(text):
        digits = match["n"] or match["held"]
        number = amount(digits[:2]) + (amount(digits[2]) * amount(f"一{digits[1]}") / 10
                                       if digits[2:] else 0)  # fmt: skip
        yield _value(Measured.MONEY, "yuan", number, match)
    for match in _DISCOUNT.finditer(text):
        yield _value(Measured.MONEY, "discount", amount(match["n"]), match)


def _percents(text: str) -> Iterator[Value]:
    for match in _PERCENT.finditer(text):
        if match["sign"]:
            number = amount(match["n"]) * (0.1 if match["sign"] == "‰" else 1)
        elif match["base"]:
            number = 100 * amount(match["share"]) / _BASES[match["base"]]
        elif match["whole"]:
            number = 100 * int(match["part"]) / int(match["whole"])
        elif match["below"]:
            number = 100 * amount(match["above"]) / amount(match["below"])
        else:
            number = 10 * amount(match["tenths"])
        yield _value(Measured.PERCENT, "%", number, match)


def _amounts(text: str) -> Iterator[Value]:
    for match in _AMOUNT.finditer(text):
        if match["unit"].startswith("级") and not match["n"].isdigit():
            continue  # 二级处理 is a name
        unit, scale = next(
            meaning for name, meaning in _AMOUNTS.items() if name.split("(")[0] == match["unit"]
        )
        number = amount(match["n"])
        if match["tenths"]:
            number += amount(match["tenths"]) / 10  # 一米五
        yield from _both(Measured.AMOUNT, unit, scale, match, number * scale)


def _counts(text: str) -> Iterator[Value]:
    for match in _COUNT.finditer(text):
        spelled = not match["n"].isascii()
        if spelled and (
            amount(match["n"]) in (0, 1)
            or _SMALL_TALK.search(text[max(0, match.start() - 1) :], 0, 5)
        ):
            continue  # 一位同事, 这两件事
        yield from _both(Measured.COUNT, _CLASSIFIER[match["unit"]], 1, match, amount(match["n"]))
    for match in _ORDINAL.finditer(text):
        # 第一次 is often just before, 跑第二趟 once more
        if amount(match["n"]) > (2 if match["unit"] in "遍趟" else 1):
            yield _value(Measured.COUNT, _CLASSIFIER[match["unit"]], amount(match["n"]), match)


def _places(text: str) -> Iterator[Value]:
    for match in _PLACE.finditer(text):
        if match["n"] in ("一", "大", "二", "百", "千", "万") and match["unit"] in (
            "楼",
            "层",
            "座",
        ):
            continue
        if match["n"] == "一" and text[match.end() : match.end() + 1] == "楼":
            continue  # 一栋楼的人
        number = (
            amount(match["n"])
            if not match["n"].isalpha() or not match["n"].isascii()
            else ord(match["n"])
        )
        if match["unit"] in ("楼", "层") and number >= 100:
            continue  # 7栋1102楼下
        unit = "栋" if match["unit"] in ("号楼", "幢", "座", "楼栋") else match["unit"]
        yield from _both(Measured.PLACE, unit, 1, match, float(number))
    for match in _CLAUSE.finditer(text):
        yield _value(Measured.PLACE, "clause", amount(match["n"]), match)


def _every(text: str) -> Iterator[Value]:
    for match in _EVERY.finditer(text):
        word = next(filter(None, match.groups()))
        share = 0.5 if match["half"] else 1.0
        yield Value(
            Measured.EVERY, _EVERY_UNITS[word], ((share,),), match.start(), match.end(), match[0]
        )


def _phones(text: str) -> Iterator[Value]:
    for match in _SPELLED_PHONE.finditer(text):
        digits = chinese_number_digits(re.sub("[、 -]", "", match[0]).replace("幺", "一"))
        if len(digits) <= _LONGEST_PHONE:
            yield Value(Measured.PHONE, digits, (), match.start(), match.end(), match[0])
    for match in _PHONE.finditer(text):
        digits = re.sub(r"[^0-9*x]", "", match[0]).removeprefix("86").replace("x", "*")
        yield Value(Measured.PHONE, digits, (), match.start(), match.end(), match[0])


def _numbers(text: str) -> Iterator[Value]:
    for match in _BARE.finditer(text):
        yield Value(Measured.NUMBER, match[0], (), match.start(), match.end(), match[0])


def _timed(text: str) -> Iterator[Value]:
    for kind, reader in (
        (Measured.DATE, dates), (Measured.WEEKDAY, weekdays), (Measured.DAY, relative_days),
        (Measured.CLOCK, clocks),
    ):  # fmt: skip
        for unit, meanings, start, end in reader(text):
            yield Value(kind, unit, meanings, start, end, text[start:end])


_READERS = (
    _phones, _money, _percents, _timed, _durations, _amounts, _places, _counts, _numbers,
)  # fmt: skip
