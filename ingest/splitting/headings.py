"""Which lines act as headings, and how they nest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.structure import ANNEX, BOOK, CHAPTER, CLAUSE, NUMERALS, SECTION, SUB_BOOK
from ingest.types import Block, BlockKind
from ingest.validity import tells_history

_N = NUMERALS
_COLON = ":\uff1a"
_END = re.compile(r"[。!\uff01?\uff1f;\uff1b,\uff0c、…]$")
_PUNCTUATION = re.compile(r"[。!\uff01;\uff1b,\uff0c:\uff1a]")
_ANY_END = re.compile(r"[。!\uff01?\uff1f;\uff1b:\uff1a…”」)\uff09]$")

_CLASSES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (8, ANNEX),
    (9, BOOK),
    (10, SUB_BOOK),
    (11, CHAPTER),
    (12, SECTION),
    (14, re.compile(rf"^[{_N}]{{1,3}}、\s*")),
    (15, re.compile(rf"^[(\uff08][{_N}]{{1,3}}[)\uff09]\s*")),
    (16, re.compile(r"^\d{1,2}(?:[、\uff0e]|\.(?!\d))\s*")),
    (16, re.compile(r"^\d{1,2}(?:\.\d{1,2}){1,3}[、.\s]\s*")),
    (17, re.compile(r"^(?:\d{1,2}[)\uff09]、?|[(\uff08]\d{1,2}[)\uff09])\s*")),
    (
        18,
        re.compile(
            rf"^(?:第[{_N}]{{1,2}}(?:步|类|類|种|種|阶段|階段)"
            rf"|(?:要素|原则|原則|步骤|步驟)[{_N}]{{1,2}})[、\s{_COLON}]*"
        ),
    ),
)  # fmt: skip
_PARTS = (BOOK, SUB_BOOK, CHAPTER, SECTION)
UNNUMBERED = 13
MINOR = 15
"""Headings of this rank and below may share a chunk with a short neighbour."""
_LONGEST_HEADING = 40
_LONGEST_RUN_IN = 30


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in text: its rank (smaller is higher), its words, the rest of the line."""

    rank: int
    text: str
    rest: str = ""


def heading_of(block: Block, previous: Block | None, following: Block | None) -> Heading | None:
    """The heading that a block is, or begins with; None for ordinary text."""
    if block.kind is BlockKind.HEADING:
        return Heading(block.level, _bare(block.text))
    if block.kind is not BlockKind.PARAGRAPH or "\n" in block.text or CLAUSE.match(block.text):
        return None
    numbered = rank_of(block.text)
    if numbered is None:
        return _unnumbered(block, previous, following)
    rank, marker = numbered
    title = block.text[len(marker) :]
    if len(block.text) <= _LONGEST_HEADING and not _END.search(block.text):
        if 8 < rank <= 12 or _has_body(rank, following):
            return Heading(rank, _bare(block.text))
        return None
    return _run_in(rank, marker, title)


def with_titles(blocks: Sequence[Block]) -> list[Block]:
    """Numbers of chapters that stand alone on their line together with the title below them."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and _is_bare_number(last) and _is_chapter_title(block):
            joined[-1] = replace(last, text=f"{last.text.strip()} {block.text}")
        else:
            joined.append(block)
    return joined


def with_levels(blocks: Sequence[Block]) -> list[Block]:
    """Headings of numbered parts on levels in the parts' own order: 章 above 节.

    Editors give both one level, or a chapter a lower one than its sections.
    """
    parts = [_part_of(block) for block in blocks]
    levels: dict[int, int] = {}
    above = 0
    for part in range(len(_PARTS)):
        found = [block.level for block, own in zip(blocks, parts, strict=True) if own == part]
        if found:
            above = levels[part] = max(above + 1, min(found))
    return [
        block if part is None else replace(block, level=levels[part])
        for block, part in zip(blocks, parts, strict=True)
    ]


def _part_of(block: Block) -> int | None:
    if block.kind is not BlockKind.HEADING:
        return None
    return next((at for at, part in enumerate(_PARTS) if part.match(block.text)), None)


def _is_bare_number(block: Block) -> bool:
    text = block.text.strip()
    return block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) and any(
        pattern.fullmatch(text) for pattern in _PARTS
    )


def _is_chapter_title(block: Block) -> bool:
    return (
        block.kind is BlockKind.PARAGRAPH
        and len(block.text) <= _LONGEST_RUN_IN
        and not _PUNCTUATION.search(block.text)
        and not CLAUSE.match(block.text)
        and rank_of(block.text) is None
    )


def rank_of(text: str) -> tuple[int, str] | None:
    """The rank of a line's number and the number itself."""
    for rank, pattern in _CLASSES:
        if match := pattern.match(text):
            return rank, match[0]
    return None


