"""When a question is an FAQ's question in nearly the same words, the FAQ's answer is the answer."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from assistant.coverage import Piece, coverage, terms_of, unknown_share
from assistant.evidence import Candidate, candidates
from assistant.question import Question, understand
from assistant.settings import AnswerSettings
from kb.types import Chunk, DocumentType, Hit

# Two wordings of one question share nearly all letters of their content words …
_SAME_WORDS = 90.0
# … or say the same to the encoder and share its rare terms.
_SHARED_TERMS = 0.75
# From here on a question is one of those that an FAQ names as not its own.
_NEAR_MISS = 80.0
# … or by this much of a cosine nearer to one of those than to its own.
_NEARER = 0.005
# What is clear by meaning still has to share this much of the question's rare terms.
_CLEAR_COVERAGE = 0.4


def direct_answer(
    asked: Question, content: tuple[Piece, ...], hits: Sequence[Hit], settings: AnswerSettings
) -> list[Candidate]:
    """The sentences of the FAQ that is this very question; empty when there is none."""
    faqs = [hit for hit in hits if hit.chunk.type is DocumentType.FAQ]
    for hit in faqs:
        if _is_the_question(asked, content, hit, settings):
            return candidates([hit])
    clear = _clearly_nearest(faqs, settings)
    if clear is None or not _fits(asked, clear):
        return []
    covered = coverage(content, terms_of(*clear.chunk.questions, clear.chunk.text))
    if covered < _CLEAR_COVERAGE or unknown_share(content) > settings.most_unknown:
        return []
    return candidates([clear])


def _clearly_nearest(faqs: Sequence[Hit], settings: AnswerSettings) -> Hit | None:
    """The FAQ that says the same to the encoder, if no other one comes near to that."""
    by_meaning = sorted(faqs, key=lambda hit: -hit.arms.get("dense", -1.0))[:2]
    if not by_meaning or _is_pushed_away(by_meaning[0]):
        return None
    first, second = (*(hit.arms.get("dense", -1.0) for hit in by_meaning), -1.0)[:2]
    is_clear = first >= settings.clear_similarity and first - second >= settings.clear_margin
    return by_meaning[0] if is_clear else None


def _fits(asked: Question, hit: Hit) -> bool:
    """Whether some wording of the FAQ asks for the same kind of quantity, where one is asked."""
    wordings = map(understand, hit.chunk.questions)
    return not asked.wants or any(not w.wants or w.wants & asked.wants for w in wordings)


def _is_the_question(
    asked: Question, content: Sequence[Piece], hit: Hit, settings: AnswerSettings
) -> bool:
    best = max(
        (understand(wording) for wording in hit.chunk.questions),
        key=lambda wording: likeness(asked, wording),
        default=None,
    )
    if best is None or _nearest_negative(asked, hit.chunk) > likeness(asked, best):
        return False
    if likeness(asked, best) < _SAME_WORDS and _is_pushed_away(hit):
        return False
    if best.wants and asked.wants and not best.wants & asked.wants:
        return False
    if likeness(asked, best) >= _SAME_WORDS:
        return True
    near = hit.arms.get("dense", 0.0) >= settings.direct_similarity
    return near and coverage(content, terms_of(best.text)) >= _SHARED_TERMS


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
