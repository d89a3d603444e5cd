"""Several matters in one message: which stretches of the text go to which department.

The text is cut at sentence ends and where a writer turns to something else (另外, 还有, ②); each
piece is judged by the classifier, neighbours for one department are joined, and what names no
matter of its own stays with the piece before it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.types import Part
from rules.types import Kind

if TYPE_CHECKING:
    from assistant.classifier import Prediction

MOST_CHARACTERS = 400
MOST_PIECES = 8
LEAST_CHARACTERS = 4
# How likely a second department must be for the whole, and a department for its own piece.
LEAST_SECOND = 0.05
LEAST_SURE = 0.5
# A comma parts matters seldom, so each side must be surer.
LEAST_SURE_OF_CLAUSES = 0.8
_TURN = (
    "另外|此外|还有(?!人)|還有(?!人)|顺便|順便|顺带|順帶|对了|對了|再就是|再有|再者|再说|再一个|其次|最后"
    "|另一件|另一个事|第二(?!次|天)|第三(?!次|天)|二是|三是|仲有|插一句|话说回来|話說回來|一码归一码|也想问|也想問"
    "|还想问|還想問|想再问"
)
_NUMBER = r"[①-⑨❶-❾]|(?<![0-9.])[1-9](?:[、.．)）](?![0-9]))|[一二三四甲乙丙丁](?=[、.．])"
_CUT = re.compile(
    rf"(?<=[。！？!?；;\n…→])|(?<=[,，、\s~～—])(?={_TURN})|(?={_NUMBER})|(?<=[^\s])(?={_TURN})"
)
# where nothing stronger parts them: chats without full stops
_WEAK_CUT = re.compile(r"(?<=[,，\s])")
_LEAD = re.compile(rf"^(?:[\s,，、。；;:：~～—→-]|{_TURN}|{_NUMBER}|[、.．)）])+")
# Where somebody lives and how to reach them is no matter of its own.
_ADDRESS = re.compile(
    r"[0-9a-zA-Z#\-]+|[一二三四五六七八九十百]+(?=[栋幢座单楼室号])|[栋幢座]|单元|号楼|[室楼号]|电话|手机|谢谢|麻烦"
)
_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    department: str
    sure: float
    prediction: "Prediction"


def find_parts(
    text: str,
    whole: "Prediction",
    judge: "Callable[[Sequence[str]], Sequence[Prediction]]",
) -> tuple[Part, ...]:
    """The matters of a message in order; empty where one department does all.

    `whole` is what the classifier thinks of all of it; `judge` gives the same for pieces and is
    only asked where a second department is likely enough.
    """
    second = list(whole.department.values())[1]
    if len(text) > MOST_CHARACTERS or second < LEAST_SECOND:
        return ()
    spans, least = _spans(text, _CUT), LEAST_SURE
    if len(spans) < 2:
        spans, least = _spans(text, _WEAK_CUT), LEAST_SURE_OF_CLAUSES
    if not 2 <= len(spans) <= MOST_PIECES:
        return ()
    judged = judge([text[start:end] for start, end in spans])
    pieces = _joined(
        [
            _Piece(start, end, *next(iter(one.department.items())), one)
            for (start, end), one in zip(spans, judged, strict=True)
        ],
        least,
    )
    if len(pieces) < 2:
        return ()
    return tuple(_part(text, piece) for piece in pieces)


def _spans(text: str, cut: re.Pattern[str]) -> list[tuple[int, int]]:
    """Stretches between cuts, without leading connectors; those without a matter are left out."""
    edges = [0, *(match.start() for match in cut.finditer(text)), len(text)]
    spans = []
    for start, end in pairwise(edges):
        lead = _LEAD.match(text[start:end])
        start += lead.end() if lead else 0
        end = start + len(text[start:end].rstrip())
        if len(_WORDS.findall(_ADDRESS.sub("", text[start:end]))) >= LEAST_CHARACTERS:
            spans.append((start, end))
    return spans


def _joined(pieces: Sequence[_Piece], least: float) -> list[_Piece]:
    """Neighbours of one department become one; a piece that is not sure joins the one before."""
    found: list[_Piece] = []
    for piece in pieces:
        if found and (piece.sure < least or piece.department == found[-1].department):
            last = found[-1]
            surer = piece if piece.sure > last.sure else last
            found[-1] = _Piece(
                last.start, piece.end, surer.department, surer.sure, surer.prediction
            )
        else:
            found.append(piece)
    if found and found[0].sure < least and len(found) > 1:
        first, after = found[:2]
        found[:2] = [_Piece(first.start, after.end, after.department, after.sure, after.prediction)]
    return found


def _part(text: str, piece: _Piece) -> Part:
    kind = Kind(next(iter(piece.prediction.kind)))
    category = next(iter(piece.prediction.category)) if kind is Kind.COMPLAINT else None
    stretch = text[piece.start : piece.end]
    return Part(stretch, piece.start, piece.end, kind, piece.department, category)
