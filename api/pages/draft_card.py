"""The reply to send, piece by piece: what each stands on, what the guard found, who worded it."""

from collections.abc import Mapping

from nicegui import ui
from nicegui.element import Element

from api.pages.draft_edit import DraftFoot
from api.pages.reader import SourceReader
from api.pages.widgets import (
    attributes,
    box,
    button,
    cited,
    failing,
    heading,
    link,
    tag,
    text,
)
from api.pages.words import ROLES, clause_name, violation_line
from api.pages.work import explain
from api.streaming import streamed
from api.wiring import House
from assistant.types import Draft, Segment, WordedBy
from assistant.wording.writer import Growing, Proved


class DraftCard:
    """One draft on the page. A model that is configured may reword it before the reader's eyes."""

    def __init__(self, house: House, reader: SourceReader, titles: Mapping[str, str]) -> None:
        self._house, self._reader, self._titles = house, reader, titles
        self._place: Element
        self._texts: dict[int, Element] = {}
        self._refused: dict[int, Proved] = {}

    def build(self, draft: Draft | None, failure: str) -> None:
        """Draw the composed draft; where the model's wording is shown first it begins to write."""
        heading("回复草稿")
        if draft is None:
            failing(failure)
            return
        self._composed = draft
        self._place = box("draft-place")
        self._draw(draft)
        if self._house.replies.shown().by_model and self._can_be_reworded():
            with self._place:
                ui.timer(0, self._reword, once=True)

    def _can_be_reworded(self) -> bool:
        from assistant.wording.plan import lines_of

        return bool(self._house.replies.shown().model and lines_of(self._composed))

    def _draw(self, draft: Draft, writing: str = "") -> None:
        self._place.clear()
        self._texts = {}
        with self._place:
            self._notices(draft, writing)
            with attributes(box("card draft"), data_testid="draft", data_backend=draft.backend):
                for index, segment in enumerate(draft.segments):
                    self._segment(draft, index, segment)
                self._foot(draft, writing)

    def _notices(self, draft: Draft, writing: str) -> None:
        for warning in draft.warnings:
            text(warning, "warning")
        for violation in draft.violations:
            if violation.segment < 0:
                text(violation_line(violation), "warning violation")
        shown = self._house.replies.shown()
        if writing or draft.note or shown.because:
            with attributes(box("worded-by", "p"), data_testid="worded-by", role="status"):
                for line in filter(None, (writing, draft.note, "" if writing else shown.because)):
                    text(line, "quiet", "span")

    def _foot(self, draft: Draft, writing: str) -> None:
        def other_wording() -> None:
            if draft is not self._composed:
                button("用系统草稿", lambda: self._draw(self._composed), "quiet-button")
            elif self._can_be_reworded() and not writing:
                button("用模型改写", self._reword, "quiet-button")

        # a card that is still growing is drawn anew at the end: nothing to edit yet
        DraftFoot(self._house, draft).build(other_wording, editable=not writing)

    def _segment(self, draft: Draft, index: int, segment: Segment) -> None:
        with box(f"segment segment-{segment.role}"):
            text(ROLES.get(segment.role, segment.role), "segment-role", "span")
            self._texts[index] = box("segment-text")
            with self._texts[index]:
                self._words(draft, segment)
                for violation in draft.violations:
                    if violation.segment == index:
                        text(violation_line(violation), "violation")

    def _words(self, draft: Draft, segment: Segment) -> None:
        cited(segment.text, lambda: self._marks(draft, segment))
        rows = {row.rule: row for row in draft.triage.decision.because}
        for rule in dict.fromkeys(segment.rules):
            row = rows.get(rule)
            source = rule if row is None else row.source
            if " " not in source or segment.citations:
                continue
            link(
                clause_name(source, self._titles),
                lambda s=source: self._reader.clause(s),
                "backing",
            )

    def _marks(self, draft: Draft, segment: Segment) -> None:
        for index in segment.citations:
            citation = draft.citations[index]
            made = link(
                str(index + 1),
                lambda c=citation: self._reader.passage(c.document_id, c.chunk_id, [segment.text]),
                "cite",
            )
            attributes(made, title=f"《{citation.title}》", aria_label=f"出处 {index + 1}")

    async def _reword(self) -> None:
        """Let the model write; what it writes is shown as it comes and stands once it is proved."""
        draft = self._composed
        self._draw(draft, "模型正在改写，系统草稿随时可用。")
        growing: dict[int, str] = {}
        try:
            steps = streamed(
                lambda stop: self._house.replies.steps(draft, WordedBy.MODEL, stop), self._is_gone
            )
            async for step in steps:
                if await self._is_gone():
                    return
                if isinstance(step, Growing):
                    growing[step.segment] = growing.get(step.segment, "") + step.text
                    self._show(step.segment, growing[step.segment], "is-growing")
                elif isinstance(step, Proved):
                    self._proved(draft, step)
                else:
                    self._finish(step)
        except Exception as error:
            self._draw(draft)
            with self._place:
                failing(explain(error))

    def _proved(self, draft: Draft, step: Proved) -> None:
        if step.accepted:
            self._show(step.segment, step.offered.text, "is-reworded")
            return
        self._refused[step.segment] = step
        self._show(step.segment, draft.segments[step.segment].text, "")

    def _show(self, index: int, words: str, state: str) -> None:
        place = self._texts[index]
        place.clear()
        with place:
            text(words, state, "span")

    def _finish(self, draft: Draft) -> None:
        self._draw(draft)
        for index, step in self._refused.items():
            with self._texts[index], box("refused"):
                tag("未采用", "tag-quiet")
                text(step.offered.text, "refused-text", "span")
                found = "；".join(violation_line(violation) for violation in step.violations)
                text(found or step.reason, "violation", "span")
        self._refused = {}

    async def _is_gone(self) -> bool:
        return self._place.is_deleted
