"""A row that fired, told in Chinese: its reason with the facts filled in."""

from collections.abc import Hashable
from datetime import date
from string import Formatter
from types import MappingProxyType
from typing import Any

from rules.durations import Limit
from rules.engine import Inputs, output
from rules.tables import Copied, Row
from rules.types import FiredRow
from rules.vocabulary import Vocabulary

_MOST_TOLD = 4_096


class Wording:
    """Tells one row. `read` names the inputs that its text and outputs depend on.

    `signals` are those that the row asks for and its text names, empty where it names none.
    """

    def __init__(self, row: Row, vocabulary: Vocabulary) -> None:
        self.row, self._vocabulary = row, vocabulary
        self._named = [name for _, name, _, _ in Formatter().parse(row.reason) if name]
        copied = (value.input for value in row.then.values() if isinstance(value, Copied))
        self.read = tuple(dict.fromkeys((*self._named, *copied)))
        self.signals = row.signals if "signals" in self.read else frozenset[str]()
        self._told: dict[Hashable, FiredRow] = {}

    def fired(self, inputs: Inputs) -> FiredRow:
        """The row with its reason and outputs for these inputs; told once for the same ones."""
        key = tuple([self._value(name, inputs) for name in self.read])
        told = self._told.get(key)
        if told is None:
            if len(self._told) >= _MOST_TOLD:
                self._told.clear()
            told = self._told[key] = FiredRow(
                self.row.rule, self.reason(inputs), self.row.source, self._outputs(inputs)
            )
        return told

    def reason(self, inputs: Inputs) -> str:
        """The reason, its placeholders replaced by labels and numbers."""
        if not self._named:
            return self.row.reason
        words = {name: self._word(self._value(name, inputs)) for name in self._named}
        return self.row.reason.format_map(words)

    def _value(self, name: str, inputs: Inputs) -> Any:
        return inputs[name] & self.signals if name == "signals" else inputs[name]

    def _word(self, value: Any) -> str:
        if isinstance(value, frozenset):
            return self._vocabulary.signal_labels(value)
        if value is None or isinstance(value, int | float | date):
            return "" if value is None else str(value)
        return self._vocabulary.label(value)

    def _outputs(self, inputs: Inputs) -> MappingProxyType[str, Any]:
        return MappingProxyType(
            {
                name: value.span.text
                if isinstance(value, Limit)
                else output(self.row, name, inputs)
                for name, value in self.row.then.items()
            }
        )
