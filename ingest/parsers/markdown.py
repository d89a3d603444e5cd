"""Markdown with YAML front matter: headings, lists, tables and paragraphs."""

import re
from collections.abc import Iterator

from ingest.encoding import decode
from ingest.parsers import frontmatter
from ingest.parsers.plain import is_broken, join
from ingest.types import Block, BlockKind, ParsedText

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_EMPTY_HEADING = re.compile(r"^ {0,3}#{1,6}\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•]|(\d+[.)]))\s+(.*)$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")


def parse(data: bytes) -> ParsedText:
    """The blocks of a Markdown file; emphasis and link targets are dropped, words stay."""
    text, encoding = decode(data)
    front_matter, body = frontmatter.split(text)
    return ParsedText(tuple(markdown_blocks(body)), front_matter, encoding=encoding)


def markdown_blocks(text: str, page: int | None = None) -> list[Block]:
    """The blocks of Markdown without front matter."""
    lines = _COMMENT.sub("", text).split("\n")
    return [block for block in _blocks(lines, page) if block.text]


def _blocks(lines: list[str], page: int | None) -> Iterator[Block]:
    index = 0
    while index < len(lines):
        line = lines[index]
        if not line.strip() or _EMPTY_HEADING.match(line):
            index += 1
        elif _FENCE.match(line):
            index, text = _fenced(lines, index)
            yield Block(BlockKind.PARAGRAPH, text, 0, page)
        elif heading := _HEADING.match(line):
            yield Block(BlockKind.HEADING, inline(heading[2]), len(heading[1]), page)
            index += 1
        elif "|" in line and index + 1 < len(lines) and _TABLE_RULE.match(lines[index + 1]):
            index, text = _table(lines, index)
            yield Block(BlockKind.TABLE, text, 0, page)
        elif _TABLE_RULE.match(line) or re.fullmatch(r"\s*([*_-]\s*){3,}", line):
            index += 1
        elif item := _ITEM.match(line):
            index, rest = _continued(lines, index + 1, item[1])
            # An ordered item's number is part of what people cite ("第 2 项").
            number = f"{item[2]} " if item[2] else ""
            text = number + inline(" ".join([item[3], *rest]))
            yield Block(BlockKind.LIST_ITEM, text, len(item[1].expandtabs(4)) // 2, page)
        else:
            index, text = _paragraph(lines, index)
            yield Block(BlockKind.PARAGRAPH, inline(text), 0, page)


def _fenced(lines: list[str], index: int) -> tuple[int, str]:
    end = index + 1
    while end < len(lines) and not _FENCE.match(lines[end]):
        end += 1
    return end + 1, "\n".join(lines[index + 1 : end]).strip()


def _table(lines: list[str], index: int) -> tuple[int, str]:
    end = index
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    return end, "\n".join(inline(line) for line in lines[index:end])


def _continued(lines: list[str], index: int, indent: str) -> tuple[int, list[str]]:
    """Lines indented deeper than the item's marker and no items themselves belong to it."""
    rest = []
    while index < len(lines) and lines[index].strip():
        line = lines[index]
        deeper = len(line) - len(line.lstrip()) > len(indent.expandtabs(4))
        if not deeper or _ITEM.match(line) or _HEADING.match(line):
            break
        rest.append(line.strip())
        index += 1
    return index, rest


def _paragraph(lines: list[str], index: int) -> tuple[int, str]:
    """A line, joined with the next ones where an editor broke it in mid-sentence."""
    text = lines[index].lstrip("> \t").rstrip()
    index += 1
    while index < len(lines) and is_broken(lines[index - 1], lines[index]):
        text = join(text, lines[index].lstrip("> \t"))
        index += 1
    return index, text


def inline(text: str) -> str:
    """The words of one line without Markdown marks."""
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    text = _ITALIC.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|>-])", r"\1", text).strip()
