"""Ranking: what the dense and the lexical arm find, and one order out of both.

The fused score is a convex combination of the arms' z-scores over the union of their
candidates, put on a 0..1 scale by the logistic function. It orders the hits of one query; it
does not compare queries, because the z-scores are relative to the query's own candidates.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from kb.lexical import LexicalIndex
from kb.settings import KbSettings
from kb.types import DocumentType
from kb.vectors import VectorStore
from kb.views import chunk_of, is_answer

if TYPE_CHECKING:
    import numpy as np

ArmName = Literal["dense", "lexical", "fused"]
Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Chunk ids with scores, best first: each arm's raw scores, and the fused ones."""

    dense: dict[str, float] = field(default_factory=dict)
    lexical: dict[str, float] = field(default_factory=dict)
    fused: dict[str, float] = field(default_factory=dict)

    def arm(self, name: ArmName) -> list[str]:
        """The chunk ids of one arm, best first."""
        return list({"dense": self.dense, "lexical": self.lexical, "fused": self.fused}[name])

    def raw(self, chunk_id: str) -> dict[str, float]:
        """The raw scores (cosine, BM25) of the arms that found a chunk."""
        arms = {"dense": self.dense, "lexical": self.lexical}
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


class Stores(Protocol):
    """The two indexes that are searched."""

    @property
    def vectors(self) -> VectorStore: ...

    @property
    def lexical(self) -> LexicalIndex: ...


def rank(
    text: str,
    vector: "np.ndarray",
    indexes: Stores,
    settings: KbSettings,
    types: Collection[DocumentType] | None,
    admit: Callable[[str], bool],
) -> Ranking:
    """Candidates of both arms for a query (`vector` is its embedding) and their fused order.

    `admit` says which chunks may appear at all (known, and in force on the day asked for).
    """
    dense = _dense(indexes.vectors, vector, settings, types)
    lexical = indexes.lexical.query(text, settings.candidates, types)
    dense_scores = best_first({i: score for i, score in dense.items() if admit(i)})
    lexical_scores = {i: score for i, score in lexical if admit(i)}
    fused = fuse(
        dense_scores,
        lexical_scores,
        settings.dense_weight,
        settings.candidates - (len(lexical) - len(lexical_scores)),
    )
    return Ranking(dense_scores, lexical_scores, fused)


def _dense(
    vectors: VectorStore,
    vector: "np.ndarray",
    settings: KbSettings,
    types: Iterable[DocumentType] | None,
) -> dict[str, float]:
    """The best cosine over each chunk's views."""
    best: dict[str, float] = {}
    for kind in types if types is not None else DocumentType:
        for view_id, similarity in vectors.query(kind, vector, settings.candidates):
            score = similarity - settings.answer_penalty * is_answer(view_id)
            chunk_id = chunk_of(view_id)
            if score > best.get(chunk_id, -2.0):
                best[chunk_id] = score
    return best
