"""Questions and answers: rows of tables, sections with fields, and 问:/答: pairs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.parsers.tables import split_references, split_values
from ingest.types import Block, BlockKind, FaqEntry

_FIELDS = {
    "其他问法": "variants",
    "其它问法": "variants",
    "相似问法": "variants",
    "近似但不同": "negatives",
    "易混问题": "negatives",
    "依据": "references",
    "分类": "category",
}
_FIELD = re.compile(rf"^({'|'.join(_FIELDS)})\s*[:\uff1a]\s*(.*)$", re.DOTALL)
_ASKS = re.compile(r"^(?:问题?|Q)\s*\d{0,3}\s*[:\uff1a、.\uff0e]\s*(.+)$", re.I | re.DOTALL)
_ANSWERS = re.compile(r"^(?:答[案复]?|A)\s*\d{0,3}\s*[:\uff1a、.\uff0e]\s*(.+)$", re.I | re.DOTALL)
_QUESTION = re.compile(
    r"[?\uff1f]$|^(?:怎么|如何|什么|哪|为什么|多久|多少|是否|能否|可以)"
    r"|(?:吗|么|呢|多少|多久|怎么办|几[点天次个])$"
)
_NUMBER = re.compile(
    r"^(?:\d{1,3}[、.\uff0e)\uff09]|[一二三四五六七八九十]{1,3}、|[(\uff08]?\d{1,3}[)\uff09])\s*"
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answer and the headings above it."""

    path: tuple[str, ...]
    entry: FaqEntry
    page: int | None = None


@dataclass(slots=True)
class _Open:
    """A question whose answer is still being collected."""

    path: tuple[str, ...]
    text: str
    page: int | None
    answer: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    is_certain: bool = False
    blocks: list[Block] = field(default_factory=list)


def find_questions(
    blocks: Sequence[Block], is_faq: bool = False
) -> tuple[list[Question], list[Block]]:
    """The questions of a document, and the blocks that belong to none.

    A heading counts as a question when fields (其他问法, 依据 …) stand below it. In a document
    known to be an FAQ the lowest headings that read as questions count as well.
    """
    questions: list[Question] = []
    rest: list[Block] = []
    headings: list[tuple[int, str]] = []
    current: _Open | None = None

    def close() -> None:
        nonlocal current
        if current is not None and current.is_certain and current.answer:
            questions.append(_closed(current))
        elif current is not None:
            rest.extend(current.blocks)
        current = None

    for index, block in enumerate(blocks):
        if block.kind is BlockKind.FAQ and block.faq is not None:
            close()
            questions.append(Question(tuple(text for _, text in headings), block.faq, block.page))
        elif block.kind is BlockKind.HEADING:
            close()
            headings = [item for item in headings if item[0] < block.level]
            if _is_question(block, blocks[index + 1 : index + 6], is_faq):
                path = tuple(text for _, text in headings)
                current = _Open(path, block.text, block.page, is_certain=True, blocks=[block])
            else:
                headings.append((block.level, block.text))
                rest.append(block)
        elif asked := _ASKS.match(block.text):
            close()
            path = tuple(text for _, text in headings)
            current = _Open(path, asked[1].strip(), block.page, blocks=[block])
        elif current is not None:
            _add(current, block)
        else:
            rest.append(block)
    close()
    return questions, rest


def _is_question(block: Block, following: Sequence[Block], is_faq: bool) -> bool:
    for other in following:
        if other.kind is BlockKind.HEADING:
            break
        if _FIELD.match(other.text) and other.kind is BlockKind.LIST_ITEM:
            return True
    has_body = bool(following) and following[0].kind is not BlockKind.HEADING
    return is_faq and has_body and bool(_QUESTION.search(_NUMBER.sub("", block.text)))


def _add(current: _Open, block: Block) -> None:
    current.blocks.append(block)
    found = _FIELD.match(block.text)
    answer = _ANSWERS.match(block.text)
    if found and not current.answer:
        current.values[_FIELDS[found[1]]] = found[2]
    elif answer and not current.answer:
        current.is_certain = True
        current.answer.append(answer[1].strip())
    elif current.is_certain:
        current.answer.append(block.text)


def _closed(current: _Open) -> Question:
    values = current.values
    entry = FaqEntry(
        question=_NUMBER.sub("", current.text).strip(),
        answer="\n".join(current.answer),
        variants=split_values(values.get("variants", "")),
        negatives=split_values(values.get("negatives", "")),
        references=split_references(values.get("references", "")),
        category=values.get("category", ""),
    )
    return Question(current.path, entry, current.page)


def wordings(entry: FaqEntry) -> tuple[str, ...]:
    """The question and its other wordings, each once."""
    return tuple(dict.fromkeys((entry.question, *entry.variants)))


def with_category(question: Question) -> Question:
    """The category column as the heading above the question."""
    if not question.entry.category or question.entry.category in question.path:
        return question
    return replace(question, path=(*question.path, question.entry.category))
