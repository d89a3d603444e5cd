"""Cells with a time limit, or with the facts that a question supposes.

A limit, parts separated by ；:

    [约定时间[（提前 SPAN）]，否则][办结后]SPAN[（服务时间）]
    等住户时暂停
    最迟 SPAN[（what is promised, with {due}）]
    注：TEXT
    出处：TEXT

SPAN is written as in `durations`. A limit in 服务日 or 服务小时 runs on the service clock, any
other on calendar time unless （服务时间） stands behind it. TEXT that holds ； stands in double
quotes.

Facts, parts separated by ；: 信号：list, 已反映次数：3, 无人处理天数：7; 无 for no facts.
"""

import re
from collections.abc import Mapping
from typing import Any

from rules.cell_words import (
    BadCell,
    Lexicon,
    folded,
    number_cell,
    number_value,
    pieces,
    text_cell,
    text_value,
)
from rules.durations import BadSpan, parse_span
from rules.types import Clock, Milestone

_CLOCKS = {"服务时间": "service", "自然时间": "calendar", "service": "service",
           "calendar": "calendar"}  # fmt: skip
_SPAN = r"立即|\d+\s*(?:分钟|小时|天|个?服务小时|个?服务日)"
_MAIN = re.compile(
    r"(?P<wished>约定时间\s*(?:[（(]\s*提前\s*(?P<notice>[^）)]*)[）)])?\s*[，,]?\s*否则\s*)?"
    r"(?P<completion>办结后\s*)?(?P<span>[^（()）]+?)\s*(?:[（(]\s*(?P<clock>[^）)]*?)\s*[）)])?"
)
_LATEST = re.compile(rf"最迟\s*(?P<span>{_SPAN})?\s*(?:[（(](?P<note>.*)[）)])?", re.DOTALL)
_SAID = re.compile(r"(注|出处)\s*[：:]\s*(.*)", re.DOTALL)
_PAUSES = "等住户时暂停"
_SEPARATORS = '；;\n"'
_HELP = "请写成 15分钟、1个服务日、15分钟（服务时间）、办结后24小时 或 约定时间，否则1个服务日"
_FACTS = {
    "repeat_count": "已反映次数",
    "unattended_days": "无人处理天数",
    "incident_reports": "同一事件报告人数",
    "suspected_danger": "疑似危险把握",
}
_FACT = re.compile(rf"(信号|{'|'.join(_FACTS.values())})\s*[：:]\s*(.*)", re.DOTALL)


def limit_cell(value: Mapping[str, Any]) -> str:
    """The text for a limit as the deadlines table has it."""
    main = ""
    if value.get("wished_time"):
        notice = f"（提前{value['notice']}）" if "notice" in value else ""
        main = f"约定时间{notice}，否则"
    if "counts_from" in value:
        main += "办结后"
    main += value["limit"]
    if value["clock"] == Clock.SERVICE and "服务" not in value["limit"]:
        main += "（服务时间）"
    parts = [main]
    if value.get("pauses"):
        parts.append(_PAUSES)
    if "fallback" in value or value.get("fallback_note") is not None:
        parts.append(_latest_cell(value))
    for key, word in (("note", "注"), ("origin", "出处")):
        if value.get(key) is not None:
            parts.append(f"{word}：{text_cell(value[key], _SEPARATORS)}")
    return "；".join(parts)


def _latest_cell(value: Mapping[str, Any]) -> str:
    note = value.get("fallback_note")
    said = "" if note is None else f"（{text_cell(note, _SEPARATORS)}）"
    return f"最迟{value.get('fallback', '')}{said}"


def limit_value(cell: str, milestone: str = "") -> dict[str, Any]:
    """The limit that a cell gives for a milestone; raises `BadCell`."""
    parts = pieces(cell, "parts")
    if not parts:
        raise BadCell("时限是空的", _HELP)
    found = _main_value(parts[0])
    clock = Clock(found["clock"])
    for part in parts[1:]:
        _add(found, _part_value(part, clock))
    if found.get("pauses") and milestone == Milestone.ACKNOWLEDGE:
        raise BadCell("首次响应不得暂停", f"请删去「{_PAUSES}」")
    return found


