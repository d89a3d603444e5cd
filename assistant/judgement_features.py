"""What is said of a question and a sentence that may answer it, as numbers for `judgement`."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.coverage import Piece, coverage, covered, terms_of, unknown_share
from assistant.direct import likeness
from assistant.evidence import Candidate, answer_fit, answered_terms, condition_fit, excepts
from assistant.question import Question, understand
from kb.types import Chunk, DocumentType, Hit

_YES_OR_NO = re.compile(
    "吗|是不是|有没有|能不能|可不可以|要不要|会不会|是否|行不行|让不让|许不许|可以|能"
)
_MODAL = re.compile("可以|不可以|不能|不得|禁止|应当|需要|不要|不用|不会|会|能|不收|免费|必须")
# What an arm gives a passage that it did not return: less than any it did.
_UNFOUND = 0.78


# Which way a statement may count: more of it never makes an answer less likely (1) or more (-1).
DIRECTIONS = {
    "own_coverage": 1,
    "sentence_coverage": 1,
    "passage_coverage": 1,
    "rarest_missing": -1,
    "longest_missing": -1,
    "focus": 1,
    "passage_focus": 1,
    "unknown": -1,
    "similarity": 1,
    "part_similarity": 1,
    "passage_similarity": 1,
    "near_miss": -1,
    "same_question": 1,
    "faq": 0,
    "kind_fits": 1,
    "quantity_asked": 0,
    "condition": 1,
    "exception": -1,
    "yes_or_no": 0,
    "says_whether": 1,
    "has_quantity": 0,
}


@dataclass(frozen=True, slots=True)
class _Passage:
    """What holds for all sentences of one hit."""

    terms: frozenset[str]
    dense: float
    negative: float
    likeness: float


class Setting:
    """A question and its hits: what the statements about each sentence are about.

    None compares a sentence with the others that were found: how many passages say much the same
    differs from one knowledge base to the next.
    """

    def __init__(self, asked: Question, content: tuple[Piece, ...], hits: Sequence[Hit]) -> None:
        self._asked, self._content = asked, content
        self._unknown = unknown_share(content)
        self._focus = [p for p in content if any(pair in asked.focus for pair in p.pairs)]
        self._total = math.fsum(piece.weight for piece in content) or 1.0
        self._passages = {hit.chunk.id: _passage(asked, hit) for hit in hits}
        self._asks_yes_or_no = bool(_YES_OR_NO.search(asked.normal))

    def features(self, candidate: Candidate, part_similarity: float) -> dict[str, float]:
        """The statements by name, as in `DIRECTIONS`; `candidate` has its similarity.

        `part_similarity` is the greatest cosine of a part of the question that asks.
        """
        asked, content = self._asked, self._content
        passage = self._passages[candidate.hit.chunk.id]
        # a number of the question that lies in the sentence's interval is as good as said
        said = answered_terms(asked, candidate)
        own, whole = candidate.terms | said, passage.terms | said
        missing = [p.weight * (1 - covered(p, whole)) for p in content]
        is_asked = bool(asked.wants or asked.who or asked.where)
        return {
            "own_coverage": coverage(content, own),
            "sentence_coverage": coverage(content, own | candidate.context_terms),
            "passage_coverage": coverage(content, whole),
            "rarest_missing": max(missing, default=0.0) / self._total,
            "longest_missing": _longest(missing) / self._total,
            "focus": coverage(self._focus, own) if self._focus else 0.5,
            "passage_focus": coverage(self._focus, whole) if self._focus else 0.5,
            "unknown": self._unknown,
            "similarity": candidate.similarity,
            "part_similarity": part_similarity,
            "passage_similarity": passage.dense,
            "near_miss": passage.negative,
            "same_question": passage.likeness,
            "faq": float(candidate.hit.chunk.type is DocumentType.FAQ),
            "kind_fits": answer_fit(asked, candidate) if is_asked else 0.5,
            "quantity_asked": float(asked.strict),
            "condition": condition_fit(asked.quantities, candidate.quantities),
            "exception": float(excepts(candidate.text) and not excepts(asked.text)),
            "yes_or_no": float(self._asks_yes_or_no),
            "says_whether": float(self._asks_yes_or_no and bool(_MODAL.search(candidate.text))),
            "has_quantity": float(bool(candidate.quantities)),
        }


def _passage(asked: Question, hit: Hit) -> _Passage:
    chunk, dense = hit.chunk, hit.arms.get("dense", _UNFOUND)
    return _Passage(
        terms=terms_of(chunk.text, chunk.title, *chunk.section, *chunk.questions),
        dense=dense,
        negative=max(0.0, hit.arms.get("negative", 0.0) - dense),
        likeness=_likeness(asked, chunk),
    )


def _likeness(asked: Question, chunk: Chunk) -> float:
    return max((likeness(asked, understand(w)) for w in chunk.questions), default=0.0) / 100


def _longest(missing: Sequence[float]) -> float:
    """The weight of the heaviest run of pieces that the passage lacks."""
    best = run = 0.0
    for weight in missing:
        run = run + weight if weight > 0 else 0.0
        best = max(best, run)
    return best


def row(features: Mapping[str, float], names: Sequence[str]) -> list[float]:
    """The features in the order of a judgement's names."""
    return [features[name] for name in names]
