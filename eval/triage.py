"""Triage measured against labels: strict (first label) and lenient (either label)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Triage
from eval.metrics import Interval, confusion, f1_by_class, macro_f1, wilson
from eval.readers import LabelLine
from rules.types import Tier


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One labelled field: accuracies with Wilson intervals, F1 by class, confusion counts."""

    field: str
    strict: Interval
    lenient: Interval
    macro_f1: float
    by_class: dict[str, float]
    confusion: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class TriageScores:
    """`under` and `over` count tiers below, or above, both labels."""

    messages: int
    under: Interval
    over: Interval
    fields: tuple[FieldScore, ...]


def score(results: Mapping[str, Triage], labels: Sequence[LabelLine]) -> TriageScores:
    """Score triage results by message id. Every label needs its result (KeyError otherwise)."""
    pairs = [(results[label.id], label) for label in labels]
    return TriageScores(
        messages=len(pairs),
        under=wilson(sum(_below(t, label) for t, label in pairs), len(pairs)),
        over=wilson(sum(_above(t, label) for t, label in pairs), len(pairs)),
        fields=(
            _field("kind", [(t.kind, x.kind, x.kind_alt) for t, x in pairs]),
            _field(
                "department", [(t.department, x.department, x.department_alt) for t, x in pairs]
            ),
            _field("tier", [(t.decision.tier, x.tier, x.tier_alt) for t, x in pairs]),
            _field(
                "category",
                [(t.category or "", x.category, None) for t, x in pairs if x.category is not None],
            ),
        ),
    )


def _ranks(label: LabelLine) -> list[int]:
    return [Tier(name).rank for name in (label.tier, label.tier_alt) if name is not None]


def _below(triage: Triage, label: LabelLine) -> bool:
    return triage.decision.tier.rank < min(_ranks(label))


def _above(triage: Triage, label: LabelLine) -> bool:
    return triage.decision.tier.rank > max(_ranks(label))


def _field(name: str, rows: Sequence[tuple[str, str, str | None]]) -> FieldScore:
    truth = [str(row[1]) for row in rows]
    predicted = [str(row[0]) for row in rows]
    lenient = sum(guess in (first, second) for guess, first, second in rows)
    return FieldScore(
        field=name,
        strict=wilson(sum(g == t for g, t in zip(predicted, truth, strict=True)), len(rows)),
        lenient=wilson(lenient, len(rows)),
        macro_f1=macro_f1(truth, predicted),
        by_class=f1_by_class(truth, predicted),
        confusion=confusion(truth, predicted),
    )
