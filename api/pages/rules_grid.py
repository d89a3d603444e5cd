"""A table of a draft as a grid of cells that can be typed into, as HTML."""

from collections.abc import Iterable, Mapping
from html import escape
from json import dumps

from rules.grid_editing import ACTIONS, begins_row
from rules.grids import Column, Grid, GridProblem
from rules.rulebook import Rulebook
from rules.tables import Field, Table

_HINTS = {
    "enum": "一个或几个词，用、隔开",
    "number": "如 3、≥3、≤30、1–30",
    "date": "如 2026-03-01、≥2026-03-01",
    "boolean": "是 或 否",
    "signals": "任一：停水、停电；全部：…；没有：…（也可写大类）",
    "limit": "如 15分钟、1个服务日、办结后24小时、约定时间，否则1个服务日；后面可加 ；等住户时暂停",
    "facts": "如 信号：有人被困；已反映次数：3",
}
_TEXT_HINTS = {
    "id": "行的代码，如 lift-stopped：小写字母、数字和 -",
    "reason": "住户和员工都看得懂的理由，可写 {signals} 等",
    "source": "如 pol-grading 第三条",
    "origin": "来历，可不填",
    "effective_from": "如 2026-03-01；空着＝随表生效",
    "effective_to": "如 2026-12-31（当天仍有效）；空着＝一直有效",
}
_QUANTIFIERS = ("任一：", "全部：", "没有：")
_LIMITS = ("等住户时暂停", "办结后", "（服务时间）")


def grid_html(grid: Grid, book: Rulebook) -> str:
    """The grid with a text box for each cell; what may stand in a column is kept at its head."""
    table = book.tables[grid.table_id]
    heads = "".join(_head(column, table, book) for column in grid.columns)
    body = "".join(_line(grid, number) for number in range(len(grid.lines)))
    return (
        f'<table class="rules grid" data-grid="{escape(grid.table_id)}">'
        f'<thead><tr><th scope="col" aria-label="操作"></th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def marks_of(problems: Iterable[GridProblem]) -> list[dict[str, object]]:
    """Problems as the browser marks them: line, column key (empty: the row), and the words."""
    return [
        {"line": one.line, "key": one.column or "id", "words": f"{one.problem}；{one.remedy}"}
        for one in problems
    ]


def _head(column: Column, table: Table, book: Rulebook) -> str:
    hint, options = _help(column, table, book)
    data = escape(dumps(options, ensure_ascii=False))
    kind = {"condition": "is-condition", "output": "is-output"}.get(column.kind, "")
    return (
        f'<th scope="col" class="{kind}" data-hint="{escape(hint)}" '
        f'data-options="{data}">{escape(column.label)}</th>'
    )


def _help(column: Column, table: Table, book: Rulebook) -> tuple[str, list[str]]:
    """How a column's cells are written, and the words that may stand in them."""
    if column.kind not in ("condition", "output"):
        return _TEXT_HINTS.get(column.key, ""), []
    fields: Mapping[str, Field] = table.inputs if column.kind == "condition" else table.outputs
    kind = fields[column.name].type
    hint = _HINTS.get(kind, "")
    if column.kind == "condition":
        hint = f"{hint}；空着＝不限"
    elif kind == "enum":
        hint = "一个词"
    if kind == "signals":
        return hint, [*_QUANTIFIERS, *_signal_words(book)]
    if kind == "facts":
        return hint, ["信号：", *_signal_words(book)]
    return hint, list(_LIMITS if kind == "limit" else column.options)


def _signal_words(book: Rulebook) -> list[str]:
    vocabulary = book.vocabulary
    families = map(str, vocabulary.groups["families"].values())
    return [*families, *(entry.label for entry in vocabulary.signals.values())]


def _line(grid: Grid, number: int) -> str:
    cells = grid.lines[number]
    first = begins_row(grid, number)
    name = dict(zip((column.key for column in grid.columns), cells, strict=True))["id"]
    tds = "".join(
        _cell(column, text, first) for column, text in zip(grid.columns, cells, strict=True)
    )
    classes = "" if first else ' class="is-further"'
    return f'<tr data-line="{number}"{classes}>{_actions(name, first)}{tds}</tr>'


def _actions(name: str, first: bool) -> str:
    offered = "".join(
        f'<option value="{action}">{escape(label)}</option>'
        for action, (label, _) in ACTIONS.items()
        if first or action == "delete"
    )
    label = escape(f"对行 {name} 的操作" if first else f"对行 {name} 另一组条件的操作")
    return (
        f'<th scope="row" class="row-tools"><select class="row-action" aria-label="{label}">'
        f'<option value="">{"⋯" if first else "或"}</option>{offered}</select></th>'
    )


def _cell(column: Column, text: str, first: bool) -> str:
    """A cell; a further alternative has conditions only."""
    key, label = escape(column.key), escape(column.label)
    if not first and not text and column.kind != "condition":
        return f'<td data-key="{key}" class="is-empty"></td>'
    if not first and column.kind == "id":
        return f'<td data-key="{key}"><span class="quiet code">{escape(text)}</span></td>'
    return (
        f'<td data-key="{key}" data-label="{label}">'
        # the line break is eaten by the parser: a text that begins with one keeps its own
        f'<textarea rows="1" spellcheck="false" aria-label="{label}">\n{escape(text)}</textarea>'
        "</td>"
    )
