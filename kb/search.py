"""Ranking: what the dense and the lexical arm find, and one order out of both.

The fused score is a convex combination of the arms' z-scores over the union of their
candidates, put on a 0..1 scale by the logistic function. It orders the hits of one query; it
does not compare queries, because the z-scores are relative to the query's own candidates.
The weight follows the query: where a passage is worded like the question the words decide, where
the question's words stand nowhere the meaning does (`dense_weight`).
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kb.lexical import LexicalHits
from kb.settings import KbSettings
from kb.types import DocumentType
from kb.vectors import VectorStore
from kb.views import chunk_of, is_negative

if TYPE_CHECKING:
    import numpy as np

ArmName = Literal["dense", "lexical", "fused"]
Scores = Mapping[str, float]
# Lexical coverage up to which a question counts as worded otherwise, and from which as matched.
# On three real sets the median is 0.20, 0.25 and 0.40, in the order of how much meaning helps.
_UNMATCHED, _MATCHED = 0.2, 0.4
# Several of the nearest views belong to one chunk.
_VIEWS = 2


@dataclass(frozen=True, slots=True)
class Ranking:
    """Chunk ids with scores, best first: each arm's raw scores, and the fused ones.

    `negative` holds the cosine of those FAQs' near-misses that the query came near to.
    """

    dense: dict[str, float] = field(default_factory=dict)
    lexical: dict[str, float] = field(default_factory=dict)
    fused: dict[str, float] = field(default_factory=dict)
    negative: dict[str, float] = field(default_factory=dict)

    def arm(self, name: ArmName) -> list[str]:
        """The chunk ids of one arm, best first."""
        return list({"dense": self.dense, "lexical": self.lexical, "fused": self.fused}[name])

    def raw(self, chunk_id: str) -> dict[str, float]:
        """The raw scores (cosine, BM25, cosine of a near-miss) that a chunk has."""
        arms = {"dense": self.dense, "lexical": self.lexical, "negative": self.negative}
        return {name: scores[chunk_id] for name, scores in arms.items() if chunk_id in scores}


def best_first(scores: Scores) -> dict[str, float]:
    """The same scores from best to worst; equal scores in the order of their ids."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def fuse(dense: Scores, lexical: Scores, dense_weight: float, full: int) -> dict[str, float]:
    """One score between 0 and 1 for every candidate of either arm, best first.

    What an arm did not return gets the least it can have: the arm's lowest score, or for the
    lexical arm 0 when it returned fewer than `full` (then the rest matched no term at all).
    """
    ids = dense.keys() | lexical.keys()
    lexical_floor = min(lexical.values(), default=0.0) if len(lexical) >= full else 0.0
    dense_z = _z_scores(dense, ids, min(dense.values(), default=0.0))
    lexical_z = _z_scores(lexical, ids, lexical_floor)
    total = {i: dense_weight * dense_z[i] + (1 - dense_weight) * lexical_z[i] for i in ids}
    return best_first({i: _logistic(score) for i, score in total.items()})


def _z_scores(scores: Scores, ids: Collection[str], floor: float) -> dict[str, float]:
    values = {i: scores.get(i, floor) for i in ids}
    mean = math.fsum(values.values()) / max(len(values), 1)
    variance = math.fsum((value - mean) ** 2 for value in values.values()) / max(len(values), 1)
    deviation = math.sqrt(variance) or 1.0
    return {i: (value - mean) / deviation for i, value in values.items()}


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


def dense_weight(coverage: float, settings: KbSettings) -> float:
    """The dense arm's share for a query whose words are covered this far (`LexicalHits`)."""
    matched = min(1.0, max(0.0, (coverage - _UNMATCHED) / (_MATCHED - _UNMATCHED)))
    low, high = settings.dense_weight_matched, settings.dense_weight_unmatched
    return high + matched * (low - high)


def rank(
    lexical: LexicalHits,
    vector: "np.ndarray",
    vectors: VectorStore,
    settings: KbSettings,
    types: Iterable[DocumentType] | None,
    admit: Callable[[str], bool],
) -> Ranking:
    """Candidates of both arms for a query (`vector` is its embedding) and their fused order.

    `admit` says which chunks may appear at all (known, and in force on the day asked for).
    """
    nearest, negatives = _dense(vectors, vector, settings.candidates, types)
    dense = best_first({i: score for i, score in nearest.items() if admit(i)})
    words = {i: score for i, score in lexical.scores.items() if admit(i)}
    fused = fuse(
        dense,
        words,
        dense_weight(lexical.coverage, settings),
        settings.candidates - (len(lexical.scores) - len(words)),
    )
    repelling = {i: score for i, score in negatives.items() if score > nearest.get(i, -1.0)}
    pushed = _repelled(fused, nearest, repelling, settings.repulsion)
    return Ranking(dense, words, pushed, {i: s for i, s in repelling.items() if i in fused})


def _repelled(
    fused: dict[str, float], dense: Scores, negatives: Scores, strength: float
) -> dict[str, float]:
    """The fused scores, less for an FAQ whose near-miss is nearer than its own questions."""
    pushed = dict(fused)
    for i in fused.keys() & negatives.keys():
        lost = strength * (negatives[i] - dense.get(i, -1.0))
        pushed[i] *= max(0.0, 1.0 - lost)
    return best_first(pushed)


def _dense(
    vectors: VectorStore,
    vector: "np.ndarray",
    limit: int,
    types: Iterable[DocumentType] | None,
) -> tuple[dict[str, float], dict[str, float]]:
    """The best cosine over each chunk's views, of the best `limit`, and over its near-misses."""
    best: dict[str, float] = {}
    negative: dict[str, float] = {}
    for kind in types if types is not None else DocumentType:
        for view_id, similarity in vectors.query(kind, vector, _VIEWS * limit):
            target = negative if is_negative(view_id) else best
            chunk_id = chunk_of(view_id)
            if similarity > target.get(chunk_id, -2.0):
                target[chunk_id] = similarity
    return dict(list(best_first(best).items())[:limit]), negative
