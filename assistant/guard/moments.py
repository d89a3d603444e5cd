"""Whether a time in a promise is one of the moments and limits that the decision gives."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from assistant.guard.comparing import anywhere
from assistant.guard.ground import Ground, Limit, Part, clause_at, sentence_at
from assistant.guard.values import TIMES, Measured, Value
from rules.types import Milestone

# words that can mean one milestone only; a time beside others may be that of any milestone
_VERBS = {
    Milestone.ACKNOWLEDGE: (
        "联系您|联系你|与您联系|和您联系|同您联系|跟您联系|联络您|致电|回电|去电|首次响应"
    ),
    Milestone.DISPATCH: "派单|派工|下单",
    Milestone.ON_SITE: (
        "到场|到达|(?<!约)(?<!约好)上门(?!的?(?:时间|钟点|时段|日期|日子|查看的|事|费))|赶到|赶来|到现场|抵达|登门|到您家|到门口"
        "|前到(?=[,。;、0-9您]|$)"
    ),
    Milestone.REPLY: "答复|答覆|处理方案|给您方案",
    Milestone.RESOLVE: (
        "办结|修好(?!没有|与否|了没)|修复(?!方案)|修完|解决(?!方案|办法|思路|意见)|办完|办好(?!没有|与否)|处理完|处理好|处理妥|了结|弄好|搞定|恢复|结案|办妥"
        "|收尾|完工|结掉"
    ),
    Milestone.RETURN_VISIT: "回访",
}  # fmt: skip
_DOING = re.compile(
    "联系|联络|电话|电|沟通|对接|回应|回复|答|派|转|交|安排|上报|到|来|上门|过去|方案|说法"
    "|结果|反馈|告|通知"
    "|办|修|解决|处理|完成|恢复|回访|给您|讲|说明|查|约|定|打|见|整改|落实"
)
_SAYS = re.compile("[\u4e00-\u9fff]{2}")
_VERB = {milestone: re.compile(words) for milestone, words in _VERBS.items()}
_LIMITED = re.compile(
    r"^(?:钟|整)?(?:之前|以前|前(?!台|面|门|后|天|几)|之内|以内|内|左右|完成|准时|就|便)"
)
_LIMITING = re.compile(
    r"(?:最迟|最晚|不超过|不晚于|不迟于|将于|会在|争取|预计|会于|定在|约定|赶在)[^,。;]{0,8}$"
)
ECHO = re.compile(
    r"您(?:在|于|刚才|上次|之前|今天|昨[天晚])?.{0,6}(?:说|反映|提到|来电|来信|留言|描述|(?<!不)希望"
    r"|要求|想|指出|反馈|提出|遇到|看到|发现|报|投诉|咨询|问|等了?|打)"
    r"|(?:来件|消息|留言|来信|信)(?:里|中|上)"
)
_PARTS_OF_DAY = {
    "凌晨": (0, 6), "早": (5, 10), "上午": (6, 13), "中午": (11, 14), "下午": (12, 19),
    "傍晚": (16, 20), "晚": (17, 24),
}  # fmt: skip
_PART = re.compile(r"^的?(凌晨|早|上午|中午|下午|傍晚|晚)")


def is_promised(part: Part, value: Value) -> bool:
    """Whether a time is said as our own limit, not as what happened or what the resident said."""
    text = part.folded
    clause = clause_at(text, value.start)
    if ECHO.search(clause.text[: value.start - clause.start]):
        return False
    after = text[value.end : sentence_at(text, value.start).end]
    limited = _LIMITED.match(after) or _LIMITING.search(text[clause.start : value.start])
    reach = text[clause.start : min(len(text), value.end + 40)]
    return bool(limited and _DOING.search(reach)) or part.segment.role == "commitment"


def milestones_of(part: Part, value: Value) -> frozenset[Milestone]:
    """The milestones that the words around a time speak of; empty where none is told."""
    text = part.folded
    sentence = sentence_at(text, value.start)
    clause = clause_at(text, value.start)
    times = [v for v in part.values if v.measured in TIMES]
    following = min((v.start for v in times if v.start >= value.end + 4), default=sentence.end)
    end = min(following, sentence.end)
    regions = [text[value.end : min(clause.end, end)], text[value.end : end]]
    previous = max((v.end for v in times if v.end <= value.start - 4), default=sentence.start)
    before = text[max(previous, sentence.start) : value.start]
    # 到场不晚于明天18:00, 到场(明天18:00前): what is limited stands before
    led = _LIMITING.search(text[clause.start : value.start]) or before.endswith("(")
    regions = [before, *regions] if led else [*regions, before]
    for region in regions:
        meant = frozenset(m for m, verb in _VERB.items() if verb.search(region))
        if meant or _SAYS.search(_LIMITED.sub("", region)):
            return meant
    return frozenset()


def limit_for(ground: Ground, wanted: frozenset[Milestone]) -> Limit | None:
    """The limit that should stand there: that of the first milestone that is meant."""
    return next((limit for limit in ground.limits if limit.milestone in wanted), None)


def decided(part: Part, value: Value, ground: Ground) -> bool:
    """Whether the decision gives this time for what the words around it promise."""
    wanted = milestones_of(part, value)
    limits = [one for one in ground.limits if not wanted or one.milestone in wanted]
    if value.measured is Measured.DURATION:
        return any(anywhere(value, limit.values) for limit in limits)
    day = None
    if value.measured is Measured.CLOCK:
        day = day_before(part.folded, part.values, value)
    for limit in limits:
        if anywhere(value, (v for v in limit.values if v.measured is not Measured.DURATION)):
            return True
        if limit.due is not None and _is_moment(part, value, day, limit.due, ground.now):
            return True
    return False


def _is_moment(part: Part, value: Value, day: Value | None, due: datetime, now: datetime) -> bool:
    if value.measured is Measured.CLOCK:
        minute = float(due.hour * 60 + due.minute)
        return (minute,) in value.meanings and (day is None or is_day(day, due.date(), now.date()))
    if not is_day(value, due.date(), now.date()):
        return False
    if clock_after(part, value) is None and (said := _PART.match(part.folded[value.end :])):
        low, high = _PARTS_OF_DAY[said[1]]
        return low <= due.hour + due.minute / 60 <= high
    return True


def clock_after(part: Part, day: Value) -> Value | None:
    """The clock time that follows a day at once: 10点 in 明天10点."""
    clocks = (v for v in part.values if v.measured is Measured.CLOCK)
    return next((v for v in clocks if 0 <= v.start - day.end <= 1), None)


def day_before(folded: str, values: Sequence[Value], clock: Value) -> Value | None:
    """The day that a clock time of a text belongs to: 明天 in 明天上午10点."""
    for value in reversed(values):
        if value.end <= clock.start and value.measured in (
            Measured.DAY,
            Measured.DATE,
            Measured.WEEKDAY,
        ):
            gap = folded[value.end : clock.start]
            return value if len(gap) <= 4 and not re.search("[,。;]", gap) else None
    return None


def is_day(value: Value, day: date, today: date) -> bool:
    """Whether a named day is this one, seen from `today`."""
    if value.measured is Measured.DAY:
        if value.unit == "relative":
            return bool(value.meanings) and (day - today).days == value.meanings[0][0]
        return {
            "same_day": day == today,
            "next_day": (day - today).days == 1,
            "this_week": _week(day) == _week(today),
            "next_week": (_week(day) - _week(today)).days == 7,
            "this_month": (day.year, day.month) == (today.year, today.month),
        }.get(value.unit, False)
    if value.measured is Measured.WEEKDAY:
        if (float(day.isoweekday()),) not in value.meanings:
            return False
        weeks = (_week(day) - _week(today)).days // 7
        return not value.unit or weeks == int(value.unit)
    if value.measured is Measured.DATE and value.unit == "date":
        year, month, number = value.meanings[0]
        return year in (0, day.year) and month in (0, day.month) and number in (0, day.day)
    return False


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())
