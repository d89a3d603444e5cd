"""Numbers, times and the whole outcome in Chinese words."""

from collections.abc import Sequence
from datetime import datetime

from rules.backtest.outcome import NIGHT, QUICK_MINUTES, Cause, Flow, Limits, Outcome, Shift


def number(value: int) -> str:
    """`12,345`."""
    return f"{value:,}"


def signed(value: int) -> str:
    """`+12`, `−3`, `0`."""
    return f"{value:+,}".replace("-", "−") if value else "0"


def percent(share: float) -> str:
    """A share of 1 as `12.3%`."""
    return f"{share * 100:.1f}%"


def duration(minutes: int) -> str:
    """`45 分钟`, `3 小时 20 分`, `2 天 3 小时`."""
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
    days, hours = divmod(round(minutes / 60), 24)
    return f"{days} 天 {hours} 小时" if hours else f"{days} 天"


def day(at: datetime | None) -> str:
    """`2026年1月31日`."""
    return "—" if at is None else f"{at.year}年{at.month}月{at.day}日"


def summary(outcome: Outcome) -> tuple[str, ...]:
    """What changes, in plain sentences with numbers; the most important first."""
    if not outcome.count:
        return ("没有一件诉求能由两版规则都判定，无从比较。", *_cautions(outcome))
    share = percent(outcome.changed / outcome.count)
    lead = f"{day(outcome.since)}至{day(outcome.until)}的 {number(outcome.count)} 件诉求，"
    if not outcome.changed:
        return (f"{lead}按两版规则判定，结果全部相同。", *_cautions(outcome))
    return (
        f"{lead}有 {number(outcome.changed)} 件（{share}）的判定或时限不同。",
        _tier_sentence(outcome),
        *_flow_sentences(outcome),
        *(line for shift in outcome.shifts for line in _shift_sentence(outcome, shift)),
        *_breach_sentences(outcome),
        _rush_sentence(outcome),
        *_cautions(outcome),
    )


def changed_flows(flows: Sequence[Flow]) -> list[Flow]:
    """The flows that change something, the largest first."""
    changed = [flow for flow in flows if flow.before != flow.after]
    return sorted(changed, key=lambda flow: -flow.count)


def rises(outcome: Outcome, flow: Flow) -> bool:
    """Whether a tier flow goes up; the vocabulary lists the tiers from the highest down."""
    order = list(outcome.labels["tiers"])
    return order.index(flow.after) < order.index(flow.before)


def night_totals(outcome: Outcome) -> tuple[int, int]:
    """Visits at night due within `QUICK_MINUTES`, before and after."""
    night = [one for one in outcome.rush if one.hour in NIGHT]
    return sum(one.before for one in night), sum(one.after for one in night)


def flow_words(outcome: Outcome, group: str, flow: Flow) -> str:
    """`一般→紧急`."""
    return f"{outcome.label(group, flow.before)}→{outcome.label(group, flow.after)}"


def cause_words(cause: Cause) -> str:
    """Which rows decided before and after, or that a row now says something else."""
    if cause.before == cause.after:
        return f"{cause.before} 改了结果"
    return f"{cause.before} → {cause.after}"


def _tier_sentence(outcome: Outcome) -> str:
    flows = changed_flows(outcome.tiers)
    if not flows:
        return "没有一件改变紧急程度。"
    up = sum(flow.count for flow in flows if rises(outcome, flow))
    down = sum(flow.count for flow in flows) - up
    most = flows[0]
    words = f"紧急程度升高 {number(up)} 件，降低 {number(down)} 件；最多的是"
    words += f"{flow_words(outcome, 'tiers', most)} {number(most.count)} 件"
    return f"{words}，主要因为规则 {cause_words(most.causes[0])}。"


def _flow_sentences(outcome: Outcome) -> list[str]:
    lines = []
    for name, group, flows in (
        ("处理级别", "levels", outcome.levels),
        ("首责部门", "departments", outcome.responsible),
        ("牵头部门", "departments", outcome.leading),
    ):
        changed = changed_flows(flows)
        if changed:
            total, most = sum(flow.count for flow in changed), changed[0]
            words = f"{flow_words(outcome, group, most)} {number(most.count)} 件"
            lines.append(f"{name}改变 {number(total)} 件，最多的是{words}。")
    return lines


def _shift_sentence(outcome: Outcome, shift: Shift) -> list[str]:
    parts = [
        f"{number(spread.count)} 件{verb}（中位 {duration(spread.median)}，"
        f"95% 在 {duration(spread.p95)}以内）"
        for verb, spread in (("提前", shift.earlier), ("推后", shift.later))
        if spread.count
    ]
    parts += [f"{number(shift.new)} 件新增"] if shift.new else []
    parts += [f"{number(shift.gone)} 件取消"] if shift.gone else []
    return [f"{outcome.label('milestones', shift.milestone)}时限：{'，'.join(parts)}。"] * bool(
        parts
    )


def _breach_sentences(outcome: Outcome) -> list[str]:
    before, after = outcome.totals()
    words = f"若仍按当时的速度办理，超时的时限由 {_share(before)}变为 {_share(after)}，"
    lines = [f"{words}{_difference(after.missed - before.missed, '个')}。"]
    changes = []
    for code in outcome.labels["departments"]:
        old, new = outcome.totals(department=code)
        if new.missed != old.missed:
            changes.append((new.missed - old.missed, outcome.label("departments", code)))
    changes.sort(key=lambda change: -abs(change[0]))
    if changes:
        told = "、".join(f"{name} {signed(count)}" for count, name in changes[:4])
        lines.append(f"各部门的超时变化（个）：{told}。")
    return lines


def _rush_sentence(outcome: Outcome) -> str:
    before, after = night_totals(outcome)
    lead = f"夜间（22 点到次日 6 点）要求 {QUICK_MINUTES} 分钟内到场的"
    if before == after:
        return f"{lead}仍是 {number(before)} 件。"
    nightly = abs(after - before) / outcome.days
    more = "多" if after > before else "少"
    words = f"平均每晚{more} {nightly:.1f} 件" if nightly >= 0.05 else f"平均每晚{more}不到 0.1 件"
    return f"{lead}由 {number(before)} 件变为 {number(after)} 件，{words}。"


def _cautions(outcome: Outcome) -> list[str]:
    lines = []
    if outcome.left_out:
        lines.append(f"另有 {number(outcome.left_out)} 件至少一版规则判定不了，没有计入。")
    if outcome.dormant:
        lines.append(
            f"新规则里有 {len(outcome.dormant)} 行在所判定的日子之后才生效，这次没有起作用；"
            "要看它们的影响，请指定按哪一天的规则判定（--on）。"
        )
    return lines


def _share(limits: Limits) -> str:
    return f"{number(limits.missed)} 个（{percent(limits.share)}）"


def _difference(value: int, unit: str) -> str:
    if not value:
        return "总数不变"
    return f"{'多' if value > 0 else '少'} {number(abs(value))} {unit}"
