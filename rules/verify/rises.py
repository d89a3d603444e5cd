"""Monotonicity: what must never get worse when a signal is added or a count or wish rises.

A function never gets worse when a signal is added exactly when, at every node that tests the
signal's class, the part with the signal is nowhere worse than the part without: two requests that
differ in that signal alone take the same way down to such a node, or are judged alike. Of counts
and of the suggested tier the same holds for each step to the next class.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Any

from rules.verify.diagrams import Choice
from rules.verify.domain import Domain, Variable
from rules.verify.examples import Examples

Worse = Callable[[Any, Any], bool]
"""Whether the second value is worse for the resident than the first."""


@dataclass(frozen=True)
class Step:
    """A rise of one variable that makes something worse, with the simplest facts for it.

    `values` are the variable's values before and after.
    """

    variable: int
    values: tuple[Any, Any]
    before: Choice
    after: Choice
    cost: int


@dataclass(frozen=True)
class Rise:
    """Rises of one kind that make something worse: `step` is the simplest of them.

    `signals` is how many signals do so; 0 where another input rises.
    """

    step: Step
    signals: int
    examples: Examples

    @property
    def variable(self) -> Variable:
        return self.examples.meaning.domain.variables[self.step.variable]

    def where(self, given: Choice) -> "Rise":
        """The same rise with some variables set that the function was restricted to."""
        before, after = {**self.step.before, **given}, {**self.step.after, **given}
        return replace(self, step=replace(self.step, before=before, after=after))

    @property
    def what(self) -> str:
        """What rises, in Chinese, as the subject of a sentence."""
        if not self.signals:
            return f"{self.examples.label_of(self.variable.input)}变高"
        return "多一个信号" if self.signals == 1 else f"多一个信号（共 {self.signals} 种信号如此）"

    @property
    def done(self) -> str:
        """What the example changes, in Chinese."""
        if self.signals:
            return f"加上「{self.examples.label(self.variable.signals[0])}」"
        return f"改为{self.examples.said_input(self.variable.input, self.step.values[1])}"

    def pair(self, wish: timedelta | None = None) -> dict[str, Any]:
        """The facts before and after, as JSON values."""
        before, after = (self.examples.facts(one, wish) for one in self._inputs)
        return {"before": before, "after": after}

    @property
    def words(self) -> str:
        """The facts before, in Chinese."""
        return self.examples.words(self._inputs[0])

    @property
    def _inputs(self) -> list[dict[str, Any]]:
        """The inputs before and after."""
        pair = [self.examples.inputs(one) for one in (self.step.before, self.step.after)]
        if not self.signals:
            for inputs, value in zip(pair, self.step.values, strict=True):
                inputs[self.variable.input] = value
        return pair


def rises(function: int, worse: Worse, examples: Examples) -> Iterator[Rise]:
    """The rises that make a function worse, those of all signals as one."""
    domain = examples.meaning.domain
    steps = sorted(_steps(domain, function, worse), key=lambda one: _kind(domain, one))
    for _, alike in groupby(steps, key=lambda one: _kind(domain, one)):
        group = list(alike)
        signals = sum(len(domain.variables[one.variable].signals) for one in group)
        yield Rise(min(group, key=lambda one: one.cost), signals, examples)


def _kind(domain: Domain, step: Step) -> tuple[bool, str]:
    variable = domain.variables[step.variable]
    return not variable.signals, variable.input


def _steps(domain: Domain, function: int, worse: Worse) -> list[Step]:
    """For each variable whose rise makes the function worse, the simplest such step."""
    diagrams = domain.diagrams
    found: dict[int, set[int]] = {}
    for variable, children in diagrams.below(function):
        rising = domain.variables[variable].rising
        for at, ((low, _), (high, _)) in enumerate(pairwise(rising)):
            if children[low] != children[high] and (
                diagrams.apply(worse, children[low], children[high]) != diagrams.false
            ):
                found.setdefault(variable, set()).add(at)
    return [
        min(
            (_step(domain, function, worse, variable, at) for at in sorted(steps)),
            key=lambda one: one.cost,
        )
        for variable, steps in sorted(found.items())
    ]


def _step(domain: Domain, function: int, worse: Worse, variable: int, at: int) -> Step:
    """The simplest facts for which the step `at` of a variable's rise makes the function worse."""
    diagrams = domain.diagrams
    (low, lower), (high, higher) = domain.variables[variable].rising[at : at + 2]
    parts = [diagrams.restrict(function, variable, value) for value in (low, high)]
    choice = diagrams.find(diagrams.apply(worse, *parts)) or {}
    before, after = {**choice, variable: low}, {**choice, variable: high}
    cost = sum(diagrams.costs[one][value] for one, value in after.items())
    return Step(variable, (lower, higher), before, after, cost)
