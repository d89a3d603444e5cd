"""The service calendar and the holidays of a rulebook, as people read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.pages.rules_parts import Sources
from api.pages.widgets import attributes, box, pair, text
from rules.reading import parse_book_text
from rules.rulebook import Rulebook

_CALENDAR, _HOLIDAYS = "service_calendar.yaml", "holidays.yaml"
_WEEKDAYS = {
    "monday": "周一",
    "tuesday": "周二",
    "wednesday": "周三",
    "thursday": "周四",
    "friday": "周五",
    "saturday": "周六",
    "sunday": "周日",
}
# so many years of holidays stand open, the newest first
_OPEN_YEARS = 2


def draw_calendar(book: Rulebook, sources: Sources) -> None:
    """When the service clock runs, and the days on which it does not."""
    data = parse_book_text(_CALENDAR, book.texts[_CALENDAR]).data
    with attributes(box("rule-table", "section"), id="table-service_calendar"):
        with box("rule-head"):
            text("服务日历", "section-title", "h2")
            text(f"时区 {data['zone']}", "quiet", "span")
            sources.link(data["source"])
        with attributes(box("card"), data_testid="calendar"):
            _hours(data)
            _own_days(data)
            for name, own in (data.get("estates") or {}).items():
                text(f"项目「{name}」", "calendar-part")
                _hours({**data, **own})
                if own.get("closures") or own.get("overrides"):
                    _own_days(own)
    if _HOLIDAYS in book.texts:
        _draw_holidays(book)


def _hours(data: Mapping[str, Any]) -> None:
    closed = data.get("statutory_holidays", "closed") == "closed"
    with box("pairs"):
        pair("平常每天", _windows(data["windows"]))
        for weekday, windows in (data.get("weekly") or {}).items():
            pair(_WEEKDAYS.get(weekday, weekday), _windows(windows))
        pair("法定节假日", "不开放" if closed else "照常开放")


def _windows(windows: Any) -> str:
    return "、".join(map(str, windows)) or "不开放"


def _own_days(data: Mapping[str, Any]) -> None:
    days = [*_closures(data), *_overrides(data)]
    if not days:
        text("没有公司自定的停开日和特别开放日。", "quiet calendar-own")
        return
    with box("calendar-own", "ul"):
        for words in days:
            text(words, "", "li")


def _closures(data: Mapping[str, Any]) -> Iterator[str]:
    for one in data.get("closures") or ():
        span = str(one["from"]) if one["from"] == one["to"] else f"{one['from']} 至 {one['to']}"
        yield f"{span} 停开：{one['reason']}"


def _overrides(data: Mapping[str, Any]) -> Iterator[str]:
    for one in data.get("overrides") or ():
        yield f"{one['date']} {_windows(one['windows'])}：{one['reason']}"


def _draw_holidays(book: Rulebook) -> None:
    data = parse_book_text(_HOLIDAYS, book.texts[_HOLIDAYS]).data
    years = sorted(data["years"], reverse=True)
    with attributes(box("rule-table", "section"), id="table-holidays"):
        with box("rule-head"):
            text("法定节假日与调休", "section-title", "h2")
            text(f"已登记 {years[-1]}–{years[0]} 年 · {data['source']}", "quiet", "span")
        with attributes(box("card"), data_testid="holidays"):
            for year in years[:_OPEN_YEARS]:
                _year(year, data["years"][year])
            if older := years[_OPEN_YEARS:]:
                with box("stays", "details"):
                    text(f"更早的 {len(older)} 年", "", "summary")
                    for year in older:
                        _year(year, data["years"][year])


def _year(year: int, given: Mapping[str, Any]) -> None:
    with box("holiday-year"):
        text(f"{year} 年", "calendar-part")
        text("、".join(_short(str(one), year) for one in given["holidays"]))
        if worked := given.get("workdays"):
            days = "、".join(_short(str(day), year) for day in worked)
            text(f"调休上班：{days}", "quiet")


def _short(said: str, year: int) -> str:
    """Without the year, which stands in front."""
    return said.replace(f"{year}-", "")
