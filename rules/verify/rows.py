"""Proofs about the rows of one table in one edition: gaps, overlaps, rows that do nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules.rulebook import REQUEST_OUTPUTS
from rules.tables import Hit, Row
from rules.verify.diagrams import Choice, Diagrams
from rules.verify.examples import Examples, named
from rules.verify.findings import Finding, Severity
from rules.verify.meaning import OPEN, TableMeaning, must_decide

_MOST_NAMED = 3


@dataclass(frozen=True)
class TableProof:
    """Proves one table; each method yields what it finds."""

    read: TableMeaning
    examples: Examples

    def findings(self) -> Iterator[Finding]:
        """Everything that one edition alone can show."""
        hit = self.read.table.hit
        if self.read.table.single:
            yield from self._gaps()
        if hit is Hit.UNIQUE:
            yield from self._overlaps()
        if hit is Hit.PRIORITY:
            yield from self._conflicts()
        yield from self._missing_outputs()

    def decides(self, row: Row) -> bool:
        """Whether there are facts for which a row of this edition decides."""
        decides = self.read.decides[self._places[row.id]]
        return self._reached(decides) != self._diagrams.false

    def idle(self, row: Row) -> Finding:
        """The finding about a row that never decides."""
        matches = self._reached(self.read.matches[self._places[row.id]])
        choice = self._diagrams.find(matches)
        if choice is None:
            problem = "这一行的条件不可能成立，永远不会命中"
            return self._finding("contradiction", [row], problem, "请改条件，或删去这一行")
        names = _listed(self._stronger(matches))
        inputs = self.examples.inputs(choice)
        words = f"{self._words(choice)}时由「{self._decider(choice).id}」一行决定"
        if self.read.table.hit is Hit.PRIORITY:
            problem = f"这一行命中时总有更高的{names}，它从不起作用"
            remedy = "请改条件或取值，或删去这一行"
            return self._finding("never-decides", [row], problem, remedy, inputs, words)
        problem = f"这一行总被前面的{names}挡住，从不起作用"
        return self._finding(
            "shadowed", [row], problem, "请移到前面、改条件，或删去这一行", inputs, words
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {row.id: at for at, row in enumerate(self.read.rows)}

    @property
    def _diagrams(self) -> Diagrams:
        return self.examples.meaning.domain.diagrams

    def _reached(self, diagram: int) -> int:
        return self._diagrams.both(self.read.reached, diagram)

    def _decider(self, choice: Choice) -> Row:
        """The first row that decides for a choice."""
        decided = zip(self.read.rows, self.read.decides, strict=True)
        return next(row for row, decides in decided if self._diagrams.value(decides, choice))

    def _stronger(self, matches: int) -> list[Row]:
        """Rows that take all of this from another row: a single one where one suffices."""
        others = [
            (row, decides, match)
            for row, decides, match in zip(
                self.read.rows, self.read.decides, self.read.matches, strict=True
            )
            if self._diagrams.both(matches, decides) != self._diagrams.false
        ]
        for row, _, match in others if self.read.table.hit is Hit.FIRST else ():
            if self._diagrams.but_not(matches, match) == self._diagrams.false:
                return [row]
        return [row for row, _, _ in others]

    def _gaps(self) -> Iterator[Finding]:
        """Combinations for which no row matches; of a single input every interval."""
        open_ = self._diagrams.but_not(self.read.reached, self.read.any_row)
        required = must_decide(self.read.table)
        remedy = "请补一行，或放宽已有的行"
        if not required:
            remedy = "不必给出结果的可以不管，否则请补一行"
        severity: Severity = "error" if required else "warning"
        for choice in self._choices(open_):
            inputs, words = self.examples.inputs(choice), self._words(choice)
            problem = "有的情形没有一行适用"
            yield self._finding("gap", [], problem, remedy, inputs, words, severity)

    def _choices(self, where: int) -> Iterator[Choice]:
        """Choices for which a function is true: the simplest, of a single variable all."""
        while (choice := self._diagrams.find(where)) is not None:
            yield choice
            if len(choice) != 1:
                return
            for variable, value in choice.items():
                taken = self._diagrams.test(variable, (value,))
                where = self._diagrams.but_not(where, taken)

    def _overlaps(self) -> Iterator[Finding]:
        """Each row with the rows before it that match at the same time."""
        taken = self._diagrams.false
        for at, row in enumerate(self.read.rows):
            both = self._diagrams.both(self._reached(self.read.matches[at]), taken)
            taken = self._diagrams.either(taken, self.read.matches[at])
            if both == self._diagrams.false:
                continue
            for other, decides in zip(self.read.rows[:at], self.read.decides, strict=False):
                choice = self._diagrams.find(self._diagrams.both(both, decides))
                if choice is not None:
                    problem = f"两行会同时命中，而这张表只许一行命中（{Hit.UNIQUE}）"
                    yield self._finding(
                        "overlap", [other, row], problem, "请让条件互不重叠，如 30 和 31 分开",
                        self.examples.inputs(choice), f"{self._words(choice)}时两行都命中",
                    )  # fmt: skip

    def _conflicts(self) -> Iterator[Finding]:
        """Rows of the same highest value that decide at once but differ in another output."""
        rows, decides = self.read.rows, self.read.decides
        for name in list(self.read.outputs)[1:]:
            values = self.read.outputs[name]
            for at, row in enumerate(rows):
                for before in range(at):
                    if values[at] == values[before]:
                        continue
                    differ = self._diagrams.apply(_differ, values[before], values[at])
                    both = self._diagrams.both(decides[before], decides[at])
                    choice = self._diagrams.find(self._reached(self._diagrams.both(both, differ)))
                    if choice is not None:
                        problem = f"两行同为最高却给出不同的{self._label(name)}"
                        yield self._finding(
                            "conflict", [rows[before], row], problem, "请写成一样，或让条件不重叠",
                            self.examples.inputs(choice), f"{self._words(choice)}时两行都算数",
                        )  # fmt: skip

    def _missing_outputs(self) -> Iterator[Finding]:
        """Rows that decide without an output that is always read."""
        table = self.read.table
        first = next(iter(table.outputs))
        always = [one for one in table.outputs if one in REQUEST_OUTPUTS]
        if not always and table.id != "deadlines":
            always = [first]
        for name in always:
            # under priority a row without the first output cannot even be ranked
            ranked = table.hit is Hit.PRIORITY and name == first
            decides = self.read.matches if ranked else self.read.decides
            for row, where, value in zip(
                self.read.rows, decides, self.read.outputs[name], strict=True
            ):
                empty = self._diagrams.apply(_is_none, value)
                choice = self._diagrams.find(self._reached(self._diagrams.both(where, empty)))
                if choice is not None:
                    problem = f"这一行没有给出{self._label(name)}"
                    remedy = f"请在 then 里写上 {name}；抄输入的（=）请排除未知的情形"
                    words = self._words(choice)
                    inputs = self.examples.inputs(choice)
                    yield self._finding("missing-output", [row], problem, remedy, inputs, words)

    def _label(self, name: str) -> str:
        return named(self.read.table.outputs[name])

    def _words(self, choice: Choice) -> str:
        return self.examples.words(self.examples.inputs(choice), choice, self.read)

    def _finding(
        self, code: str, rows: Sequence[Row], problem: str, remedy: str,
        inputs: dict[str, Any] | None = None, words: str = "", severity: Severity = "error",
    ) -> Finding:  # fmt: skip
        example = None
        if inputs is not None and "kind" in inputs:
            example = {"facts": self.examples.facts(inputs)}
        elif inputs is not None:
            example = {"inputs": inputs}
        return Finding(
            code, severity, self.read.table.file, rows[-1].line if rows else None,
            tuple(row.id for row in rows), problem, remedy, example, words,
        )  # fmt: skip


def _listed(rows: Sequence[Row]) -> str:
    """The rows' names, the first few of many."""
    names = "、".join(f"「{one.id}」" for one in rows[:_MOST_NAMED])
    return names if len(rows) <= _MOST_NAMED else f"{names}等 {len(rows)} 行"


def _differ(one: Any, other: Any) -> bool:
    return bool(one != other)


def _is_none(value: Any) -> bool:
    return value is None or value == OPEN
