"""A rulebook for reading: as lines of text, and as plain values for JSON."""

from collections.abc import Iterator
from typing import Any

from rules.durations import Limit
from rules.rulebook import Rulebook
from rules.tables import Copied, Row, Table


def book_json(book: Rulebook) -> dict[str, Any]:
    """The whole rulebook in plain values: identity, tables with rows, calendar, signals."""
    return {
        "rulebook": book.identity,
        "tables": [_table_json(book, table) for table in book.tables.values()],
        "calendar": _calendar_json(book),
        "signals": [
            {"code": code, "label": entry.label, "family": entry.family}
            for code, entry in book.vocabulary.signals.items()
        ],
    }


def book_lines(book: Rulebook) -> Iterator[str]:
    """The tables in Chinese: one line per row with conditions, outputs and source."""
    yield f"规则书：{book.identity}"
    for table in book.tables.values():
        yield ""
        yield f"【{table.title}】{table.id} {table.version}，{table.effective_from} 起"
        for row in table.rows:
            results = "，".join(_output_words(book, table, name, row) for name in row.then)
            yield f"  {row.id}：{row.words} → {results}（依据 {row.source}）"
    yield ""
    yield f"【服务日历】{_hours(book)}（依据 {book.calendar.book.source}）"


def _table_json(book: Rulebook, table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "version": table.version,
        "effective_from": table.effective_from.isoformat(),
        "effective_to": table.effective_to and table.effective_to.isoformat(),
        "hit": table.hit,
        "priority": list(table.priority),
        "rows": [_row_json(book, table, row) for row in table.rows],
    }


def _row_json(book: Rulebook, table: Table, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "rule": row.rule,
        "when": row.words,
        "then": {name: _value(value) for name, value in row.then.items()},
        "then_text": "，".join(_output_words(book, table, name, row) for name in row.then),
        "reason": row.reason,
        "source": row.source,
        "origin": row.origin,
    }


def _value(value: Any) -> Any:
    """An output as JSON can carry it."""
    if isinstance(value, Limit):
        return {
            "limit": value.span.text,
            "clock": value.span.clock.value,
            "counts_from": "completion" if value.from_completion else "receipt",
            "wished_time": value.wished_time,
            "fallback": value.fallback.text if value.fallback else None,
            "note": value.note,
            "origin": value.origin,
        }
    if isinstance(value, Copied):
        return f"={value.input}"
    if isinstance(value, str | int | float):
        return value
    return {name: sorted(part) if name == "signals" else part for name, part in value.items()}


def _output_words(book: Rulebook, table: Table, name: str, row: Row) -> str:
    word = book.vocabulary.label
    value = row.then[name]
    if isinstance(value, Limit):
        start = "办结后" if value.from_completion else ""
        wished = "约定时间，否则" if value.wished_time else ""
        clock = word(value.span.clock, "clocks")
        return f"{word(name, 'milestones')} {wished}{start}{value.span.text}（{clock}）"
    if isinstance(value, Copied):
        return table.inputs[value.input].label
    declared = table.outputs[name]
    if declared.type == "facts":
        return f"若是则按{_supposed_words(book, table, value)}重判"
    if declared.type == "enum":
        return word(value, declared.group)
    return " ".join(part for part in (declared.label, str(value), declared.unit) if part)


def _supposed_words(book: Rulebook, table: Table, supposed: dict[str, Any]) -> str:
    parts = [book.vocabulary.signal_labels(supposed.get("signals", frozenset()))]
    for name, value in supposed.items():
        if name != "signals":
            given = table.inputs.get(name)
            parts.append(f"{given.label} {value} {given.unit}" if given else f"{name} {value}")
    return "、".join(part for part in parts if part)


def _calendar_json(book: Rulebook) -> dict[str, Any]:
    own = book.calendar.book
    return {
        "zone": own.zone,
        "windows": [f"{start:%H:%M}-{end:%H:%M}" for start, end in own.windows],
        "service_day_hours": book.calendar.service_day.total_seconds() / 3600,
        "statutory_holidays": "closed" if own.statutory_closed else "open",
        "closed_days": [day.isoformat() for day in sorted(own.closed_days)],
        "special_days": [day.isoformat() for day in sorted(own.special_days)],
        "source": own.source,
    }


def _hours(book: Rulebook) -> str:
    own = book.calendar.book
    windows = "、".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in own.windows)
    rest = "法定节假日休息" if own.statutory_closed else "法定节假日照常"
    return f"每天 {windows}，{rest}，时区 {own.zone}"
