"""Loads a rulebook: the shipped books, each replaced by a company's own file where there is one.

Everything is checked and compiled here, so that deciding cannot meet a malformed row.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rules.calendar import ServiceCalendar
from rules.calendar_reading import parse_calendar, parse_estates
from rules.engine import matching, output
from rules.errors import BookMissing, MalformedBook
from rules.holiday_reading import parse_holidays
from rules.reading import BookFile, read_book_file, suggest
from rules.rulebook import Rulebook
from rules.table_reading import check_head, parse_table
from rules.tables import TableShape
from rules.types import Kind, Milestone, Tier
from rules.vocabulary import LIFE_SAFETY, parse_vocabulary

SHIPPED = Path(__file__).parent / "books"

_REQUEST = ("kind", "category", "department", "signals", "repeat_count", "unattended_days")
SHAPES: Mapping[str, TableShape] = {
    "urgency": TableShape((*_REQUEST, "raised_tier"), ("tier",), "collect", "highest"),
    "level": TableShape((*_REQUEST, "tier"), ("level",), "first"),
    "deadlines": TableShape((*_REQUEST, "tier", "level"), tuple(Milestone), "collect", "earliest"),
    "questions": TableShape((*_REQUEST, "tier", "level"), ("question", "supposes"), "collect"),
    "ladder": TableShape(("tier", "elapsed_percent"), ("notify",), "collect"),
    "fees": TableShape(("overdue_days",), ("action",), "first"),
    "care": TableShape(
        ("occasion",), ("action", "within_days", "every", "share_percent", "note"), "first"
    ),
    "targets": TableShape((), ("name", "at_least", "at_most", "unit"), "collect"),
}
"""The tables of a rulebook, with the inputs that are supplied and the outputs that are read."""

FILES = tuple(
    f"{name}.yaml" for name in ("rulebook", "vocabulary", "service_calendar", "holidays", *SHAPES)
)


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Load the shipped rulebook, files of `folder` replacing those of the same name.

    Raises `MalformedBook` for the first mistake found, `BookMissing` when `folder` is not there.
    """
    files = {path.name: read_book_file(path) for path in _paths(folder)}
    head = files["rulebook.yaml"]
    head.check_keys(head.data, ("id", "name", "version", "effective_from"), ("effective_to",))
    check_head(head)
    head.check_texts(head.data, ("name",))
    vocabulary = parse_vocabulary(files["vocabulary.yaml"])
    check_head(files["vocabulary.yaml"])
    tables = {
        name: parse_table(files[f"{name}.yaml"], shape, vocabulary)
        for name, shape in SHAPES.items()
    }
    calendar, calendars = _calendars(files)
    identity = f"{head.data['name']}@{head.data['version']}+{_digest(files)}"
    book = Rulebook(identity, vocabulary, tables, calendar, calendars)
    _check_floor(files["urgency.yaml"], book)
    return book


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


def _paths(folder: Path | None) -> list[Path]:
    own = {} if folder is None else _own_files(folder)
    return [own.get(name, SHIPPED / name) for name in FILES]


def _own_files(folder: Path) -> dict[str, Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        problem = f"读不了规则目录 {folder}（{error.strerror}）"
        raise BookMissing(f"{problem}；请检查目录名和权限，或去掉这项设置改用自带规则") from None
    own = {path.name: path for path in found if path.suffix in (".yaml", ".yml")}
    for name in own:
        if name not in FILES:
            raise MalformedBook(name, "规则目录里不认识的文件", suggest(name, FILES))
    return own


def _digest(files: Mapping[str, BookFile]) -> str:
    """Eight hex digits over names and content; line endings do not count."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].text.replace("\r\n", "\n")
        digest.update(f"{name}\x00{text}\x00".encode())
    return digest.hexdigest()[:8]


def _check_floor(file: BookFile, book: Rulebook) -> None:
    """Refuse an urgency table that leaves a kind without a tier or breaks the safety floor.

    Rows only ever require signals, so it is enough to try each kind with nothing else known,
    and with each life-safety signal alone: more facts can only make more rows fire.
    """

    def tiers(kind: Kind, signals: frozenset[str]) -> list[str]:
        inputs = {
            "kind": kind, "category": None, "department": None, "signals": signals,
            "repeat_count": 0, "unattended_days": 0, "raised_tier": None,
        }  # fmt: skip
        rows = matching(book.tables["urgency"], inputs)
        return [output(row, "tier", inputs) for row in rows]

    for kind in Kind:
        label = book.vocabulary.label(kind, "kinds")
        if not tiers(kind, frozenset()):
            file.fail(f"没有一行适用于普通的{label}", "请补一行兜底", ("rows",))
        for signal in sorted(book.vocabulary.family(LIFE_SAFETY)):
            if Tier.CRITICAL not in tiers(kind, frozenset({signal})):
                said = book.vocabulary.label(signal, "signals")
                problem = f"违反安全底线：{label}里有「{said}」时没有定为特急"
                file.fail(problem, f"请在特急行的信号里补上 {signal}", ("rows",))
