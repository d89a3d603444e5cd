"""Loads a rulebook: the shipped books, each replaced by a company's own file where there is one.

Reading and types are checked here, so that deciding cannot meet a malformed row; what a book says
as a whole is proved by `verify`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from rules.calendar import ServiceCalendar
from rules.calendar_reading import parse_calendar, parse_estates
from rules.errors import BookMissing, MalformedBook
from rules.holiday_reading import parse_holidays
from rules.inputs import REQUEST, SHAPES
from rules.reading import BookFile, parse_book_text, read_book_file, suggest
from rules.rulebook import Rulebook, judges_requests
from rules.table_reading import check_head, is_table, parse_table
from rules.tables import Field, Hit, Table, TableShape
from rules.vocabulary import Vocabulary, parse_vocabulary

SHIPPED = Path(__file__).parent / "books"
OTHERS = ("rulebook", "vocabulary", "service_calendar", "holidays")
FILES = tuple(f"{name}.yaml" for name in (*OTHERS, *SHAPES))
_OWN = TableShape((), (Hit.FIRST, Hit.UNIQUE, Hit.PRIORITY))
"""A table of the company's own: any outputs, one result."""


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Load the shipped rulebook, files of `folder` replacing those of the same name.

    Further tables in `folder` judge requests too; others may read their outputs. Raises
    `MalformedBook` for the first mistake found, `BookMissing` when `folder` is not there.
    """
    return build_rulebook({path.name: read_book_file(path) for path in _paths(folder)})


def rulebook_of(texts: Mapping[str, str]) -> Rulebook:
    """The rulebook of these files (name to text), all of them given. Raises `MalformedBook`."""
    missing = [name for name in FILES if name not in texts]
    if missing:
        raise BookMissing(f"规则书缺少文件 {'、'.join(missing)}；请补上或从自带规则复制")
    return build_rulebook({name: parse_book_text(name, text) for name, text in texts.items()})


def shipped_texts() -> dict[str, str]:
    """The files that ship, name to text."""
    return folder_texts()


def folder_texts(folder: Path | None = None) -> dict[str, str]:
    """The files that `load_rulebook` would load, name to text; raises as it does."""
    return {path.name: read_book_file(path).text for path in _paths(folder)}


def build_rulebook(files: Mapping[str, BookFile]) -> Rulebook:
    """Check and compile the files of a rulebook. Raises `MalformedBook`."""
    head = files["rulebook.yaml"]
    head.check_keys(head.data, ("id", "name", "version", "effective_from"), ("effective_to",))
    check_head(head)
    head.check_texts(head.data, ("name",))
    vocabulary = parse_vocabulary(files["vocabulary.yaml"])
    check_head(files["vocabulary.yaml"])
    tables, order = _tables(files, vocabulary)
    calendar, calendars = _calendars(files)
    texts = {name: files[name].text.replace("\r\n", "\n") for name in sorted(files)}
    digest = digest_of(texts)
    return Rulebook(
        identity=f"{head.data['name']}@{head.data['version']}+{digest[:12]}",
        digest=digest,
        vocabulary=vocabulary,
        tables=tables,
        order=order,
        calendar=calendar,
        texts=texts,
        calendars=calendars,
    )


@cache
def default_rulebook() -> Rulebook:
    """The shipped rulebook, loaded once per process."""
    return load_rulebook()


def _calendars(
    files: Mapping[str, BookFile],
) -> tuple[ServiceCalendar, dict[str, ServiceCalendar]]:
    """The default calendar and those of the estates that have their own."""
    holidays = parse_holidays(files["holidays.yaml"])
    default = parse_calendar(files["service_calendar.yaml"])
    estates = parse_estates(files["service_calendar.yaml"], default)
    own = {name: ServiceCalendar(book, holidays) for name, book in estates.items()}
    return ServiceCalendar(default, holidays), own


def _tables(
    files: Mapping[str, BookFile], vocabulary: Vocabulary
) -> tuple[dict[str, Table], tuple[str, ...]]:
    """All tables, and the names of those that judge a request in the order of evaluation."""
    named = {
        name.removesuffix(".yaml"): file
        for name, file in files.items()
        if name.removesuffix(".yaml") not in OTHERS
    }
    order = _order({name: file for name, file in named.items() if judges_requests(name)})
    tables: dict[str, Table] = {}
    supplied: dict[str, Field] = dict(REQUEST)
    for name in order:
        tables[name] = parse_table(named[name], SHAPES.get(name, _OWN), supplied, vocabulary)
        if tables[name].single:
            supplied |= _derived(tables[name])
    for name, shape in SHAPES.items():
        if shape.inputs is not None:
            tables[name] = parse_table(named[name], shape, shape.inputs, vocabulary)
    shown = [*SHAPES, *(name for name in order if name not in SHAPES)]
    return {name: tables[name] for name in shown}, order


def _derived(table: Table) -> dict[str, Field]:
    """A table's outputs as other tables read them; unknown where a row may leave one out."""
    return {
        name: replace(column, optional=any(name not in row.then for row in table.rows))
        for name, column in table.outputs.items()
        if column.type in ("enum", "number", "boolean")
    }


def _order(files: Mapping[str, BookFile]) -> tuple[str, ...]:
    """The tables sorted so that each comes after those it reads; no output has two of them."""
    producer: dict[str, str] = {}
    for name, file in files.items():
        outputs = file.data.get("outputs")
        for one in outputs if isinstance(outputs, dict) else ():
            if one in producer:
                problem = f"输出「{one}」已由 {producer[one]}.yaml 给出"
                file.fail(problem, "一个输出只能由一张表给出，请删去一处", ("outputs", one))
            producer[one] = name
    reads = {
        name: sorted({producer[one] for one in _listed(file, "inputs") if one in producer})
        for name, file in files.items()
    }
    try:
        return tuple(TopologicalSorter(reads).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1]
        first = files[circle[0]]
        problem = f"循环引用：{' → '.join(reversed(circle))}，互相等对方的结果"
        first.fail(problem, "请让其中一张表不再读另一张的输出", ("inputs",))


def _listed(file: BookFile, key: str) -> list[str]:
    value = file.data.get(key)
    return list(value) if isinstance(value, dict) else []


def _paths(folder: Path | None) -> list[Path]:
    own = {} if folder is None else _own_files(folder)
    others = [path for name, path in own.items() if name not in FILES]
    return [own.get(name, SHIPPED / name) for name in FILES] + others


def _own_files(folder: Path) -> dict[str, Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        problem = f"读不了规则目录 {folder}（{error.strerror}）"
        raise BookMissing(f"{problem}；请检查目录名和权限，或去掉这项设置改用自带规则") from None
    own = {path.name: path for path in found if path.suffix in (".yaml", ".yml")}
    for name, path in own.items():
        if name not in FILES and not (path.suffix == ".yaml" and is_table(read_book_file(path))):
            raise MalformedBook(name, "规则目录里不认识的文件", suggest(name, FILES))
    return own


def digest_of(texts: Mapping[str, str]) -> str:
    """SHA-256 (hex) over names and content; line endings do not count."""
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(f"{name}\x00{text}\x00".encode())
    return digest.hexdigest()
