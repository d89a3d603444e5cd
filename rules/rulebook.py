"""A rulebook in force: its tables, vocabulary and calendar, compiled and checked."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from rules.calendar import ServiceCalendar
from rules.conditions import Code
from rules.engine import CompiledTables, Hits, TableInForce
from rules.errors import InvalidFacts
from rules.inputs import REQUEST, SHAPES
from rules.promises import Case
from rules.tables import Field, Row, Table
from rules.vocabulary import Vocabulary
from rules.wording import Wording

REQUEST_OUTPUTS = ("tier", "level", "responsible", "leading")
"""What is decided of every request, each by one row of one table."""


@dataclass(frozen=True, eq=False)
class Edition:
    """The rows in force from `since` until the next edition, compiled.

    `deciding` are the tables behind a decision, evaluated together; `alone` is each of the others.
    """

    since: date
    tables: Mapping[str, TableInForce]
    deciding: CompiledTables
    alone: Mapping[str, CompiledTables]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A rulebook in force.

    `identity` is `name@version+hash`, the hash (12 hex digits) of all files' content, `digest` the
    whole SHA-256. `tables` are all tables; `order` names those that judge a request so that each
    comes after those whose outputs it reads. `texts` are the files as they were read, by name.
    `calendar` is the default; `calendars` are those of the estates that have their own, by name.
    """

    identity: str
    digest: str
    vocabulary: Vocabulary
    tables: Mapping[str, Table]
    order: tuple[str, ...]
    calendar: ServiceCalendar
    texts: Mapping[str, str]
    calendars: Mapping[str, ServiceCalendar] = field(default_factory=dict)

    def calendar_for(self, estate: str | None) -> ServiceCalendar:
        """The estate's calendar; the default for one without its own, unknown or not given."""
        return self.calendar if estate is None else self.calendars.get(estate, self.calendar)

    @property
    def name(self) -> str:
        """The rulebook's name and version, without the hash."""
        return self.identity.partition("+")[0]

    def codes(self, column: Field) -> Sequence[Code]:
        """All values that an enum or boolean column can take, None where it may be unknown."""
        known = (False, True) if column.type == "boolean" else self.vocabulary.codes(column.group)
        return (None, *known) if column.optional else known

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """The book as it changes with the dates of its tables and rows, oldest first."""
        rows = [(table, row) for table in self.tables.values() for row in table.rows]
        changes = {begin for _, row in rows if (begin := row.effective_from)}
        changes |= {end + timedelta(days=1) for _, row in rows if (end := row.effective_to)}
        first = min(table.effective_from for table in self.tables.values())
        return tuple(self._edition(day) for day in sorted({first, *changes}))

    def _edition(self, day: date) -> Edition:
        tables = {name: _in_force(table, day) for name, table in self.tables.items()}
        deciding = [tables[name] for name in self.deciding]
        alone = {
            name: CompiledTables([one], one.table.inputs, self.codes)
            for name, one in tables.items()
            if name not in self.deciding
        }
        return Edition(day, tables, CompiledTables(deciding, REQUEST, self.codes), alone)

    def edition(self, day: date) -> Edition:
        """The edition in force on `day`; before the first one, the first."""
        place = bisect_right(self.editions, day, key=lambda one: one.since)
        return self.editions[max(place - 1, 0)]

    def consult(self, table: str, inputs: Mapping[str, Any], on: date | None = None) -> Hits:
        """The rows of a table that match and decide, on a day (default: the newest edition).

        For tables that stand alone: fees, care, ladder, targets.
        """
        edition = self.editions[-1] if on is None else self.edition(on)
        missing = self.tables[table].inputs.keys() - inputs.keys()
        if missing:
            raise InvalidFacts(f"{table} 表缺少输入 {'、'.join(sorted(missing))}；请补上")
        tables = edition.alone[table]
        return tables.evaluate([inputs[name] for name in tables.supplied]).hits[table]

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The tables that a decision needs, in the order of evaluation: all but the questions."""
        return tuple(name for name in self.order if name != "questions")

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases in which limits are compared: every calendar, with a wished time or without."""
        calendars = (self.calendar, *self.calendars.values())
        days = sorted({calendar.service_day for calendar in calendars})
        return tuple(Case(day, wish) for day in days for wish in (False, True))

    @cached_property
    def known_signals(self) -> frozenset[str]:
        """All signals of the vocabulary."""
        return frozenset(self.vocabulary.signals)

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(name for table in self.order for name in self.tables[table].inputs)

    def reads(self, name: str) -> bool:
        """Whether any table that judges a request reads this input."""
        return name in self._read

    @cached_property
    def dated(self) -> bool:
        """Whether a decision depends on the day of receipt beyond the rows in force."""
        return self.reads("received_on")

    def wording(self, row: Row) -> Wording:
        """How a row is told, made when it is first needed."""
        made = self._wordings.get(row.rule)
        if made is None or made.row is not row:
            made = self._wordings[row.rule] = Wording(row, self.vocabulary)
        return made

    @cached_property
    def _wordings(self) -> dict[str, Wording]:
        return {}


def _in_force(table: Table, day: date) -> TableInForce:
    """Outside its own dates a table keeps the rows of the nearest day on which it is in force."""
    last = day if table.effective_to is None else min(day, table.effective_to)
    within = max(last, table.effective_from)
    return TableInForce(table, tuple(row for row in table.rows if row.in_force(within)))


def judges_requests(table: str) -> bool:
    """Whether a table judges a request: the known ones without inputs of their own, and others."""
    return table not in SHAPES or SHAPES[table].inputs is None
