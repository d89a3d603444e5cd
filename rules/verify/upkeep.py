"""What a book needs looking after: tables that run out, outputs nobody reads, missing clauses."""

from collections.abc import Callable, Iterator

from rules.inputs import SHAPES
from rules.rulebook import Rulebook
from rules.tables import Table
from rules.verify.findings import Finding


def upkeep(book: Rulebook, clause_exists: Callable[[str], bool] | None) -> Iterator[Finding]:
    """The findings that need no proof; sources are looked up where a look-up is given."""
    for table in book.tables.values():
        yield from _running_out(table)
        if table.id not in SHAPES:
            yield from _unread(table, book)
        if clause_exists is not None:
            yield from _missing_sources(table, clause_exists)


def _running_out(table: Table) -> Iterator[Finding]:
    if table.effective_to is not None:
        problem = f"{table.effective_to} 到期后没有接续，之后仍按到期那天的行判定"
        remedy = "请在到期前换上新表，或删去 effective_to"
        yield Finding("expired", "warning", table.file, None, (), problem, remedy)


def _unread(table: Table, book: Rulebook) -> Iterator[Finding]:
    for name in table.outputs:
        if not any(name in other.inputs for other in book.tables.values()):
            problem, remedy = f"输出 {name} 没有哪张表读它", "请在用到它的表里声明，或删去这个输出"
            yield Finding("unread-output", "warning", table.file, None, (), problem, remedy)


def _missing_sources(table: Table, clause_exists: Callable[[str], bool]) -> Iterator[Finding]:
    for row in table.rows:
        for source in row.source.split("、"):
            if not clause_exists(source):
                problem, remedy = f"知识库里没有依据「{source}」", "请改为现有的条款，或先补上文件"
                yield Finding(
                    "missing-source", "error", table.file, row.line, (row.id,), problem, remedy
                )
