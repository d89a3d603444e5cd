"""What the tables say of a request before any clock is read: its plan."""

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from rules.engine import Evaluation, Hits, Inputs
from rules.errors import InvalidFacts
from rules.inputs import REQUEST
from rules.promises import Promise, needed
from rules.rulebook import REQUEST_OUTPUTS, Edition, Rulebook
from rules.schedule import LimitRow, Limits
from rules.types import Facts, FiredRow, Milestone, Tier

_SHOWN = ("urgency", "level", "routing", "deadlines")
"""The tables whose deciding rows are the reasons of a decision."""

_SIGNALS = tuple(REQUEST).index("signals")
_MOST_TOLD = 1_024


class Plan(NamedTuple):
    """The rows that decide and what follows from them.

    `values` are the facts in the order of `inputs.REQUEST`.
    """

    values: tuple[Any, ...]
    verdict: "Verdict"

    @property
    def because(self) -> tuple[FiredRow, ...]:
        """The deciding rows in words."""
        return self.verdict.because(self.values)

    @property
    def inputs(self) -> Inputs:
        """The facts by name, with the outputs of the tables added."""
        return self.verdict.inputs(self.values)

    @property
    def hits(self) -> Mapping[str, Hits]:
        """What each table found, by its name."""
        return self.verdict.found.hits

    @property
    def tier(self) -> Tier:
        return self.verdict.tier

    @property
    def level(self) -> int:
        return self.verdict.level

    @property
    def responsible(self) -> str:
        return self.verdict.responsible

    @property
    def leading(self) -> str:
        return self.verdict.leading

    @property
    def limits(self) -> Limits:
        """The limits that apply, by milestone in order."""
        return self.verdict.limits


def plan(book: Rulebook, facts: Facts, as_of: datetime | None = None) -> Plan:
    """Tier, level, departments and limits of a request by the rows in force at `as_of`.

    `as_of` is by default the moment of receipt. Raises `InvalidFacts` for a code that the
    vocabulary does not know or a time without offset.
    """
    edition = book.editions[0]
    if len(book.editions) > 1:
        edition = edition_at(book, as_of or facts.received_at)
    if not facts.signals <= book.known_signals:
        codes = "、".join(sorted(facts.signals - book.known_signals))
        raise InvalidFacts(f"未知信号 {codes}；请改用词汇表里的信号，或先登记到 vocabulary.yaml")
    values = (
        facts.kind, facts.category, facts.department, facts.channel, facts.signals,
        facts.repeat_count, facts.unattended_days, facts.incident_reports, facts.suspected_danger,
        facts.raised_tier, facts.wished_at is not None,
        _day(book, facts.received_at) if book.dated else None,
    )  # fmt: skip
    try:
        found = edition.deciding.evaluate(values)
    except KeyError as error:
        raise InvalidFacts(f"事实里的取值 {error} 不在词汇表里；请核对 vocabulary.yaml") from None
    return Plan(values, _verdict(book, found))


def _day(book: Rulebook, at: datetime) -> date:
    if at.tzinfo is None:
        raise InvalidFacts(f"时间 {at.isoformat()} 没有时区；请写成 2026-01-31T09:00:00+08:00")
    return at.astimezone(book.calendar.zone).date()


class Verdict:
    """What follows from an evaluation, whatever the facts behind it; its words need them.

    Raises `InvalidFacts` where a table that must decide has no row for these facts.
    """

    def __init__(self, book: Rulebook, found: Evaluation) -> None:
        for name in REQUEST_OUTPUTS:
            if found.outputs[name] is None:
                table = next(one for one in book.order if name in book.tables[one].outputs)
                problem = f"{table}.yaml 没有一行适用于这件诉求"
                raise InvalidFacts(f"{problem}；请给这张表补一行兜底")
        rows = [row for name in _SHOWN for row in found.hits[name].decided]
        rules = tuple(row.rule for row in found.hits["deadlines"].decided)
        self.found = found
        self.tier = Tier(found.outputs["tier"])
        self.level: int = found.outputs["level"]
        self.responsible: str = found.outputs["responsible"]
        self.leading: str = found.outputs["leading"]
        self.limits = _limits(book, rules)
        self._wordings = [book.wording(row) for row in rows]
        read = {name for one in self._wordings for name in one.read}
        self._read = tuple(
            place for place, name in enumerate(REQUEST) if name in read and name != "signals"
        )
        self._asked = frozenset[str]().union(*(one.signals for one in self._wordings))
        self._told: dict[Hashable, tuple[FiredRow, ...]] = {}

    def inputs(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """The facts by name, with the outputs of the tables added."""
        return {**dict(zip(REQUEST, values, strict=True)), **self.found.outputs}

    def because(self, values: tuple[Any, ...]) -> tuple[FiredRow, ...]:
        """The deciding rows in words; facts that read the same are told from memory."""
        key = (values[_SIGNALS] & self._asked, *[values[place] for place in self._read])
        told = self._told.get(key)
        if told is None:
            if len(self._told) >= _MOST_TOLD:
                self._told.clear()
            inputs = self.inputs(values)
            told = self._told[key] = tuple([one.fired(inputs) for one in self._wordings])
        return told


@lru_cache(maxsize=65_536)
def _verdict(book: Rulebook, found: Evaluation) -> Verdict:
    return Verdict(book, found)


@lru_cache(maxsize=4_096)
def _limits(book: Rulebook, rules: tuple[str, ...]) -> Limits:
    """The limits of these rows, without those that another one always comes before."""
    rows = [row for row in book.tables["deadlines"].rows if row.rule in rules]
    offers = {
        milestone: needed(
            [
                (Promise.of(row.then[milestone]), LimitRow(row.then[milestone], row.rule))
                for row in rows
                if milestone in row.then
            ],
            book.cases,
        )
        for milestone in Milestone
    }
    return Limits((milestone, found) for milestone, found in offers.items() if found)


def edition_at(book: Rulebook, at: datetime) -> Edition:
    """The rows in force at a moment. Raises `InvalidFacts` without offset."""
    return book.edition(_day(book, at))
