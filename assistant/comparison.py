"""Two classifiers side by side: the fixed test, emergencies, and the corrections themselves.

Macro-F1 is the unweighted mean of the F1 of the classes that occur among the true labels. Needs
scikit-learn.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.classifier import Classifier
from assistant.lexicon import life_safety_codes
from assistant.training_examples import EXAMPLES, Example
from assistant.training_set import fixed_test
from assistant.types import Message
from rules.types import Tier

if TYPE_CHECKING:
    from assistant.triage import Triager
    from kb.encoder import Encoder

TARGETS = {"kind": "类型", "department": "部门"}
FOLDS = 5
LEAST_JUDGED = 20
"""From so many corrections on their figures can refuse; of fewer they are told only."""
_SEED = 1
_RECEIVED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_NOTHING_LOST = 1e-9


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of both: points of macro-F1 (0..100), or a count out of `total`.

    `most_lost` is what the new one may lose; None where the figure is only told.
    """

    code: str
    name: str
    old: float
    new: float
    total: int
    unit: str
    most_lost: float | None

    @property
    def refuses(self) -> bool:
        return self.most_lost is not None and self.old - self.new > self.most_lost + _NOTHING_LOST


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every figure in the order in which they are told."""

    figures: tuple[Figure, ...]

    @property
    def refusals(self) -> tuple[Figure, ...]:
        """The figures by which the new one is too bad."""
        return tuple(figure for figure in self.figures if figure.refuses)


def compare(
    old: Classifier,
    new: Classifier,
    corrections: Sequence[Example],
    encoder: "Encoder",
    triager: "Callable[[Classifier], Triager]",
    *,
    most_lost: float,
) -> Comparison:
    """All figures; `most_lost` in points of macro-F1."""
    tested = fixed_test()
    figures = [
        *_fixed_test(old, new, tested, encoder, most_lost),
        *_emergencies(old, new, encoder, triager),
        *_corrections(corrections, encoder, most_lost),
    ]
    return Comparison(tuple(figures))


def emergencies() -> tuple[str, ...]:
    """The shipped messages whose words, as people labelled them, tell of a danger to life now."""
    found = []
    for path in sorted(EXAMPLES.glob("signals*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found += [row["text"] for row in rows if set(row["present"]) & life_safety_codes()]
    return tuple(found)


def _labels(
    classifier: Classifier, rows: Sequence[Example], encoder: "Encoder", target: str
) -> list[str]:
    predictions = classifier.predict([row.text for row in rows], encoder)
    return [next(iter(getattr(prediction, target))) for prediction in predictions]


def _macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    from sklearn.metrics import f1_score

    score = f1_score(
        truth, predicted, labels=sorted(set(truth)), average="macro", zero_division=0.0
    )
    return 100 * float(score)


def _fixed_test(
    old: Classifier,
    new: Classifier,
    tested: Sequence[Example],
    encoder: "Encoder",
    most_lost: float,
) -> list[Figure]:
    figures = []
    for target, name in TARGETS.items():
        truth = [getattr(row, target) for row in tested]
        before, after = (
            _macro_f1(truth, _labels(one, tested, encoder, target)) for one in (old, new)
        )
        figures.append(
            Figure(
                f"test_{target}", f"固定测试·{name}", before, after, len(tested), "F1", most_lost
            )
        )
    return figures


def _emergencies(
    old: Classifier,
    new: Classifier,
    encoder: "Encoder",
    triager: "Callable[[Classifier], Triager]",
) -> list[Figure]:
    """How many emergencies are critical, are noticed at all, and look like work to the model."""
    from assistant.missing import ACTED_ON

    texts = emergencies()
    counts = []
    for one in (old, new):
        triaged = triager(one).triage([Message(text, _RECEIVED) for text in texts])
        critical = sum(t.decision.tier is Tier.CRITICAL for t in triaged)
        noticed = sum(
            bool(t.suggested) or bool(t.facts.signals & life_safety_codes()) for t in triaged
        )
        kinds = [next(iter(p.kind)) for p in one.predict(texts, encoder)]
        counts.append((critical, noticed, sum(kind in ACTED_ON for kind in kinds)))
    codes = ("critical", "noticed", "acted_on")
    names = ("危急来件·判为特急", "危急来件·有信号或被怀疑", "危急来件·模型看作要处理的")
    return [
        Figure(f"emergency_{code}", name, before, after, len(texts), "条", 0.0)
        for code, name, before, after in zip(codes, names, *counts, strict=True)
    ]


def _corrections(
    corrections: Sequence[Example], encoder: "Encoder", most_lost: float
) -> list[Figure]:
    """Corrections predicted without themselves, against what is learned without any of them."""
    places = {
        target: [place for place, row in enumerate(corrections) if getattr(row, target)]
        for target in TARGETS
    }
    if all(len(judged) < FOLDS for judged in places.values()):
        return []
    unseen = _cross_validated(corrections, encoder)
    shipped = _trained((), encoder)
    figures = []
    for target, name in TARGETS.items():
        judged = places[target]
        if len(judged) < FOLDS:
            continue
        rows = [corrections[place] for place in judged]
        truth = [getattr(row, target) for row in rows]
        before = _macro_f1(truth, _labels(shipped, rows, encoder, target))
        after = _macro_f1(truth, [unseen[place][target] for place in judged])
        figures.append(
            Figure(
                f"corrections_{target}",
                f"更正的来件·{name}（五折）",
                before,
                after,
                len(judged),
                "F1",
                most_lost if len(judged) >= LEAST_JUDGED else None,
            )
        )
    return figures


def _cross_validated(corrections: Sequence[Example], encoder: "Encoder") -> list[dict[str, str]]:
    """The labels of each correction by a model that learned from the others."""
    from sklearn.model_selection import KFold

    labels: list[dict[str, str]] = [{} for _ in corrections]
    for learned, held_out in KFold(FOLDS, shuffle=True, random_state=_SEED).split(corrections):
        model = _trained([corrections[i] for i in learned], encoder)
        rows = [corrections[i] for i in held_out]
        for target in TARGETS:
            for place, found in zip(held_out, _labels(model, rows, encoder, target), strict=True):
                labels[place][target] = found
    return labels


def _trained(corrections: Sequence[Example], encoder: "Encoder") -> Classifier:
    from assistant.retraining import train_with

    # only the likeliest class is asked for
    return train_with(corrections, encoder, calibrated=False)
