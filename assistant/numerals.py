"""Numbers as people write them in messages: 3, 三, 十二, 三零二, 十六零二, 十几, 两三."""

import re

from kb.normalization import chinese_number

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_SCALES = frozenset("十百千")
_RANGE = re.compile("^[一二两三四五六七八九]{2}$")
# 十六零二: the floor counted, the door spelled.
_FLOOR_AND_DOOR = re.compile(
    "^([一二三四五六]?十[一二三四五六七八九]?)([零〇][一二三四五六七八九幺])$"
)


def number(text: str) -> int | None:
    """The value of Arabic or Chinese numerals, digit by digit or with 十百千; None if neither."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in _DIGITS and c not in _SCALES for c in text):
        return None
    return chinese_number(text.replace("幺", "一"))


def least_number(text: str) -> int | None:
    """The least that a vague number means: 十几 → 10, 几 or 好几 → 3, 两三 → 2, 二十多 → 20."""
    if text in ("几", "好几", "数"):
        return 3
    word = re.sub("[几多来]+$", "", text)
    if _RANGE.match(word):
        return _DIGITS[word[0]]
    return number(word)


def digits(text: str) -> str | None:
    """Numerals as Arabic digits, leading zeros kept: 三零二 → 302, 十六零二 → 1602, 02 → 02."""
    if text.isascii() and text.isdigit():
        return text
    if text and all(c in _DIGITS for c in text):
        return "".join(str(_DIGITS[c]) for c in text)
    if match := _FLOOR_AND_DOOR.match(text):
        return f"{number(match[1])}{digits(match[2])}"
    value = number(text)
    return None if value is None else str(value)
