"""What a regular expression cannot match without, read from the expression itself.

A gram is a character or two characters side by side. Most messages lack the grams of most
patterns, so those patterns need not run at all.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

# The parser of `re` is private, but it alone reads a pattern exactly as `re` does.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_TESTS = 3  # sets asked per pattern: more cost as much as the search that they spare
_WIDEST = 400  # pairs formed of two neighbours at most
_COMMON = frozenset("的了在不人我里一有上到是下没出来着都个大子家水门头手")
_WIDTHLESS = (op.ASSERT, op.ASSERT_NOT, op.AT)
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)

Grams = frozenset[str]


def required_grams(source: str) -> tuple[Grams, ...]:
    """Sets of grams; every text that `source` matches holds one of each. Rarest first.

    Empty where nothing is certain. Written for patterns without flags.
    """
    return tuple(sorted(set(_of_sequence(_parser.parse(source))), key=_commonness))[:_TESTS]


class Filter:
    """Which of many patterns a text may match, found by the grams of the text."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._certain: set[int] = set()
        self._by_gram: dict[str, list[int]] = {}
        self._others: dict[int, tuple[Grams, ...]] = {}
        for number, source in enumerate(sources):
            required = required_grams(source)
            if not required:
                self._certain.add(number)
                continue
            self._others[number] = required[1:]
            for gram in required[0]:
                self._by_gram.setdefault(gram, []).append(number)

    def may_match(self, text: str) -> set[int]:
        """The numbers of the patterns, by their order, that a search could find in the text."""
        grams = {*text, *map("".join, pairwise(text))}
        found = set(self._certain)
        for gram in grams & self._by_gram.keys():
            found.update(self._by_gram[gram])
        return {number for number in found if self._holds(number, grams)}

    def _holds(self, number: int, grams: set[str]) -> bool:
        return not any(map(grams.isdisjoint, self._others.get(number, ())))


def _commonness(found: Grams) -> float:
    """How likely a message is to hold one of the grams: the less, the more a test spares."""
    return sum(0.1 if len(gram) > 1 else 4.0 if gram in _COMMON else 1.0 for gram in found)


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> list[Grams]:
    """The sets of each part, and the pairs where two parts that are certain meet."""
    parts = [(kind, value) for kind, value in items if kind not in _WIDTHLESS]
    found = [grams for kind, value in parts for grams in _of_item(kind, value)]
    return [*found, *_of_neighbours(parts)]


def _of_neighbours(parts: list[tuple[Any, Any]]) -> Iterator[Grams]:
    for first, second in pairwise(parts):
        ends, starts = _edge([first], -1), _edge([second], 0)
        if ends and starts and len(ends) * len(starts) <= _WIDEST:
            yield frozenset(end + start for end in ends for start in starts)


def _of_item(kind: Any, value: Any) -> list[Grams]:
    if kind is op.LITERAL or kind is op.IN:
        characters = _characters(kind, value)
        return [characters] if characters else []
    if kind is op.SUBPATTERN:
        return _of_sequence(value[3])
    if kind in _REPEATS:
        return _of_sequence(value[2]) if value[0] > 0 else []
    if kind is op.BRANCH:
        return _of_branches(value[1])
    return []


def _of_branches(branches: Iterable[Any]) -> list[Grams]:
    """One set: of each branch the rarest of its own."""
    wanted: set[str] = set()
    for branch in branches:
        sets = _of_sequence(branch)
        if not sets:
            return []
        wanted |= sorted(sets, key=_commonness)[0]
    return [frozenset(wanted)]


def _characters(kind: Any, value: Any) -> Grams:
    """The characters that a literal or a class stands for; none where the class is open."""
    if kind is op.LITERAL:
        return frozenset(chr(value))
    if any(member is not op.LITERAL for member, _ in value):
        return frozenset()
    return frozenset(chr(code) for _, code in value)


def _edge(items: Iterable[tuple[Any, Any]], side: int) -> Grams:
    """Every character that can stand first (0) or last (-1) in a match; none if uncertain."""
    parts = [(kind, value) for kind, value in items if kind not in _WIDTHLESS]
    if not parts:
        return frozenset()
    kind, value = parts[side]
    if kind is op.LITERAL or kind is op.IN:
        return _characters(kind, value)
    if kind is op.SUBPATTERN:
        return _edge(value[3], side)
    if kind in _REPEATS:
        return _edge(value[2], side) if value[0] > 0 else frozenset()
    if kind is op.BRANCH:
        edges = [_edge(branch, side) for branch in value[1]]
        return frozenset().union(*edges) if all(edges) else frozenset()
    return frozenset()
