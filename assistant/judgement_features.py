"""What is said of a question and a sentence that may answer it, as numbers for `judgement`."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.coverage import Piece, coverage, covered, terms_of, unknown_share
from assistant.direct import likeness
from assistant.evidence import Candidate, answer_fit, condition_fit, excepts
from assistant.question import Question, understand
from kb.types import Chunk, DocumentType, Hit

_YES_OR_NO = re.compile(
    "吗|是不是|有没有|能不能|可不可以|要不要|会不会|是否|行不行|让不让|许不许|可以|能"
)
_MODAL = re.compile("可以|不可以|不能|不得|禁止|应当|需要|不要|不用|不会|会|能|不收|免费|必须")
# What an arm gives a passage that it did not return: less than any it did.
_UNFOUND = 0.78
_NEAR_HITS = 5


@dataclass(frozen=True, slots=True)
class _Passage:
    """What holds for all sentences of one hit."""

    terms: frozenset[str]
    dense: float
    dense_lead: float
    lexical: float
    negative: float
    likeness: float
    links: int


class Setting:
    """A question and its hits: what the statements about each sentence are relative to."""

    def __init__(self, asked: Question, content: tuple[Piece, ...], hits: Sequence[Hit]) -> None:
        self._asked, self._content = asked, content
        self._unknown = unknown_share(content)
        self._focus = [p for p in content if any(pair in asked.focus for pair in p.pairs)]
        self._total = math.fsum(piece.weight for piece in content) or 1.0
        self._passages = _passages(asked, hits)
        self._asks_yes_or_no = bool(_YES_OR_NO.search(asked.normal))

    def features(
        self, candidate: Candidate, similarity: float, lead: float, part: float
    ) -> dict[str, float]:
        """The statements by name.

        `similarity` is the cosine of question and sentence with its headings, `lead` by how much
        it exceeds the best of the other passages, `part` the greatest cosine of an asking part.
        """
        asked, content = self._asked, self._content
        passage = self._passages[candidate.hit.chunk.id]
        missing = [p.weight * (1 - covered(p, passage.terms)) for p in content]
        is_asked = bool(asked.wants or asked.who or asked.where)
        return {
            "own_coverage": coverage(content, candidate.terms),
            "sentence_coverage": coverage(content, candidate.terms | candidate.context_terms),
            "passage_coverage": coverage(content, passage.terms),
            "heading_coverage": coverage(content, candidate.context_terms),
            "rarest_missing": max(missing, default=0.0),
            "longest_missing": _longest(missing) / self._total,
            "focus": coverage(self._focus, candidate.terms) if self._focus else 0.5,
            "passage_focus": coverage(self._focus, passage.terms) if self._focus else 0.5,
            "unknown": self._unknown,
            "length": float(len(content)),
            "similarity": similarity,
            "lead": lead,
            "part_similarity": part,
            "passage_similarity": passage.dense,
            "passage_lead": passage.dense_lead,
            "lexical": passage.lexical,
            "fused": candidate.hit.score,
            "near_miss": passage.negative,
            "same_question": passage.likeness,
            "faq": float(candidate.hit.chunk.type is DocumentType.FAQ),
            "linked": float(passage.links),
            "kind_fits": answer_fit(asked, candidate) if is_asked else 0.5,
            "quantity_asked": float(asked.strict),
            "condition": condition_fit(asked.quantities, candidate.quantities),
            "exception": float(excepts(candidate.text) and not excepts(asked.text)),
            "yes_or_no": float(self._asks_yes_or_no),
            "says_whether": float(self._asks_yes_or_no and bool(_MODAL.search(candidate.text))),
            "has_quantity": float(bool(candidate.quantities)),
        }


def _passages(asked: Question, hits: Sequence[Hit]) -> dict[str, _Passage]:
    dense = {hit.chunk.id: hit.arms.get("dense", _UNFOUND) for hit in hits}
    best = sorted(dense.values(), reverse=True)[:2] + [_UNFOUND] * 2
    most = max((hit.arms.get("lexical", 0.0) for hit in hits), default=0.0) or 1.0
    near = [hit.chunk for hit in hits[:_NEAR_HITS]]
    return {
        hit.chunk.id: _Passage(
            terms=_all_terms(hit.chunk),
            dense=dense[hit.chunk.id],
            dense_lead=dense[hit.chunk.id] - best[dense[hit.chunk.id] == best[0]],
            lexical=hit.arms.get("lexical", 0.0) / most,
            negative=max(0.0, hit.arms.get("negative", 0.0) - dense[hit.chunk.id]),
            likeness=_likeness(asked, hit.chunk),
            links=sum(_are_linked(hit.chunk, other) for other in near),
        )
        for hit in hits
    }


def _all_terms(chunk: Chunk) -> frozenset[str]:
    return terms_of(chunk.text, chunk.title, *chunk.section, *chunk.questions)


def _likeness(asked: Question, chunk: Chunk) -> float:
    return max((likeness(asked, understand(w)) for w in chunk.questions), default=0.0) / 100


def _are_linked(one: Chunk, other: Chunk) -> bool:
    """Whether either names the other as what it stands on."""
    return _names(one, other) or _names(other, one)


def _names(chunk: Chunk, other: Chunk) -> bool:
    clause = other.section[-1].split(" ")[0] if other.section else ""
    return any(other.document_id in name and clause in name for name in chunk.references)


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
