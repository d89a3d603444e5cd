"""Signals: the facts in a message that the rules read, each with the words that prove it.

Deterministic and importable without any model. Of each code the first true mention is reported.

Numbers. `repeat_report`: the count as said (第三次, 打了五次 → 3, 5). Words that mean several or
more (好几次, 好多次, 无数次) count as 3; 多次, 数次, 几次, which writers use for any number above
one, and words like 反复 or 又 prove no number and have no value. `unattended_days`: days as said,
a week is 7, half a month 15, a month 30, half a year 180, a year 365; 十几天 is 10 and 几天 is 3,
the least that it means. `anger`: 1 displeased, 2 angry, 3 abusive. `group_affected`: the number of
households, where it was said.
"""

import re

from assistant.clauses import Scope, mention_of, scope_of
from assistant.lexicon import (
    Code,
    codes,
    critical_codes,
    homophones,
    labels,
    life_safety_codes,
    pattern_filter,
)
from assistant.negation import cancelled
from assistant.numerals import least_number
from assistant.script import Folded, fold
from assistant.types import Signal

__all__ = ["detect_critical", "detect_signals", "labels", "life_safety_codes"]

_CONTEXT = 12  # characters on either side of a mention that `unless` may read
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}
_EXACT_DAYS = {("半", "月"): 15, ("大半", "月"): 15, ("半", "年"): 180, ("大半", "年"): 180}
_SEVERAL = re.compile("无数|好几|好多|好些|几十|几百|上百|八百|十几")
_UNCOUNTED = re.compile("^(?:几|数|多|很多|n)$")


def detect_signals(text: str) -> tuple[Signal, ...]:
    """Every signal present now, ordered by where it stands; offsets are into `text`."""
    return _detect(text, codes())


def detect_critical(text: str) -> tuple[Signal, ...]:
    """The life-safety signals alone; needs no model and no rule book."""
    return _detect(text, critical_codes())


def _detect(text: str, wanted: tuple[Code, ...]) -> tuple[Signal, ...]:
    """The signals of the first so many codes of the lexicon, whose patterns count from 0."""
    folded = fold(text)
    matched = homophones()(folded.text)
    scope = scope_of(matched)
    letters = set(matched)
    likely = pattern_filter().may_match(matched)
    first = 0
    found = []
    for code in wanted:
        numbers = range(first, first + len(code.patterns))
        first = numbers.stop
        if code.cues and not code.cues & letters:
            continue
        patterns = [
            (expression.compiled, level)
            for number, (expression, level) in zip(numbers, code.patterns, strict=True)
            if number in likely
        ]
        signal = _first_true_mention(text, folded, scope, code, patterns)
        if signal is not None:
            found.append(signal)
    return tuple(sorted(found, key=lambda signal: (signal.start, signal.end, signal.code)))


def _first_true_mention(
    text: str,
    folded: Folded,
    scope: Scope,
    code: Code,
    patterns: list[tuple[re.Pattern[str], int]],
) -> Signal | None:
    best: tuple[int, int, re.Match[str]] | None = None
    for pattern, level in patterns:
        if best is not None and level and level < best[0]:
            break
        for match in _mentions(pattern, scope.text):
            if not _counts(match, scope, code):
                continue
            rank = (level or _value(code.code, match) or 0, -match.start())
            if best is None or rank > best[:2]:
                best = (*rank, match)
            if not (level or match.re.groupindex):
                break
    if best is None:
        return None
    level, _, match = best
    start, end = folded.span(*match.span())
    value = level if code.code == "anger" else _value(code.code, match)
    return Signal(code.code, text[start:end], start, end, value)


def _mentions(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    position = 0
    while len(found) < 20 and (match := pattern.search(text, position)) is not None:
        found.append(match)
        position = match.start() + 1
    return found


def _counts(match: re.Match[str], scope: Scope, code: Code) -> bool:
    start, end = match.span()
    if start == end:
        return False
    if code.unless is not None and _otherwise(scope.text, start, end, code.unless.compiled):
        return False
    resolved = code.resolved.compiled if code.resolved is not None else None
    return cancelled(mention_of(scope, match), code.cancelled_by, resolved) is None


def _otherwise(text: str, start: int, end: int, unless: re.Pattern[str]) -> bool:
    """Whether words that overlap the mention give it another meaning (气得冒烟, 火锅)."""
    first = max(0, start - _CONTEXT)
    window = text[first : end + _CONTEXT]
    return any(
        other.start() + first < end and other.end() + first > start
        for other in unless.finditer(window)
    )


def _value(code: str, match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if groups.get("count"):
        return _count(groups["count"], least_several=3 if code == "repeat_report" else None)
    if groups.get("days"):
        return _days(groups["days"], groups["unit"])
    return None


def _count(word: str, least_several: int | None) -> int | None:
    if _UNCOUNTED.match(word):
        return None
    if _SEVERAL.search(word):
        return 10 if "十" in word or "百" in word else least_several
    return least_number(word)


def _days(word: str, unit: str) -> int | None:
    if (word, unit) in _EXACT_DAYS:
        return _EXACT_DAYS[word, unit]
    number = least_number(word.replace("个半", "").removesuffix("半") or "半")
    return None if number is None else number * _DAYS[unit]
