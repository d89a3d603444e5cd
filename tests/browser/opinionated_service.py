"""The service with a triage that is unsure, suspects, refuses or divides where it is asked to.

What the models think of a message changes with what they learn; these words make it certain:
说不准, 怀疑, 管不了, 几件事. Everything else is the real triage.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

import uvicorn

from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from assistant.types import Authority, Message, Opinion, Part, Triage
from rules.decide import decide


class Opinionated(House):
    """The real house; what the words of a message ask for is added to its triage."""

    def triage(self, messages: Sequence[Message]) -> list[Triage]:
        return [self._richer(triage) for triage in super().triage(messages)]

    def _richer(self, triage: Triage) -> Triage:
        said = triage.message.text
        facts = triage.facts
        if "说不准" in said:
            triage = replace(
                triage,
                kinds=(Opinion(triage.kind, 0.52), Opinion("complaint", 0.41)),
                departments=(Opinion(triage.department, 0.5), Opinion("cleaning", 0.44)),
            )
        if "怀疑" in said:
            triage = replace(triage, suggested=(Opinion("gas_leak", 0.42),))
            facts = replace(facts, suspected_danger=42)
        if "管不了" in said:
            authority = Authority("education", "教育局", "12345 转教育局")
            triage = replace(triage, in_scope=False, authority=authority)
        if "几件事" in said:
            triage = replace(triage, parts=self._parts(triage, said.index("另外")))
        return replace(triage, facts=facts, decision=decide(facts, self.rulebook))

    def _parts(self, triage: Triage, cut: int) -> tuple[Part, ...]:
        said = triage.message.text
        pieces = [(0, cut), (cut + 2, len(said))]
        messages = [replace(triage.message, text=said[a:b], id="") for a, b in pieces]
        return tuple(
            Part(said[a:b], a, b, one.kind, one.department, one.category)
            for (a, b), one in zip(pieces, super().triage(messages), strict=True)
        )


if __name__ == "__main__":
    settings = load_settings()
    uvicorn.run(
        create_app(settings, Opinionated(settings)), port=int(sys.argv[-1]), log_level="warning"
    )
