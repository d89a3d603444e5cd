"""Decision diagrams equal the functions they stand for, one number to a function."""

from functools import partial, reduce
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.verify.diagrams import Diagrams, TooComplex

COSTS = ((0, 10, 11), (0, 100), (5, 0, 7), (0, 100))
SIZES = [len(costs) for costs in COSTS]
POINTS = list(product(*map(range, SIZES)))


def fresh(most_steps: int = 100_000) -> Diagrams:
    return Diagrams(COSTS, most_steps)


def built(diagrams: Diagrams, table: dict[tuple[int, ...], object]) -> int:
    """The diagram of a table of values, built point by point."""

    def at(prefix: tuple[int, ...]) -> int:
        if len(prefix) == len(SIZES):
            return diagrams.leaf(table[prefix])
        values = range(SIZES[len(prefix)])
        return diagrams.node(len(prefix), tuple(at((*prefix, value)) for value in values))

    return at(())


def tables(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[tuple[int, ...], object]]:
    listed = st.lists(values, min_size=len(POINTS), max_size=len(POINTS))
    return listed.map(lambda chosen: dict(zip(POINTS, chosen, strict=True)))


def values_of(diagrams: Diagrams, diagram: int) -> list[object]:
    return [diagrams.value(diagram, dict(enumerate(point))) for point in POINTS]


BOOLEANS = tables(st.booleans())
NUMBERS = tables(st.integers(0, 3))


@given(BOOLEANS, BOOLEANS, NUMBERS, NUMBERS)
def test_operations_hold_at_every_point(one: dict, other: dict, low: dict, high: dict) -> None:
    diagrams = fresh()
    a, b = built(diagrams, one), built(diagrams, other)
    m, n = built(diagrams, low), built(diagrams, high)
    assert values_of(diagrams, diagrams.both(a, b)) == [one[p] and other[p] for p in POINTS]
    assert values_of(diagrams, diagrams.either(a, b)) == [one[p] or other[p] for p in POINTS]
    assert values_of(diagrams, diagrams.but_not(a, b)) == [one[p] and not other[p] for p in POINTS]
    assert values_of(diagrams, diagrams.choose(a, m, n)) == [
        low[p] if one[p] else high[p] for p in POINTS
    ]
    assert values_of(diagrams, diagrams.apply(min, m, n)) == [min(low[p], high[p]) for p in POINTS]


@given(NUMBERS, st.integers(0, len(SIZES) - 1), st.data())
def test_a_restricted_function_no_longer_depends_on_the_variable(
    table: dict, variable: int, data: st.DataObject
) -> None:
    diagrams = fresh()
    value = data.draw(st.integers(0, SIZES[variable] - 1))
    restricted = diagrams.restrict(built(diagrams, table), variable, value)
    assert all(tested != variable for tested, _ in diagrams.below(restricted))
    assert values_of(diagrams, restricted) == [
        table[(*p[:variable], value, *p[variable + 1 :])] for p in POINTS
    ]


@given(NUMBERS, NUMBERS)
def test_equal_functions_are_one_number(one: dict, other: dict) -> None:
    diagrams = fresh()
    assert (built(diagrams, one) == built(diagrams, other)) == (one == other)


@given(BOOLEANS)
def test_the_choice_found_is_the_cheapest_that_holds(table: dict) -> None:
    diagrams = fresh()
    choice = diagrams.find(built(diagrams, table))
    holding = [point for point in POINTS if table[point]]
    if choice is None:
        assert holding == []
        return
    point = tuple(choice.get(at, diagrams.usual(at)) for at in range(len(SIZES)))

    def cost(at: tuple[int, ...]) -> int:
        return sum(COSTS[variable][value] for variable, value in enumerate(at))

    assert table[point]
    assert cost(point) == min(map(cost, holding))


def test_a_leaf_keeps_its_type() -> None:
    diagrams = fresh()
    assert diagrams.leaf(True) != diagrams.leaf(1)
    assert diagrams.leaf(1) == diagrams.leaf(1)


def test_too_much_work_is_refused_instead_of_hanging() -> None:
    diagrams = Diagrams([(0, 1)] * 40, most_steps=200)
    weights = [diagrams.node(at, (diagrams.leaf(0), diagrams.leaf(2**at))) for at in range(40)]
    with pytest.raises(TooComplex):
        reduce(partial(diagrams.apply, int.__add__), weights)
