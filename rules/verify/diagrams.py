"""Multi-valued decision diagrams with arbitrary leaves: functions of discrete variables.

A diagram is a number; equal functions have equal numbers (Bryant, Graph-Based Algorithms for
Boolean Function Manipulation, 1986; Bahar et al., Algebraic Decision Diagrams and Their
Applications, 1993). Questions about all combinations of values so become questions about nodes.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

_WIDE = 32
"""A node counts as one step for each so many values."""

Choice = Mapping[int, int]
"""A value (its place) for variables that matter; the others may be anything."""


class TooComplex(Exception):
    """The proof needs more work than was allowed."""


class Diagrams:
    """Functions of variables that are tested in a fixed order.

    `costs[variable][value]` says how far-fetched a value is, zero for the usual one; the length of
    each is the variable's number of values. `most_steps` bounds the work, `TooComplex` past it.
    """

    def __init__(self, costs: Sequence[Sequence[int]], most_steps: int) -> None:
        self.costs = costs
        self._nodes: list[tuple[int, tuple[int, ...]]] = []
        self._values: dict[int, Any] = {}
        self._leaves: dict[Hashable, int] = {}
        self._unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self._memory: dict[Hashable, dict[tuple[int, ...], int]] = {}
        self._steps_left = most_steps
        self.false, self.true = self.leaf(False), self.leaf(True)

    @property
    def size(self) -> int:
        """The number of nodes made so far."""
        return len(self._nodes)

    def allow(self, most_steps: int) -> None:
        """Allow this much further work."""
        self._steps_left = most_steps

    def leaf(self, value: Hashable) -> int:
        """The function that is `value` everywhere."""
        key = (type(value), value)
        if key not in self._leaves:
            self._nodes.append((len(self.costs), ()))
            self._leaves[key] = len(self._nodes) - 1
            self._values[self._leaves[key]] = value
        return self._leaves[key]

    def node(self, variable: int, children: tuple[int, ...]) -> int:
        """The function that is `children[value]` where `variable` has that value."""
        first = children[0]
        if all(child == first for child in children):
            return first
        key = (variable, children)
        found = self._unique.get(key)
        if found is None:
            self._nodes.append(key)
            found = self._unique[key] = len(self._nodes) - 1
        return found

    def test(self, variable: int, accepted: Collection[int]) -> int:
        """True where the variable's value is among `accepted`."""
        values = range(len(self.costs[variable]))
        return self.node(
            variable, tuple(self.true if value in accepted else self.false for value in values)
        )

    def choose(self, condition: int, then: int, otherwise: int) -> int:
        """`then` where the condition is true, else `otherwise`."""
        if condition == self.true or then == otherwise:
            return then
        if condition == self.false:
            return otherwise
        if then == self.true and otherwise == self.false:
            return condition
        memory = self._memory.setdefault("choose", {})
        key = (condition, then, otherwise)
        found = memory.get(key)
        if found is None:
            true, false = self.true, self.false
            first, parts = self._split(key)
            children = [
                one if where == true or one == other
                else other if where == false
                else self.choose(where, one, other)
                for where, one, other in parts
            ]  # fmt: skip
            found = memory[key] = self.node(first, tuple(children))
        return found

    def both(self, one: int, other: int) -> int:
        return self.choose(one, other, self.false)

    def either(self, one: int, other: int) -> int:
        return self.choose(one, self.true, other)

    def but_not(self, one: int, other: int) -> int:
        """True where `one` is and `other` is not."""
        return self.choose(other, self.false, one)

    def apply(self, operation: Callable[..., Hashable], *diagrams: int) -> int:
        """The function of the operation on the values of `diagrams`.

        Results are remembered by the operation itself: hand in the same object for the same one.
        """
        memory = self._memory.setdefault(operation, {})
        return self._apply(operation, memory, diagrams)

    def _apply(
        self,
        operation: Callable[..., Hashable],
        memory: dict[tuple[int, ...], int],
        diagrams: tuple[int, ...],
    ) -> int:
        found = memory.get(diagrams)
        if found is None:
            values = self._values
            if all(one in values for one in diagrams):
                found = self.leaf(operation(*(values[one] for one in diagrams)))
            else:
                first, parts = self._split(diagrams)
                children = [self._apply(operation, memory, part) for part in parts]
                found = self.node(first, tuple(children))
            memory[diagrams] = found
        return found

    def _split(self, diagrams: tuple[int, ...]) -> tuple[int, Iterator[tuple[int, ...]]]:
        """The first variable that one of the diagrams tests, and the diagrams for each value."""
        nodes = [self._nodes[one] for one in diagrams]
        first = min(variable for variable, _ in nodes)
        self._steps_left -= 1 + len(self.costs[first]) // _WIDE
        if self._steps_left < 0:
            raise TooComplex
        parts = [
            children if variable == first else (one,) * len(self.costs[first])
            for one, (variable, children) in zip(diagrams, nodes, strict=True)
        ]
        return first, zip(*parts, strict=True)

    def restrict(self, diagram: int, variable: int, value: int) -> int:
        """The function where the variable has this value."""
        memory = self._memory.setdefault(("restrict", variable, value), {})
        found = memory.get((diagram,))
        if found is None:
            tested, children = self._nodes[diagram]
            if tested < variable:
                parts = [self.restrict(child, variable, value) for child in children]
                found = self.node(tested, tuple(parts))
            else:
                found = children[value] if tested == variable else diagram
            memory[(diagram,)] = found
        return found

    def value(self, diagram: int, choice: Choice) -> Any:
        """The value for a choice; a variable left open has its usual value."""
        while diagram not in self._values:
            variable, children = self._nodes[diagram]
            diagram = children[choice.get(variable, self.usual(variable))]
        return self._values[diagram]

    def usual(self, variable: int) -> int:
        """The place of the variable's least far-fetched value."""
        return self.costs[variable].index(min(self.costs[variable]))

    def below(self, diagram: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Every node that the diagram tests, as (variable, children), each once."""
        seen, ahead = {diagram}, [diagram]
        while ahead:
            variable, children = self._nodes[ahead.pop()]
            if children:
                yield variable, children
            new = set(children) - seen
            seen |= new
            ahead.extend(new)

    def values(self, diagram: int) -> list[Any]:
        """All values that the function takes."""
        leaves = {child for _, children in self.below(diagram) for child in children} | {diagram}
        return [self._values[one] for one in sorted(leaves) if one in self._values]

    def find(self, diagram: int) -> Choice | None:
        """The least far-fetched choice for which a boolean function is true; None if never."""
        if diagram == self.false:
            return None
        cheapest: dict[int, tuple[float, int]] = {self.true: (0, -1), self.false: (inf, -1)}
        self._weigh(diagram, cheapest)
        choice = {}
        while diagram != self.true:
            variable, children = self._nodes[diagram]
            choice[variable] = cheapest[diagram][1]
            diagram = children[choice[variable]]
        return choice

    def _weigh(self, diagram: int, cheapest: dict[int, tuple[float, int]]) -> float:
        """The cost of the cheapest way from a node to the leaf true, remembered with its turn."""
        if diagram not in cheapest:
            variable, children = self._nodes[diagram]
            costs = self.costs[variable]
            cheapest[diagram] = min(
                (costs[value] + self._weigh(child, cheapest), value)
                for value, child in enumerate(children)
            )
        return cheapest[diagram][0]
