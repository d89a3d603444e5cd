"""Dates as they stand in names and texts of Chinese documents."""

import re
from datetime import date

from kb.normalization import chinese_number

_DIGIT = "[\\d〇○零一二三四五六七八九]"
_SMALL = "(?:\\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = f"(?:(?:19|20)\\d\\d|[一二]{_DIGIT}{{3}})"

DAY = (
    rf"(?:(?P<year>{_YEAR})\s*年\s*(?P<month>{_SMALL})\s*月(?:\s*(?P<day>{_SMALL})\s*[日号號])?"
    r"|(?P<year2>(?:19|20)\d\d)(?P<mark>[-./\uff0e])(?P<month2>\d{1,2})(?:(?P=mark)(?P<day2>\d{1,2}))?(?!\d)"
    r"|(?P<year3>(?:19|20)\d\d)(?P<month3>[01]\d)(?P<day3>[0-3]\d)(?!\d))"
)
"""A day or a month, with the groups that `date_of` reads. Only once in a pattern."""


def date_of(match: re.Match[str]) -> date | None:
    """The day of a match of `DAY`; a month alone is its first day, a day that is none is None."""
    for suffix in ("", "2", "3"):
        if match[f"year{suffix}"]:
            day = match[f"day{suffix}"]
            return _date(match[f"year{suffix}"], match[f"month{suffix}"], day or "1")
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(_number(year), _number(month), _number(day))
    except (ValueError, KeyError):
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() else chinese_number(text.replace("○", "〇"))
