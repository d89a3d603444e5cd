"""How moments, places and codes are said on the pages. Pure."""

from collections.abc import Mapping
from datetime import date, datetime

from assistant.types import Violation

WEEKDAYS = "一二三四五六日"
TYPES = {"policy": "制度", "faq": "问答", "case": "案例"}
ROLES = {
    "greeting": "问候",
    "restate": "复述",
    "empathy": "安抚",
    "safety": "安全",
    "fact": "事实",
    "commitment": "承诺",
    "ask": "追问",
    "next_step": "下一步",
    "closing": "结束",
}
# who worded a draft; a model is called by its own name
BACKENDS = {"composed": "不用模型"}
ACTIONS = {"add": "新增", "update": "更新", "renamed": "改名"}
SEVERITIES = {"error": "错误", "warning": "警告", "hint": "提示"}
EVENTS = {
    "received": "登记来件",
    "corrected": "更正分诊",
    "split": "拆分登记",
    "split_from": "从另一件拆出",
    "appended": "住户接着发来",
    "incident": "计入多人报告的事件",
    "judged_again": "随并入的来件重新判定",
    "merged": "并入另一件",
    "took_over": "并入了一件",
    "unmerged": "取消并单",
    "gave_back": "并入的一件取消并单",
}


def moment(value: datetime, now: datetime) -> str:
    """A moment as read on the day of `now`, in its zone: `今天 14:30`, `11-25 周三 16:00`."""
    local = value.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    near = {-1: "昨天", 0: "今天", 1: "明天"}.get(days)
    if near is None:
        near = f"{local:%m-%d} 周{WEEKDAYS[local.weekday()]}"
    if local.year != now.year:
        near = f"{local.year}-{near}"
    return f"{near} {local:%H:%M}"


def clause_name(source: str, titles: Mapping[str, str]) -> str:
    """A clause as people name it: `pol-fees 第四条` is 《物业费收缴管理规定》第四条."""
    document_id, _, clause = source.partition(" ")
    title = titles.get(document_id)
    return f"《{title}》{clause}" if title else source


def day(value: str | None) -> str:
    """The date of an ISO moment, or nothing."""
    return (value or "")[:10]


def validity(begins: date | None, ends: date | None) -> str:
    """When a document holds: `2026-01-01 起`, `2024-01-01 至 2025-12-31`."""
    if begins and ends:
        return f"{begins} 至 {ends}"
    return f"{begins} 起" if begins else f"至 {ends}" if ends else ""


def place(location: Mapping[str, str | None]) -> str:
    """A location as one says it: `8栋1单元 12层 1203室`."""
    units = (("building", "栋"), ("unit", "单元"), ("floor", "层"), ("room", "室"))
    said = "".join(f"{location[name]}{unit}" for name, unit in units if location.get(name))
    return " ".join(part for part in (said, location.get("place") or "") if part)


def number(request_id: str) -> str:
    """A request's number, short enough to say on the telephone."""
    return request_id if len(request_id) <= 12 else request_id[:8].upper()


def took(milliseconds: float) -> str:
    """A duration: `86 毫秒`, `1.2 秒`."""
    if milliseconds < 1000:
        return f"{max(1, round(milliseconds))} 毫秒"
    return f"{milliseconds / 1000:.1f} 秒"


def violation_line(violation: Violation) -> str:
    """What the guard found, in one line."""
    quoted = f"“{violation.text}”：" if violation.text else ""
    correct = f"，应为“{violation.correct}”" if violation.correct else ""
    return f"{quoted}{violation.reason}{correct}"
