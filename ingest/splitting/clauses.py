"""Clauses (第N条): what they are called, and how a long one is divided."""

import re
from collections.abc import Sequence

from ingest.settings import IngestSettings
from ingest.splitting.headings import CLAUSE
from ingest.splitting.units import Unit, pack, units_of
from ingest.types import Block, BlockKind

_TITLE = re.compile(
    r"^(第[^条條]{1,6}[条條](?:之[一二三四五六七八九十]{1,2})?)[\s\u3000]*"
    r"(?:[【\[(\uff08]([^】\])\uff09]{1,20})[】\])\uff09]|([^\s。;\uff1b,\uff0c:\uff1a]{2,16})(?:[\s\u3000。]|[:\uff1a](?!\d)|$))?"
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
