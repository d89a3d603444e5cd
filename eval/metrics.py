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


def f1_by_class(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """F1 of each class that occurs in the truth, 0 to 1."""
    pairs = list(zip(truth, predicted, strict=True))
    scores = {}
    for label in sorted(set(truth)):
        hit = sum(t == p == label for t, p in pairs)
        wrong = sum((t == label) != (p == label) for t, p in pairs)
        scores[label] = 2 * hit / (2 * hit + wrong)
    return scores


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Unweighted mean of the classes' F1."""
    scores = f1_by_class(truth, predicted)
    return sum(scores.values()) / len(scores) if scores else 0.0


def confusion(truth: Sequence[str], predicted: Sequence[str]) -> dict[tuple[str, str], int]:
    """Counts by (true, predicted)."""
    counts: dict[tuple[str, str], int] = {}
    for pair in zip(truth, predicted, strict=True):
        counts[pair] = counts.get(pair, 0) + 1
    return counts
