"""Automatic numbers of Word paragraphs: 「第三条」 is often a list format and not in the text."""

from collections import defaultdict
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = (
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
)


class Numbering:
    """Counts list paragraphs in document order and words their numbers (ECMA-376 §17.9)."""

    def __init__(self, levels: dict[str, dict[int, tuple[str, str, int]]]) -> None:
        self._levels = levels
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    @classmethod
    def of(cls, document: Any) -> "Numbering":
        """The list formats of `document`; none when it has no numbering part."""
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return cls({})
        abstract = {
            item.get(f"{_W}abstractNumId"): _levels(item) for item in root.iter(f"{_W}abstractNum")
        }
        formats = {}
        for item in root.iter(f"{_W}num"):
            reference = item.find(f"{_W}abstractNumId")
            if reference is not None:
                formats[item.get(f"{_W}numId")] = abstract.get(reference.get(f"{_W}val"), {})
        return cls(formats)

    def next(self, paragraph: Any) -> tuple[str, int | None]:
        """The paragraph's number with its separator ("" for bullets) and its list depth."""
        found = _number_properties(paragraph)
        if found is None:
            return "", None
        number_id, depth = found
        levels = self._levels.get(number_id, {})
        if depth not in levels:
            return "", depth
        counts = self._counts[number_id]
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        style, text, _ = levels[depth]
        if style in ("bullet", "none") or "%" not in text:
            return "", depth
        for level in range(depth + 1):
            shape = levels.get(level, (style, "", 1))
            value = counts.get(level, shape[2])
            text = text.replace(f"%{level + 1}", _worded(value, shape[0]))
        return text + (" " if text[-1:] not in "、.)." else ""), depth


def _levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    levels = {}
    for level in abstract.iter(f"{_W}lvl"):

        def value(name: str, default: str, level: Any = level) -> str:
            element = level.find(f"{_W}{name}")
            return default if element is None else element.get(f"{_W}val", default)

        levels[int(level.get(f"{_W}ilvl"))] = (
            value("numFmt", "decimal"),
            value("lvlText", ""),
            int(value("start", "1")),
        )
    return levels


def _number_properties(paragraph: Any) -> tuple[str, int] | None:
    sources = [paragraph._p.pPr, getattr(paragraph.style.element, "pPr", None)]
    for properties in sources:
        numbers = None if properties is None else properties.find(f"{_W}numPr")
        if numbers is None:
            continue
        identifier, depth = numbers.find(f"{_W}numId"), numbers.find(f"{_W}ilvl")
        if identifier is None or identifier.get(f"{_W}val") == "0":
            return None
        return identifier.get(f"{_W}val"), 0 if depth is None else int(depth.get(f"{_W}val"))
    return None


def _worded(value: int, style: str) -> str:
    if style in _CHINESE and 0 < value < 100:
        return chinese_number(value)
    if style in ("lowerLetter", "upperLetter") and 0 < value <= 26:
        return chr((96 if style == "lowerLetter" else 64) + value)
    return str(value)


def chinese_number(value: int) -> str:
    """A number from 1 to 99 in Chinese characters."""
    tens, ones = divmod(value, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
