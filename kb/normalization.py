"""One form for everything that is indexed or compared; what is cited stays as it was written.

`simplify` keeps words and punctuation (for encoders), `normalize` also levels case, number
forms and punctuation (for comparing), `tokens` cuts the result into terms (for the lexical
index). All of it is pure; OpenCC is loaded on first use.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import zip_longest

# Measure words after which a Chinese numeral is a number and not a part of a word (统一, 一些).
_MEASURES = (
    "个工作日|工作日|个小时|小时|个月|分钟|秒钟|季度|星期|平方米|平米|公里|公斤|单元|"
    "点(?=钟|半|前|后|开|关|到|至|\\d|[零一二三四五六七八九十])|[秒分天日周月年元块角层楼栋幢号户人名次条章节款项级倍岁张台部米遍间套辆只件份类种]"
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[〇零一二两三四五六七八九十百千万]+"
_PER_CENT = re.compile(f"百分之({_NUMERAL}|\\d+(?:\\.\\d+)?)")
_COUNTED = re.compile(f"(?<![统唯同单专之])({_NUMERAL})(?={_MEASURES})")
_ORDINAL = re.compile(f"(?<=第)({_NUMERAL})")
_HALF_HOUR = re.compile("半个?小时|半个?钟头")
_QUARTER_HOUR = re.compile("(?<!\\d)一刻钟")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TRAILING_ZEROS = re.compile(r"(?<=\d)(?:\.0+|(\.\d*?[1-9])0+)(?![\d.])")
_CLOCK = re.compile(r"(?<!\d)0(?=\d:\d\d)")
_TERM = re.compile(r"[a-z0-9]+(?:[.:][0-9]+)*%?|[\u3400-\u9fff\U00020000-\U0003ffff]+|[^\W_]+")


@lru_cache(maxsize=1)
def _to_simplified() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def chinese_number(numeral: str) -> int:
    """The value of a Chinese numeral such as 十五 or 两千; of digit strings (二〇二六) too."""
    if not any(c in numeral for c in "十百千万"):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _SCALES[character], 0
    return total + section + digit


def simplify(text: str) -> str:
    """Simplified characters and standard widths; case and punctuation stay.

    Lengths may change, so offsets into the result are not offsets into `text`.
    """
    return _to_simplified()(unicodedata.normalize("NFKC", text))


def normalize(text: str) -> str:
    """`simplify`, then lower case and one form for numbers (十五分钟 → 15分钟, 20.0% → 20%)."""
    text = simplify(text).casefold()
    text = _THOUSANDS.sub("", text)
    text = _PER_CENT.sub(lambda match: f"{_number(match[1])}%", text)
    text = _QUARTER_HOUR.sub("15分钟", _HALF_HOUR.sub("30分钟", text))
    text = _ORDINAL.sub(lambda match: _number(match[1]), text)
    text = _COUNTED.sub(lambda match: _number(match[1]), text)
    text = _TRAILING_ZEROS.sub(lambda match: match[1] or "", text)
    return _CLOCK.sub("", text)


def _number(text: str) -> str:
    return text if text[0].isdigit() else str(chinese_number(text))


def terms(text: str) -> list[str]:
    """Runs of Chinese characters, and words and numbers of other scripts, in order."""
    return _TERM.findall(normalize(text))


def is_chinese(term: str) -> bool:
    """Whether a term of `terms` is a run of Chinese characters."""
    return "\u3400" <= term[0] <= "\u9fff" or term[0] >= "\U00020000"


def tokens(text: str) -> list[str]:
    """Lexical terms: the characters and bigrams of Chinese runs, words, and numbers.

    A number is also joined with the character behind it (45天), which is often its unit. On
    three real Chinese sets bigrams beat word segmentation, and characters with a low weight
    (`is_character`) add a little; see the benchmarks.
    """
    return list(tokens_of(terms(text)))


def tokens_of(found: list[str]) -> Iterator[str]:
    """The same for a text that `terms` has already cut."""
    for term, after in zip_longest(found, found[1:], fillvalue=""):
        if is_chinese(term):
            yield from term
            yield from (term[i : i + 2] for i in range(len(term) - 1))
        else:
            yield term
            if term[0].isdigit() and after and is_chinese(after):
                yield term + after[0]


def is_character(token: str) -> bool:
    """Whether a token is a single Chinese character, the weakest kind of evidence."""
    return len(token) == 1 and is_chinese(token)
