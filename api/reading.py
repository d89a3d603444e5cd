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
    yield from _opinion_lines(triage)
    yield from _detail_lines(triage)
    for limit in decision.deadlines:
        yield f"时限：{label(limit.milestone, 'milestones')} {say_limit(limit, triage)}"
    for row in decision.because:
        yield f"依据：{row.text}（{row.source}，{row.rule}）"
    for question in triage.ask_next:
        yield f"追问：{question}"


def _opinion_lines(triage: Triage) -> Iterator[str]:
    """What a model thinks, apart from what words prove."""
    for one in triage.suggested:
        code = label(one.code, "signals")
        yield f"模型怀疑：{code}（{one.confidence:.0%}，原话不能证明，请核实）"
    for name, opinions, group in (
        ("类型", triage.kinds, "kinds"),
        ("部门", triage.departments, "departments"),
    ):
        for second in opinions[1:]:
            yield f"{name}也可能是：{label(second.code, group)}（{second.confidence:.0%}）"
    if not triage.in_scope:
        who = triage.authority
        known = f"可以告诉住户找{who.label}（{who.contact}）" if who else "请查归哪个部门管"
        yield f"可能不归物业管：{known}"
    for number, part in enumerate(triage.parts, 1):
        yield f"第{number}件：{label(part.department, 'departments')} · {part.text}"


def _detail_lines(triage: Triage) -> Iterator[str]:
    details, now = triage.details, triage.message.received_at
    if details.contacts:
        yield f"联系电话：{'、'.join(details.contacts)}"
    if details.plates:
        yield f"车牌：{'、'.join(details.plates)}"
    if wish := details.wish:
        until = f"，到{say_moment(wish.until, now)}" if wish.until else ""
        yield f"期望时间：{say_moment(wish.at, now)}{until}（“{wish.text}”）"


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
        (_say_floor(location.floor), "层"),
        (location.room, "室"),
    )
    return "".join(f"{value}{unit}" for value, unit in units if value) + (location.place or "")


def _say_floor(floor: str | None) -> str | None:
    return f"负{floor[1:]}" if floor and floor.startswith("-") else floor
