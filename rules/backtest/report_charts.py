"""The charts of the report, each with what it shows taken from the outcome."""

from html import escape

from rules.backtest import svg
from rules.backtest.outcome import NIGHT, SHIFT_EDGES, Outcome, Spread
from rules.backtest.words import duration, number

_BOOKS = ("现行规则", "新规则")


def _figure(chart: str, caption: str) -> str:
    return f"<figure>{chart}<figcaption>{escape(caption)}</figcaption></figure>"


def tier_matrix(outcome: Outcome) -> str:
    """From which tier to which, all requests."""
    codes = list(outcome.labels["tiers"])
    counts = {
        (codes.index(flow.before), codes.index(flow.after)): flow.count for flow in outcome.tiers
    }
    labels = [outcome.label("tiers", code) for code in codes]
    chart = svg.flow_matrix("tiers", "紧急程度的变化", labels, counts, _BOOKS)
    return _figure(chart, "每格是件数：橙色为升高，蓝色为降低，灰色为不变。")


def shift_bars(outcome: Outcome) -> str:
    """What became of each milestone's limit."""
    series = (
        ("不变", svg.SAME), ("提前", svg.EARLIER), ("推后", svg.LATER),
        ("新增", svg.NEW), ("取消", svg.GONE),
    )  # fmt: skip
    rows = [
        (
            outcome.label("milestones", one.milestone),
            (one.same, one.earlier.count, one.later.count, one.new, one.gone),
        )
        for one in outcome.shifts
    ]
    chart = svg.stacked_bars("shifts", "各节点时限的变化", rows, series)
    return _figure(chart, "各节点有时限的诉求件数。")


def shift_columns(outcome: Outcome) -> str:
    """How far the limits of each milestone moved, one chart for each that moved."""
    edges = [duration(edge) for edge in SHIFT_EDGES]
    up_to = [f"≤{edge}" for edge in edges] + [f">{edges[-1]}"]
    labels = [*reversed(up_to), *up_to]
    charts = []
    for one in outcome.shifts:
        if not (one.earlier.count or one.later.count):
            continue
        blank = (0,) * len(up_to)
        name = outcome.label("milestones", one.milestone)
        chart = svg.columns(
            f"shift-{one.milestone.value}",
            f"{name}时限移动了多少",
            labels,
            (
                ("提前", svg.EARLIER, (*reversed(one.earlier_classes), *blank)),
                ("推后", svg.LATER, (*blank, *one.later_classes)),
            ),
            numbers=True,
            overlaid=True,
            height=110,
        )
        caption = "件数：左半为提前，右半为推后，越往外移动得越多。"
        charts.append(f"<h3>{escape(name)}时限移动了多少</h3>{_figure(chart, caption)}")
    return "".join(charts)


def spread_cells(spread: Spread) -> list[str]:
    """Number, median and 95th percentile as texts."""
    if not spread.count:
        return ["0", "—", "—"]
    return [number(spread.count), duration(spread.median), duration(spread.p95)]


def breach_bars(outcome: Outcome) -> str:
    """Missed limits by department."""
    rows = []
    for code in outcome.labels["departments"]:
        before, after = outcome.totals(department=code)
        if before.set or after.set:
            rows.append((outcome.label("departments", code), before.missed, after.missed))
    chart = svg.bar_pairs("breaches", "各部门超时的时限", rows, _BOOKS)
    return _figure(chart, "各部门超时的时限（个），按当时的办理速度估计。")


def rush_columns(outcome: Outcome) -> str:
    """Visits due within half an hour by hour of receipt."""
    before, after = [0] * 24, [0] * 24
    for one in outcome.rush:
        before[one.hour] += one.before
        after[one.hour] += one.after
    chart = svg.columns(
        "rush",
        "30 分钟内到场的件数，按收到的钟点",
        [str(hour) for hour in range(24)],
        ((_BOOKS[0], svg.BEFORE, before), (_BOOKS[1], svg.AFTER, after)),
    )
    return _figure(chart, "横轴为收到诉求的钟点；22 点到次日 6 点算夜间。")


def rush_counts(outcome: Outcome, department: str) -> tuple[int, int, int, int]:
    """A department's visits due within half an hour: by day before and after, by night likewise."""
    counts = [0, 0, 0, 0]
    for one in outcome.rush:
        if one.department == department:
            side = 2 if one.hour in NIGHT else 0
            counts[side] += one.before
            counts[side + 1] += one.after
    return counts[0], counts[1], counts[2], counts[3]
