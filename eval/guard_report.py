"""The guard's scores for people: lines for a terminal and a page with every wrong judgement."""

from collections.abc import Iterator
from html import escape

from eval.guard import GuardScores, Miss
from eval.guard_faults import CLEAN
from eval.metrics import Interval

_STYLE = (
    "body{font:15px/1.6 sans-serif;max-width:72em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left}"
    "mark{background:#fd6}"
)


def told(name: str, scores: GuardScores) -> Iterator[str]:
    """The scores of one set, line by line."""
    faulty = sum(one.trials for one in scores.types)
    yield f"{name}：有错的 {faulty} 份，没错的 {scores.clean} 份，每份 {scores.milliseconds:.1f} ms"
    yield f"查出 {_share(scores.caught)}；误报 {_share(scores.false_alarms)}"
    for one in scores.types:
        shares = f"查出 {_share(one.caught)}\t指对位置 {_share(one.located)}"
        yield f"{one.fault}\t{one.trials}\t{shares}"
    if scores.alarms:
        yield "误报的代码：" + "，".join(f"{code} {count}" for code, count in scores.alarms.items())


def _share(interval: Interval) -> str:
    return f"{interval.value:.1%} ({interval.low:.1%}–{interval.high:.1%})"


def report_html(sets: dict[str, GuardScores]) -> str:
    """A page by itself: the figures of each set, then every draft that was judged wrongly."""
    body = ["<h1>回复检查的评测</h1><p>括号内为 95% Wilson 区间。</p>"]
    for name, scores in sets.items():
        lines = list(told(name, scores))
        body.append(f"<h2>{escape(name)}</h2>")
        body += [f"<p>{escape(line)}</p>" for line in lines[:2]]
        rows = "".join(
            f"<tr><td>{escape(one.fault)}<td>{one.trials}<td>{_share(one.caught)}"
            f"<td>{_share(one.located)}"
            for one in scores.types
        )
        body.append(f"<table><tr><th>错误类型<th>份数<th>查出<th>指对位置{rows}</table>")
        body += [_miss(miss) for miss in scores.misses]
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>回复检查的评测</title>'
        f"<style>{_STYLE}</style>{''.join(body)}</html>"
    )


def _miss(miss: Miss) -> str:
    trial = miss.trial
    kind = "误报" if trial.fault == CLEAN else f"漏报：{trial.fault}"
    text = "<br>".join(
        f"<mark>{escape(s.text)}</mark>" if i == trial.where else escape(s.text)
        for i, s in enumerate(trial.segments)
    )
    found = "".join(f"<li>{escape(v.text)}：{escape(v.reason)}" for v in miss.violations)
    message = escape(trial.triage.message.text)
    return f"<h3>{escape(trial.id)} {kind}</h3><p>来件：{message}</p><p>{text}</p><ul>{found}</ul>"
