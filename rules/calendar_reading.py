"""Reads and checks `service_calendar.yaml`: the default calendar and those of estates."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.calendar import CalendarBook, Window
from rules.reading import BookFile, suggest
from rules.table_reading import SOURCE, check_head

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_CLOSURE = timedelta(days=366)
# What an estate may have of its own; everything else is the default calendar's.
_OWN = ("zone", "windows", "weekly", "statutory_holidays", "closures", "overrides")

Path = tuple[str | int, ...]


def parse_calendar(file: BookFile) -> CalendarBook:
    """Check and build the default calendar's book; raises `MalformedBook`."""
    required = ("id", "version", "effective_from", "source", "zone", "windows")
    optional = (
        "title", "effective_to", "weekly", "statutory_holidays", "fixed_holidays", "closures",
        "overrides", "estates",
    )  # fmt: skip
    data = file.check_keys(file.data, required, optional)
    check_head(file)
    file.check_texts(data, ("source",))
    if not SOURCE.fullmatch(data["source"]):
        file.fail(
            f"依据「{data['source']}」写法不对", "请写成「pol-grading 第二十条」", ("source",)
        )
    given = _given(file, data, ())
    return CalendarBook(**given, fixed_holidays=_fixed_holidays(file, data), source=data["source"])


def parse_estates(file: BookFile, default: CalendarBook) -> dict[str, CalendarBook]:
    """The calendars of the estates that have their own, by the estate's name.

    Keys that an estate gives replace the default's whole entry; the others are inherited.
    """
    estates = file.data.get("estates") or {}
    if not isinstance(estates, dict):
        file.fail("estates 应当是「项目名: 日历」的形式", "没有就写 {}", ("estates",))
    books = {}
    for name, data in estates.items():
        path: Path = ("estates", name)
        if not isinstance(name, str) or not name.strip():
            file.fail(f"项目名「{name}」不是文字", "请给项目名加上引号", path)
        file.check_keys(data, (), _OWN, path)
        if not data:
            file.fail(f"项目「{name}」没有自己的安排", "与默认相同的项目不用写", path)
        books[name] = replace(default, **_given(file, data, path))
    return books


def _given(file: BookFile, data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The parts of a calendar that are written at `path`, as fields of `CalendarBook`."""
    parts = {
        "zone": ("zone", _zone),
        "windows": ("windows", _ordinary),
        "weekly": ("weekly", _weekly),
        "statutory_holidays": ("statutory_closed", _statutory_closed),
        "closures": ("closed_days", _closures),
        "overrides": ("special_days", _overrides),
    }
    return {
        name: read(file, data[key], (*path, key))
        for key, (name, read) in parts.items()
        if data.get(key) is not None
    }


def _ordinary(file: BookFile, listed: object, path: Path) -> tuple[Window, ...]:
    windows = _windows(file, listed, path)
    if not windows:
        file.fail("windows 是空的", "请写上平常一天的服务时段，如 [08:30-12:00]", path)
    return windows


def _zone(file: BookFile, name: object, path: Path) -> str:
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        file.fail(f"时区「{name}」不存在", "中国大陆请写 Asia/Shanghai", path)


def _windows(file: BookFile, listed: object, path: Path) -> tuple[Window, ...]:
    if not isinstance(listed, list):
        file.fail("时段应当列在方括号里", "如 [08:30-12:00, 13:30-18:00]", path)
    windows: list[Window] = []
    ends_at = 0
    for index, text in enumerate(listed):
        start, end, window = _window(file, text, (*path, index))
        if start < ends_at:
            file.fail(f"时段「{text}」与前一段重叠或次序颠倒", "请按先后排列", (*path, index))
        windows.append(window)
        ends_at = end
    return tuple(windows)


def _window(file: BookFile, text: object, path: Path) -> tuple[int, int, Window]:
    match = _WINDOW.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        file.fail(f"时段「{text}」看不懂", "请写成 08:30-12:00", path)
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if end > 24 * 60 or end <= start:
        remedy = "结束要晚于开始，最晚 24:00；跨零点的请拆成两段"
        file.fail(f"时段「{text}」的结束时间不对", remedy, path)
    return start, end, (time(hour, minute), time(end_hour % 24, end_minute))


def _weekly(file: BookFile, weekly: object, path: Path) -> dict[int, tuple[Window, ...]]:
    given = file.check_keys(weekly, (), _WEEKDAYS, path)
    return {
        _WEEKDAYS.index(name): _windows(file, listed, (*path, name))
        for name, listed in given.items()
    }


def _statutory_closed(file: BookFile, value: object, path: Path) -> bool:
    if value not in ("closed", "open"):
        problem = f"statutory_holidays 的值「{value}」不对"
        file.fail(problem, suggest(str(value), ("closed", "open")), path)
    return value == "closed"


def _fixed_holidays(file: BookFile, data: Mapping[str, Any]) -> frozenset[tuple[int, int]]:
    days = set()
    listed = _listed(file, data.get("fixed_holidays") or [], ("fixed_holidays",))
    for index, text in enumerate(listed):
        path: Path = ("fixed_holidays", index)
        match = _MONTH_DAY.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            file.fail(f"日期「{text}」看不懂", '请写成带引号的月-日，如 "01-01"', path)
        month, day = int(match[1]), int(match[2])
        try:
            date(2024, month, day)  # a leap year: 02-29 is a real day
        except ValueError:
            file.fail(f"日期「{text}」不存在", '请写真实的月-日，如 "01-01"', path)
        days.add((month, day))
    return frozenset(days)


def _closures(file: BookFile, listed: object, path: Path) -> frozenset[date]:
    days: set[date] = set()
    for index, entry in enumerate(_listed(file, listed, path)):
        place: Path = (*path, index)
        given = file.check_keys(entry, ("from", "to", "reason"), (), place)
        first, last = _date(file, given["from"], place), _date(file, given["to"], place)
        if last < first:
            file.fail("停开的结束早于开始", "请检查 from 和 to", place)
        if last - first > _LONGEST_CLOSURE:
            file.fail("停开超过一年", "请检查 from 和 to 的年份", place)
        days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return frozenset(days)


def _overrides(file: BookFile, listed: object, path: Path) -> dict[date, tuple[Window, ...]]:
    days: dict[date, tuple[Window, ...]] = {}
    for index, entry in enumerate(_listed(file, listed, path)):
        place: Path = (*path, index)
        given = file.check_keys(entry, ("date", "windows", "reason"), (), place)
        day = _date(file, given["date"], place)
        if day in days:
            file.fail(f"{day} 写了两次", "请合并成一条", place)
        days[day] = _windows(file, given["windows"], (*place, "windows"))
    return days


def _date(file: BookFile, value: object, path: Path) -> date:
    if type(value) is not date:
        file.fail(f"「{value}」不是日期", "请写成 2026-01-31", path)
    return value


def _listed(file: BookFile, value: object, path: Path) -> list[object]:
    if not isinstance(value, list):
        file.fail(f"{path[-1]} 应当是列表", "没有就写 []", path)
    return value
