"""A triage result as lines that a person reads."""

from collections.abc import Iterator

from assistant.rendering import say_moment
from assistant.types import Location, Triage
from rules.labels import label
from rules.types import Deadline


def triage_lines(triage: Triage) -> Iterator[str]:
    """Labels first, then the words that prove them, the limits, the reasons and what to ask."""
    decision = triage.decision
    kind = label(triage.kind, "kinds")
    parts = [f"{kind}（{triage.kind_confidence:.0%}）", label(triage.department, "departments")]
    if triage.category:
        parts.append(label(triage.category, "categories"))
    yield (
        f"【{label(decision.tier, 'tiers')}】{label(decision.level, 'levels')}处理 · "
        + " · ".join(parts)
    )
    if place := say_location(triage.location):
        yield f"位置：{place}"
    for signal in triage.signals:
        yield f"信号：{label(signal.code, 'signals')}（“{signal.evidence}”）"
    for limit in decision.deadlines:
        yield f"时限：{label(limit.milestone, 'milestones')} {say_limit(limit, triage)}"
    for row in decision.because:
        yield f"依据：{row.text}（{row.source}，{row.rule}）"
    for question in triage.ask_next:
        yield f"追问：{question}"


def say_limit(limit: Deadline, triage: Triage) -> str:
    """When a limit ends, in words; where it has no moment yet, from what it counts."""
    if limit.due_at is None:
        return limit.note or limit.limit
    provisional = "（暂定）" if limit.provisional else ""
    return f"{say_moment(limit.due_at, triage.message.received_at)}前（{limit.limit}）{provisional}"


def say_location(location: Location) -> str:
    """The place as people write it: 3栋1单元5层502室."""
    units = (
        (location.building, "栋"),
        (location.unit, "单元"),
        (location.floor, "层"),
        (location.room, "室"),
    )
    return "".join(f"{value}{unit}" for value, unit in units if value) + (location.place or "")
