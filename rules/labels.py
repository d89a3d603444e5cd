"""Chinese labels of codes, for pages and the command line."""

from rules.loading import default_rulebook
from rules.rulebook import Rulebook


def label(code: str | int, group: str | None = None, book: Rulebook | None = None) -> str:
    """The Chinese label of a code (`repair` 报修, `critical` 特急, level 3 三级).

    `group` is a group of the vocabulary (`kinds`, `categories`, `departments`, `channels`,
    `tiers`, `levels`, `milestones`, `clocks`, `signals`, `families`, …); without it the first
    group that knows the code. An unknown code comes back unchanged, as text.
    """
    return (book or default_rulebook()).vocabulary.label(code, group)


def labels(group: str, book: Rulebook | None = None) -> dict[str | int, str]:
    """All codes of a group with their labels, in the order of the vocabulary."""
    vocabulary = (book or default_rulebook()).vocabulary
    if group == "signals":
        return {code: entry.label for code, entry in vocabulary.signals.items()}
    return dict(vocabulary.groups[group])


def signal_family(code: str, book: Rulebook | None = None) -> str | None:
    """The family of a signal (`life_safety`, `hazard`, …); None for an unknown signal."""
    entry = (book or default_rulebook()).vocabulary.signals.get(code)
    return entry.family if entry else None
