"""Clock times, dates, weekdays and relative days of folded text.

Each reader yields `(unit, meanings, start, end)`. A clock time without a part of the day may mean
two hours; a date is `(year, month, day)` with 0 for what is not said.
"""

import re
from collections.abc import Iterator

from assistant.guard.numbers import amount

Found = tuple[str, tuple[tuple[float, ...], ...], int, int]

_PART = (
    "凌晨|清晨|早上|早晨|早间|清早|一早|上午|中午|正午|午间|午后|下午|傍晚|晚上|晚间|夜晚|夜里"
    "|夜间|深夜|半夜|早|晚"
)
_HOUR = "(?:[0-9]{1,2}|[零一二两三四五六七八九十]{1,3})"
_POINT = (
    r"(?:点(?!建议|要求|问题|意见|说明|赞|击|名|燃|火|火|评|心|滴|儿|着|亮)|时(?!间|候|段|常|限"
    r"|代|刻|效|长|而|时|光|不|,))(?:钟|整)?"
)
_MINUTE = (
    r"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>[0-5]?[0-9](?![0-9])"
    r"|[零一二三四五]?十?[一二三四五六七八九])分?)?"
)
_TO = "(?:-|~|—|–|到|至)"
_CLOCK = re.compile(
    rf"(?:(?P<part>{_PART})的?)?(?:(?P<from>{_HOUR})(?={_TO}(?:{_PART})?{_HOUR}[点时:])"
    rf"|(?P<h>[0-9]{{1,2}}):(?P<m>[0-5][0-9])(?![0-9:])"
    rf"|(?P<hour>{_HOUR}){_POINT}{_MINUTE})"
)
_MORNING = ("凌晨", "清晨", "早上", "早晨", "早间", "清早", "一早", "上午", "早")
_LATE = ("午后", "下午", "傍晚", "晚上", "晚间", "夜晚", "夜里", "夜间", "深夜", "半夜", "晚")
_SURE = re.compile(
    r"^(?:钟|整|半|前|后|之|以|到|至|-|~|左右|开|关|准|多|[0-9一二三四五]{1,3}分|[,。;、)]|$)"
)
_DATE = re.compile(
    r"(?:(?P<y>20[0-9]{2})(?:年|-|/|\.))?(?<![0-9.])(?P<m>[0-9]{1,2}"
    r"|[一二三四五六七八九十]{1,2})(?P<mark>月|-|/|\.)"
    r"(?P<d>[0-9]{1,2}(?![0-9.:%])|[一二三四五六七八九十]{1,3})(?P<day>日|号(?!楼|线|门|岗))?"
    r"|(?P<year>20[0-9]{2})年(?:度)?"
    r"|(?<![0-9个第.])(?P<month>[0-9]{1,2}"
    r"|(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,2})月(?:份|底|初|中旬)?(?![内前后]"
    r"|租|费)"
    r"|(?<![0-9.第])(?P<only>[0-9]{1,2})(?:日(?!内|之内|以内)|号(?!楼|线|门|院|车|电|梯|岗|机"
    r"|厅|库|馆|柜|桩|位|商|铺|房|[0-9]))"
    r"|(?:第|(?<=年)|(?<=年的)|(?=[二三四1-4]))(?P<quarter>[一二三四1-4])季度"
)
_WEEKDAY = re.compile(
    r"(?P<which>下下个?|下个?|这个?|本)?(?:周|星期"
    r"|礼拜)(?P<day>[一二三四五六日天末]|[1-7](?![0-9]))(?P<more>日)?"
    r"|(?P<weekend>双休日?|休息日)|(?<![个0-9一二两三四五六七八九十])(?P<work>工作日)"
)
_RELATIVE = {
    "大后天": 3, "后天": 2, "后日": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明儿": 1,
    "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "今夜": 0, "今儿": 0, "昨天": -1, "昨日": -1,
    "昨晚": -1, "昨夜": -1, "前天": -2,
}  # fmt: skip
_OTHER_DAYS = {
    "当天": "same_day", "当日": "same_day", "次日": "next_day", "第二天": "next_day",
    "隔天": "next_day", "隔日": "next_day", "翌日": "next_day", "下周内": "next_week",
    "本周内": "this_week", "这周内": "this_week", "这周之内": "this_week", "本周之内": "this_week",
    "月底": "month_end", "月末": "month_end", "月初": "month_start", "年底": "year_end",
    "年前": "year_end", "本月内": "this_month", "这个月内": "this_month", "次月": "next_month",
    "下个月": "next_month", "下月": "next_month",
}  # fmt: skip
_DAY = re.compile("|".join(sorted((*_RELATIVE, *_OTHER_DAYS), key=len, reverse=True)))


