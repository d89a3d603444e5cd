"""When a question is an FAQ's question in nearly the same words, the FAQ's answer is the answer."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from assistant.coverage import Piece, coverage, terms_of
from assistant.evidence import Candidate, candidates
from assistant.question import Question, understand
from kb.types import Chunk, DocumentType, Hit

# Two wordings of one question share nearly all letters of their content words …
_SAME_WORDS = 90.0
# … or say the same to the encoder and share its rare terms.
_SHARED_TERMS = 0.75
# From here on a question is one of those that an FAQ names as not its own.
_NEAR_MISS = 80.0


def direct_answer(
    asked: Question, content: Sequence[Piece], hits: Sequence[Hit], least_similarity: float
) -> list[Candidate]:
    """The sentences of the FAQ that is this very question; empty when there is none."""
    for hit in hits:
        if hit.chunk.type is DocumentType.FAQ and _is_the_question(
            asked, content, hit, least_similarity
        ):
            return candidates([hit])
    return []


def _is_the_question(
    asked: Question, content: Sequence[Piece], hit: Hit, least_similarity: float
) -> bool:
    best = max(
        (understand(wording) for wording in hit.chunk.questions),
        key=lambda wording: likeness(asked, wording),
        default=None,
    )
    if best is None or _nearest_negative(asked, hit.chunk) > likeness(asked, best):
        return False
    if best.wants and asked.wants and not best.wants & asked.wants:
        return False
    if likeness(asked, best) >= _SAME_WORDS:
        return True
    near = hit.arms.get("dense", 0.0) >= least_similarity
    return near and coverage(content, terms_of(best.text)) >= _SHARED_TERMS


def likeness(asked: Question, wording: Question) -> float:
    """How alike the content words of two questions are, 0..100."""
    return fuzz.ratio("".join(asked.content), "".join(wording.content))


def answers_another(asked: Question, chunk: Chunk) -> bool:
    """Whether the question is one that the FAQ says it does not answer."""
    away = _nearest_negative(asked, chunk)
    own = max((likeness(asked, understand(wording)) for wording in chunk.questions), default=0.0)
    return away >= _NEAR_MISS and away > own


def _nearest_negative(asked: Question, chunk: Chunk) -> float:
    return max((likeness(asked, understand(negative)) for negative in chunk.negatives), default=0.0)
