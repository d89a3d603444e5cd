"""Make text single that slide exports print twice (shadow, bold) or four times (both).

Each run of a line stands twice in a row: 「先问候来客先问候来客,」. The text is parsed into
doubled units and literal characters by dynamic programming over the cheapest explanation, so real
reduplication inside a doubled run (天天) stays as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.cleaning.dropped import Dropped
from ingest.types import Block, BlockKind

_LONGEST = 90
_SURE = 6
"""A unit this long does not repeat by chance."""
_DENSE = 0.3
"""Share of a document inside sure units from which short units count as doubling too."""
_FEWEST = 4
"""So many sure units make a habit of the document."""
_REACH = 8
"""Literal characters allowed between a short unit and another unit."""
_BREAKS = "。!\uff01?\uff1f;\uff1b\n"
_NUMBER_TWICE = re.compile(r"(?<!\d)(\d{1,2}) \1(?=[、)\uff09.\uff0e])")
_WORD = re.compile(r"[0-9A-Za-z\u3400-\u9fff]")
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    unit: int
    """Length of the unit; 0 for one literal character."""
    times: int

    @property
    def end(self) -> int:
        return self.start + (self.unit * self.times or 1)


def remove_doubling(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """The blocks with doubled runs single; only long, sure ones unless the text is full of them."""
    texts = [block.text for block in blocks if block.kind is not BlockKind.FAQ]
    total = sum(map(len, texts))
    by_text = {text: [piece for piece in _parse(text, _SURE) if piece.unit] for text in texts}
    sure = [piece for text in texts for piece in by_text[text]]
    covered = sum(piece.end - piece.start for piece in sure)
    dense = len(sure) >= _FEWEST and covered >= _DENSE * total
    dropped = Dropped()
    cleaned = []
    for block in blocks:
        text = block.text
        # Without a sure unit there is none of twice that length either.
        if block.kind not in (BlockKind.FAQ, BlockKind.TABLE) and (dense or by_text[text]):
            text = single(text, dense)
        dropped.change("doubled", block.text, text)
        cleaned.append(replace(block, text=text))
    return cleaned, dropped


def single(text: str, dense: bool) -> str:
    """`text` with every doubled unit once; `dense` admits short units near other units."""
    if dense:
        text = _NUMBER_TWICE.sub(r"\1", text)
    pieces = _parse(text, 1 if dense else 2 * _SURE)
    kept = _without_chance(pieces) if dense else _only_whole(text, pieces)
    return "".join(
        text[piece.start : piece.start + piece.unit] if piece.unit else text[piece.start]
        for piece in kept
    )


def _parse(text: str, shortest: int) -> list[_Piece]:
    """The cheapest sequence of pieces: a literal costs 1, a unit about as much, however long."""
    size = len(text)
    cost = [0.0] * (size + 1)
    choice: list[_Piece] = [_Piece(0, 0, 1)] * size
    for start in range(size - 1, -1, -1):
        best, piece = cost[start + 1] + 1.0, _Piece(start, 0, 1)
        for unit in _units(text, start, shortest):
            times = _times(text, start, unit)
            for count in range(2, times + 1):
                # Four prints are two doublings; three would be a doubling and a literal.
                value = 0.9 + 0.02 * unit + (0.5 if count == 3 else 0.0)
                value += cost[start + unit * count]
                if value < best:
                    best, piece = value, _Piece(start, unit, count)
        cost[start], choice[start] = best, piece
    pieces, position = [], 0
    while position < size:
        pieces.append(choice[position])
        position = choice[position].end
    return pieces


def _units(text: str, start: int, shortest: int) -> list[int]:
    """Lengths at which the text from `start` repeats at once."""
    first = text[start]
    found = []
    position = text.find(first, start + shortest, start + _LONGEST + 1)
    while position != -1:
        unit = position - start
        if text.startswith(text[start:position], position) and _is_unit(text[start:position]):
            found.append(unit)
        position = text.find(first, position + 1, start + _LONGEST + 1)
    return found


def _is_unit(unit: str) -> bool:
    """Dashes, dots and single digits repeat for their own reasons."""
    return bool(_LETTER.search(unit) if len(unit) == 1 else _WORD.search(unit)) and "\n" not in unit


def _times(text: str, start: int, unit: int) -> int:
    times = 2
    while times < 4 and text.startswith(text[start : start + unit], start + unit * times):
        times += 1
    return times


def _only_whole(text: str, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Elsewhere only sentences or lines count: an enumeration may well repeat a long name."""
    kept: list[_Piece] = []
    for piece in pieces:
        unit = text[piece.start : piece.start + piece.unit]
        starts = piece.start == 0 or text[piece.start - 1] in _BREAKS
        ends = piece.end == len(text) or text[piece.end] == "\n" or unit[-1:] in _BREAKS
        if piece.unit and not (starts and ends):
            kept.extend(_Piece(at, 0, 1) for at in range(piece.start, piece.end))
        else:
            kept.append(piece)
    return kept


def _without_chance(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Undo short units that stand alone among literal text (天天, 往往)."""
    units = [piece for piece in pieces if piece.unit]
    kept: list[_Piece] = []
    index = -1
    for piece in pieces:
        index += piece.unit > 0
        if 0 < piece.unit < 3 and not _has_neighbour(units, index):
            kept.extend(_Piece(at, 0, 1) for at in range(piece.start, piece.end))
        else:
            kept.append(piece)
    return kept


def _has_neighbour(units: Sequence[_Piece], index: int) -> bool:
    piece = units[index]
    before = index > 0 and piece.start - units[index - 1].end <= _REACH
    after = index + 1 < len(units) and units[index + 1].start - piece.end <= _REACH
    return before or after
