"""Reads and checks one cell of the deadlines table."""

from string import Formatter
from typing import Any

from rules.durations import BadSpan, Limit, Span, parse_span
from rules.reading import BookFile
from rules.types import Clock, Milestone

Path = tuple[str | int, ...]

_OPTIONAL = (
    "counts_from", "wished_time", "notice", "pauses", "fallback", "fallback_note", "note",
    "origin",
)  # fmt: skip


def read_limit(file: BookFile, value: object, path: Path, row: str) -> Limit:
    """The limit written at `path`, whose last step is its milestone; raises `MalformedBook`."""
    cell = file.check_keys(value, ("limit", "clock"), _OPTIONAL, path, row)
    file.check_texts(cell, ("note", "origin", "fallback_note"), path, row)
    if cell["clock"] not in tuple(Clock):
        remedy = "请写 calendar（自然时间）或 service（服务时间）"
        file.fail(f"不认识的时钟「{cell['clock']}」", remedy, (*path, "clock"), row)
    if cell.get("counts_from", "completion") != "completion":
        remedy = "只能写 completion（从办结起算），从受理起算就不写"
        file.fail("counts_from 的值不对", remedy, (*path, "counts_from"), row)
    for key in ("wished_time", "pauses"):
        if not isinstance(cell.get(key, False), bool):
            file.fail(f"{key} 的值不对", "请写 true 或 false", (*path, key), row)
    _check_together(file, cell, path, row)
    clock = Clock(cell["clock"])
    return Limit(
        span=_span(file, cell["limit"], clock, (*path, "limit"), row),
        from_completion="counts_from" in cell,
        wished_time=cell.get("wished_time", False),
        fallback=_optional(file, cell, "fallback", clock, path, row),
        note=cell.get("note", ""),
        origin=cell.get("origin", ""),
        pauses=cell.get("pauses", False),
        notice=_optional(file, cell, "notice", Clock.CALENDAR, path, row),
        fallback_note=cell.get("fallback_note", ""),
    )


def _check_together(file: BookFile, cell: dict[str, Any], path: Path, row: str) -> None:
    """Refuse keys that mean nothing without another, and an acknowledgement that pauses."""
    for key, needed in (("notice", "wished_time"), ("fallback_note", "fallback")):
        if cell.get(key) is not None and not cell.get(needed):
            file.fail(
                f"有 {key} 却没有 {needed}", f"请补上 {needed}，或删去 {key}", (*path, key), row
            )
    if cell.get("pauses") and path[-1] == Milestone.ACKNOWLEDGE:
        file.fail("首次响应的时限不能暂停", "请删去 pauses", (*path, "pauses"), row)
    if cell.get("pauses") and "counts_from" in cell:
        remedy = "办结以后没有等待，请删去 pauses"
        file.fail("从办结起算的时限不能暂停", remedy, (*path, "pauses"), row)
    note = cell.get("fallback_note")
    if note is not None and _placeholders(note) != ["due"]:
        remedy = "请写成「确需更久的，最迟 {due} 办结」"
        file.fail("fallback_note 里要有一处 {due}", remedy, (*path, "fallback_note"), row)


def _placeholders(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return []


def _optional(
    file: BookFile, cell: dict[str, Any], key: str, clock: Clock, path: Path, row: str
) -> Span | None:
    text = cell.get(key)
    return None if text is None else _span(file, text, clock, (*path, key), row)


def _span(file: BookFile, text: object, clock: Clock, path: Path, row: str) -> Span:
    try:
        return parse_span(text, clock)
    except BadSpan as error:
        problem, remedy = error.args
        file.fail(problem, remedy, path, row)
