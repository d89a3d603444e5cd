"""An evaluation of triage as one HTML file: no script, nothing loaded, prints as it looks."""

from collections.abc import Sequence
from html import escape

from eval.emergencies import EmergencyScores
from eval.triage import FieldScore, TriageScores
from eval.triage_charts import confusion_table, reliability_curve
from eval.triage_outcome import Evaluation, Misjudged, Misread
from eval.triage_words import (
    EMERGENCY_HEADS,
    FIELDS,
    STYLE_HEADS,
    basis,
    cell,
    class_rows,
    code_label,
    emergency_rows,
    field_rows,
    order,
    signal_rows,
    style_label,
    style_rows,
    suspicion_rows,
    word_rows,
)
from rules.backtest.page import page, paragraphs, section, table
from rules.labels import label

_METHOD = (
    "严格：与第一个标签相同；宽松：与两个说得通的标签之一相同。漏判和过判按两个标签中较低、较高的算。",
    "前二：第一个标签在系统给出的一到两个意见之中。宏平均 F1 是标签中出现的各类 F1 的平均。",
    "险情：来件的字句证明有人身危险；漏判指没有判为特急。既没有列为有、也没有列为没有的信号不计。",
    "校准误差 ECE：按置信度分 15 个等宽区间，各区间准确率与平均置信度之差按条数加权平均"
    "（Naeini 2015，Guo 2017）。",
    "区间是 95% Wilson 区间。地点五项为楼栋、单元、楼层、房号、场所，没说的也要判为没说才算对。",
)


def report_html(outcome: Evaluation) -> str:
    """The report as HTML; equal outcomes give the same bytes."""
    title = "分诊评测报告"
    parts = [f"<header><h1>{title}</h1><dl>{_facts(outcome)}</dl></header>"]
    if outcome.scores is not None:
        parts.append(section("紧急程度的漏判和过判", _tiers(outcome.scores)))
    if outcome.emergencies is not None:
        parts.append(section("险情", _emergencies(outcome.emergencies)))
    if outcome.scores is not None:
        parts += _labelled(outcome, outcome.scores)
    if len(outcome.emergencies_by_style) > 1:
        rows = emergency_rows(outcome.emergencies_by_style)
        parts.append(section("险情，按说法", table(EMERGENCY_HEADS, rows, range(1, 5))))
    if outcome.misread:
        parts.append(section("险情里判错的来件", _misread(outcome.misread, outcome.shipped)))
    if outcome.misjudged:
        parts.append(section("判错的来件", _misjudged(outcome.misjudged, outcome.shipped)))
    parts.append(section("怎么算的", paragraphs(_METHOD)))
    return page(title, "".join(parts))


def _facts(outcome: Evaluation) -> str:
    facts = [("来件", "随产品附带" if outcome.shipped else "外来文件，只列编号")]
    if outcome.scores is not None:
        facts.append(("有标签的来件", f"{outcome.scores.messages:,} 条"))
    if outcome.emergencies is not None:
        facts.append(("险情来件", f"{outcome.emergencies.messages:,} 条"))
    return "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts)


def _tiers(scores: TriageScores) -> str:
    rows = [("漏判（偏低）", cell(scores.under)), ("过判（偏高）", cell(scores.over))]
    lines = paragraphs([f"{basis(scores)}。"])
    return table(("项目", "比例"), rows) + lines + _confusion(scores.field("tier"))


def _emergencies(scores: EmergencyScores) -> str:
    rows = [
        ("漏判：没有判为特急", cell(scores.missed)),
        ("其中连紧急都没有判到", cell(scores.unheeded)),
        ("字面上没找到险情", cell(scores.unproved)),
        ("误判特急：不是险情", cell(scores.false_critical)),
    ]
    found = table(("项目", "比例"), rows)
    found += "<h3>各信号</h3>" + table(("信号", "精确率", "召回率"), signal_rows(scores), (1, 2))
    heads = ("疑似险情的置信度", "条数", "精确率", "补救了漏掉的险情")
    return found + "<h3>疑似险情</h3>" + table(heads, suspicion_rows(scores), (1, 2, 3))


def _labelled(outcome: Evaluation, scores: TriageScores) -> list[str]:
    heads = ("字段", "严格", "宽松", "前二", "宏平均 F1", "ECE")
    parts = [section("各字段", table(heads, field_rows(scores), range(1, 6)))]
    parts += [
        section(FIELDS[field.field][0], _field(field))
        for field in scores.fields
        if field.field != "tier" and field.confusion
    ]
    if rows := word_rows(scores):
        lead = f"地点五项全对（{scores.places_labelled:,} 条）：{cell(scores.place_exact)}"
        found = table(("项目", "一致", "说了的找到", "找到的正确"), rows, (1, 2, 3))
        parts.append(
            section("地点和其他文字项", paragraphs([lead] * bool(scores.places_labelled)) + found)
        )
    for title, groups in (("按来源", outcome.by_set), ("按说法", outcome.by_style)):
        if len(groups) > 1:
            columns = (title.removeprefix("按"), *STYLE_HEADS[1:])
            parts.append(section(title, table(columns, style_rows(groups), range(1, 12))))
    return parts


def _field(field: FieldScore) -> str:
    heads = ("类别", "精确率", "召回率", "F1", "条数")
    found = table(heads, class_rows(field), range(1, 5)) + _confusion(field)
    if field.calibration is not None:
        name = FIELDS[field.field][0]
        found += reliability_curve(field.field, f"{name}的可靠性曲线", field.calibration)
    return found


def _confusion(field: FieldScore) -> str:
    codes = sorted((x.label for x in field.by_class), key=lambda code: order(field.field, code))
    return confusion_table([(code, code_label(field.field, code)) for code in codes], field)


def _misread(found: Sequence[Misread], shipped: bool) -> str:
    rows = [
        (
            one.id,
            style_label(one.style),
            *([one.text or ""] if shipped else []),
            label(one.tier, "tiers") + ("（错）" if one.tier_wrong else ""),
            "、".join(label(code, "signals") for code in one.missed),
            "、".join(label(code, "signals") for code in one.false),
        )
        for one in sorted(found, key=lambda one: (not one.tier_wrong, one.id))
    ]
    text = ("来件",) if shipped else ()
    return table(("编号", "说法", *text, "判为", "漏掉的信号", "误报的信号"), rows, ())


def _misjudged(found: Sequence[Misjudged], shipped: bool) -> str:
    rows = [
        (
            one.id,
            style_label(one.style),
            *([one.text or ""] if shipped else []),
            "\n".join(
                f"{FIELDS[field][0]}：应为{code_label(field, wanted)}，"
                f"判为{code_label(field, given)}"
                for field, (wanted, given) in one.fields.items()
            ),
        )
        for one in found
    ]
    text = ("来件",) if shipped else ()
    return table(("编号", "说法", *text, "错在哪里"), rows, ())
