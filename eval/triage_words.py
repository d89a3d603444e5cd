"""An evaluation of triage in Chinese lines for the terminal; under-triage comes first."""

from collections.abc import Iterator, Mapping

from eval.emergencies import EmergencyScores
from eval.metrics import Interval
from eval.triage import OUT_OF_SCOPE, FieldScore, TriageScores
from eval.triage_outcome import Evaluation
from rules.labels import label, labels

FIELDS = {
    "kind": ("诉求类型", "kinds"),
    "department": ("部门", "departments"),
    "tier": ("紧急程度", "tiers"),
    "category": ("投诉类别", "categories"),
    "in_scope": ("职责范围", None),
}
STYLES = {
    "plain": "平实",
    "angry": "生气",
    "long_winded": "啰嗦",
    "elderly": "老人口吻",
    "dialect": "方言",
    "cantonese": "粤语",
    "traditional": "繁体",
    "typo": "错别字",
    "sarcastic": "反话",
    "multi_matter": "一信多事",
    "instructing": "夹带指令",
    "formal": "公函",
}
_WORDS = {
    "building": "楼栋",
    "unit": "单元",
    "floor": "楼层",
    "room": "房号",
    "place": "场所",
    "contact": "联系电话",
    "wished": "期望时间",
}
_SCOPE = {"in": "能管", OUT_OF_SCOPE: "管不了", "": "无"}
STYLE_HEADS = ("说法", "条数", "漏判", "过判", "类型严格", "类型宽松", "类型宏F1", "部门严格",
               "部门宽松", "部门宏F1", "管不了F1", "地点全对")  # fmt: skip
EMERGENCY_HEADS = ("说法", "条数", "险情漏判", "连紧急都不是", "误判特急")
_MOST_CONFUSED = 5

Row = tuple[str, ...]


def told(outcome: Evaluation) -> Iterator[str]:
    """The lines, cells parted by tabs."""
    if outcome.scores is not None:
        yield from _scores(outcome.scores)
    if outcome.emergencies is not None:
        yield from _emergencies(outcome.emergencies)
    if outcome.scores is not None:
        yield from _fields(outcome.scores)
        for name, groups in (("来源", outcome.by_set), ("说法", outcome.by_style)):
            if len(groups) > 1:
                yield "\t".join((name, *STYLE_HEADS[1:]))
                yield from ("\t".join(row) for row in style_rows(groups))
    if len(outcome.emergencies_by_style) > 1:
        yield "\t".join(EMERGENCY_HEADS)
        yield from ("\t".join(row) for row in emergency_rows(outcome.emergencies_by_style))


def cell(interval: Interval) -> str:
    """`0.912 (0.880–0.936)`."""
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def code_label(field: str, code: str) -> str:
    """The Chinese label of a code of a field; an empty category is 无."""
    group = FIELDS[field][1]
    return _SCOPE.get(code, code) if group is None or not code else label(code, group)


def order(field: str, code: str) -> int:
    """The place of a code in its field, as the vocabulary has it; unknown ones stand last."""
    group = FIELDS[field][1]
    codes = list(_SCOPE) if group is None else [str(one) for one in labels(group)]
    return codes.index(code) if code in codes else len(codes)


def style_label(style: str) -> str:
    return STYLES.get(style, style)


def basis(scores: TriageScores) -> str:
    """What the tiers are compared with."""
    if scores.tiers_labelled == scores.messages:
        return "与标注的紧急程度比"
    if scores.tiers_labelled:
        return f"{scores.tiers_labelled} 条有标注的紧急程度，其余与规则按标注的类型判定的比"
    return "没有标注紧急程度，与规则按标注的类型和同样的信号判定的比"


def field_rows(scores: TriageScores) -> list[Row]:
    """A row of texts for each field: name, strict, lenient, either of two, macro-F1, ECE."""
    return [
        (
            FIELDS[one.field][0],
            cell(one.strict),
            cell(one.lenient),
            cell(one.top2) if one.top2 else "—",
            f"{one.macro_f1:.3f}",
            f"{one.calibration.ece:.3f}" if one.calibration else "—",
        )
        for one in scores.fields
    ]


def class_rows(field: FieldScore) -> list[Row]:
    """A row of texts for each class: label, precision, recall, F1, support."""
    return [
        (
            code_label(field.field, one.label),
            f"{one.precision:.3f}",
            f"{one.recall:.3f}",
            f"{one.f1:.3f}",
            str(one.support),
        )
        for one in sorted(field.by_class, key=lambda one: order(field.field, one.label))
    ]


