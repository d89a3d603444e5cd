"""A decision table as people read it: a line per alternative, a column per condition and output.

Built as HTML at once, everything that people wrote escaped: elements of their own for each cell
would make a large rulebook slow.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from string import Formatter

from nicegui.events import GenericEventArguments

from api.pages.rules_parts import POLICIES, Sources, span_of
from api.pages.widgets import attributes, box, tag, text, trusted
from api.pages.words import clause_name
from rules.grids import Column, Grid, table_cells
from rules.rulebook import Rulebook
from rules.tables import Row, Table

_KINDS = {"condition": "is-condition", "output": "is-output"}
# what a time limit came from is for those who maintain it, not for reading
_UNREAD = "出处："


def draw_tables(book: Rulebook, sources: Sources) -> None:
    """All tables of a rulebook; a clause that is clicked opens in the reader."""
    for table in book.tables.values():
        draw_table(book, table, sources)


def draw_table(book: Rulebook, table: Table, sources: Sources) -> None:
    """One table under its title, with its policy in words."""
    made = attributes(box("rule-table", "section"), id=f"table-{table.id}", data_table=table.id)
    with made:
        draw_table_head(table)
        grid = table_cells(book, table.id)
        html = trusted(table_html(grid, table, sources.titles), "card table-card rule-scroll")

        async def open_clause(event: GenericEventArguments) -> None:
            await sources.reader.clause(str(event.args))

        html.on("clause", open_clause, js_handler="(event) => emit(event.detail)")


def draw_table_head(table: Table) -> None:
    """A table's title, policy and dates."""
    with box("rule-head"):
        text(table.title, "section-title", "h2")
        tag(POLICIES[table.hit])
        facts = (f"版本 {table.version}", span_of(table), f"{len(table.rows)} 行")
        text(" · ".join(facts), "quiet", "span")


def table_html(grid: Grid, table: Table, titles: Mapping[str, str]) -> str:
    """A grid as an HTML table; conditions that no row has are left out."""
    columns = [
        column
        for place, column in enumerate(grid.columns)
        if column.kind in _KINDS and any(line[place] for line in grid.lines)
    ]
    heads = [(column.label, _KINDS[column.kind]) for column in columns]
    heads += [("理由", ""), ("依据", ""), ("有效期", "")]
    head = "".join(f'<th scope="col" class="{name}">{escape(label)}</th>' for label, name in heads)
    body = "".join(_bodies(grid, columns, table, titles))
    return f'<table class="rules"><thead><tr>{head}</tr></thead>{body}</table>'


def _bodies(
    grid: Grid, columns: Sequence[Column], table: Table, titles: Mapping[str, str]
) -> Iterator[str]:
    """A table body for each row, so that its alternatives stay together when rows are filtered."""
    keys = [column.key for column in grid.columns]
    rows = {row.id: row for row in table.rows}
    labels = {name: given.label or name for name, given in table.inputs.items()}
    by_key = (dict(zip(keys, line, strict=True)) for line in grid.lines)
    for row_id, lines in groupby(by_key, key=lambda line: line["id"]):
        row, alternatives = rows[row_id], list(lines)
        lines_html = "".join(
            _line(line, columns, row if number == 0 else None, titles, labels)
            for number, line in enumerate(alternatives)
        )
        yield f'<tbody data-row="{escape(row.id)}">{lines_html}</tbody>'


def _line(
    line: Mapping[str, str],
    columns: Sequence[Column],
    row: Row | None,
    titles: Mapping[str, str],
    labels: Mapping[str, str],
) -> str:
    """A line; `row` is its row where it is the first of it, `labels` name its inputs."""
    if row is None:
        conditions = [column for column in columns if column.kind == "condition"]
        cells = [_read_cell(column, line[column.key]) for column in conditions]
        span = len(columns) - len(conditions) + 3
        last = '<span class="quiet">或者：同一行的另一组条件，结果同上</span>'
        return (
            f'<tr class="is-further">{"".join(cells)}'
            f'<td colspan="{span}" class="is-or">{last}</td></tr>'
        )
    cells = [_read_cell(column, line[column.key]) for column in columns]
    clause = escape(clause_name(row.source, titles))
    source = (
        f'<button type="button" class="link" data-clause="{escape(row.source)}">{clause}</button>'
    )
    reason = f'{_reason(row, labels)}<div class="rule-id code">{escape(row.id)}</div>'
    cells += [
        _cell("理由", "is-reason", reason, True),
        _cell("依据", "is-source", source, True),
        _cell("有效期", "is-span", escape(span_of(row)) or "一直", bool(span_of(row))),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _read_cell(column: Column, cell: str) -> str:
    """A condition or an output."""
    return _cell(column.label, _KINDS[column.kind], _said(cell), bool(cell))


def _reason(row: Row, labels: Mapping[str, str]) -> str:
    """The reason; what is filled in for each request is named."""
    parts = []
    for before, name, _, _ in Formatter().parse(row.reason):
        parts.append(escape(before))
        if name:
            parts.append(f'<span class="filled-in">{escape(labels.get(name, name))}</span>')
    return "".join(parts)


def _cell(label: str, name: str, html: str, filled: bool) -> str:
    classes = name if filled else f"{name} is-empty"
    return f'<td class="{classes}" data-label="{escape(label)}">{html}</td>'


def _said(cell: str) -> str:
    """A cell for reading: its first part, the others smaller below it; — for no condition."""
    parts = [part.strip() for part in cell.split("；")]
    parts = [escape(part) for part in parts if part and not part.startswith(_UNREAD)]
    further = "".join(f'<div class="cell-part">{part}</div>' for part in parts[1:])
    return (parts[0] if parts else '<span class="quiet">—</span>') + further
