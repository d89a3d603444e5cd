"""When a question is an FAQ's question in the same words, the FAQ's answer is the answer."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from assistant.evidence import Candidate, candidates
from assistant.question import Question, understand
from kb.types import Chunk, DocumentType, Hit

# Two wordings of one question share nearly all letters of their content words.
_SAME_WORDS = 90.0
# From here on a question is one of those that an FAQ names as not its own.
_NEAR_MISS = 80.0
# … or by this much of a cosine nearer to one of those than to its own.
_NEARER = 0.005


def direct_answer(asked: Question, hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of the FAQ that is this very question; empty when there is none."""
    for hit in hits:
        if hit.chunk.type is DocumentType.FAQ and _is_the_question(asked, hit.chunk):
            return candidates([hit])
    return []


def _is_the_question(asked: Question, chunk: Chunk) -> bool:
    best = max(
        (understand(wording) for wording in chunk.questions),
        key=lambda wording: likeness(asked, wording),
        default=None,
    )
    if best is None or _nearest_negative(asked, chunk) > likeness(asked, best):
        return False
    if best.wants and asked.wants and not best.wants & asked.wants:
        return False
    return likeness(asked, best) >= _SAME_WORDS


def likeness(asked: Question, wording: Question) -> float:
    """How alike the content words of two questions are, 0..100."""
    return fuzz.ratio("".join(asked.content), "".join(wording.content))


def answers_another(asked: Question, hit: Hit) -> bool:
    """Whether the question is one that the FAQ says it does not answer, by words or by meaning."""
    chunk = hit.chunk
    away = _nearest_negative(asked, chunk)
    own = max((likeness(asked, understand(wording)) for wording in chunk.questions), default=0.0)
    if away >= _NEAR_MISS and away > own:
        return True
    return own < _SAME_WORDS and _is_pushed_away(hit)


def _is_pushed_away(hit: Hit) -> bool:
    """Whether a near-miss of the FAQ is clearly nearer in meaning than its own questions."""
    arms = hit.arms
    return arms.get("negative", -1.0) > arms.get("dense", -1.0) + _NEARER


def _nearest_negative(asked: Question, chunk: Chunk) -> float:
    return max((likeness(asked, understand(negative)) for negative in chunk.negatives), default=0.0)
