"""What differs between two YAML files that hold no table: vocabulary, calendar, holidays, head.

Compared as values, key by key, so that a file that gains a key needs nothing here but a name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.vocabulary import GROUPS

_NAMES = {
    **GROUPS,
    "id": "编号",
    "title": "名称",
    "name": "名称",
    "version": "版本",
    "effective_from": "生效日期",
    "effective_to": "失效日期",
    "source": "依据",
    "signals": "信号",
    "label": "叫法",
    "family": "大类",
    "zone": "时区",
    "windows": "服务时段",
    "weekly": "各星期几的时段",
    "statutory_holidays": "法定节假日",
    "fixed_holidays": "固定节假日",
    "closures": "停开日",
    "overrides": "特别开放日",
    "holidays": "放假",
    "workdays": "调休上班",
    "years": "年份",
    "estates": "项目",
    "monday": "星期一",
    "tuesday": "星期二",
    "wednesday": "星期三",
    "thursday": "星期四",
    "friday": "星期五",
    "saturday": "星期六",
    "sunday": "星期日",
    "date": "日期",
    "from": "从",
    "to": "到",
    "reason": "原因",
}
_VALUES = {"closed": "休息", "open": "照常开放", True: "是", False: "否", None: "无"}


def file_changes(
    before: Mapping[Any, Any] | None, after: Mapping[Any, Any] | None
) -> Iterator[tuple[str, str]]:
    """The kind (added, removed, changed) and words of each difference; None: there is no file."""
    if before is None:
        yield "added", "新增这个文件"
    elif after is None:
        yield "removed", "删去这个文件"
    else:
        yield from _mapping((), before, after)


def _mapping(
    path: tuple[str, ...], before: Mapping[Any, Any], after: Mapping[Any, Any]
) -> Iterator[tuple[str, str]]:
    for key in dict.fromkeys([*before, *after]):
        place = (*path, _NAMES.get(key, str(key)) if isinstance(key, str) else str(key))
        if key not in before:
            yield "added", f"新增 {_title(place)}：{_words(after[key])}"
        elif key not in after:
            yield "removed", f"删去 {_title(place)}（原为 {_words(before[key])}）"
        else:
            yield from _value(place, before[key], after[key])


def _value(place: tuple[str, ...], before: Any, after: Any) -> Iterator[tuple[str, str]]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mapping(place, before, after)
    elif isinstance(before, list) and isinstance(after, list) and not _hours(before + after):
        for item in (one for one in before if one not in after):
            yield "removed", f"{_title(place)} 去掉 {_words(item)}"
        for item in (one for one in after if one not in before):
            yield "added", f"{_title(place)} 加上 {_words(item)}"
    else:
        yield "changed", f"{_title(place)} 由 {_words(before)} 改为 {_words(after)}"


def _hours(values: list[Any]) -> bool:
    """Whether a list is a day's opening hours, which are told whole."""
    return all(isinstance(item, str) and "-" in item and ":" in item for item in values)


def _title(place: tuple[str, ...]) -> str:
    return " ".join(place)


def _words(value: Any) -> str:
    """A value of the file as people read it."""
    if isinstance(value, Mapping):
        parts = (f"{_NAMES.get(key, key)} {_words(part)}" for key, part in value.items())
        return "，".join(parts) or "无"
    if isinstance(value, list):
        return "、".join(_words(item) for item in value) or "无"
    return str(_VALUES.get(value, value)) if isinstance(value, str | bool | None) else str(value)
