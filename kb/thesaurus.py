"""Other names of things in the trade, so that a question finds a text that calls them otherwise.

`kb/thesaurus.yaml` holds groups of names that mean one thing to a property company. A name in a
question brings in the others of its group, with less weight than the words that were said.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Self

from kb.errors import InputError
from kb.normalization import normalize


class Thesaurus:
    """Groups of names; names are compared as `normalize` leaves them, longer ones first."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        """Raises InputError when a name stands in two groups or a group has but one name."""
        self._groups: dict[str, tuple[str, ...]] = {}
        for group in groups:
            names = tuple(dict.fromkeys(map(normalize, group)))
            if len(names) < 2:
                raise InputError(f"同义词表里「{'、'.join(group)}」只有一个叫法：请补上或删去。")
            for name in names:
                if name in self._groups:
                    raise InputError(f"同义词表里「{name}」出现在两组：请合并或删去一处。")
                self._groups[name] = names
        self._longest = max(map(len, self._groups), default=0)

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """The thesaurus that ships, read once."""
        import yaml

        text = files("kb").joinpath("thesaurus.yaml").read_text(encoding="utf-8")
        return cls(yaml.safe_load(text))

    def alternatives(self, text: str) -> list[str]:
        """The other names of everything that `text` names, each once."""
        normal = normalize(text)
        found = (other for _, others in self.names_in(normal) for other in others)
        return list(dict.fromkeys(other for other in found if other not in normal))

    def standardised(self, text: str) -> str:
        """The text, normalised, with every name put as the first one of its group."""
        put, start, normal = [], 0, normalize(text)
        while start < len(normal):
            name = self._name_at(normal, start)
            put.append(self._groups[name][0] if name else normal[start])
            start += len(name) or 1
        return "".join(put)

    def names_in(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """The names in a text in order, each with its other names."""
        normal, found, start = normalize(text), [], 0
        while start < len(normal):
            if name := self._name_at(normal, start):
                others = tuple(other for other in self._groups[name] if other != name)
                found.append((name, others))
            start += len(name) or 1
        return found

    def _name_at(self, text: str, start: int) -> str:
        """The longest name that begins at `start`, or nothing."""
        for size in range(min(self._longest, len(text) - start), 0, -1):
            if text[start : start + size] in self._groups:
                return text[start : start + size]
        return ""
