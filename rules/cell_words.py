"""Words of a cell: quoted texts, separators, labels and codes, numbers and dates.

Digits and punctuation may be full-width. A text in double quotes (JSON) stands for itself, so that
nothing a book may hold is out of reach of a cell.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

Word = str | int
"""A code of the vocabulary."""

_QUOTED = r'(?<![^：:（(、,，；;\s])"(?:[^"\\]|\\.)*"'
_PIECES = {
    "words": re.compile(rf"(?:{_QUOTED}|[^、,，])+"),
    "parts": re.compile(rf"(?:{_QUOTED}|[^；;\n])+"),
}
_SAFE = re.compile(
    r'[^、,，；;：:"（()）=＝\s]([^、,，；;：:"\x00-\x1f\x7f-\x9f]*[^、,，；;：:"\s])?'
)
_RESERVED = ("未知", "unknown", "无")
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class BadCell(ValueError):
    """A cell that cannot be read; the arguments are the problem and the remedy, in Chinese."""


def folded(text: str) -> str:
    """A text as it is compared: half-width, without spaces around it."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def pieces(text: str, kind: str) -> list[str]:
    """A list's `words` (by 、 or a comma) or a cell's `parts` (by ； or a line break)."""
    found = (piece.strip() for piece in _PIECES[kind].findall(text))
    return [piece for piece in found if piece]


def quoted(text: str) -> str:
    """A text in double quotes, invisible characters escaped."""
    said = json.dumps(text, ensure_ascii=False)
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


def text_cell(text: str, within: str = "") -> str:
    """A free text as a cell shows it: as it is, quoted where a cell could not keep it.

    `within` are further characters that it must not hold where it stands.
    """
    plain = text and text == text.strip() and not text.startswith('"') and not _HIDDEN.search(text)
    return text if plain and not any(mark in text for mark in within) else quoted(text)


def text_value(cell: str) -> str:
    """The free text of a cell."""
    said = cell.strip()
    if said.startswith('"'):
        try:
            value = json.loads(said)
        except ValueError:
            return said
        return value if isinstance(value, str) else said
    return said


def number_cell(value: int | float) -> str:
    """A number, exactly."""
    return str(value) if isinstance(value, int) else repr(value)


def is_number(cell: str) -> bool:
    """Whether a cell is a number without more."""
    return _NUMBER.fullmatch(folded(cell).lower()) is not None


def number_value(cell: str, unit: str = "") -> int | float:
    """The number of a cell, with or without its unit; raises `BadCell`."""
    said = folded(cell).replace("。", ".")
    if unit:
        said = said.removesuffix(folded(unit)).rstrip()
    if said.lower() in ("inf", "-inf", "nan"):
        return float(said)
    match = _NUMBER.fullmatch(said.lower())
    if match is None:
        raise BadCell(f"「{cell}」不是数", "请只写数字，如 3")
    return float(said) if match[1] or match[2] else int(said)


def date_value(cell: str) -> date:
    """The day of a cell such as 2026-01-31, 2026/1/31 or 2026年1月31日; raises `BadCell`."""
    match = _DATE.fullmatch(folded(cell))
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise BadCell(f"「{cell}」不是日期", "请写成 2026-01-31 这样的日期") from None


@dataclass(frozen=True)
class Lexicon:
    """The words for some codes: labels, and codes where a label would be ambiguous.

    `what` names the codes in messages; `labels` are the codes with their labels, in order.
    """

    what: str
    labels: tuple[tuple[Word, str], ...]

    @cached_property
    def _codes(self) -> dict[str, Word]:
        found: dict[str, Word] = {}
        shared: set[str] = set()
        for code, label in self.labels:
            key = folded(label).casefold()
            if key in found:
                shared.add(key)
            found[key] = code
        kept = {key: code for key, code in found.items() if key not in shared}
        by_type = sorted((code for code, _ in self.labels), key=lambda code: isinstance(code, int))
        return kept | {folded(str(code)).casefold(): code for code in by_type}

    @cached_property
    def _words(self) -> dict[Word, str]:
        return {code: self._word(code, label) for code, label in self.labels}

    def _word(self, code: Word, label: str) -> str:
        for word in (label, str(code)):
            found = self._codes.get(folded(word).casefold())
            exact = found == code and type(found) is type(code)
            if exact and _SAFE.fullmatch(word) and word not in _RESERVED:
                return word
        return quoted(str(code))

    def word(self, code: Word) -> str:
        """How a cell writes a code."""
        return self._words[code]

    def words(self, codes: Iterable[Word]) -> str:
        """A list of codes."""
        return "、".join(self.word(code) for code in codes)

    def code(self, word: str) -> Word:
        """The code that a label or a code stands for; raises `BadCell`."""
        if word.startswith('"'):
            exact = text_value(word)
            if any(code == exact for code, _ in self.labels):
                return exact
        found = self._codes.get(folded(word).casefold())
        if found is None:
            raise BadCell(f"不认识的{self.what}「{word}」", self._suggestion(word))
        return found

    @property
    def options(self) -> tuple[str, ...]:
        """All words, in order."""
        return tuple(self._words.values())

    def _suggestion(self, word: str) -> str:
        # two characters of a Chinese word in common say more than the edit distance
        alike = [one for one in self.options if len(set(one) & set(word)) > 1][:3]
        if alike:
            return f"是不是 {'、'.join(alike)}"
        shown = "、".join(self.options[:8]) + ("等" if len(self.options) > 8 else "")
        return f"可用的有 {shown}" if shown else "请先在词汇表里登记"
