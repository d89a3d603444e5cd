"""Clauses (第N条): what they are called, and how a long one is divided."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from ingest.settings import IngestSettings
from ingest.splitting.units import Unit, pack, units_of
from ingest.structure import CLAUSE, clause_number
from ingest.types import Block, BlockKind

_WORD = r"[^\s。;\uff1b,\uff0c:\uff1a]"
_TITLE = re.compile(
    r"^(第[^条條]{1,8}[条條](?:之[一二三四五六七八九十]{1,2})?)[\s\u3000]*"
    r"(?:[【\[(\uff08]([^】\])\uff09]{1,20})[】\])\uff09]"
    rf"|({_WORD}{{2,16}}(?=[\s\u3000]|[:\uff1a](?!\d)|$)|{_WORD}{{2,6}}(?=。))[\s\u3000。:\uff1a]?)?"
)
_INSIDE = re.compile(r"[。;\uff1b]\s*(?=第)")
# Words of a sentence that states a rule: what has them is no title, even before a colon.
_SENTENCE_WORDS = re.compile(
    r"^(?:本|禁止|鼓励|国家|实行)|应当|應當|不得|可以|必须|必須|下列|以下|如下|是指|有权|适用|施行|实施之|负责|自.*日起"
)


def has_clauses(blocks: Sequence[Block]) -> bool:
    """Whether a text is written in clauses: two and more begin a block."""
    found = (block.kind is not BlockKind.TABLE and CLAUSE.match(block.text) for block in blocks)
    return sum(map(bool, found)) >= 2


def clause_label(text: str, following: Block | None) -> str:
    """The clause's number, with its title where it has one: 「第三条 特急」."""
    match = _TITLE.match(text.split("\n", 1)[0])
    if match is None:
        return text[:20]
    title = match[2] or match[3] or ""
    if match[3] and _SENTENCE_WORDS.search(title):
        return match[1]
    is_whole = bool(title) and match.end() >= len(text.rstrip())
    ends_here = (
        following is None
        or following.kind is BlockKind.HEADING
        or CLAUSE.match(following.text) is not None
    )
    if is_whole and ends_here:
        # Nothing below it: what looks like a title is the clause.
        return match[1]
    return f"{match[1]} {title}".strip()


def clause_parts(blocks: Sequence[Block], settings: IngestSettings) -> list[Unit]:
    """One unit for a clause that fits, else its paragraphs packed, the number with the first."""
    text = "\n".join(block.text for block in blocks)
    tables = any(block.kind is BlockKind.TABLE for block in blocks)
    limit = settings.chunk_max_characters * (2 if tables else 1)
    if len(text) <= limit:
        return [Unit(text, blocks[0].page)]
    return pack(units_of(blocks, settings), settings)


def separated(blocks: Sequence[Block]) -> list[Block]:
    """Clauses that stand within a line, right after a sentence, as blocks of their own.

    Only the number that is next counts, and only when no line of its own begins with it:
    a sentence may open with another clause's number as well.
    """
    own = {clause_number(block.text) for block in blocks if block.kind is not BlockKind.TABLE}
    found: list[Block] = []
    last: int | None = None
    for block in blocks:
        if block.kind is BlockKind.TABLE:
            found.append(block)
            continue
        last = clause_number(block.text) or last
        rest = block
        while last is not None and (at := _next_clause(rest.text, last + 1, own)):
            found.append(replace(rest, text=rest.text[:at].rstrip()))
            rest = replace(rest, text=rest.text[at:])
            last += 1
        found.append(rest)
    return found


def _next_clause(text: str, number: int, own: Collection[int | None]) -> int:
    """Where the clause with this number begins within a line; 0 when it does not."""
    if number in own:
        return 0
    starts = (match.end() for match in _INSIDE.finditer(text))
    return next((at for at in starts if clause_number(text[at:]) == number), 0)
