"""The service with a triage that has second opinions, suspicions, details, scope and parts.

Models give these when they have learned to; here the words of a message ask for them, so that the
page can be looked at whatever the models think: 说不准, 怀疑, 管不了, 联系, 另外, 同一事件.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import uvicorn
from nicegui import ui

from api.pages.correcting import Corrector
from api.pages.frame import frame
from api.pages.triage_matters import Matters, Related
from api.pages.widgets import text
from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from assistant.types import Authority, Details, Message, Opinion, Part, Triage, Wish
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
            triage = replace(triage, suggested=(Opinion("gas_leak", 0.62),))
            facts = replace(facts, suspected_danger=62)
        if "同一事件" in said:
            facts = replace(facts, incident_reports=3)
        if "管不了" in said:
            authority = Authority("education", "教育局", "12345 转教育局")
            triage = replace(triage, in_scope=False, authority=authority)
        if "联系" in said:
            start = said.index("联系")
            at = triage.message.received_at + timedelta(days=1)
            wish = Wish("联系", start, start + 2, at)
            triage = replace(triage, details=Details(("13800000000",), ("京A12345",), wish))
        if "另外" in said:
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


def trial_page(house: House) -> None:
    """A page of possible duplicates alone, at `/ui/related`; one with none at `?none=1`."""

    @ui.page("/related")
    def page(none: str = "") -> None:
        with frame(house, "/triage") as around:
            done = text("", "merged", "span")

            async def merge(request_id: str) -> None:
                done.set_text(f"并入 {request_id}")

            corrector = Corrector(house, around.duty, "", merge, done.set_text)
            found = [Related("abc123", 0.87, ("同一栋", "都说停水"))]
            Matters(house, corrector).related([] if none else found, merge)


if __name__ == "__main__":
    settings = load_settings()
    opinionated = Opinionated(settings)
    trial_page(opinionated)
    app = create_app(settings, opinionated)
    uvicorn.run(app, port=int(sys.argv[-1]), log_level="warning")
