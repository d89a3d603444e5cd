"""Counter-examples: the facts that a choice of classes stands for, as JSON values and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.rulebook import Rulebook
from rules.tables import Field, Row
from rules.types import NUMBERS, Facts, Kind, Tier
from rules.verify.diagrams import Choice
from rules.verify.meaning import OPEN, Meaning, TableMeaning
from rules.vocabulary import GROUPS

_RECEIVED = time(10, 0)
_PLAIN = (
    "signals", "category", "department", "channel", *NUMBERS, "raised_tier",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """The days of an edition: `since` up to the day before `until` (None: without end)."""

    since: date
    until: date | None

    def __contains__(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def words(self) -> str:
        """The days in Chinese."""
        if self.until is None:
            return f"{self.since} 起"
        return f"{self.since} 至 {self.until - timedelta(days=1)}"


@dataclass(frozen=True)
class Examples:
    """Writes the counter-examples of one edition."""

    book: Rulebook
    meaning: Meaning
    period: Period

    def inputs(self, choice: Choice, signal: str = "") -> dict[str, Any]:
        """The concrete inputs of a choice; `signal` stands for its class."""
        return self.meaning.domain.inputs(choice, signal)

    def facts(self, inputs: Mapping[str, Any], wish: timedelta | None = None) -> dict[str, Any]:
        """The facts of a request as JSON values, without what is not known."""
        zone = self.book.calendar.zone
        day = inputs["received_on"] if self.book.reads("received_on") else self.period.since
        received = datetime.combine(day, _RECEIVED, zone)
        result: dict[str, Any] = {"kind": inputs["kind"], "received_at": received.isoformat()}
        if day not in self.period:
            decided = datetime.combine(self.period.since, _RECEIVED, zone)
            result["as_of"] = decided.isoformat()
        for name in _PLAIN:
            if inputs.get(name):
                value = inputs[name]
                plain = value.value if isinstance(value, Tier) else value
                result[name] = sorted(value) if name == "signals" else plain
        if wish is None and inputs.get("wished"):
            wish = timedelta()
        if wish is not None:
            result["wished_at"] = (received + wish).isoformat()
        return result

    def words(
        self, inputs: Mapping[str, Any], choice: Choice | None = None,
        table: TableMeaning | None = None,
    ) -> str:  # fmt: skip
        """The inputs in Chinese; with a table also the outputs of others that it reads."""
        given = dict(inputs)
        if table is not None and choice is not None:
            for name in table.table.inputs:
                if name in self.meaning.values:
                    value = self.meaning.domain.diagrams.value(self.meaning.values[name], choice)
                    if value is not OPEN:
                        given[name] = value
        fields = self._fields()
        said = [self._said(fields[name], value) for name, value in given.items() if name in fields]
        return "，".join(one for one in said if one) or "任何情形"

    def deciders(self, output: str, choice: Choice) -> list[Row]:
        """The rows of the table with this output that decide for a choice."""
        read = self._table_of(output)
        diagrams = self.meaning.domain.diagrams
        decided = zip(read.rows, read.decides, strict=True)
        return [row for row, decides in decided if diagrams.value(decides, choice)]

    def file_of(self, output: str) -> str:
        """The file of the table with this output."""
        return self._table_of(output).table.file

    def _table_of(self, output: str) -> TableMeaning:
        return next(one for one in self.meaning.tables.values() if output in one.outputs)

    def said(self, function: int, choice: Choice) -> str:
        """The label of a function's value for a choice."""
        return self.label(self.meaning.domain.diagrams.value(function, choice))

    def label(self, value: Any) -> str:
        """The label of a code; a number as it is."""
        return self.book.vocabulary.label(value)

    def label_of(self, name: str) -> str:
        """What people call an input or an output."""
        columns = self._fields()
        for one in self.meaning.tables.values():
            columns = {**one.table.outputs, **columns}
        return named(columns[name])

    def said_input(self, name: str, value: Any) -> str:
        """An input with its value in Chinese."""
        return self._said(self._fields()[name], value)

    def _fields(self) -> dict[str, Field]:
        fields: dict[str, Field] = {}
        for one in self.meaning.tables.values():
            fields = dict(one.table.inputs) | fields
        if "signals" in fields:
            fields.setdefault("kind", Field("kind", "enum", "诉求类型", "kinds"))
        return fields

    def _said(self, given: Field, value: Any) -> str:
        word = self.book.vocabulary.label
        if given.type == "signals":
            return f"信号「{self.book.vocabulary.signal_labels(value)}」" if value else ""
        if value is None or (given.type == "boolean" and not value):
            return ""
        if given.type == "boolean":
            return given.label
        if given.type == "enum":
            return f"{given.label}为{word(value, given.group)}"
        if given.least == 0 and value == 0:
            return ""
        return f"{given.label} {value} {given.unit}".rstrip()


def named(column: Field) -> str:
    """What people call a column."""
    return column.label or GROUPS.get(column.group, "") or column.name


def facts_of(example: Mapping[str, Any]) -> Facts:
    """The facts of a request that an example shows."""
    plain = {name: example[name] for name in _PLAIN if name in example and name != "raised_tier"}
    wished = example.get("wished_at")
    return Facts(
        **plain
        | {
            "kind": Kind(example["kind"]),
            "received_at": datetime.fromisoformat(example["received_at"]),
            "signals": frozenset(example.get("signals", ())),
            "raised_tier": Tier(raised) if (raised := example.get("raised_tier")) else None,
            "wished_at": datetime.fromisoformat(wished) if wished else None,
        }
    )
