"""Undo page breaks: running heads, page numbers, and the markers that slide previews insert."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.cleaning.dropped import Dropped
from ingest.types import Block, BlockKind

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:第\s*\d+\s*[页頁](?:\s*[,\uff0c/]?\s*共\s*\d+\s*[页頁])?|\d{1,4}\s*/\s*\d{1,4}|[-–—]\s*\d{1,4}\s*[-–—]|Page\s+\d+(?:\s+of\s+\d+)?)[-–—\s]*",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(\d{1,3})、")
_ENDS = re.compile(r"[。!\uff01?\uff1f;\uff1b:\uff1a.…”」)\uff09]$")
_SENTENCE_END = re.compile(r"[。!\uff01;\uff1b]$")
_STARTS_ANEW = re.compile(
    r"(?:第[一二三四五六七八九十百零\d]+[编篇章节条款]|[(\uff08]?[一二三四五六七八九十\d]+[)\uff09、.\uff0e]|[-*•●])"
)
_FEWEST_MARKERS = 4


def remove_running_heads(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """Drop page numbers, and lines that open or close most pages."""
    dropped = Dropped()
    repeated = _repeated_edges(blocks)
    kept = []
    for block in blocks:
        if block.kind in (BlockKind.TABLE, BlockKind.FAQ):
            kept.append(block)
        elif _PAGE_NUMBER.fullmatch(block.text):
            dropped.piece("page_number", block.text)
        elif block.page is not None and _shape(block.text) in repeated:
            dropped.piece("running_head", block.text)
        elif block.page is not None and block.text.isdigit() and int(block.text) == block.page:
            dropped.piece("page_number", block.text)
        else:
            kept.append(block)
    return kept, dropped


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text.strip())


def _repeated_edges(blocks: Sequence[Block]) -> frozenset[str]:
    pages: dict[int, list[str]] = {}
    for block in blocks:
        if block.page is not None and block.kind is BlockKind.PARAGRAPH:
            pages.setdefault(block.page, []).append(_shape(block.text))
    if len(pages) < 3:
        return frozenset()
    counts: Counter[str] = Counter()
    for lines in pages.values():
        edges = {*lines[:2], *lines[-2:]}
        counts.update(line for line in edges if len(line) <= 60 and not _SENTENCE_END.search(line))
    return frozenset(line for line, count in counts.items() if count > max(2, len(pages) // 2))


def join_page_breaks(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """Join paragraphs that a page break or a preview marker (「37、」) cut in mid-sentence."""
    blocks, dropped = _without_markers(blocks)
    joined: list[Block] = []
    for block in blocks:
        if joined and _continues(joined[-1], block):
            joined[-1] = replace(joined[-1], text=joined[-1].text + block.text)
        else:
            joined.append(block)
    return joined, dropped


def _continues(first: Block, second: Block) -> bool:
    return (
        first.kind is second.kind is BlockKind.PARAGRAPH
        and first.page is not None
        and second.page == first.page + 1
        and len(first.text) >= 20
        and not _ENDS.search(first.text)
        and not _STARTS_ANEW.match(second.text)
    )


def _without_markers(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """Remove a run of paragraphs numbered 1、2、3、… when the numbers cut sentences.

    A real list ends its items with punctuation; preview markers fall anywhere, so most
    paragraphs of the run stop in mid-sentence.
    """
    run = _marker_run(blocks)
    # The last paragraph ends the text, so its ending says nothing.
    cut = sum(not _ENDS.search(blocks[index].text) for index in run[:-1])
    if len(run) < _FEWEST_MARKERS or cut * 2 < len(run):
        return list(blocks), Dropped()
    bodies = [_MARKER.sub("", blocks[index].text, count=1) for index in run]
    first, last = run[0], run[-1]
    whole = replace(blocks[first], text="".join(bodies))
    dropped = Dropped()
    for index, body in zip(run, bodies, strict=True):
        dropped.change("preview_marker", blocks[index].text, body)
    return [*blocks[:first], whole, *blocks[last + 1 :]], dropped


def _marker_run(blocks: Sequence[Block]) -> list[int]:
    run: list[int] = []
    for index, block in enumerate(blocks):
        match = _MARKER.match(block.text) if block.kind is BlockKind.PARAGRAPH else None
        if match and int(match[1]) == len(run) + 1 and (not run or run[-1] == index - 1):
            run.append(index)
        elif len(run) < _FEWEST_MARKERS:
            run = [index] if match and int(match[1]) == 1 else []
    return run
