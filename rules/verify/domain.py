"""The values of the inputs, partitioned into classes that no row of any table tells apart.

Each class has a witness, the value that counter-examples show. The partition is exact:
- an enum's or boolean's values belong together when every condition treats them alike; an unknown
  value is one of them;
- numbers and days fall into the intervals between the cuts of all conditions, each cut being just
  below or just above a value, so an interval is never split by a condition;
- signals belong together when they stand in the same any and none lists and in no all list. Every
  condition then asks only whether any signal of the class is present, so the class is one boolean
  variable. To add a signal to a class that is present changes nothing, to add one to an absent
  class makes it present: what is proved for the variable holds for each signal alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from rules.conditions import Between, Condition, Cut, OneOf, Present
from rules.engine import Codes
from rules.tables import Copied, Field, Row
from rules.types import Tier
from rules.verify.diagrams import Choice, Diagrams

MOST_STEPS = 300_000
"""Work allowed for one edition; the shipped one needs about a thirtieth."""

_UNUSUAL, _SIGNAL = 10, 1_000
_PRESENT = ((0, False), (1, True))


@dataclass(frozen=True, slots=True)
class Variable:
    """An input, or a class of signals.

    `witnesses` has one value per class, `costs` how far-fetched each is. `rising` are values with
    their classes, from the lowest up, where a higher value must never relax anything; else empty.
    `signals` are the members of a class of signals.
    """

    input: str
    witnesses: tuple[Any, ...]
    costs: tuple[int, ...]
    rising: tuple[tuple[int, Any], ...] = ()
    signals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """The variables that some tables may read, and the conditions on them as diagrams."""

    variables: tuple[Variable, ...]
    diagrams: Diagrams
    _tests: dict[Condition, int] = field(default_factory=dict)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The variable of each input that is one variable."""
        return {one.input: at for at, one in enumerate(self.variables) if not one.signals}

    @cached_property
    def class_of(self) -> Mapping[str, int]:
        """The variable of each signal."""
        return {code: at for at, one in enumerate(self.variables) for code in one.signals}

    @property
    def combinations(self) -> int:
        """How many combinations of classes there are."""
        count = 1
        for one in self.variables:
            count *= len(one.witnesses)
        return count

    def test(self, condition: Condition) -> int:
        """Where a condition on an input (not on a table's output) holds."""
        if condition not in self._tests:
            self._tests[condition] = self._test(condition)
        return self._tests[condition]

    def _test(self, condition: Condition) -> int:
        if isinstance(condition, Present):
            return self._present(condition)
        variable = self.place[condition.input]
        witnesses = self.variables[variable].witnesses
        accepted = {at for at, value in enumerate(witnesses) if condition.matches(value)}
        return self.diagrams.test(variable, accepted)

    def _present(self, condition: Present) -> int:
        result = self.diagrams.true
        for code in sorted(condition.all_of):
            result = self.diagrams.both(result, self.any_of([code]))
        if condition.any_of:
            result = self.diagrams.both(result, self.any_of(condition.any_of))
        return self.diagrams.but_not(result, self.any_of(condition.none_of))

    def any_of(self, signals: Iterable[str]) -> int:
        """Where any class of these signals is present."""
        result = self.diagrams.false
        for at in sorted({self.class_of[code] for code in signals}, reverse=True):
            result = self.diagrams.either(self.diagrams.test(at, (1,)), result)
        return result

    def class_at(self, name: str, value: int) -> int:
        """The class of a whole number."""
        witnesses = self.variables[self.place[name]].witnesses
        return max(
            (at for at, one in enumerate(witnesses) if one is not None and one <= value), default=0
        )

    def values_of(self, name: str) -> int:
        """The input itself as a function; exact for one whose values are all told apart."""
        variable = self.place[name]
        leaves = [self.diagrams.leaf(value) for value in self.variables[variable].witnesses]
        return self.diagrams.node(variable, tuple(leaves))

    def inputs(self, choice: Choice, signal: str = "") -> dict[str, Any]:
        """Concrete inputs for a choice; `signal` stands for its class."""
        inputs: dict[str, Any] = {}
        present: dict[str, set[str]] = {}
        for at, one in enumerate(self.variables):
            value = choice.get(at, self.diagrams.usual(at))
            if not one.signals:
                inputs[one.input] = one.witnesses[value]
                continue
            chosen = {signal if signal in one.signals else one.signals[0]} if value else set()
            present.setdefault(one.input, set()).update(chosen)
        return inputs | {name: frozenset(codes) for name, codes in present.items()}


