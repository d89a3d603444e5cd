"""Times as residents write them (明天下午三点后, 这周六上午, 下周一之前), as intervals.

Everything is matched on folded text and read from a local moment: its date and zone are what 今天
means. Parts of the day (hours): 凌晨 0–6, 早上 6–9, 上午 8–12, 中午 11–14, 下午 13–18, 傍晚 17–19,
晚上 18–22, 下班后 from 18. An hour from 1 to 6 without such a word is in the afternoon. Weeks begin
on Monday. A day or hour that has passed is read as the next one where nothing says which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from assistant.numerals import number

_N = "(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})"
_WEEKDAY = "(?:周|星期|礼拜)"
_DAYS = {"今": 0, "明": 1, "听": 1, "后": 2, "大后": 3}
_PARTS = {
    "凌晨": (0, 6), "清晨": (5, 8), "早上": (6, 9), "早晨": (6, 9), "一早": (6, 9), "早": (6, 9),
    "上午": (8, 12), "上昼": (8, 12), "朝早": (6, 9), "白天": (8, 18), "中午": (11, 14),
    "晏昼": (12, 18),
    "午后": (13, 18), "下午": (13, 18), "下昼": (13, 18), "傍晚": (17, 19), "晚上": (18, 22),
    "晚间": (18, 22), "夜晚": (18, 22), "夜里": (20, 24), "晚": (18, 22),
}  # fmt: skip
_AFTER_WORK = "(?:下班|放工|收工)"
_HOLIDAYS = {
    "元旦": "元旦", "春节": "春节", "过年": "春节", "清明": "清明", "五一": "劳动",
    "劳动节": "劳动", "端午": "端午", "中秋": "中秋", "国庆": "国庆", "十一": "国庆",
}  # fmt: skip
_FIXED = {"元旦": (1, 1, 1), "劳动": (5, 1, 5), "国庆": (10, 1, 7)}  # month, first day, days

_DAY = (
    "(?P<day>"
    f"(?P<relative>大后|明后|今明|今|明|听|后)(?:天|日|儿|(?=[早晚]))"
    f"|(?P<which>这个?|本|下下个?|下个?)?{_WEEKDAY}(?P<weekday>[一二三四五六日天1-7])(?![0-9])(?:(?:和|、|或者?)?{_WEEKDAY}?[日天](?!早|晚|上))?"
    f"|(?P<week_end>(?:(?P<which_end>这个?|本|下下个?|下个?))?(?:周末|双休日?|星期六日|周六日))"
    f"|(?P<week>下下个?|下个?|这个?|本){_WEEKDAY}(?![一二三四五六日天末1-7])"
    f"|(?:(?P<year>20[0-9]{{2}})[年\\-/.])?(?P<month>{_N})(?:月|[\\-/.](?=[0-9]{{1,2}}(?![0-9.:\\-/点])))(?P<date>{_N})(?:日|号|(?<=[0-9])(?![0-9]))(?!楼|线)"
    f"|(?P<which_month>本月|这个?月|下个?月)?(?P<only>{_N})(?:号|日)(?!楼|线|门|院|车|电|梯|岗|机|厅|库|馆|坑|井|柜|桩|表|房|床|线|位|商|铺|公|地|[0-9])"
    f"|(?P<holiday>元旦|春节|过年|清明|五一|劳动节|端午|中秋|国庆|十一(?=假|期间|长假))(?:节?(?:期间|假期|长假|放假|的时候|那几天|当天)|节)?"
    ")"
)
_LATER = (
    f"(?P<later>过?(?P<amount>半|{_N})个?(?P<half>半)?"
    "(?P<measure>天|日|小时|钟头|分钟|星期|礼拜|周)"
    "(?:之后|以后|过后|后|(?P<within>之内|以内|内)))"
)
_PART = "(?P<part>" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")"
_CLOCK = (
    f"(?P<hour>[0-9]{{1,2}}|[一二两三四五六七八九十]{{1,3}})"
    f"(?:[点時时](?!间|候|尚|不|常|刻|段|代)(?:钟|整)?(?:(?P<half_past>半)|(?P<quarter>[一三])刻|(?P<minute>{_N}[零]?)分?)?"
    f"|:(?P<colon>[0-5][0-9])(?![0-9]))"
)
_TO = "(?:-|~|－|—|–|到|至)"
_UNTIL = f"(?P<until>{_N}(?:[点时](?!间|候)(?:钟|半)?|:[0-5][0-9]))"
_RANGE = (
    f"(?:(?P<from>[0-9]{{1,2}}|[一二两三四五六七八九十]{{1,2}})(?P<from_half>点半|:[0-5][0-9])?点?{_TO}"
    f"(?P<part2>上午|中午|下午|晚上)?{_UNTIL}(?![0-9]))"
)
_SUFFIX = (
    "(?P<suffix>之前|以前|前(?!台|面|门|后|几|两)|之后|以后|过后|后(?!天|门|面|日|期)|左右|起)?"
)
_TIME = re.compile(
    f"(?<![0-9年月:.\\-/第])(?:{_LATER}"
    f"|{_DAY}(?:的?[, ]?(?:{_PART}|(?P<work>{_AFTER_WORK})))?"
    f"的?[ ]?(?:{_RANGE}|{_CLOCK})?(?:以|之)?{_SUFFIX})"
)
_IN_DAY = re.compile(
    "(?<![0-9:.\\-/第])"
    f"(?:{_PART}|(?P<work>{_AFTER_WORK}))?(?:的| )?(?:{_RANGE}|{_CLOCK})?(?:以|之)?{_SUFFIX}"
)
_START = re.compile(
    "[0-9一二两三四五六七八九十半今明听后大这本下周星礼双元春过清端中国劳早上傍晚夜凌午白朝晏放收]"
)
_MOST = 12  # times of a message that are looked at


@dataclass(frozen=True, slots=True)
class Span:
    """A time in a folded text: `text[start:end]` means from `at` to `until`.

    `until` is None where only a beginning is said, `at` is None where only an end is. `dated` says
    that the day was named.
    """

    start: int
    end: int
    at: datetime | None
    until: datetime | None
    dated: bool
    is_vague: bool = False


def find_moments(text: str, now: datetime) -> list[Span]:
    """The first times of a folded text, in order; `now` is the local moment it was written."""
    found: list[Span] = []
    last = tried = 0
    for start in _START.finditer(text):
        if start.start() < last:
            continue
        match = _match_at(text, start.start())
        if match is None:
            continue
        tried += 1
        last = match.end()
        try:
            span = _span(match, now)
        except (ValueError, OverflowError):  # 31号 in a month without it, hour 27
            span = None
        if span is not None:
            found.append(span)
        if tried == _MOST:
            break
    return found


def _match_at(text: str, start: int) -> re.Match[str] | None:
    if match := _TIME.match(text, start):
        return match
    match = _IN_DAY.match(text, start)
    if match is None:
        return None
    clock = match["from"] or match["hour"]
    if match["work"] and not (match["suffix"] or "").endswith("后"):
        return None
    if not clock:
        part = match["part"]
        # 大白天, 停一个下午, 叫了一上午: how long, not when
        alone = part in ("早", "晚") or text[max(0, start - 1) : start] in tuple("大一整半个成")
        return match if (part and not alone) or match["work"] else None
    if match["hour"] == "一" and not (match["part"] or match["half_past"] or match["suffix"]):
        return None  # 懂一点, 小一点
    return match


def _span(match: re.Match[str], now: datetime) -> Span | None:
    said = match.groupdict()
    if said.get("later"):
        return _later(match, now)
    days = _days(said, now.date())
    dated = bool(said.get("day"))
    if dated and days is None:
        return None
    first, last = days or (now.date(), now.date())
    at, until = _hours(said, first, last, now)
    if not dated and (until or at) <= now:
        at, until = at + timedelta(days=1), until and until + timedelta(days=1)
    suffix = said.get("suffix") or ""
    if suffix.endswith("前"):
        begin = _start_of(said, first, now) if dated and said.get("hour") else None
        return Span(match.start(), match.end(), begin, at, dated)
    if (
        suffix.endswith("后")
        and (said.get("hour") or not said.get("part"))
        and not said.get("from")
    ):
        if dated and not said.get("hour") and not said.get("work"):
            at, until = until or at, None
        return Span(match.start(), match.end(), at, None, dated)
    if suffix == "起":
        return Span(match.start(), match.end(), at, None, dated)
    vague = not dated and not said.get("hour") and not said.get("from")
    return Span(match.start(), match.end(), at, until, dated, vague)


def _start_of(said: dict[str, str], day: date, now: datetime) -> datetime:
    part = said.get("part")
    return _moment(day, _PARTS[part][0] if part else 0, 0, now)


def _later(match: re.Match[str], now: datetime) -> Span | None:
    amount = 0.5 if match["amount"] == "半" else float(number(match["amount"]) or 0)
    amount += 0.5 if match["half"] else 0
    measure = match["measure"]
    if measure in ("天", "日", "星期", "礼拜", "周"):
        count = int(amount * (1 if measure in ("天", "日") else 7))
        day = now.date() + timedelta(days=count)
        if match["within"]:
            return Span(match.start(), match.end(), None, now + timedelta(days=count), True)
        return Span(
            match.start(), match.end(), _moment(day, 0, 0, now), _moment(day, 24, 0, now), True
        )
    length = timedelta(minutes=amount * (1 if measure == "分钟" else 60))
    at = (now.astimezone(UTC) + length).astimezone(now.tzinfo)  # hours pass on no wall clock
    if match["within"]:
        return Span(match.start(), match.end(), None, at, True)
    return Span(match.start(), match.end(), at, None, True)


def _days(said: dict[str, str], today: date) -> tuple[date, date] | None:
    """The first and last day that are named; None where there is no such day ahead."""
    if relative := said.get("relative"):
        if len(relative) == 2 and relative != "大后":  # 明后天: either
            first, last = (today + timedelta(days=_DAYS[word]) for word in relative)
            return first, last
        day = today + timedelta(days=_DAYS[relative])
        return day, day
    monday = today - timedelta(days=today.weekday())
    if weekday := said.get("weekday"):
        index = "一二三四五六日".find(weekday.replace("天", "日").replace("7", "日"))
        index = index if index >= 0 else int(weekday) - 1
        day = monday + timedelta(days=index, weeks=_weeks(said.get("which")))
        if said.get("which") is None and day < today:
            day += timedelta(weeks=1)
        return day, day
    if said.get("week_end"):
        saturday = monday + timedelta(days=5, weeks=_weeks(said.get("which_end")))
        return saturday, saturday + timedelta(days=1)
    if week := said.get("week"):
        first = monday + timedelta(weeks=_weeks(week))
        return first, first + timedelta(days=6)
    if said.get("month"):
        return _dated(said, today)
    if said.get("only"):
        return _day_of_month(said, today)
    if holiday := said.get("holiday"):
        return next_holiday(_HOLIDAYS[holiday], today)
    return None


def _weeks(which: str | None) -> int:
    return which.count("下") if which else 0


def _dated(said: dict[str, str], today: date) -> tuple[date, date] | None:
    month, day = number(said["month"]) or 0, number(said["date"]) or 0
    if said.get("year"):
        found = date(int(said["year"]), month, day)
    else:
        found = date(today.year, month, day)
        if (today - found).days > 180:
            found = date(today.year + 1, month, day)
    return found, found


def _day_of_month(said: dict[str, str], today: date) -> tuple[date, date] | None:
    if not said["only"].isascii() and "日" in said["day"]:
        return None  # 一日三次
    day, ahead = number(said["only"]) or 0, (said.get("which_month") or "").startswith("下")
    if not 1 <= day <= 31:
        return None
    month = today.replace(day=1)
    if ahead or (said.get("which_month") is None and day < today.day):
        month = (month + timedelta(days=32)).replace(day=1)
    found = month.replace(day=day)
    return found, found


@lru_cache(maxsize=64)
def next_holiday(name: str, today: date) -> tuple[date, date] | None:
    """First and last day of a statutory holiday that is on or ahead, as announced.

    Where its year is not announced: the fixed days of 元旦, 五一 and 国庆, None for the lunar ones.
    """
    from rules.decide import default_rulebook

    holidays = default_rulebook().calendar.holidays
    days = sorted(
        day
        for day, known in holidays.names.items()
        if name in known and today <= day <= today + timedelta(days=366)
    )
    if days:
        last = days[0]
        while last + timedelta(days=1) in days:
            last += timedelta(days=1)
        return days[0], last
    if name not in _FIXED:
        return None
    month, first, count = _FIXED[name]
    year = today.year + (date(today.year, month, first) + timedelta(days=count) <= today)
    return date(year, month, first), date(year, month, first) + timedelta(days=count - 1)


def _hours(
    said: dict[str, str], first: date, last: date, now: datetime
) -> tuple[datetime, datetime | None]:
    """Beginning and end within the days named."""
    part = said.get("part")
    low, high = _PARTS[part] if part else (0, 24)
    if said.get("work"):
        low, high, part = 18, 24, "晚上"
    if said.get("from"):
        return _range(said, first, part, now)
    if said.get("hour"):
        hour = _of_day(number(said["hour"]) or 0, part)
        return _moment(first, hour, _minutes(said), now), None
    if said.get("work"):
        return _moment(first, low, 0, now), None
    return _moment(first, low, 0, now), _moment(last, high, 0, now)


def _range(
    said: dict[str, str], day: date, part: str | None, now: datetime
) -> tuple[datetime, datetime]:
    begin, end = number(said["from"]) or 0, re.split("[点时:]", said["until"])[0]
    finish = _of_day(number(end) or 0, said.get("part2") or part)
    start = _of_day(begin, part)
    if start > finish and begin < finish:  # 8点到3点: the morning, then the afternoon
        start = begin
    minutes = _clock_minutes(said["until"])
    early = _clock_minutes(said.get("from_half") or "")
    if finish <= start and finish <= 12:
        finish += 12
    return _moment(day, start, early, now), _moment(day, finish, minutes, now)


def _clock_minutes(text: str) -> int:
    if ":" in text:
        return int(text.split(":")[1])
    return 30 if text.endswith("半") else 0


def _of_day(hour: int, part: str | None) -> int:
    """An hour as it is said, of 24."""
    if part in ("下午", "下昼", "午后", "傍晚", "晏昼") or (part and part.startswith(("晚", "夜"))):
        return hour + 12 if hour <= 12 and not (hour == 12 and part.startswith("下")) else hour
    if part == "中午":
        return hour + 12 if hour < 10 else hour
    return hour + 12 if part is None and 1 <= hour <= 6 else hour


def _minutes(said: dict[str, str]) -> int:
    if said.get("colon"):
        return int(said["colon"])
    if said.get("half_past"):
        return 30
    if said.get("quarter"):
        return 15 * (number(said["quarter"]) or 0)
    minute = number(said["minute"]) if said.get("minute") else 0
    if (minute or 0) > 59:
        raise ValueError("no such minute")
    return minute or 0


def _moment(day: date, hour: int, minute: int, now: datetime) -> datetime:
    """A local moment with its offset; hour 24 is the next midnight."""
    if not 0 <= hour <= 24:
        raise ValueError("no such hour")
    return datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), now.tzinfo)


def words_between(text: str, spans: list[Span]) -> Iterator[tuple[Span, int, int]]:
    """Each time with the stretch of text that belongs to it: up to its neighbours."""
    for i, span in enumerate(spans):
        begin = spans[i - 1].end if i else 0
        end = spans[i + 1].start if i + 1 < len(spans) else len(text)
        yield span, begin, end
