"""Give flattened text its lines back: sites often store a whole document as one paragraph.

Breaks go before numbers that stand where a heading or an item may start and that continue their
own series (一、二、三、…), and around headings that run into the sentence below them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.cleaning.dropped import Dropped
from ingest.types import Block, BlockKind

_FLAT = 600
"""A paragraph longer than this may be several."""
_NUMERALS = "一二三四五六七八九十"
_SERIES: tuple[tuple[str, re.Pattern[str], bool], ...] = (
    (
        "chapter",
        re.compile(
            r"(?<![照据按反合见违在])第([一二三四五六七八九十百]{1,4}|\d{1,3})"
            r"[章编節节条條](?=[ \u3000])"
        ),
        False,
    ),
    ("one", re.compile(rf"(?<![第{_NUMERALS}])([{_NUMERALS}]{{1,3}})、"), False),
    (
        "bracket",
        re.compile(
            rf"(?<![照据按款前条])[(\uff08]([{_NUMERALS}]{{1,3}})[)\uff09](?![条款项])"
        ),
        True,
    ),
    (
        "step",
        re.compile(
            rf"第([{_NUMERALS}]{{1,2}})(?:步|类|類|种|種|阶段|階段)(?=[、:\uff1a\u3400-\u9fff])"
        ),
        True,
    ),
    ("number", re.compile(r"(?<![\d.第至~-])(\d{1,2})[、.\uff0e](?=[^\d\s])"), False),
    ("half", re.compile(r"(?<![\d(\uff08至~-])(\d{1,2})[)\uff09](?=[、\u3400-\u9fff])"), False),
)  # fmt: skip
_WORD_SERIES = re.compile(rf"([\u3400-\u9fff]{{2}})([{_NUMERALS}])(?=[、 :\uff1a])")
_BOUNDARY = re.compile(r"[。!\uff01?\uff1f;\uff1b:\uff1a…”」)\uff09\s]$")
_RUN_IN = re.compile(
    r"(?:^|(?<=[。!\uff01?\uff1f\n]))(([\u3400-\u9fff]{4,12})[\u3400-\u9fff]{2,8}(?<![的和与與]))(?=\2[是指为為应應])"
)
_CHAPTER = re.compile(rf"^第[{_NUMERALS}\d]+[章节讲課课]\s*")
_CLOSING = re.compile(r"(?<=。)(?=(?:结语|結語|结束语|結束語)[\u3400-\u9fff])")
_PARAGRAPH_SPACE = re.compile(r"(?<=[。!\uff01?\uff1f])[ \u3000]+(?=\S)")


def restore_lines(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """Long flat paragraphs as one block a line; a title run into the text is cut off."""
    titles = [block.text for block in blocks[:3] if len(block.text) <= 60]
    restored: list[Block] = []
    dropped = Dropped()
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and len(block.text) > _FLAT:
            text = _without_title(block.text, titles, dropped)
            restored += [replace(block, text=line) for line in flat_lines(text)]
        elif "\n" in block.text and block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
            lines = [line.strip() for line in block.text.split("\n")]
            restored += [replace(block, text=line) for line in lines if line]
        else:
            restored.append(block)
    return restored, dropped


def _without_title(text: str, titles: Sequence[str], dropped: Dropped) -> str:
    """Cut the document's title, also with other spacing, from the start; slides repeat it."""
    start = 0
    for title in titles:
        bare = _CHAPTER.sub("", title)
        for wording in (title, bare):
            loose = r"\s*".join(map(re.escape, wording.replace(" ", "")))
            # Without its number the title must stand apart, or it opens the first sentence.
            ending = r"\s*" if wording == title else r"\s+"
            match = re.compile(rf"(?:{loose}{ending})+").match(text, start)
            if match and len(wording) >= 4:
                start = match.end()
    dropped.piece("repeated_title", text[:start])
    return text[start:].lstrip()


def flat_lines(text: str) -> list[str]:
    """The lines of one flattened paragraph."""
    breaks: set[int] = set()
    for _, pattern, anywhere in _SERIES:
        breaks |= set(_in_series(text, pattern, anywhere))
    breaks |= set(_word_series(text))
    breaks |= {match.end() for match in _CLOSING.finditer(text)}
    breaks |= {match.end() for match in _PARAGRAPH_SPACE.finditer(text)}
    pieces = _cut(text, sorted(breaks))
    return [line for piece in pieces for line in _cut_run_in_headings(piece) if line]


def _cut(text: str, positions: Sequence[int]) -> Iterator[str]:
    start = 0
    for position in [*positions, len(text)]:
        yield from (line.strip() for line in text[start:position].split("\n"))
        start = position


def _in_series(text: str, pattern: re.Pattern[str], anywhere: bool) -> Iterator[int]:
    """Starts of numbers that begin at one or follow their predecessor."""
    last = 0
    for match in pattern.finditer(text):
        value = number_value(match[1])
        # The same number twice is an author's slip, and common.
        follows = value == 1 or last <= value <= last + 2
        at_boundary = match.start() == 0 or _BOUNDARY.search(text[: match.start()][-1:])
        if follows and (anywhere or at_boundary):
            last = value
            yield match.start()


def _word_series(text: str) -> Iterator[int]:
    """Starts of 「原则一」「原则二」「原则三」…: one word with consecutive numerals."""
    groups: dict[str, list[re.Match[str]]] = {}
    for match in _WORD_SERIES.finditer(text):
        groups.setdefault(match[1], []).append(match)
    for matches in groups.values():
        if {number_value(match[2]) for match in matches} >= {1, 2, 3}:
            yield from (match.start() for match in matches)


def _cut_run_in_headings(line: str) -> Iterator[str]:
    """「投诉处理流程投诉处理是…」: the heading's words open the sentence below it."""
    start = 0
    for match in _RUN_IN.finditer(line):
        yield line[start : match.start()].strip()
        yield match[1]
        start = match.end()
    yield line[start:].strip()


def number_value(text: str) -> int:
    """The value of an Arabic number or a Chinese one below 100; 0 when it is neither."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    values = {char: index for index, char in enumerate(_NUMERALS[:9], start=1)}
    if not ten:
        return values.get(ones, 0) if len(ones) == 1 else 0
    return (values.get(tens, 1 if not tens else 0)) * 10 + values.get(ones, 0)
