"""Personal data taken out of a prompt that leaves the machine, and put back into what returns."""

import re
from dataclasses import dataclass, field

from assistant.masking import hidden

_NUMBERED = re.compile(r"〔[^〔〕]{1,6}\d+〕")


@dataclass(slots=True)
class Disguise:
    """Numbered placeholders (`〔电话1〕`) for every piece of personal data, the same for the same.

    One per prompt: the table holds what was hidden, and never leaves the machine.
    """

    table: dict[str, str] = field(default_factory=dict)
    _given: dict[tuple[str, str], str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """The text with placeholders; what looks like one of ours is taken out first."""
        text = _NUMBERED.sub("", text)
        pieces, last = [], 0
        for start, end, placeholder in hidden(text):
            pieces += [text[last:start], self._placeholder(placeholder, text[start:end])]
            last = end
        return "".join((*pieces, text[last:]))

    def reveal(self, text: str) -> str | None:
        """The text made whole again; None where it holds a placeholder that was never given."""
        unknown = [name for name in _NUMBERED.findall(text) if name not in self.table]
        if unknown or "〔" in _NUMBERED.sub("", text):
            return None
        return _NUMBERED.sub(lambda match: self.table[match[0]], text)

    def _placeholder(self, placeholder: str, original: str) -> str:
        known = self._given.get((placeholder, original))
        if known is None:
            known = f"{placeholder[:-1]}{len(self.table) + 1}〕"
            self._given[placeholder, original] = known
            self.table[known] = original
        return known
