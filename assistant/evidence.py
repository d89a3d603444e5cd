"""Sentences that may answer a question, each with what stands around it and what it scores."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.coverage import Piece, coverage, terms_of
from assistant.question import Question
from kb.normalization import normalize, simplify
from kb.quantities import Dimension, Quantity, quantities
from kb.sentences import sentences
from kb.types import Chunk, DocumentType, Hit

# Marks that open a list item or a clause; they say where a sentence stands, not what it says.
_MARK = re.compile(
    r"^(?:[*\-•·●■◆※>#\s]+|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．]\s*(?!\d)|"
    r"第[〇零一二三四五六七八九十百]+[条款项]\s+|[答A]\s*[:：]\s*)+"
)
_WHO = re.compile(
    r"客服|csr|主管|经理|部门?|人员|管家|工程师?|维修工|保安|保洁|值班|负责人|业委会|业主大会|师傅|专员|"
    r"前台|中心|公司|队|财务|监理|社区|街道|派出所|消防"
)
_EXCEPTION = re.compile("不属于|不包括|不包含|不含|不适用于|除.{1,12}外")
# 按《…》第六条处置。: says where the answer stands, and not what it is.
_REFERENCE = re.compile(r"(?:按照?|依照|依据|参照|详见|见)《[^》]+》[^，,；;。]{0,16}[。.]?$")
_LONGEST_REFERENCE = 40
_Said = tuple[int, str, str, str, frozenset[str], frozenset[str], tuple[Quantity, ...], bool]
_WHERE = re.compile(r"栋|楼|层|门|处|中心|前台|车库|室|区|侧|旁|公众号|app|热线|电话|官网|地下")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit. `context` is what its meaning also rests on: headings and lead-ins."""

    hit: Hit
    order: int
    raw: str
    text: str
    context: str
    terms: frozenset[str]
    context_terms: frozenset[str]
    quantities: tuple[Quantity, ...]
    is_lead_in: bool = False
    score: float = 0.0
    similarity: float = 0.0


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits, in the order of the hits and of their texts."""
    return [candidate for hit in hits for candidate in _of_hit(hit)]


def _of_hit(hit: Hit) -> list[Candidate]:
    return [Candidate(hit, *said) for said in _sentences_of(hit.chunk)]


# A few megabytes: an answer asks twice for the sentences of its hits, and hits come again.
@lru_cache(maxsize=2048)
def _sentences_of(chunk: Chunk) -> tuple[_Said, ...]:
    """What `Candidate` holds of each sentence from `order` to `is_lead_in`."""
    found: list[_Said] = []
    lead_in = ""
    heading = _heading(chunk)
    for order, sentence in enumerate(sentences(chunk.text)):
        text = _MARK.sub("", sentence.text).strip()
        if not text:
            continue
        is_lead_in = text[-1] in ":："
        context = f"{heading}\n{lead_in}"
        if _refers(text) or (not is_lead_in and _repeats(text, context)):
            continue
        known = terms_of(text), terms_of(context), tuple(quantities(text))
        found.append((order, sentence.text, text, context, *known, is_lead_in))
        if is_lead_in:
            lead_in = text
    return tuple(found)


def _repeats(text: str, context: str) -> bool:
    """Whether a short sentence only says its heading again (第八条 一级处理。)."""
    return len(text) <= 20 and simplify(text).strip("。.!！ ") in simplify(context)


def _refers(text: str) -> bool:
    """Whether a sentence does nothing but send the reader to another document."""
    return len(text) <= _LONGEST_REFERENCE and bool(_REFERENCE.search(text))


def _heading(chunk: Chunk) -> str:
    """What a sentence of the chunk is about: an FAQ's questions, or title and heading path."""
    if chunk.type is DocumentType.FAQ:
        return "\n".join((*chunk.section, *chunk.questions))
    return "\n".join((chunk.title, *chunk.section))


def lexical_score(question: Question, content: Sequence[Piece], candidate: Candidate) -> float:
    """How well words, numbers and the kind of answer fit, about 0..1.5 (may be negative).

    Weighs what the sentence says, what it says together with its headings, and the headings.
    A sentence on what is *not* meant (不属于…) answers only a question of that kind.
    """
    said = answered_terms(question, candidate)
    own = coverage(content, candidate.terms | said)
    around = coverage(content, candidate.terms | candidate.context_terms | said)
    fit = condition_fit(question.quantities, candidate.quantities)
    heading = coverage(content, candidate.context_terms)
    exception = 0.3 * (excepts(candidate.text) and not excepts(question.text))
    words = 0.45 * own + 0.4 * around + 0.25 * heading
    return words + 0.5 * fit + 0.25 * answer_fit(question, candidate) - exception


def excepts(text: str) -> bool:
    """Whether a sentence speaks of what does not belong to its subject."""
    return bool(_EXCEPTION.search(simplify(text)))


def answered_terms(question: Question, candidate: Candidate) -> frozenset[str]:
    """The question's numbers that lie in the sentence's intervals: as good as said."""
    if condition_fit(question.quantities, candidate.quantities) <= 0:
        return frozenset()
    return frozenset(run for run in question.content if run[0].isdigit())


def condition_fit(asked: Sequence[Quantity], found: Sequence[Quantity]) -> float:
    """Whether a quantity of the question lies in the sentence's intervals: 1 yes, -1 no.

    45 天 lies in 31-60 天 and not in 1-30 天. 0 where they cannot be compared.
    """
    verdicts = [_contained(quantity, found) for quantity in asked if quantity.low == quantity.low]
    decided = [verdict for verdict in verdicts if verdict]
    return sum(decided) / len(decided) if decided else 0.0


def _contained(asked: Quantity, found: Sequence[Quantity]) -> float:
    same = [q for q in found if q.dimension is asked.dimension and _one_scale(q.unit, asked.unit)]
    if not same:
        return 0.0
    fitting = sum(quantity.contains(asked) for quantity in same)
    if fitting:  # a sentence about this interval alone is better than a list of intervals
        return 0.25 + 0.75 * fitting / len(same)
    return -1.0 if any(not quantity.is_point for quantity in same) else -0.3


_SCALES = ({"分钟", "个小时", "小时", "个钟头", "钟头", "秒", "秒钟"},)


def _one_scale(a: str, b: str) -> bool:
    """Minutes and hours speak of one thing, and days, weeks and months of another."""
    return (a in _SCALES[0]) == (b in _SCALES[0])


def answer_fit(question: Question, candidate: Candidate) -> float:
    """Whether a sentence holds the kind of thing that is asked for, from 0 to 1."""
    if question.wants:
        return _quantity_fit(question, candidate.quantities)
    normal = normalize(candidate.text)
    if question.who:
        return 1.0 if _WHO.search(normal) else 0.0
    if question.where:
        return 1.0 if _WHERE.search(normal) else 0.0
    return 0.0


def _quantity_fit(question: Question, found: Sequence[Quantity]) -> float:
    asked = {(q.dimension, q.low, q.high) for q in question.quantities}
    news = [q for q in found if (q.dimension, q.low, q.high) not in asked]
    fitting = [q for q in news if q.dimension in question.wants]
    if not fitting:
        return 0.0
    exact = Dimension.COUNT not in question.wants or not question.unit
    if exact or any(q.unit == question.unit or q.dimension is Dimension.PERCENT for q in fitting):
        return 1.0
    return 0.5
