"""Text with marked stretches as HTML. Pure; everything that was written by people is escaped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise

# what outranks what where marks overlap; further families come last
_ORDER = ("life_safety", "hazard", "essential_service", "security", "escalation", "scope")
# comparing takes the square of the length
_LONGEST_COMPARED = 4000
# a number or a word is one thing, of Chinese each character is
_COMPARED = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch `text[start:end]`; `tip` is shown on hover, `family` decides the colour."""

    start: int
    end: int
    family: str
    tip: str


def marked(text: str, marks: Iterable[Mark]) -> str:
    """The text as HTML with its marks. Overlapping marks are cut where they meet."""
    inside = [
        Mark(max(m.start, 0), min(m.end, len(text)), m.family, m.tip)
        for m in marks
        if m.start < m.end and m.start < len(text)
    ]
    cuts = sorted({0, len(text), *(m.start for m in inside), *(m.end for m in inside)})
    pieces = []
    for start, end in pairwise(cuts):
        over = [m for m in inside if m.start <= start and end <= m.end]
        pieces.append(_piece(text[start:end], over))
    return "".join(pieces)


def _piece(text: str, over: Sequence[Mark]) -> str:
    if not over:
        return escape(text)
    family = min((m.family for m in over), key=_rank)
    tips = " / ".join(dict.fromkeys(m.tip for m in over if m.tip))
    shown = f' data-tip="{escape(tips)}" tabindex="0"' if tips else ""
    return f'<mark class="sign sign-{escape(family)}"{shown}>{escape(text)}</mark>'


def _rank(family: str) -> int:
    return _ORDER.index(family) if family in _ORDER else len(_ORDER)


def quoted(text: str, quotes: Iterable[str]) -> str:
    """The text as HTML with each quote marked that stands in it word for word."""
    marks = []
    for quote in quotes:
        wanted = quote.strip()
        start = text.find(wanted) if wanted else -1
        if start >= 0:
            marks.append(Mark(start, start + len(wanted), "quote", ""))
    return marked(text, marks)


def changed(before: str, after: str) -> tuple[str, str]:
    """Two texts as HTML: what is gone marked in the first, what has come in the second."""
    if max(len(before), len(after)) > _LONGEST_COMPARED:
        return escape(before), escape(after)
    ours, theirs = _COMPARED.findall(before), _COMPARED.findall(after)
    old, new = [], []
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        gone, come = escape("".join(ours[a:b])), escape("".join(theirs[c:d]))
        same = kind == "equal"
        old.append(gone if same or not gone else f"<del>{gone}</del>")
        new.append(come if same or not come else f"<ins>{come}</ins>")
    return "".join(old), "".join(new)


def excerpt(text: str, most: int) -> str:
    """The beginning of a text on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
