"""What the knowledge base says, as sentences of a letter to a resident."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.types import Answer, Citation
from rules.types import Kind


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence and the passages that prove it."""

    text: str
    citations: tuple[Citation, ...]


# who has just reported needs no advice to report
_TELLS_TO_REPORT = re.compile(r"^(?![^，。]*不要).{0,8}(?:报修|拨打|致电|联系客服)")
# how long things take is promised by the decision, not by a passage
_TELLS_A_LIMIT = re.compile(
    r"[0-9]+(?:分钟|小时|天|个?(?:服务|工作)日).{0,8}(?:响应|到场|到达|办结|答复|回访|联系您|派单)"
    r"|(?:响应|到场|办结|答复|派单).{0,6}时限"
)
# who reports something is told what concerns them, not how the work is organised
_CONCERNS_RESIDENTS = re.compile(r"请|您|元|费|保修|禁止|不得|不能|可以|责任")
_FOR_STAFF = re.compile(
    r"客服人?员?(?:应|须|要|不得|当场)|csr|员工(?:应|须|不得)|经办人|派单|工单系统|系统提醒"
    r"|报(?:项目经理|客服主管|公司)|例会|考核|台账|首问责任人(?:应|须|在)|本(?:制度|规定|办法)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"^(?:[*\-•·#>\s]+|[（(][0-9一二三四五六七八九十]{1,3}[)）]\s*"
    r"|第[〇零一二三四五六七八九十百]+[章节条款项]\s+)+"
)
_CLAUSE = re.compile(r"(?<=》)(?:的?第[〇零一二三四五六七八九十百]+[章节条款项])+")
_SEE = re.compile(r"[（(](?:见|详见|参见|依据|按)[^（）()]{1,30}[)）]")
_RESIDENT = re.compile(r"^(?:业主|住户)(?=可以?|需|在|凭|携带|提前|自)")
_BIDDEN = re.compile(r"^(?:业主|住户)应当?(?=[^对付收])")
_NEEDS_NO_LEAD = re.compile(
    r"^(?:请|您|我们|会的|可以|不可以|需要|不能|不会|不用|目前|很抱歉|如果|但|其中)"
)
_LEANS = re.compile(r"^(?:但|不过|其中|如果|否则|另外|同时|需要)")
_CLOSED = "。！？!?…"
_ALSO = "另外，"
_BY_RULE = "按照规定，"
_LONGEST = {Kind.INQUIRY: 120}
_LONGEST_OTHERS = 70
_MOST = {Kind.INQUIRY: 4}
_MOST_OTHERS = 2


def told(answers: Iterable[Answer], kind: Kind, tellable: Callable[[Citation], bool]) -> list[Fact]:
    """What a resident may be told, cut to the length that the kind bears, fitted together.

    A sentence that staff go by, that says the same as one before, or that gives time limits to
    somebody who reports something is left out; the first of an inquiry always stands.
    """
    facts: list[Fact] = []
    for answer in answers:
        for segment in answer.segments:
            citations = tuple(answer.citations[i] for i in segment.citations)
            text = resident_view(segment.text)
            if not text or not citations or not all(tellable(c) for c in citations):
                continue
            if kind is not Kind.INQUIRY and not _fits_a_report(text):
                continue
            if not any(_says_the_same(text, fact.text) for fact in facts):
                facts.append(Fact(text, citations))
    return joined(_cut(facts, kind))


def resident_view(text: str) -> str:
    """A cited sentence as one says it to a resident; empty where it speaks to staff."""
    if _FOR_STAFF.search(text):
        return ""
    said = _SEE.sub("", _CLAUSE.sub("", _MARKS.sub("", text.strip()))).strip()
    said = _BIDDEN.sub("请您", _RESIDENT.sub("您", said))
    if not said or said[-1] in ":：":
        return ""
    return said if said[-1] in _CLOSED else f"{said.rstrip('；;，,、 ')}。"


def joined(facts: Sequence[Fact]) -> list[Fact]:
    """The facts with the words that lead over from one to the next."""
    fitted: list[Fact] = []
    for place, fact in enumerate(facts):
        lead = ""
        if place and fact.citations[0].document_id != facts[place - 1].citations[0].document_id:
            lead = _ALSO
        elif not place and question_in(fact) is None:
            lead = _BY_RULE
        if lead and (_LEANS.match(fact.text) or (not place and _NEEDS_NO_LEAD.match(fact.text))):
            lead = ""
        fitted.append(replace(fact, text=lead + fact.text))
    return fitted


def question_in(fact: Fact) -> str | None:
    """The question that a cited passage answers, where it is one of an FAQ."""
    heading = fact.citations[0].section[-1:]
    return heading[0] if heading and heading[0].endswith(("？", "?")) else None


def _fits_a_report(text: str) -> bool:
    return bool(_CONCERNS_RESIDENTS.search(text)) and not (
        _TELLS_TO_REPORT.search(text) or _TELLS_A_LIMIT.search(text)
    )


def _says_the_same(one: str, other: str) -> bool:
    bare = [re.sub(r"[^\w]", "", text) for text in (one, other)]
    return bare[0] in bare[1] or bare[1] in bare[0]


def _cut(facts: Sequence[Fact], kind: Kind) -> list[Fact]:
    longest, most = _LONGEST.get(kind, _LONGEST_OTHERS), _MOST.get(kind, _MOST_OTHERS)
    kept: list[Fact] = []
    length = 0
    for fact in facts[:most]:
        length += len(fact.text)
        # what restricts the sentence before it belongs to it
        if kept and length > longest and not _LEANS.match(fact.text):
            break
        kept.append(fact)
    return kept
