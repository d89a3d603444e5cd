"""A question as the draft of an FAQ, in the Markdown that `guanjia ingest` reads."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from assistant.answering import best_sentences
from assistant.gaps.types import Gap
from assistant.settings import AnswerSettings
from assistant.types import Citation
from kb.knowledge_base import KnowledgeBase, check_query
from kb.types import UNFINISHED, DocumentType, Hit

if TYPE_CHECKING:
    from kb.encoder import Encoder

_PASSAGES = 12
_SENTENCES = 3
_NEAR_FAQS = 3
_CLAUSES = 3
_LONGEST_WORDING = 100
# from here on an existing FAQ asks the same and is no near miss
_THE_SAME = 85.0
_WITHOUT_ANSWER = "请核对上面的依据，把答案写在这里，然后删去这一段；近似但不同的问题也请核对。"
_WITH_ANSWER = (
    "下面是客服发出的答复：请核对依据、写成对谁都适用的答案，然后删去这一段；"
    "近似但不同的问题也请核对。"
)
_CLAUSE = re.compile(r"第[〇零一二三四五六七八九十百]+条")
# what would end the line or begin another value of it
_SEPARATORS = re.compile(r"[|｜;；\r\n]+")
_MARKUP = re.compile(r"^[#>*\-+\s]+")


@dataclass(frozen=True, slots=True)
class FaqDraft:
    """A file to be finished by a person; `guanjia ingest` refuses it until that is done.

    `gap` is the number of the gap or of the sent draft that it comes from.
    """

    gap: int
    question: str
    markdown: str


def draft_faq(
    gap: Gap, kb: KnowledgeBase, encoder: "Encoder", settings: AnswerSettings | None = None
) -> FaqDraft:
    """The draft of one gap: the question, its other wordings, near FAQs, candidate clauses.

    The body holds the sentences of the documents that come nearest, each with its source.
    """
    return write_faq(gap.id, gap.question, kb, encoder, settings, wordings=gap.wordings)


def write_faq(
    number: int,
    asked: str,
    kb: KnowledgeBase,
    encoder: "Encoder",
    settings: AnswerSettings | None = None,
    *,
    wordings: Sequence[str] = (),
    answer: str = "",
) -> FaqDraft:
    """The draft of an FAQ for one question; `answer` is one that a person gave, to be checked."""
    question = _asking(_line(asked) or asked)
    hits = kb.search(check_query(question), _PASSAGES, (DocumentType.POLICY, DocumentType.FAQ))
    found = best_sentences(question, hits, kb, encoder, _SENTENCES, settings)
    fields = (
        ("其他问法", [w for w in map(_line, wordings) if 0 < len(w) <= _LONGEST_WORDING]),
        ("近似但不同", _near_questions((asked, *wordings), hits)),
        ("依据", ["、".join(_clauses(hits))] if _clauses(hits) else []),
    )
    lines = [
        "---",
        f"id: {_identifier(question)}",
        f'title: "补充问答：{_quotable(question)}"',
        "type: faq",
        "---",
        "",
        f"## {question}",
        "",
        *(f"- {name}：{'|'.join(values)}" for name, values in fields if values),
        "",
        f"{UNFINISHED}{_WITH_ANSWER if answer else _WITHOUT_ANSWER}",
    ]
    if answer:
        lines += ["", "\n".join(_MARKUP.sub("", line) for line in answer.splitlines())]
    if found:
        lines += ["", "资料里最接近的话（核实后改写，或删去）："]
        lines += [
            f"\n> {' '.join(text.split())}（{_named(citation)}{_caution(citation, kb)}）"
            for text, citation in found
        ]
    return FaqDraft(number, question, "\n".join(lines) + "\n")


def _line(text: str) -> str:
    """A wording as one value of one line."""
    return _MARKUP.sub("", _SEPARATORS.sub("，", text)).strip(" ，")


def _asking(question: str) -> str:
    """With its question mark, by which a heading is known as a question."""
    return question if question[-1] in "?？" else question.rstrip("。.!！,，") + "？"


def _quotable(text: str) -> str:
    return text.replace("\\", "").replace('"', "”")[:50]


def _identifier(question: str) -> str:
    return "faq-gap-" + hashlib.sha256(question.encode()).hexdigest()[:10]


def _near_questions(own: Sequence[str], hits: Sequence[Hit]) -> list[str]:
    """Questions of existing FAQs that are near, but ask something else."""
    near = dict.fromkeys(
        _line(hit.chunk.questions[0]) for hit in hits if hit.chunk.questions and hit.chunk.text
    )
    return [
        question
        for question in near
        if question and max(fuzz.ratio(question, wording) for wording in own) < _THE_SAME
    ][:_NEAR_FAQS]


def _clauses(hits: Sequence[Hit]) -> list[str]:
    """Clauses that may be what the answer stands on, as references that can be resolved."""
    found: dict[str, None] = {}
    for hit in hits:
        chunk = hit.chunk
        clause = _CLAUSE.match(chunk.text) or next(
            (match for part in reversed(chunk.section) if (match := _CLAUSE.search(part))), None
        )
        if chunk.type is DocumentType.POLICY and clause is not None:
            found[f"{chunk.document_id} {clause[0]}"] = None
    return list(found)[:_CLAUSES]


def _caution(citation: Citation, kb: KnowledgeBase) -> str:
    document = kb.document(citation.document_id)
    internal = document is not None and document.metadata.get("audience") == "internal"
    return "，内部资料，不可告知住户" if internal else ""


def _named(citation: Citation) -> str:
    path = " ".join(citation.section)
    page = f" 第{citation.page}页" if citation.page else ""
    return f"《{citation.title}》{path}{page}"
