"""What differs between two rows of one table, in words."""

from collections.abc import Iterator
from typing import Any

from rules.conditions import Condition, OneOf, Present
from rules.durations import Limit
from rules.rulebook import Rulebook
from rules.tables import Copied, Row, Table

_ANY = "不限"


def row_changes(
    before: Rulebook, old_table: Table, old: Row, after: Rulebook, new_table: Table, new: Row
) -> Iterator[str]:
    """Conditions, outputs, dates, reason and source of a row as they differ."""
    yield from _condition_changes(before, old, after, new)
    for name in dict.fromkeys([*old.then, *new.then]):
        yield from _output_changes(name, before, old_table, old, after, new_table, new)
    for title, was, now in (
        ("生效日期", old.effective_from, new.effective_from),
        ("失效日期", old.effective_to, new.effective_to),
        ("理由", old.reason, new.reason),
        ("依据", old.source, new.source),
        ("出处", old.origin, new.origin),
    ):
        if was != now:
            yield f"{title} 由 {was or '无'} 改为 {now or '无'}"


# -- conditions


def _condition_changes(before: Rulebook, old: Row, after: Rulebook, new: Row) -> Iterator[str]:
    if len(old.alternatives) != 1 or len(new.alternatives) != 1:
        if _meaning(old) != _meaning(new):
            yield f"条件 由 {old.words} 改为 {new.words}"
        return
    was = {one.input: one for one in old.alternatives[0]}
    now = {one.input: one for one in new.alternatives[0]}
    for name in dict.fromkeys([*was, *now]):
        one, other = was.get(name), now.get(name)
        if _same(one, other):
            continue
        if isinstance(one, Present) and isinstance(other, Present):
            yield from _signal_changes(before, one, after, other)
        else:
            yield f"条件 由 {_words(one)} 改为 {_words(other)}"


def _meaning(row: Row) -> set[frozenset[tuple[object, ...]]]:
    """What the alternatives ask, in whichever order."""
    return {frozenset(_essence(one) for one in part) for part in row.alternatives}


def _same(one: Condition | None, other: Condition | None) -> bool:
    return (one and _essence(one)) == (other and _essence(other))


def _essence(condition: Condition) -> tuple[object, ...]:
    """What a condition asks, without its words: a label that changes is no other condition."""
    if isinstance(condition, OneOf):
        return (condition.input, condition.codes)
    if isinstance(condition, Present):
        return (condition.input, condition.any_of, condition.all_of, condition.none_of)
    return (condition.input, condition.low, condition.high)


def _words(condition: Condition | None) -> str:
    return condition.words if condition else _ANY


def _signal_changes(before: Rulebook, old: Present, after: Rulebook, new: Present) -> Iterator[str]:
    for title, was, now in (
        ("出现其一即可", old.any_of, new.any_of),
        ("必须都出现", old.all_of, new.all_of),
        ("不得出现", old.none_of, new.none_of),
    ):
        if now - was:
            yield f"条件「信号{title}」加上 {after.vocabulary.signal_labels(now - was)}"
        if was - now:
            yield f"条件「信号{title}」去掉 {before.vocabulary.signal_labels(was - now)}"


# -- outputs


def _output_changes(
    name: str,
    before: Rulebook, old_table: Table, old: Row,
    after: Rulebook, new_table: Table, new: Row,
) -> Iterator[str]:  # fmt: skip
    title = _title(after if name in new_table.outputs else before, name, new_table)
    if name not in old.then:
        yield f"加上{title} {value_words(after, new_table, name, new.then[name])}"
    elif name not in new.then:
        yield f"去掉{title}（原为 {value_words(before, old_table, name, old.then[name])}）"
    elif old.then[name] != new.then[name]:
        was, now = old.then[name], new.then[name]
        if isinstance(was, Limit) and isinstance(now, Limit):
            yield from _limit_changes(title, before, was, after, now)
        else:
            said = (
                value_words(before, old_table, name, was),
                value_words(after, new_table, name, now),
            )
            yield f"{title} 由 {said[0]} 改为 {said[1]}"


def _limit_changes(
    title: str, before: Rulebook, was: Limit, after: Rulebook, now: Limit
) -> Iterator[str]:
    old, new = _parts(before, was), _parts(after, now)
    if old["时限"] != new["时限"]:
        yield f"{title} 由 {old['时限']} 改为 {new['时限']}"
    for part in old:
        if part != "时限" and old[part] != new[part]:
            yield f"{title}的{part} 由 {old[part]} 改为 {new[part]}"


def _parts(book: Rulebook, limit: Limit) -> dict[str, str]:
    return {
        "时限": limit.span.text,
        "时钟": book.vocabulary.label(limit.span.clock, "clocks"),
        "起算": "办结" if limit.from_completion else "受理",
        "约定时间优先": _yes(limit.wished_time),
        "约定时间最早": limit.notice.text if limit.notice else "不限",
        "挂起时停走": _yes(limit.pauses),
        "最迟": limit.fallback.text if limit.fallback else "无",
        "最迟的说法": limit.fallback_note or "无",
        "说明": limit.note or "无",
        "出处": limit.origin or "无",
    }


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _title(book: Rulebook, name: str, table: Table) -> str:
    column = table.outputs.get(name)
    if column is not None and column.type == "limit":
        return book.vocabulary.label(name, "milestones")
    return column.label if column is not None and column.label else _OUTPUTS.get(name, name)


_OUTPUTS = {
    "tier": "紧急程度",
    "level": "处理级别",
    "responsible": "首责部门",
    "leading": "牵头部门",
    "question": "问题",
    "supposes": "假设",
    "notify": "通知",
    "action": "动作",
    "every": "周期",
    "note": "说明",
    "name": "名称",
    "unit": "单位",
}
"""Titles of outputs whose tables declare no label."""


def output_words(book: Rulebook, table: Table, name: str, row: Row) -> str:
    """An output of a row with its title."""
    return f"{_title(book, name, table)} {value_words(book, table, name, row.then[name])}"


def value_words(book: Rulebook, table: Table, name: str, value: Any) -> str:
    """The value of an output in Chinese."""
    if isinstance(value, Limit):
        clock = book.vocabulary.label(value.span.clock, "clocks")
        start = "办结后" if value.from_completion else ""
        return f"{start}{value.span.text}（{clock}）"
    if isinstance(value, Copied):
        return f"同{table.inputs[value.input].label}"
    column = table.outputs[name]
    if column.type == "facts":
        return _supposed(book, table, value)
    if column.type == "enum":
        return book.vocabulary.label(value, column.group)
    if column.type == "boolean":
        return _yes(value)
    return f"{value} {column.unit}".rstrip()


def _supposed(book: Rulebook, table: Table, supposed: dict[str, Any]) -> str:
    parts = [book.vocabulary.signal_labels(supposed.get("signals", frozenset()))]
    for name, value in supposed.items():
        if name != "signals":
            given = table.inputs.get(name)
            parts.append(f"{given.label if given else name} {value}")
    return "、".join(part for part in parts if part)
