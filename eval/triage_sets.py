"""The sets of messages on which triage is measured: those that ship, or files from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.training_examples import EXAMPLES
from eval.readers import (
    EmergencyLine,
    EvalInputError,
    LabelLine,
    read_emergencies,
    read_examples,
    read_labels,
    read_messages,
)

SETS = Path(__file__).parent / "sets"


@dataclass(frozen=True, slots=True)
class TriageSet:
    """Labelled messages and emergency messages, ids unique in each; `texts` holds all by id.

    `shipped` says whether texts may be shown: those from outside are given by id only.
    """

    texts: dict[str, str]
    labels: tuple[LabelLine, ...]
    emergencies: tuple[EmergencyLine, ...]
    shipped: bool


def shipped_set() -> TriageSet:
    """The held-out examples and the emergency suites of the project."""
    texts: dict[str, str] = {}
    labels: list[LabelLine] = []
    for path in sorted(EXAMPLES.glob("heldout*.jsonl")):
        found, lines = read_examples(path)
        texts |= found
        labels += lines
    suites = sorted(SETS.glob("*emergencies*.yaml"))
    return _joined(texts, labels, suites, shipped=True)


def outside_set(
    messages: Path | None, labels: Path | None, emergencies: Sequence[Path] = ()
) -> TriageSet:
    """Messages with their labels, emergency suites, or both.

    Raises EvalInputError where a file is not as it should be or a label has no message.
    """
    if messages is None or labels is None:
        return _joined({}, [], emergencies, shipped=False)
    texts, truth = read_messages(messages), read_labels(labels)
    if unknown := [label.id for label in truth if label.id not in texts]:
        raise EvalInputError(f"标签 {unknown[0]} 没有对应的来件；请核对两个文件是否配套。")
    chosen = {label.id: texts[label.id] for label in truth}
    return _joined(chosen, truth, emergencies, shipped=False)


def _joined(
    texts: dict[str, str], labels: Sequence[LabelLine], suites: Sequence[Path], shipped: bool
) -> TriageSet:
    lines = [line for path in suites for line in read_emergencies(path)]
    texts = texts | {line.id: line.text for line in lines}
    if len(texts) != len(labels) + len(lines):
        raise EvalInputError("有来件编号重复；请让每条来件的编号各不相同。")
    return TriageSet(texts, tuple(labels), tuple(lines), shipped)