def _bare(text: str) -> str:
    return text.rstrip(f" \u3000{_COLON}")


def _has_body(rank: int, following: Block | None) -> bool:
    """A short numbered line with nothing below it is an item of a list."""
    if following is None:
        return False
    if following.kind is BlockKind.HEADING:
        return False
    other = rank_of(following.text)
    if other is None or following.kind is not BlockKind.PARAGRAPH:
        return True
    return other[0] > rank


def _unnumbered(block: Block, previous: Block | None, following: Block | None) -> Heading | None:
    """A short line alone between finished text and a numbered or long block."""
    text = block.text
    if len(text) > 24 or len(text) < 2 or _END.search(text) or text[-1] in _COLON:
        return None
    if tells_history(text) or text.count("《") != text.count("》"):
        return None
    if text.count(" ") > 1 or re.search(r"[。!\uff01;\uff1b]", text) or following is None:
        return None
    finished = (
        previous is None
        or previous.kind is not BlockKind.PARAGRAPH
        or bool(_ANY_END.search(previous.text))
    )
    # Rows of a table in plain text are short lines too; they end before a heading of their kind.
    opens = (
        following.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE)
        or rank_of(following.text) is not None
        or len(following.text) >= 30
        or following.text.count(" ") >= 2
    )
    if opens and (finished or rank_of(following.text) is not None or len(following.text) >= 30):
        return Heading(UNNUMBERED, text)
    return None


def _run_in(rank: int, marker: str, title: str) -> Heading | None:
    """A heading on one line with its text: apart by a space, or its words open the text."""
    if rank < 14 or (rank == 18 and "、" not in marker):
        return None
    head, space, rest = title.partition(" ")
    apart = bool(space) and 2 <= len(head) <= _LONGEST_RUN_IN and not _PUNCTUATION.search(head)
    if apart and (rank != 16 or len(rest) >= 30):
        return Heading(rank, marker.rstrip() + _bare(head), rest.strip())
    if rank > 15:
        return None
    end = _end_by_repetition(title) or _end_by_parallel(title)
    if end:
        return Heading(rank, marker.rstrip() + _bare(title[:end]), title[end:].strip())
    label = re.match(r"([^。;\uff1b,\uff0c:\uff1a]{2,26})[:\uff1a]", title)
    return Heading(rank, marker.rstrip() + label[1], marker + title) if label else None


def _end_by_repetition(title: str) -> int:
    """「(一)投诉处理的流程投诉处理分为…」: the text opens with the heading's first words."""
    for size in range(8, 2, -1):
        opening = title[:size]
        if not re.fullmatch(r"[\u3400-\u9fff]+", opening):
            continue
        at = title.find(opening, size, _LONGEST_RUN_IN + size)
        if at > 0 and not re.search(r"[。;\uff1b]", title[:at]) and _closes(title[:at]):
            return at
    return 0


def _closes(heading: str) -> bool:
    return heading[-1:] not in "的和与與及、,\uff0c:\uff1a"


def _end_by_parallel(title: str) -> int:
    """「二、派工：快速响应，精准调度接到报修后,…」: two phrases of equal length after a colon."""
    match = re.match(
        r"[^。;\uff1b,\uff0c:\uff1a]{2,12}[:\uff1a]"
        r"([\u3400-\u9fff]{4,6})[,\uff0c]([\u3400-\u9fff]+)",
        title,
    )
    if match is None or len(match[2]) <= len(match[1]):
        return 0
    return match.start(2) + len(match[1])
