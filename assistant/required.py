"""The characters a regular expression cannot match without, read from the expression itself.

Most messages hold none of them, so most patterns need not run at all.
"""

from collections.abc import Iterable
from typing import Any

# The parser of `re` is private, but it alone reads a pattern exactly as `re` does.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]

_TESTS = 3  # sets asked per pattern: more cost as much as the search that they spare


def required_characters(source: str) -> tuple[frozenset[str], ...]:
    """Sets of characters; every text that `source` matches holds one of each. Fewest first.

    Empty where nothing is certain. Written for patterns without flags.
    """
    sets = {found for found in _of_sequence(_parser.parse(source)) if found}
    return tuple(sorted(sets, key=len))[:_TESTS]


def may_match(required: tuple[frozenset[str], ...], letters: set[str]) -> bool:
    """Whether a text of these letters can hold a match."""
    return not any(letters.isdisjoint(wanted) for wanted in required)


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    return [found for kind, value in items for found in _of_item(kind, value)]


def _of_item(kind: Any, value: Any) -> list[frozenset[str]]:
    if kind is op.LITERAL:
        return [frozenset(chr(value))]
    if kind is op.IN:
        return _of_class(value)
    if kind is op.SUBPATTERN:
        return _of_sequence(value[3])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _of_sequence(value[2]) if value[0] > 0 else []
    if kind is op.BRANCH:
        return _of_branches(value[1])
    return []


def _of_class(members: list[tuple[Any, Any]]) -> list[frozenset[str]]:
    if any(kind is not op.LITERAL for kind, _ in members):
        return []
    return [frozenset(chr(value) for _, value in members)]


def _of_branches(branches: Iterable[Any]) -> list[frozenset[str]]:
    """One set: of each branch the smallest of its own."""
    wanted: set[str] = set()
    for branch in branches:
        sets = [found for found in _of_sequence(branch) if found]
        if not sets:
            return []
        wanted |= min(sets, key=len)
    return [frozenset(wanted)]


__all__ = ["may_match", "required_characters"]