def _add(found: dict[str, Any], part: Mapping[str, Any]) -> None:
    for key, value in part.items():
        if key in found:
            raise BadCell("同一项写了两次", "暂停、最迟、注、出处各写一次")
        found[key] = value


def _main_value(part: str) -> dict[str, Any]:
    match = _MAIN.fullmatch(part)
    if match is None:
        raise BadCell(f"时限「{part}」看不懂", _HELP)
    said = match["clock"]
    clock = "service" if "服务" in match["span"] else "calendar"
    if said is not None:
        given = _CLOCKS.get(folded(said).casefold())
        if given is None:
            raise BadCell(f"不认识的时钟「{said}」", "请写（服务时间），自然时间不用写")
        if clock == "service" and given == "calendar":
            raise BadCell(f"「{match['span']}」只能按服务时间算", "请删去（自然时间）")
        clock = given
    found: dict[str, Any] = {"limit": _span(match["span"], Clock(clock)), "clock": clock}
    if match["completion"]:
        found["counts_from"] = "completion"
    if match["wished"] is None:
        return found
    found["wished_time"] = True
    if match["notice"] is not None:
        found["notice"] = _span(match["notice"], Clock.CALENDAR)
    return found


def _part_value(part: str, clock: Clock) -> dict[str, Any]:
    if part == _PAUSES:
        return {"pauses": True}
    said = _SAID.fullmatch(part)
    if said:
        text = text_value(said[2])
        if not text.strip():
            raise BadCell(f"「{said[1]}：」后面是空的", "请写上文字，或删去这一段")
        return {{"注": "note", "出处": "origin"}[said[1]]: text}
    latest = _LATEST.fullmatch(part)
    if latest is None or part == "最迟":
        remedy = f"可以写的有 {_PAUSES}、最迟5个服务日（…{{due}}…）、注：…、出处：…"
        raise BadCell(f"时限里的「{part}」看不懂", remedy)
    found = {}
    if latest["span"]:
        found["fallback"] = _span(latest["span"], clock)
    if latest["note"] is not None:
        found["fallback_note"] = text_value(latest["note"])
        if "{due}" not in found["fallback_note"]:
            raise BadCell("「最迟」括号里没有 {due}", "如（情况复杂的，最迟 {due} 办结）")
    return found


def _span(text: str, clock: Clock) -> str:
    said = re.sub(r"\s", "", folded(text))
    try:
        return parse_span(re.sub(r"(?<=\d)(?=服务)", "个", said), clock).text
    except BadSpan as error:
        raise BadCell(*error.args) from None


def facts_cell(value: Mapping[str, Any], signals: Lexicon) -> str:
    """The text for supposed facts as the questions table has them."""
    parts = []
    if "signals" in value:
        listed = value["signals"]
        parts.append(f"信号：{signals.words(listed) if listed else '无'}")
    parts += [f"{word}：{number_cell(value[key])}" for key, word in _FACTS.items() if key in value]
    return "；".join(parts) or "无"


def facts_value(cell: str, signals: Lexicon) -> dict[str, Any]:
    """The supposed facts of a cell; raises `BadCell`."""
    found: dict[str, Any] = {}
    if cell.strip() == "无":
        return found
    keys = {word: key for key, word in _FACTS.items()}
    for part in pieces(cell, "parts"):
        match = _FACT.fullmatch(part)
        word, said = (match[1], match[2]) if match else ("信号", part)
        key = keys.get(word, "signals")
        if key in found:
            raise BadCell(f"「{word}」写了两次", "请合在一处")
        if key != "signals":
            found[key] = number_value(said)
        elif said.strip() == "无":
            found[key] = None
        else:
            found[key] = [signals.code(one) for one in pieces(said, "words")]
    return found
