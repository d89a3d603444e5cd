"""An evaluation of answers in words: lines for a terminal, JSON, and one HTML file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.answers import AnswerScores, Judged, score
from eval.metrics import Interval
from rules.backtest.page import page, paragraphs, section, table

_SHOWN = 60
_LONGEST = 160
FAULTS = {
    "answered": "不该答却答了",
    "beside": "答非所问：没有引到对的段落",
    "facts": "缺要点",
    "declined": "能答却没有答",
    "extra": "多引了不相干的段落",
    "missing": "少引了一处依据",
}
"""What may be wrong with an answer, the gravest first."""
FIGURES = {
    "abstention_f1": "弃答 F1",
    "abstention_precision": "弃答精确率",
    "abstention_recall": "弃答召回率",
    "facts": "找到的要点（没答算没找到）",
    "answered_facts": "找到的要点（只看答了的）",
    "shown_facts": "找到的要点（连没答时供核对的句子）",
    "citation_precision": "引用精确率（能答的问题）",
    "citation_recall": "引用召回率（没答算没引到）",
    "answered_recall": "引用召回率（只看答了的）",
    "cited_at_all": "引用精确率（连不该答的一起算）",
}
"""The figures of a set as people read them, in their order."""
_METHOD = (
    "弃答以“没有答”为正类：精确率是没有答的问题中确实无依据的比例，召回率是无依据的问题中没有答的比例。",
    "要点按资料原文的写法在答复里逐字查找（先统一数字和简繁）；一组说法中有一个即可。",
    "引用精确率是引用的段落中被列为依据的比例；召回率是应有的各组依据中至少引到一处的比例。",
    "弃答精确率、召回率是 95% Wilson 区间，其余是对问题重抽样的 95% 自助法区间。",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One set as it was measured; `shown` is whether its questions may be shown."""

    title: str
    judged: tuple[Judged, ...]
    shown: bool = True

    @property
    def scores(self) -> AnswerScores:
        """The figures of the whole set."""
        return score(self.judged)

    def by_style(self) -> dict[str, AnswerScores]:
        """The figures of each style, in the order of first appearance."""
        styles = dict.fromkeys(one.line.style for one in self.judged)
        return {s: score([one for one in self.judged if one.line.style == s]) for s in styles}


def told(measured: Measured) -> list[str]:
    """The figures as lines of text."""
    scores = measured.scores
    counts = f"问题 {scores.questions} 个，其中资料没有说明的 {scores.unanswerable} 个"
    lines = [f"{measured.title}：{counts}，没有答的 {scores.declined} 个"]
    return lines + [f"{name}\t{value}" for name, value in _rows(scores) if value != "–"]


def answers_json(sets: Sequence[Measured]) -> dict[str, Any]:
    """Every set's figures, by style as well, and what is wrong with which question."""
    return {
        one.title: {
            **asdict(one.scores),
            "by_style": {style: asdict(scores) for style, scores in one.by_style().items()},
            "faults": {j.line.id: j.fault for j in one.judged if j.fault is not None},
        }
        for one in sets
    }


def report_html(sets: Sequence[Measured]) -> str:
    """The report as HTML with everything inline; equal sets give the same bytes."""
    title = "答复评测报告"
    parts = [f"<header><h1>{title}</h1></header>"]
    for one in sets:
        heads = ("指标", "值（95% 区间）")
        body = paragraphs(told(one)[:1]) + table(heads, _rows(one.scores))
        parts.append(section(one.title, body))
        parts.append(section(f"{one.title}，按说法", _styles(one)))
        parts.append(section(f"{one.title}，错得最重的", _worst(one)))
    parts.append(section("怎么算的", paragraphs(_METHOD)))
    return page(title, "".join(parts))


def _rows(scores: AnswerScores) -> list[tuple[str, str]]:
    return [(label, cell(getattr(scores, name))) for name, label in FIGURES.items()]


def cell(interval: Interval | None) -> str:
    """`0.93 (0.90–0.95)`, a dash for what was not measured."""
    if interval is None:
        return "–"
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def _styles(measured: Measured) -> str:
    heads = ("说法", "问题", "没有答", "要点", "引用精确率", "引用召回率")
    rows = [
        (
            style or "–",
            str(scores.questions),
            str(scores.declined),
            cell(scores.facts),
            cell(scores.citation_precision),
            cell(scores.citation_recall),
        )
        for style, scores in measured.by_style().items()
    ]
    return table(heads, rows, range(1, 6))


def _worst(measured: Measured) -> str:
    order = list(FAULTS)
    wrong = [(order.index(one.fault), one) for one in measured.judged if one.fault is not None]
    wrong.sort(key=lambda item: (item[0], item[1].line.id))
    rows = [
        (
            one.line.id,
            FAULTS[order[place]],
            *((one.line.question, _cut(one.answer.answer)) if measured.shown else ()),
            "\n".join(one.cited),
            "\n".join(" 或 ".join(group) for group in one.line.relevant),
        )
        for place, one in wrong[:_SHOWN]
    ]
    texts = ("问题", "答复") if measured.shown else ()
    counts = [f"{FAULTS[f]} {sum(p == i for p, _ in wrong)} 个" for i, f in enumerate(order)]
    lead = paragraphs(["；".join(counts) + "。"])
    return lead + table(("编号", "错在哪里", *texts, "引用的", "应引的"), rows, ())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
