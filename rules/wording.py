"""A row that fired, told in Chinese: its reason with the facts filled in."""

from datetime import date
from string import Formatter
from types import MappingProxyType
from typing import Any

from rules.durations import Limit
from rules.engine import Inputs, output
from rules.tables import Copied, Row
from rules.types import FiredRow
from rules.vocabulary import Vocabulary


class Wording:
    """Tells one row. `read` names the inputs that its text and outputs depend on."""

    def __init__(self, row: Row, vocabulary: Vocabulary) -> None:
        self.row, self._vocabulary = row, vocabulary
        self._named = [name for _, name, _, _ in Formatter().parse(row.reason) if name]
        copied = (value.input for value in row.then.values() if isinstance(value, Copied))
        self.read = tuple(dict.fromkeys((*self._named, *copied)))

    def fired(self, inputs: Inputs) -> FiredRow:
        """The row with its reason and outputs for these inputs."""
        return FiredRow(self.row.rule, self.reason(inputs), self.row.source, self._outputs(inputs))

    def reason(self, inputs: Inputs) -> str:
        """The reason, its placeholders replaced by labels and numbers."""
        if not self._named:
            return self.row.reason
        words = {name: self._word(name, inputs[name]) for name in self._named}
        return self.row.reason.format_map(words)

    def _word(self, name: str, value: Any) -> str:
        if name == "signals":
            # only those that this row asks for
            return self._vocabulary.signal_labels(value & self.row.signals)
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
