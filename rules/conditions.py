"""Conditions of a row as values: sets, intervals and signals.

The engine calls `matches`; verification reads the sets and bounds themselves, so both mean the
same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

Code: TypeAlias = str | int | bool | None
"""A value of an enum or a boolean; None where it is unknown."""

Number: TypeAlias = float | date
"""What an interval is of: numbers or days."""


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A place between values: just below `value`, or just above it where `above` is true."""

    value: Any
    above: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """The input is one of `codes`; `words` says it in Chinese."""

    input: str
    codes: frozenset[Code]
    words: str

    def matches(self, value: Any) -> bool:
        return value in self.codes


@dataclass(frozen=True, slots=True)
class Between:
    """The input lies between two cuts; None leaves a side open. An unknown value never does."""

    input: str
    low: Cut | None
    high: Cut | None
    words: str

    def matches(self, value: Any) -> bool:
        if value is None:
            return False
        low, high = self.low, self.high
        if low is not None and (value < low.value or (low.above and value == low.value)):
            return False
        return high is None or value < high.value or (high.above and value == high.value)


@dataclass(frozen=True, slots=True)
class Present:
    """One of `any_of` (if not empty), all of `all_of` and none of `none_of` are present."""

    input: str
    any_of: frozenset[str]
    all_of: frozenset[str]
    none_of: frozenset[str]
    words: str

    def matches(self, value: Any) -> bool:
        return (
            self.all_of <= value
            and (not self.any_of or not self.any_of.isdisjoint(value))
            and self.none_of.isdisjoint(value)
        )

    @property
    def asked(self) -> frozenset[str]:
        """The signals whose presence it asks for."""
        return self.any_of | self.all_of


Condition: TypeAlias = OneOf | Between | Present
