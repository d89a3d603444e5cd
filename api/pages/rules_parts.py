"""What the pages of the rules share: tabs, addresses, links to clauses, dates and policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from nicegui import ui

from api.pages.reader import SourceReader
from api.pages.widgets import attributes, box, link
from api.pages.words import clause_name, validity
from api.wiring import House
from rules.rulebook import Rulebook
from rules.tables import Hit, Row, Table

HOME = "/rules"
TRACE, DRAFTS, VERSIONS = f"{HOME}/trace", f"{HOME}/drafts", f"{HOME}/versions"
_TABS = ((HOME, "规则表"), (TRACE, "判定经过"), (DRAFTS, "副本"), (VERSIONS, "版本历史"))

FILES = {
    "service_calendar": "服务日历",
    "holidays": "节假日",
    "vocabulary": "词汇表",
    "rulebook": "规则书",
}
"""Files that hold no table, as people call them."""

POLICIES = {
    Hit.FIRST: "取第一个命中的行",
    Hit.UNIQUE: "只有一行适用",
    Hit.PRIORITY: "命中的行取最高一档",
    Hit.COLLECT: "命中的行都算",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """Opens the clauses that rows stand on; `titles` names every document by its id."""

    reader: SourceReader
    titles: Mapping[str, str]

    def link(self, source: str) -> None:
        """A clause by its document's name, leading to it."""
        link(clause_name(source, self.titles), lambda: self.reader.clause(source), "backing")


def tabs(current: str) -> None:
    """The parts of the page, the current one standing out."""
    with attributes(box("tabs", "nav"), aria_label="规则"):
        for target, label in _TABS:
            item = ui.link(label, target).classes("tab")
            if target == current:
                attributes(item.classes("is-current"), aria_current="location")


def address(path: str, *parts: str, **values: str) -> str:
    """An address below the mount, its parts and values escaped."""
    whole = "/".join([path, *(quote(part, safe="") for part in parts)])
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{whole}?{query}" if query else whole


def titles_of(house: House) -> dict[str, str]:
    """Every document's title by id."""
    return {document.id: document.title for document in house.knowledge_base.documents()}


def file_titles(book: Rulebook) -> dict[str, str]:
    """What people call the files of a rulebook, by their names without ending."""
    return {**FILES, **{name: table.title for name, table in book.tables.items()}}


def named(identity: str) -> tuple[str, str]:
    """A rulebook's name and version apart from its hash: `default 1.0`, `3f2a9c…`."""
    name, _, digest = identity.partition("+")
    return name.replace("@", " "), digest


def span_of(item: Table | Row) -> str:
    """The dates of a table or a row in words; empty for always."""
    return validity(item.effective_from, item.effective_to)
