"""From scored sentences to an answer: the best one, what it needs, and what adds to it."""

import re
from collections.abc import Sequence

from assistant.coverage import Piece, coverage
from assistant.evidence import Candidate, condition_fit, excepts
from assistant.merging import same
from assistant.question import Question
from kb.types import DocumentType

# A further sentence must come this near to the best one.
_NEAR = 0.82
# … be as near to the question in meaning, but for this much of a cosine
_NEAR_MEANING = 0.03
# … and, where it must say more, cover this much more of the question.
_MORE = 0.15
_LEANS_BACK = re.compile(r"^(?:但|不过|其中|此|该|上述|前款|否则|同时|因此|对此|另外|并|也|还|其)")


def select(
    asked: Question,
    content: Sequence[Piece],
    ranked: Sequence[Candidate],
    found: Sequence[Candidate],
    limit: int,
) -> list[Candidate]:
    """At most `limit` sentences: passages by their best one, sentences in the order of the text.

    `ranked` holds the scored candidates, best first; `found` every sentence of the hits.
    """
    best = ranked[0]
    if best.hit.chunk.type is DocumentType.FAQ and not asked.wants:
        return _whole_answer(found, best, limit)
    chosen = [best]
    for candidate in ranked[1:]:
        if len(chosen) >= limit:
            break
        if _adds(asked, content, candidate, chosen):
            chosen.append(candidate)
    return _in_order(_with_neighbours(found, chosen, limit))


def _whole_answer(found: Sequence[Candidate], best: Candidate, limit: int) -> list[Candidate]:
    """An FAQ's answer was written as one; its sentences stay together."""
    same = [c for c in found if c.hit.chunk.id == best.hit.chunk.id]
    return same[:limit]


def _adds(
    asked: Question, content: Sequence[Piece], candidate: Candidate, chosen: Sequence[Candidate]
) -> bool:
    """Whether a sentence is good enough, says something new and fits the question's numbers."""
    best = chosen[0]
    if candidate.similarity < best.similarity - _NEAR_MEANING:
        return False
    if candidate.score < _NEAR * best.score or any(same(candidate, c) for c in chosen):
        return False
    if excepts(candidate.text) and not excepts(asked.text):
        return False
    if condition_fit(asked.quantities, candidate.quantities) < condition_fit(
        asked.quantities, best.quantities
    ):
        return False
    if asked.strict:
        # One quantity was asked for; a further sentence must bring another one.
        return _has_new_quantity(asked, candidate, chosen) and _covers_more(
            content, candidate, chosen
        )
    # An explanation goes on in its own passage; another passage must add to it.
    goes_on = asked.explains and candidate.hit.chunk.id == best.hit.chunk.id
    return goes_on or _covers_more(content, candidate, chosen)


def _has_new_quantity(asked: Question, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    said = {(q.dimension, q.low, q.high) for c in chosen for q in c.quantities}
    return any(
        q.dimension in asked.wants and (q.dimension, q.low, q.high) not in said
        for q in candidate.quantities
    )


def _covers_more(
    content: Sequence[Piece], candidate: Candidate, chosen: Sequence[Candidate]
) -> bool:
    said = frozenset[str]().union(*(c.terms for c in chosen))
    return coverage(content, candidate.terms | said) >= coverage(content, said) + _MORE


def _with_neighbours(
    found: Sequence[Candidate], chosen: list[Candidate], limit: int
) -> list[Candidate]:
    """Add the sentence before one that leans on it (但…, 其中…)."""
    by_place = {(c.hit.chunk.id, c.order): c for c in found}
    for candidate in chosen:
        before = by_place.get((candidate.hit.chunk.id, candidate.order - 1))
        if before is None or len(chosen) >= limit or not _LEANS_BACK.match(candidate.text):
            continue
        if all((c.hit.chunk.id, c.order) != (before.hit.chunk.id, before.order) for c in chosen):
            chosen = [*chosen, before]
    return chosen


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Passages in the order of their best sentence, sentences in the order of their passage."""
    passages = list(dict.fromkeys(c.hit.chunk.id for c in chosen))
    return sorted(chosen, key=lambda c: (passages.index(c.hit.chunk.id), c.order))
