"""The outcome as one HTML file: no script, nothing loaded, prints as it looks.

Nothing in it depends on when or where it was made: the same outcome gives the same bytes.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rules.backtest import report_charts as charts
from rules.backtest.files import replaced
from rules.backtest.history import Problem
from rules.backtest.outcome import Outcome
from rules.backtest.page import Cells, page, paragraphs, section, table
from rules.backtest.words import (
    cause_words,
    changed_flows,
    day,
    flow_words,
    number,
    percent,
    signed,
    summary,
)  # fmt: skip

_MOST_LISTED = 50
_METHOD = (
    "每件诉求按两版规则各判一次，事实和收到的时间相同；两版都判定得了的才计入。",
    "时限的到期时间按受理时算出；挂起等住户的时间按规则扣除，从办结起算的时限按实际办结时间起算，"
    "没有办结的不计。",
    "超时指实际完成晚于到期；没有完成记录的，历史结束时已过期的算超时，还没到期的不计入比例。",
    "完成时间是旧规则之下的实际时间，新规则之下大家会调整先后，所以超时数是“照原样干”的估计，不是预测。",
    "百分位取最近秩；例子取历史里最先出现的几件。",
)


def report_html(
    outcome: Outcome, changes: Sequence[str] = (), problems: Sequence[Problem] = ()
) -> str:
    """The report as HTML.

    `changes` say in Chinese how the books differ; `problems` are lines that could not be read.
    """
    title = "规则回测报告"
    facts = [
        ("现行规则", outcome.before),
        ("新规则", outcome.after),
        ("历史", f"{day(outcome.since)}至{day(outcome.until)}"),
        ("两版都判定的诉求", f"{number(outcome.count)} 件"),
    ]
    parts = [
        _head(title, facts),
        section("结论", f'<ul class="findings">{_items(summary(outcome))}</ul>'),
        section("两版规则的差别", f"<ul>{_items(changes)}</ul>") if changes else "",
        _tiers(outcome),
        _assignments(outcome),
        _shifts(outcome),
        _breaches(outcome),
        _rush(outcome),
        _left_out(outcome, problems),
        section("怎么算的", paragraphs(_METHOD)),
    ]
    return page(title, "".join(parts))


def write_report(
    outcome: Outcome,
    path: Path,
    changes: Sequence[str] = (),
    problems: Sequence[Problem] = (),
) -> None:
    """Write the report; `path` holds the old content or all of the new. Raises `OutputRefused`."""
    html = report_html(outcome, changes, problems)
    with replaced(path) as part:
        part.write_bytes(html.encode())


def _head(title: str, facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts)
    return f"<header><h1>{escape(title)}</h1><dl>{rows}</dl></header>"


def _items(lines: Sequence[str]) -> str:
    return "".join(f"<li>{escape(line)}</li>" for line in lines)


def _tiers(outcome: Outcome) -> str:
    flows = changed_flows(outcome.tiers)
    rows = [
        (
            flow_words(outcome, "tiers", flow),
            number(flow.count),
            "\n".join(f"{cause_words(one)}（{number(one.count)}）" for one in flow.causes),
            "、".join(flow.examples),
        )
        for flow in flows
    ]
    found = table(("变化", "件数", "判定的规则", "例子"), rows) if rows else ""
    return section("紧急程度", charts.tier_matrix(outcome) + found)


def _assignments(outcome: Outcome) -> str:
    rows = [
        (
            name,
            flow_words(outcome, group, flow),
            number(flow.count),
            "\n".join(f"{cause_words(one)}（{number(one.count)}）" for one in flow.causes),
            "、".join(flow.examples),
        )
        for name, group, flows in (
            ("处理级别", "levels", outcome.levels),
            ("首责部门", "departments", outcome.responsible),
            ("牵头部门", "departments", outcome.leading),
        )
        for flow in changed_flows(flows)
    ]
    if not rows:
        return section("级别和部门", paragraphs(["没有改变。"]))
    heads = ("项目", "变化", "件数", "判定的规则", "例子")
    return section("级别和部门", table(heads, rows, numbers=(2,)))


def _shifts(outcome: Outcome) -> str:
    rows = []
    for shift in outcome.shifts:
        row = [outcome.label("milestones", shift.milestone), number(shift.same)]
        for spread in (shift.earlier, shift.later):
            row += charts.spread_cells(spread)
        row += [number(shift.new), number(shift.gone), number(shift.waiting)]
        rows.append(tuple(row))
    heads = (
        "节点", "不变", "提前", "中位", "95%", "推后", "中位", "95%", "新增", "取消", "未起算",
    )  # fmt: skip
    found = table(heads, rows, numbers=range(1, len(heads)))
    return section("时限的移动", charts.shift_bars(outcome) + found + charts.shift_columns(outcome))


def _breaches(outcome: Outcome) -> str:
    by_department = _breach_table(outcome, "部门", "departments", "department")
    by_milestone = _breach_table(outcome, "节点", "milestones", "milestone")
    by_tier = _breach_table(outcome, "紧急程度", "tiers", "tier")
    turns = [
        (
            outcome.label("milestones", one.milestone),
            number(one.newly_breached),
            number(one.newly_kept),
            "、".join(one.breached_examples),
        )
        for one in outcome.shifts
        if one.newly_breached or one.newly_kept
    ]
    found = charts.breach_bars(outcome) + by_department + by_milestone + by_tier
    if turns:
        heads = ("节点", "由守时变超时", "由超时变守时", "变超时的例子")
        found += "<h3>同一件诉求的变化</h3>" + table(heads, turns, numbers=(1, 2))
    detail = _breach_detail(outcome)
    return section("预计超时", f"{found}<h3>部门与节点</h3>{detail}")


_BREACH_HEADS = ("时限（现行）", "超时", "比例", "时限（新）", "超时", "比例", "超时增减")


def _breach_table(outcome: Outcome, head: str, group: str, field: str) -> str:
    rows = [
        row
        for code in outcome.labels[group]
        if (row := _breach_row(outcome, outcome.label(group, code), **{field: code}))
    ]
    rows.append(_breach_row(outcome, "合计") or ("合计", *("—",) * 7))
    return f"<h3>按{head}</h3>" + table((head, *_BREACH_HEADS), rows, numbers=range(1, 8))


def _breach_detail(outcome: Outcome) -> str:
    rows = [
        row
        for department in outcome.labels["departments"]
        for milestone in outcome.labels["milestones"]
        if (
            row := _breach_row(
                outcome,
                outcome.label("departments", department),
                outcome.label("milestones", milestone),
                department=department,
                milestone=milestone,
            )
        )
    ]
    return table(("部门", "节点", *_BREACH_HEADS), rows, numbers=range(2, 9))


def _breach_row(outcome: Outcome, *names: str, **only: str) -> Cells:
    """A row of the two books' limits; empty where there are none."""
    before, after = outcome.totals(**only)
    if not (before.set or after.set):
        return ()
    values = [
        text
        for limits in (before, after)
        for text in (number(limits.set), number(limits.missed), percent(limits.share))
    ]
    return (*names, *values, signed(after.missed - before.missed))


def _rush(outcome: Outcome) -> str:
    rows = []
    for code in outcome.labels["departments"]:
        counts = charts.rush_counts(outcome, code)
        if any(counts):
            rows.append((outcome.label("departments", code), *map(number, counts)))
    heads = ("部门", "白天（现行）", "白天（新）", "夜间（现行）", "夜间（新）")
    found = table(heads, rows, numbers=range(1, 5)) if rows else paragraphs(["没有这样的诉求。"])
    return section("30 分钟内到场的件数", charts.rush_columns(outcome) + found)


def _left_out(outcome: Outcome, problems: Sequence[Problem]) -> str:
    books = {"before": "现行规则", "after": "新规则"}
    rows = [
        (books[one.book], one.problem, number(one.count), "、".join(one.examples))
        for one in outcome.unjudged
    ]
    parts = table(("规则", "判定不了的原因", "件数", "例子"), rows, numbers=(2,)) if rows else ""
    if problems:
        listed = [one.text for one in problems[:_MOST_LISTED]]
        if len(problems) > _MOST_LISTED:
            listed.append(f"……共 {number(len(problems))} 行")
        parts += f"<h3>历史文件里用不了的行</h3><ul>{_items(listed)}</ul>"
    return section("没有计入的", parts) if parts else ""
