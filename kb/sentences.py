"""Cutting Chinese text: sentences with their offsets, and windows of whole sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A sentence ends after its mark and the quotes or brackets that close with it, or with the line.
_END = re.compile(r"[。!?！？…]+[”’」』）)\]】]*|\n+")
_PART = re.compile(r"[；;]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: `text == source[start:end]`, without surrounding white space."""

    text: str
    start: int
    end: int


def sentences(text: str, longest: int = 120) -> list[Sentence]:
    """The sentences of `text` in order; a line's end also ends a sentence.

    One longer than `longest` characters is cut at its semicolons. Only white space is lost.
    """
    found: list[Sentence] = []
    for start, end in _spans(text, 0, len(text), _END):
        parts = [(start, end)] if end - start <= longest else _spans(text, start, end, _PART)
        found += [_trimmed(text, *part) for part in parts if text[slice(*part)].strip()]
    return found


def _spans(text: str, start: int, end: int, mark: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for match in mark.finditer(text, start, end):
        yield start, match.end()
        start = match.end()
    if start < end:
        yield start, end


def _trimmed(text: str, start: int, end: int) -> Sentence:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return Sentence(piece.strip(), start, start + len(piece.strip()))


def windows(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters made of whole sentences, in order.

    A sentence longer than `limit` is cut hard. White space is levelled to single spaces.
    """
    pieces: list[str] = []
    for sentence in sentences(text):
        flat = _SPACE.sub(" ", sentence.text)
        for part in (flat[i : i + limit] for i in range(0, len(flat), limit)):
            if pieces and len(pieces[-1]) + len(part) < limit:
                pieces[-1] = f"{pieces[-1]} {part}"
            else:
                pieces.append(part)
    return pieces
