"""Replies of the house: composed, checked, and reworded by a model that earned it."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from api.errors import classify
from assistant.gaps.types import Asked, Channel, Outcome
from assistant.guard import Guard, check, check_text
from assistant.types import (
    Answer,
    Citation,
    Draft,
    Message,
    Segment,
    Triage,
    Violation,
    WordedBy,
)
from rules.labels import labels
from rules.types import Kind

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.wording.verdicts import Verdict
    from assistant.wording.writer import Step, Writer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shown:
    """Which draft is shown first, and the line that says why; `model` is empty where none is."""

    model: str
    by_model: bool
    because: str


class Replies:
    """Drafts of one house."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._writer: Writer | None = None

    def composed(self, triage: Triage) -> Draft:
        """The reply without any model, checked by the guard."""
        house = self._house
        draft = house.drafter.draft(triage)
        return replace(draft, violations=self.check(draft.segments, draft.citations, triage))

    def check(
        self, segments: Sequence[Segment], citations: Sequence[Citation], triage: Triage
    ) -> tuple[Violation, ...]:
        """What the guard finds in segments of a draft."""
        return check(segments, citations, triage, self._house.guard)

    def check_text(self, draft: Draft, edited: str) -> tuple[Violation, ...]:
        """What the guard finds in a draft that a person edited."""
        return check_text(edited, draft.triage, draft.citations, self._house.guard)

    def draft(self, triage: Triage, wording: WordedBy = WordedBy.AUTO) -> Draft:
        """The reply to send; of an inquiry the question is recorded, with or without an answer."""
        composed = self.composed(triage)
        self.record(composed)
        *_, last = self.steps(composed, wording)
        assert isinstance(last, Draft)
        return last

    def steps(
        self,
        composed: Draft,
        wording: WordedBy = WordedBy.AUTO,
        stop: threading.Event | None = None,
    ) -> "Iterator[Step]":
        """How a composed draft is reworded; the last step is the draft, whatever happens."""
        writer = self._writer_for(wording)
        if writer is None:
            yield composed
            return
        try:
            yield from writer.steps(composed, stop)
        except Exception as error:  # a defect in a back end must not cost the CSR the draft
            log.error("wording failed", exc_info=error)
            yield replace(composed, note="模型改写出了意外，已写入日志；这里是系统草稿。")

    def reworded(self, answer: Answer) -> Answer:
        """An answer from the knowledge base in the model's words, where they hold what it holds."""
        writer = self._writer_for(WordedBy.MODEL)
        if writer is None or answer.abstained:
            return answer
        message = Message(answer.question, self._house.now())
        (triage,) = self._house.triage([message])
        last = writer.reword(Draft(triage, answer.segments, answer.citations))
        text = "".join(segment.text for segment in last.segments)
        return replace(answer, segments=last.segments, answer=text)

    def await_model(self, wording: WordedBy) -> None:
        """Wait until a model that will be asked is loaded, or cannot be: for the command line."""
        from api.language import LOADING_SECONDS

        model = self._house.language_model
        if model is not None and self._writer_for(wording) is not None:
            model.wait_until_ready(LOADING_SECONDS)

    def shown(self) -> Shown:
        """Which draft is shown first. Never loads a model."""
        settings = self._house.settings.assistant.llm
        model = self._house.language_model
        if model is None or settings.show == "never":
            return Shown("", False, "")
        if settings.show == "always":
            return Shown(model.name, True, "设置要求用模型的改写")
        verdict = self.verdict(model.name)
        if verdict is None:
            return Shown(model.name, False, f"模型 {model.name} 还没有经过盲评，先用系统草稿")
        count = f"{verdict.drafts} 份盲评 {verdict.preferred} 胜 {verdict.composed} 负"
        if verdict.earned:
            return Shown(model.name, True, f"模型 {model.name} 胜过系统草稿（{count}）")
        return Shown(model.name, False, f"模型 {model.name} 没有胜过系统草稿（{count}）")

    def verdict(self, model: str) -> "Verdict | None":
        """What blind readers said of a model; a file that cannot be read is as none."""
        from assistant.wording.verdicts import verdict_of

        try:
            return verdict_of(model, self._house.settings.home)
        except Exception as error:
            problem = classify(error)
            log.error("verdict unread", reason=problem.detail if problem else repr(error))
            return None

    def record(self, composed: Draft) -> None:
        """Keep what an inquiry asks as a question, answered or not."""
        from assistant.matter import question_of

        if composed.triage.kind is not Kind.INQUIRY:
            return
        facts = [s for s in composed.segments if s.role == "fact" and s.citations]
        outcome = Outcome.ANSWERED if facts else Outcome.ABSTAINED
        titles = tuple(dict.fromkeys(citation.title for citation in composed.citations))
        question = question_of(composed.triage.message.text)
        now = self._house.now()
        self._house.asked.record(Asked(question, now, Channel.DRAFT, outcome, nearest=titles))

    def _writer_for(self, wording: WordedBy) -> "Writer | None":
        model = self._house.language_model
        if (
            model is None
            or wording is WordedBy.COMPOSED
            or self._house.settings.assistant.llm.show == "never"
        ):
            return None
        if wording is WordedBy.AUTO and not self.shown().by_model:
            return None
        if self._writer is None:
            from assistant.wording.writer import Writer

            self._writer = Writer(model, self.check, self._house.phrases.style_card)
        return self._writer


def guard_of(house: "House") -> Guard:
    """The guard with the company's own departments, telephones and greetings."""
    settings = house.settings.assistant
    greetings = [
        text.format(company=settings.company, estate=settings.estate)
        for wording in house.phrases.wordings
        if wording.situation == "greeting"
        for text in wording.texts
    ]
    departments = labels("departments", house.rulebook)
    return Guard(
        house.phrases,
        {str(code): text for code, text in departments.items()},
        settings.phones,
        tuple(greetings),
        house.encoder,
    )
