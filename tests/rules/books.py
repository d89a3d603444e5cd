"""Small rulebooks for tests: the shipped files with a table replaced or added."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.loading import rulebook_of, shipped_texts
from rules.rulebook import Rulebook
from rules.schedule import LimitRow, Limits
from rules.types import Milestone, Tier


@dataclass(frozen=True)
class PlanOf:
    """A plan with just these limits."""

    given: Iterable[tuple[Milestone, tuple[LimitRow, ...]]]
    tier: Tier = Tier.NORMAL

    @property
    def limits(self) -> Limits:
        return Limits(self.given)


def book_with(**tables: str) -> Rulebook:
    """The shipped rulebook with these files (name without ending to YAML text)."""
    return rulebook_of(shipped_texts() | {f"{name}.yaml": text for name, text in tables.items()})


def edited(name: str, old: str, new: str, times: int = 1) -> Rulebook:
    """The shipped rulebook with one place of a file changed."""
    text = shipped_texts()[f"{name}.yaml"]
    assert text.count(old) >= times, f"{name}.yaml has no {old!r}"
    return book_with(**{name: text.replace(old, new)})