def domain_of(
    fields: Iterable[Field], rows: Sequence[Row], codes: Codes, signals: Sequence[str],
    changes: Sequence[date] = (),
) -> Domain:  # fmt: skip
    """The domain of these inputs as the rows tell their values apart.

    `signals` are all that the vocabulary knows; `changes` days on which the rows in force change.
    """
    conditions: dict[str, list[Any]] = {}
    for row in rows:
        for part in row.alternatives:
            for condition in part:
                conditions.setdefault(condition.input, []).append(condition)
    copied = {one.input for row in rows for one in row.then.values() if isinstance(one, Copied)}
    variables: list[Variable] = []
    for given in fields:
        asked = list(dict.fromkeys(conditions.get(given.name, ())))
        if given.type == "signals":
            variables += _signal_classes(given, asked, signals)
        elif given.type in ("enum", "boolean"):
            variables.append(_codes(given, asked, codes(given), given.name in copied))
        else:
            variables.append(_intervals(given, asked, changes if given.type == "date" else ()))
    return Domain(tuple(variables), Diagrams([one.costs for one in variables], MOST_STEPS))


def _signal_classes(given: Field, asked: Sequence[Any], signals: Sequence[str]) -> list[Variable]:
    alone = frozenset[str]().union(*(one.all_of for one in asked))
    classes: dict[Any, list[str]] = {}
    for code in signals:
        stands = tuple((code in one.any_of, code in one.none_of) for one in asked)
        classes.setdefault(code if code in alone else stands, []).append(code)
    order = {code: at for at, code in enumerate(signals)}
    return [
        Variable(given.name, (False, True), (0, _SIGNAL), _PRESENT, tuple(members))
        for members in sorted(classes.values(), key=lambda members: order[members[0]])
    ]


def _codes(given: Field, asked: Sequence[OneOf], codes: Sequence[Any], copied: bool) -> Variable:
    classes: dict[Any, list[Any]] = {}
    for code in codes:
        alike = code if copied else tuple(condition.matches(code) for condition in asked)
        classes.setdefault(alike, []).append(code)
    places = {code: at for at, members in enumerate(classes.values()) for code in members}
    rising: tuple[tuple[int, Any], ...] = ()
    if given.group == "tiers":
        ranked = [None, *Tier] if given.optional else list(Tier)
        rising = tuple((places[code], code) for code in ranked)
    witnesses = tuple(members[0] for members in classes.values())
    costs = tuple(_UNUSUAL + at if at else 0 for at in range(len(witnesses)))
    return Variable(given.name, witnesses, costs, rising)


def _intervals(given: Field, asked: Sequence[Between], changes: Sequence[date]) -> Variable:
    cuts: set[Cut] = {cut for one in asked for cut in (one.low, one.high) if cut is not None}
    cuts |= {Cut(day) for day in changes}
    if given.least is not None:
        cuts = {cut for cut in cuts if cut > Cut(given.least)}
    ordered = sorted(cuts)
    between = _day_between if given.type == "date" else _number_between
    lowest = None if given.least is None else Cut(given.least)
    witnesses: list[Any] = [
        value
        for low, high in zip((lowest, *ordered), (*ordered, None), strict=True)
        if (value := between(low, high)) is not None
    ]
    usual = 0
    if given.type == "number":
        usual = min(sum(value < 0 for value in witnesses), len(witnesses) - 1)
    costs = [_UNUSUAL + abs(at - usual) if at != usual else 0 for at in range(len(witnesses))]
    rising = tuple(enumerate(witnesses)) if given.type == "number" else ()
    if given.optional:
        return Variable(given.name, (*witnesses, None), (*costs, 0), rising)
    return Variable(given.name, tuple(witnesses), tuple(costs), rising)


def _number_between(low: Cut | None, high: Cut | None) -> float | None:
    """A number between two cuts: the lower end if it belongs, else one inside."""
    if low is not None and not low.above:
        return float(low.value) if isinstance(low.value, float) else int(low.value)
    if low is None:
        return 0 if high is None else high.value - (0 if high.above else 1)
    if high is None:
        return low.value + 1  # type: ignore[no-any-return]
    return (low.value + high.value) / 2  # type: ignore[no-any-return]


def _day_between(low: Cut | None, high: Cut | None) -> date | None:
    """A day between two cuts, None where the calendar has none."""
    if low is not None:
        return low.value  # type: ignore[no-any-return]
    if high is None:
        return date(2026, 1, 1)
    return None if high.value == date.min else high.value - timedelta(days=1)
