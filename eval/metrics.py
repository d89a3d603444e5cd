"""Measures of ranking and classification, with their uncertainty. Pure functions.

nDCG, recall and reciprocal rank follow Manning, Raghavan & Schütze, Introduction to Information
Retrieval, ch. 8, with binary relevance; intervals are percentile bootstraps (Efron & Tibshirani)
and Wilson's score interval (Wilson 1927).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20260101
CALIBRATION_BINS = 15


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `k`, 0 to 1."""
    gain = sum(1 / math.log2(i + 2) for i, item in enumerate(ranked[:k]) if item in relevant)
    ideal = sum(1 / math.log2(i + 2) for i in range(min(k, len(relevant))))
    return gain / ideal if ideal else 0.0


def recall(ranked: Sequence[str], relevant: Collection[str], k: int = 5) -> float:
    """Share of the relevant that stand among the first `k`, 0 to 1."""
    return len(set(ranked[:k]) & set(relevant)) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """1 / rank of the first relevant among the first `k`, else 0."""
    return next((1 / (i + 1) for i, item in enumerate(ranked[:k]) if item in relevant), 0.0)


def bootstrap(values: Sequence[float], rounds: int = 2000) -> Interval:
    """The mean of per-query values with its percentile bootstrap interval."""
    data = np.asarray(values, dtype=np.float64)
    means = _resampled_means(data, rounds)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(data.mean()), float(low), float(high))


def paired_difference(a: Sequence[float], b: Sequence[float], rounds: int = 2000) -> Interval:
    """Mean of `a - b` over the same queries, with its percentile bootstrap interval."""
    return bootstrap([x - y for x, y in zip(a, b, strict=True)], rounds)


def _resampled_means(data: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    if data.size == 0:
        raise ValueError("no values to resample")
    generator = np.random.default_rng(SEED)
    picks = generator.integers(0, data.size, size=(rounds, data.size))
    means: NDArray[np.float64] = data[picks].mean(axis=1)
    return means


def wilson(successes: int, total: int, z: float = 1.96) -> Interval:
    """A proportion with Wilson's score interval; of nothing, 0 with the widest interval."""
    if total == 0:
        return Interval(0.0, 0.0, 1.0)
    share = successes / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return Interval(share, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class: precision, recall and F1, 0 to 1 (0 of nothing); `support` of it in the truth."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


def class_scores(truth: Sequence[str], predicted: Sequence[str]) -> tuple[ClassScore, ...]:
    """Scores of every class that occurs in the truth or in the predictions, by name."""
    pairs = list(zip(truth, predicted, strict=True))
    scores = []
    for label in sorted({*truth, *predicted}):
        hit = sum(t == p == label for t, p in pairs)
        meant, said = sum(t == label for t, _ in pairs), sum(p == label for _, p in pairs)
        scores.append(
            ClassScore(
                label,
                precision=hit / said if said else 0.0,
                recall=hit / meant if meant else 0.0,
                f1=2 * hit / (meant + said),
                support=meant,
            )
        )
    return tuple(scores)


def macro_f1(scores: Sequence[ClassScore]) -> float:
    """Unweighted mean F1 of the classes that occur in the truth; 0 of none."""
    found = [one.f1 for one in scores if one.support]
    return sum(found) / len(found) if found else 0.0


def confusion(truth: Sequence[str], predicted: Sequence[str]) -> dict[tuple[str, str], int]:
    """Counts by (true, predicted)."""
    counts: dict[tuple[str, str], int] = {}
    for pair in zip(truth, predicted, strict=True):
        counts[pair] = counts.get(pair, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like confidence: how sure they were on average, and how many were right.

    It holds confidences above `low` up to `high`, the first bin 0 as well.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(
    confidences: Sequence[float], right: Sequence[bool], bins: int = CALIBRATION_BINS
) -> tuple[Bin, ...]:
    """The bins of a reliability diagram that hold predictions, lowest first.

    Of equal width, after DeGroot & Fienberg 1983. Raises ValueError for a confidence outside 0..1.
    """
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in zip(confidences, right, strict=True):
        if not 0 <= confidence <= 1:
            raise ValueError(f"a confidence is between 0 and 1, not {confidence}")
        held.setdefault(max(0, math.ceil(confidence * bins) - 1), []).append((confidence, hit))
    return tuple(
        Bin(
            place / bins,
            (place + 1) / bins,
            len(members),
            sum(confidence for confidence, _ in members) / len(members),
            sum(hit for _, hit in members) / len(members),
        )
        for place, members in sorted(held.items())
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """ECE: mean gap of accuracy and confidence over the bins, weighted by their counts, 0 to 1.

    Naeini, Cooper & Hauskrecht 2015, as used by Guo et al. 2017 (On Calibration of Modern Neural
    Networks, eq. 3) with 15 bins of equal width. 0 of nothing.
    """
    total = sum(one.count for one in bins)
    gaps = sum(one.count * abs(one.accuracy - one.confidence) for one in bins)
    return gaps / total if total else 0.0
