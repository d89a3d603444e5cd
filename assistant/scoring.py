"""From the sentences of the hits to those that likely answer, each with its probability.

All are weighed by their words first; the best of these are compared by meaning and judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.asks import asking_parts
from assistant.coverage import Piece, coverage, terms_of, unknown_share
from assistant.evidence import Candidate, answer_fit, answered_terms, lexical_score
from assistant.judgement import Judgement
from assistant.judgement_features import Setting, row
from assistant.question import Question
from kb.normalization import simplify
from kb.types import Hit

if TYPE_CHECKING:
    from kb.encoder import Encoder

# How much a passage's own nearness counts before its sentences are encoded: cosines lie close.
_FUSED, _DENSE, _USUAL_COSINE = 0.2, 4.0, 0.85


# Cosines of unrelated texts and of texts that say the same, with the default encoder.
_UNRELATED, _SAME = 0.82, 0.94
# How much the plain score counts beside the probability in choosing among sentences: the
# judgement says whether one answers, and knows little of which of two neighbours does.
_PLAIN = 0.3
# What makes an answer plain: words that no document knows, words covered, their mean with meaning.
_MOST_UNKNOWN, _SAME_MEANING, _LEAST_COVERED, _LEAST_MEAN = 0.3, 0.8, 0.35, 0.55


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with the statements that it is judged by, and its plain score of words, meaning
    and rank, about 0..2."""

    candidate: Candidate
    features: dict[str, float]
    plain: float


def weigh(
    asked: Question,
    content: tuple[Piece, ...],
    hits: Sequence[Hit],
    found: Sequence[Candidate],
    encoder: "Encoder",
    most: int,
) -> list[Weighed]:
    """The statements about the `most` likeliest sentences by their words; `found` are of `hits`."""
    likeliest = sorted(
        (c for c in found if not c.is_lead_in), key=lambda c: -_by_words(asked, content, c)
    )[:most]
    if not likeliest:
        return []
    vectors = encoder.encode_passages([simplify(f"{c.context}\n{c.text}") for c in likeliest])
    parts = [part for part in asking_parts(asked.text) if part != asked.text]
    questions = encoder.encode_queries([asked.text, *parts])
    cosines = vectors @ questions.T
    similar = [float(value) for value in cosines[:, 0]]
    by_part = [float(value) for value in cosines[:, 1:].max(axis=1)] if parts else similar
    setting = Setting(asked, content, hits)
    near = [replace(c, similarity=value) for c, value in zip(likeliest, similar, strict=True)]
    return [
        Weighed(one, setting.features(one, part), _plain(asked, content, one))
        for one, part in zip(near, by_part, strict=True)
    ]


def ranked(weighed: Sequence[Weighed], judgement: Judgement) -> list[Candidate]:
    """The sentences best first, `score` the probability that each answers."""
    scored = [
        (judgement.probability(row(one.features, judgement.features)), one) for one in weighed
    ]
    best = sorted(scored, key=lambda pair: -(pair[0] + _PLAIN * pair[1].plain))
    return [replace(one.candidate, score=probability) for probability, one in best]


def _by_words(asked: Question, content: Sequence[Piece], candidate: Candidate) -> float:
    near = candidate.hit.arms.get("dense", 0.0) - _USUAL_COSINE
    words = lexical_score(asked, content, candidate)
    return words + _FUSED * candidate.hit.score + _DENSE * near


def is_plain(asked: Question, content: tuple[Piece, ...], best: Candidate) -> bool:
    """Whether a passage holds so much of a question's rare words and meaning that it answers.

    Stricter limits than a judgement needs, that hold over documents unlike those it learned from.
    """
    if asked.strict and answer_fit(asked, best) <= 0:
        return False
    meaning = _level(best.similarity)
    passage = terms_of(best.hit.chunk.text) | best.context_terms | answered_terms(asked, best)
    covered = coverage(content, passage)
    if unknown_share(content) > _MOST_UNKNOWN and meaning < _SAME_MEANING:
        return False
    return covered >= _LEAST_COVERED and (covered + meaning) / 2 >= _LEAST_MEAN


def _level(similarity: float) -> float:
    """A cosine on a scale from 0 (unrelated) to 1 (says the same)."""
    return min(1.0, max(0.0, (similarity - _UNRELATED) / (_SAME - _UNRELATED)))


def _plain(asked: Question, content: Sequence[Piece], candidate: Candidate) -> float:
    # How to do something is rarely said in the words of the question.
    weight = 0.7 if asked.explains else 0.5
    meaning = weight * _level(candidate.similarity)
    return lexical_score(asked, content, candidate) + meaning + _FUSED * candidate.hit.score
