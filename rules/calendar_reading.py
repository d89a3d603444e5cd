"""Reads and checks `service_calendar.yaml`."""

import re
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.calendar import CalendarBook, Window
from rules.reading import BookFile, suggest
from rules.table_reading import SOURCE, check_head

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_CLOSURE = timedelta(days=366)

Path = tuple[str | int, ...]


def parse_calendar(file: BookFile) -> CalendarBook:
    """Check and build the calendar's book; raises `MalformedBook`."""
    required = ("id", "version", "effective_from", "source", "zone", "windows")
    optional = (
        "title", "effective_to", "weekly", "statutory_holidays", "fixed_holidays", "closures",
        "overrides",
    )  # fmt: skip
    data = file.check_keys(file.data, required, optional)
    check_head(file)
    file.check_texts(data, ("source", "zone"))
    if not SOURCE.fullmatch(data["source"]):
        file.fail(
            f"依据「{data['source']}」写法不对", "请写成「pol-grading 第二十条」", ("source",)
        )
    windows = _windows(file, data["windows"], ("windows",))
    if not windows:
        file.fail("windows 是空的", "请写上平常一天的服务时段，如 [08:30-12:00]", ("windows",))
    return CalendarBook(
        zone=_zone(file),
        windows=windows,
        weekly=_weekly(file),
        statutory_closed=_statutory_closed(file),
        fixed_holidays=_fixed_holidays(file),
        closed_days=_closures(file),
        special_days=_overrides(file),
        source=data["source"],
    )


def _zone(file: BookFile) -> str:
    name = file.data["zone"]
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        file.fail(f"时区「{name}」不存在", "中国大陆请写 Asia/Shanghai", ("zone",))


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


def _weekly(file: BookFile) -> dict[int, tuple[Window, ...]]:
    weekly = file.data.get("weekly") or {}
    file.check_keys(weekly, (), _WEEKDAYS, ("weekly",))
    return {
        _WEEKDAYS.index(name): _windows(file, listed, ("weekly", name))
        for name, listed in weekly.items()
    }


def _statutory_closed(file: BookFile) -> bool:
    value = file.data.get("statutory_holidays", "closed")
    if value not in ("closed", "open"):
        problem = f"statutory_holidays 的值「{value}」不对"
        file.fail(problem, suggest(str(value), ("closed", "open")), ("statutory_holidays",))
    return bool(value == "closed")


def _fixed_holidays(file: BookFile) -> frozenset[tuple[int, int]]:
    days = set()
    for index, text in enumerate(_listed(file, "fixed_holidays")):
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


def _closures(file: BookFile) -> frozenset[date]:
    days: set[date] = set()
    for index, entry in enumerate(_listed(file, "closures")):
        path: Path = ("closures", index)
        given = file.check_keys(entry, ("from", "to", "reason"), (), path)
        first, last = _date(file, given["from"], path), _date(file, given["to"], path)
        if last < first:
            file.fail("停开的结束早于开始", "请检查 from 和 to", path)
        if last - first > _LONGEST_CLOSURE:
            file.fail("停开超过一年", "请检查 from 和 to 的年份", path)
        days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return frozenset(days)


def _overrides(file: BookFile) -> dict[date, tuple[Window, ...]]:
    days: dict[date, tuple[Window, ...]] = {}
    for index, entry in enumerate(_listed(file, "overrides")):
        path: Path = ("overrides", index)
        given = file.check_keys(entry, ("date", "windows", "reason"), (), path)
        day = _date(file, given["date"], path)
        if day in days:
            file.fail(f"{day} 写了两次", "请合并成一条", path)
        days[day] = _windows(file, given["windows"], (*path, "windows"))
    return days


def _date(file: BookFile, value: object, path: Path) -> date:
    if type(value) is not date:
        file.fail(f"「{value}」不是日期", "请写成 2026-01-31", path)
    return value


def _listed(file: BookFile, key: str) -> list[object]:
    value = file.data.get(key) or []
    if not isinstance(value, list):
        file.fail(f"{key} 应当是列表", "没有就写 []", (key,))
    return value
