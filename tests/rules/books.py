"""Small rulebooks for tests: the shipped files with a table replaced or added."""

from dataclasses import dataclass

from rules.loading import rulebook_of, shipped_texts
from rules.planning import Limits
from rules.rulebook import Rulebook
from rules.types import Tier


@dataclass(frozen=True)
class PlanOf:
    """A plan with just these limits."""

    limits: Limits
    tier: Tier = Tier.NORMAL


def book_with(**tables: str) -> Rulebook:
    """The shipped rulebook with these files (name without ending to YAML text)."""
    return rulebook_of(shipped_texts() | {f"{name}.yaml": text for name, text in tables.items()})


def edited(name: str, old: str, new: str, times: int = 1) -> Rulebook:
    """The shipped rulebook with one place of a file changed."""
    text = shipped_texts()[f"{name}.yaml"]
    assert text.count(old) >= times, f"{name}.yaml has no {old!r}"
    return book_with(**{name: text.replace(old, new)})