def style_rows(groups: Mapping[str, TriageScores]) -> list[Row]:
    """A row of texts for each group, under STYLE_HEADS."""
    rows = []
    for name, scores in groups.items():
        kind, department = scores.field("kind"), scores.field("department")
        out = [one.f1 for one in scores.field("in_scope").by_class
               if one.label == OUT_OF_SCOPE and one.support]  # fmt: skip
        rows.append(
            (
                style_label(name),
                str(scores.messages),
                f"{scores.under.value:.3f}",
                f"{scores.over.value:.3f}",
                *(
                    f"{value:.3f}"
                    for field in (kind, department)
                    for value in (field.strict.value, field.lenient.value, field.macro_f1)
                ),
                f"{out[0]:.3f}" if out else "—",
                f"{scores.place_exact.value:.3f}" if scores.places_labelled else "—",
            )
        )
    return rows


def word_rows(scores: TriageScores) -> list[Row]:
    """A row of texts for each field of words: name, right, found of what was said, correct."""
    return [
        (
            _WORDS[one.field],
            cell(one.right) if one.correct else "—",
            cell(one.found),
            cell(one.correct) if one.correct else "—",
        )
        for one in (*(scores.places if scores.places_labelled else ()), *scores.details)
    ]


def signal_rows(scores: EmergencyScores) -> list[Row]:
    """A row of texts for each signal: label, precision, recall."""
    return [
        (label(one.code, "signals"), cell(one.precision), cell(one.recall))
        for one in scores.signals
    ]


def suspicion_rows(scores: EmergencyScores) -> list[Row]:
    """A row of texts for each threshold: messages, precision, share of silent ones rescued."""
    return [
        (f"≥{one.threshold:.0%}", str(one.messages), cell(one.precision), cell(one.rescued))
        for one in scores.suspicions
    ]


def emergency_rows(groups: Mapping[str, EmergencyScores]) -> list[Row]:
    """A row of texts for each style, under EMERGENCY_HEADS."""
    return [
        (
            style_label(name),
            str(scores.messages),
            cell(scores.missed),
            cell(scores.unheeded),
            cell(scores.false_critical),
        )
        for name, scores in groups.items()
    ]


def _scores(scores: TriageScores) -> Iterator[str]:
    yield f"来件 {scores.messages} 条（括号内为 95% Wilson 区间）"
    yield f"漏判（紧急程度偏低，{basis(scores)}）：{cell(scores.under)}"
    yield f"过判（紧急程度偏高）：{cell(scores.over)}"


def _emergencies(scores: EmergencyScores) -> Iterator[str]:
    yield f"险情来件 {scores.messages} 条"
    yield f"险情漏判（没有判为特急）：{cell(scores.missed)}"
    yield f"其中连紧急都没有判到：{cell(scores.unheeded)}"
    yield f"字面上没找到险情：{cell(scores.unproved)}"
    yield f"误判特急（不是险情却判为特急）：{cell(scores.false_critical)}"
    yield "信号\t精确率\t召回率"
    yield from ("\t".join(row) for row in signal_rows(scores))
    if any(one.messages for one in scores.suspicions):
        yield "疑似险情\t条数\t精确率\t补救了漏掉的险情"
        yield from ("\t".join(row) for row in suspicion_rows(scores))


def _fields(scores: TriageScores) -> Iterator[str]:
    yield "字段\t严格\t宽松\t前二\t宏平均F1\t校准误差ECE"
    yield from ("\t".join(row) for row in field_rows(scores))
    for field in scores.fields:
        if field.confusion:
            yield f"{FIELDS[field.field][0]}\t精确率\t召回率\tF1\t条数"
            yield from ("\t".join(row) for row in class_rows(field))
            yield f"混淆最多：{_worst(field) or '没有'}"
    if scores.places_labelled:
        yield f"地点五项全对（{scores.places_labelled} 条）：{cell(scores.place_exact)}"
    if rows := word_rows(scores):
        yield "文字项\t一致\t说了的找到\t找到的正确"
        yield from ("\t".join(row) for row in rows)


def _worst(field: FieldScore) -> str:
    wrong = [(count, *pair) for pair, count in field.confusion.items() if pair[0] != pair[1]]
    ordered = sorted(wrong, key=lambda one: (-one[0], one[1:]))
    return "；".join(
        f"{code_label(field.field, true)}→{code_label(field.field, given)} {count}次"
        for count, true, given in ordered[:_MOST_CONFUSED]
    )
