"""Reads and checks `holidays.yaml`."""

import re
from datetime import date, timedelta
from typing import Any

from rules.holidays import HolidayTable
from rules.reading import BookFile
from rules.table_reading import check_head

Path = tuple[str | int, ...]

_YEARS = range(1949, 10000)
_HOLIDAY = re.compile(r"(\S+) (\d{4}-\d\d-\d\d)(?: 至 (\d{4}-\d\d-\d\d))?")
_LONGEST = timedelta(days=30)


def parse_holidays(file: BookFile) -> HolidayTable:
    """Check and build the table of holidays; raises `MalformedBook`."""
    required = ("id", "version", "effective_from", "source", "years")
    data = file.check_keys(file.data, required, ("title", "effective_to"))
    check_head(file)
    file.check_texts(data, ("source",))
    if not isinstance(data["years"], dict):
        file.fail(
            "years 应当是「年份: 安排」的形式", "如 2026: {holidays: [元旦 2026-01-01]}", ("years",)
        )
    names: dict[date, str] = {}
    makeup: set[date] = set()
    for year, arrangement in data["years"].items():
        path: Path = ("years", year)
        if type(year) is not int or year not in _YEARS:
            file.fail(f"年份「{year}」不对", "请写四位数字的年份，如 2026", path)
        given = file.check_keys(arrangement, ("holidays",), ("workdays",), path)
        names |= _holidays(file, year, given["holidays"], (*path, "holidays"))
        makeup |= _workdays(file, year, given.get("workdays") or [], names, (*path, "workdays"))
    return HolidayTable(frozenset(data["years"]), names, frozenset(makeup), data["source"])


def _holidays(file: BookFile, year: int, listed: object, path: Path) -> dict[date, str]:
    """The days of a year's holidays with their names."""
    names: dict[date, str] = {}
    if not isinstance(listed, list) or not listed:
        file.fail(f"{year} 年没有列出假期", "尚未公布的年份请整年不写", path)
    for index, text in enumerate(listed):
        place: Path = (*path, index)
        name, first, last = _holiday(file, year, text, place)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            if day in names:
                problem = f"「{name}」与「{names[day]}」在 {day} 重叠"
                file.fail(problem, "一天只能属于一个假期，请合并", place)
            names[day] = name
    return names


def _holiday(file: BookFile, year: int, text: object, path: Path) -> tuple[str, date, date]:
    """Name, first and last day of a holiday written as `春节 2026-02-15 至 2026-02-23`."""
    match = _HOLIDAY.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        remedy = f"请写成「春节 {year}-02-15 至 {year}-02-23」，只有一天的写「元旦 {year}-01-01」"
        file.fail(f"假期「{text}」看不懂", remedy, path)
    name, first, last = match.groups()
    start = _day(file, year, first, path)
    end = start if last is None else _day(file, year, last, path)
    if end < start:
        file.fail(f"「{name}」的结束早于开始", "请检查两个日期", path)
    if end - start > _LONGEST:
        file.fail(f"「{name}」超过一个月", "请检查月份", path)
    return name, start, end


def _workdays(
    file: BookFile, year: int, listed: object, names: dict[date, str], path: Path
) -> set[date]:
    """The make-up workdays of a year."""
    if not isinstance(listed, list):
        file.fail("workdays 应当是列表", "没有就不写", path)
    days: set[date] = set()
    for index, value in enumerate(listed):
        day = _day(file, year, value, (*path, index))
        if day in names:
            file.fail(f"调休上班日 {day} 落在「{names[day]}」假期里", "请核对", (*path, index))
        if day in days:
            file.fail(f"{day} 写了两次", "请删去一处", (*path, index))
        days.add(day)
    return days


def _day(file: BookFile, year: int, value: Any, path: Path) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        file.fail(f"日期 {value} 不存在", f"请写真实的日期，如 {year}-01-31", path)
    if type(day) is not date:
        file.fail(f"「{value}」不是日期", f"请写成 {year}-01-31", path)
    if day.year != year:
        file.fail(f"{day} 不在 {year} 年", "请写到它自己的年份下；跨年的假期拆成两段", path)
    return day
