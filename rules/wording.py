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

_MOST_REMEMBERED = 1_024


class Wording:
    """Tells one row; the same facts are told from memory."""

    def __init__(self, row: Row, vocabulary: Vocabulary) -> None:
        self.row, self._vocabulary = row, vocabulary
        self._named = [name for _, name, _, _ in Formatter().parse(row.reason) if name]
        copied = (value.input for value in row.then.values() if isinstance(value, Copied))
        self._read = tuple(dict.fromkeys((*self._named, *copied)))
        self._signals = row.signals
        self._fired: dict[Hashable, FiredRow] = {}

    def fired(self, inputs: Inputs) -> FiredRow:
        """The row with its reason and outputs for these inputs."""
        key = tuple([self._value(name, inputs) for name in self._read])
        fired = self._fired.get(key)
        if fired is None:
            if len(self._fired) >= _MOST_REMEMBERED:
                self._fired.clear()
            fired = self._fired[key] = FiredRow(
                self.row.rule, self.reason(inputs), self.row.source, self._outputs(inputs)
            )
        return fired

    def reason(self, inputs: Inputs) -> str:
        """The reason, its placeholders replaced by labels and numbers."""
        if not self._named:
            return self.row.reason
        words = {name: self._word(self._value(name, inputs)) for name in self._named}
        return self.row.reason.format_map(words)

    def _value(self, name: str, inputs: Inputs) -> Any:
        """An input; of the signals those that this row asks for."""
        return inputs[name] & self._signals if name == "signals" else inputs[name]

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
