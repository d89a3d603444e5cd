"""A reply for the CSR to send, composed without a model.

A model may reword it afterwards (`assistant.wording`): facts and promises are fixed before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from assistant.composing.composer import Composed, Composer, Letterhead
from assistant.phrasebook import Phrasebook, phrasebook
from assistant.rendering import render
from assistant.script import in_script
from assistant.types import Answer, Citation, Draft, Triage

__all__ = ["Composed", "Drafter", "Letterhead"]


@dataclass(frozen=True, slots=True)
class Drafter:
    """Composes drafts.

    `ask` answers a question from the knowledge base; `clause` finds the passage of a clause by
    its source (`pol-emergency 第六条`), or None; `tellable` says whether a passage is for
    residents; `label(code, group)` gives the Chinese name of a code.
    """

    letterhead: Letterhead
    ask: Callable[[str], Answer]
    clause: Callable[[str], Citation | None]
    tellable: Callable[[Citation], bool]
    label: Callable[[str, str], str]
    phrases: Phrasebook = field(default_factory=phrasebook)

    def compose(self, triage: Triage) -> Composed:
        """The reply in simplified script, without a model."""
        return Composer(
            self.letterhead, self.ask, self.clause, self.tellable, self.label, self.phrases
        ).compose(triage)

    def draft(self, triage: Triage) -> Draft:
        """The draft for one triaged message, in the script the resident wrote."""
        composed = self.compose(triage)
        segments = tuple(
            replace(s, text=in_script(s.text, triage.script)) for s in composed.segments
        )
        return Draft(
            triage=triage,
            segments=segments,
            citations=composed.citations,
            warnings=composed.warnings,
            text=render(segments),
        )