def clocks(text: str) -> Iterator[Found]:
    """Times of the day, in minutes since midnight."""
    part = ""
    last = 0
    for match in _CLOCK.finditer(text):
        if match["part"] or match.start() - last > 2:
            part = match["part"] or ""
        word = match["hour"]
        if word and not _is_clock(text, match):
            continue
        hour = amount(word or match["from"] or match["h"])
        minute = float(match["m"] or 0)
        if match["half"]:
            minute = 30
        elif match["quarter"]:
            minute = 15 * amount(match["quarter"])
        elif match["minute"]:
            minute = amount(match["minute"])
        if hour > 24 or minute > 59:
            continue
        start = match.start()
        if match["part"] in ("早", "晚") and text[max(0, start - 1) : start] in tuple("今明昨"):
            start += len(match["part"])
        meanings = _hours(hour, part, definite=bool(match["h"] and match["h"][0] == "0"))
        yield "clock", tuple((60 * one % 1440 + minute,) for one in meanings), start, match.end()
        last = match.end()


def _is_clock(text: str, match: re.Match[str]) -> bool:
    """一点 is a little, 两点 may be two remarks: a time is told by what stands around it."""
    if match["part"] or match["half"] or match["quarter"] or match["minute"]:
        return True
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() :]
    if match["hour"] in ("一", "1") and not re.match("钟|整|前|到|至|之前|以前", after):
        return before in ("到", "至", "-", "~")
    return match["hour"].isdigit() or before in tuple("到至-~从早晚于") or bool(_SURE.match(after))


def _hours(hour: float, part: str, definite: bool) -> tuple[float, ...]:
    if hour >= 13 or definite:
        return (hour,)
    if part in _MORNING:
        # 上午十二点 is noon, 凌晨12点 midnight
        return (0.0, 12.0) if hour == 12 else (hour,)
    if part in _LATE:
        # 半夜两点 is past midnight
        late = part in ("夜里", "深夜", "半夜", "夜间", "晚上") and hour <= 5
        return (hour, hour + 12) if late else ((hour + 12) % 24,) if hour < 12 else (12.0, 0.0)
    if part in ("中午", "正午", "午间"):
        return (hour,) if hour >= 10 else (hour + 12,)
    return (hour, (hour + 12) % 24)


def dates(text: str) -> Iterator[Found]:
    """Dates, months, years and quarters."""
    for match in _DATE.finditer(text):
        if match["m"]:
            month, day = amount(match["m"]), amount(match["d"])
            if not match["d"].isdigit() and not match["day"]:
                # 一月一次 says how often; of 10月一个月 the month is left
                if match["m"].isdigit() and match["mark"] == "月" and 1 <= month <= 12:
                    end = match.start("mark") + 1
                    yield "date", ((0.0, month, 0.0),), match.start("m"), end
                continue
            if not (1 <= month <= 12 and 1 <= day <= 31):
                continue
            if match["mark"] != "月" and not match["y"] and (match["mark"] != "/" or match["day"]):
                continue  # 1.5 and 2-6 are no dates
            yield "date", ((float(match["y"] or 0), month, day),), *match.span()
        elif match["year"]:
            yield "date", ((float(match["year"]), 0.0, 0.0),), *match.span()
        elif match["month"]:
            word = match["month"]
            month = amount(word)
            if len(word) == 2 and not word.isdigit() and "十" not in word:
                both = tuple((0.0, amount(one), 0.0) for one in word)  # 四五月份
                yield "date", both, *match.span()
            elif 1 <= month <= 12:
                yield "date", ((0.0, month, 0.0),), *match.span()
        elif match["only"]:
            yield "date", ((0.0, 0.0, amount(match["only"])),), *match.span()
        else:
            yield "quarter", ((amount(match["quarter"]),),), *match.span()


def weekdays(text: str) -> Iterator[Found]:
    """Days of the week, 1 to 7; a weekend means either of its days. The unit says which week."""
    for match in _WEEKDAY.finditer(text):
        if match["weekend"]:
            days: tuple[float, ...] = (6, 7)
        elif match["work"]:
            days = (1, 2, 3, 4, 5)
        else:
            word = match["day"]
            days = (6, 7) if word == "末" or match["more"] else (_weekday(word),)
        which = match["which"] or ""
        unit = f"+{which.count('下')}" if which else ""
        yield unit, tuple((day,) for day in days), *match.span()


def _weekday(word: str) -> float:
    return (
        float(word)
        if word.isdigit()
        else float("一二三四五六日".find(word.replace("天", "日")) + 1)
    )


def relative_days(text: str) -> Iterator[Found]:
    """今天 and its neighbours as days from today; 当天, 次日 and longer stretches by name."""
    for match in _DAY.finditer(text):
        word = match[0]
        if word in _RELATIVE:
            yield "relative", ((float(_RELATIVE[word]),),), *match.span()
        else:
            yield _OTHER_DAYS[word], ((1.0,),), *match.span()
