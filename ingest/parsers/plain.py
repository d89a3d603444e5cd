"""Plain text: one block a line, hard-wrapped lines joined again."""

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

from ingest.encoding import decode
from ingest.parsers import frontmatter
from ingest.structure import opens_part
from ingest.types import Block, BlockKind, ParsedText

_BULLET = re.compile(r"^(\s*)(?:[-*+•●◆■▪◦·–]|\uf06c|\uf0b7)\s*(?=\S)(.+)$")
_STARTS_ANEW = re.compile(
    r"\s*(?:[-*+•●◆■▪◦·]|[(\uff08]?[一二三四五六七八九十\d]+[)\uff09、.\uff0e]|#)"
)
_ENDS = re.compile(r"[。!\uff01?\uff1f;\uff1b:\uff1a.…」”)\uff09]\s*$")


def parse(data: bytes) -> ParsedText:
    """The lines of a text file, with front matter when it has some."""
    text, encoding = decode(data)
    front_matter, body = frontmatter.split(text)
    lines = join_wrapped(body.split("\n"))
    return ParsedText(tuple(line_blocks(lines)), front_matter, encoding=encoding)


def line_blocks(lines: Sequence[str], page: int | None = None) -> list[Block]:
    """One block for each line that is not blank; bullets become list items."""
    blocks = []
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet and not _is_rule(line):
            depth = len(bullet[1].expandtabs(4)) // 2
            blocks.append(Block(BlockKind.LIST_ITEM, bullet[2].strip(), depth, page))
        elif line.strip() and not _is_rule(line):
            blocks.append(Block(BlockKind.PARAGRAPH, line.strip(), 0, page))
    return blocks


def _is_rule(line: str) -> bool:
    return re.fullmatch(r"\s*([-*=_—])(?:\s*\1){2,}\s*", line) is not None


def join_wrapped(lines: Sequence[str]) -> list[str]:
    """Join lines that were broken at a fixed width; other texts come back unchanged.

    A text counts as hard-wrapped when at least a third of its lines, and three of them, end in
    mid-sentence within four columns of the widest line (a Chinese character is two columns).
    """
    filled = [_columns(line) for line in lines if line.strip()]
    width = max(filled, default=0)
    full = [line for line in lines if _columns(line) >= width - 4 and not _ENDS.search(line)]
    if not 30 <= width <= 180 or len(full) < 3 or len(full) * 3 < len(filled):
        return list(lines)
    joined: list[str] = []
    open_line = False
    for line in lines:
        if open_line and line.strip() and not starts_anew(line):
            joined[-1] = join(joined[-1], line)
        else:
            joined.append(line)
        open_line = bool(line.strip()) and _columns(line) >= width - 4
    return joined


def is_broken(line: str, following: str) -> bool:
    """Whether `line` stops in mid-sentence and `following` goes on with it."""
    return (
        _columns(line) >= 50
        and bool(following.strip())
        and not _ENDS.search(line)
        and not starts_anew(following)
        and "|" not in following
    )


def starts_anew(line: str) -> bool:
    """Whether a line begins an item or a numbered part rather than going on with the last one."""
    return bool(_STARTS_ANEW.match(line)) or opens_part(line)


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line.rstrip())


def join(first: str, second: str) -> str:
    """Two halves of a line as one, with a space only between Latin words."""
    head, tail = first.rstrip(), second.strip()
    latin = head[-1:].isascii() and tail[:1].isascii() and head[-1:].isalnum()
    return f"{head} {tail}" if latin else head + tail
