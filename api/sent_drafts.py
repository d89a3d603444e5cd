"""Sent drafts of one house: kept masked, reported, turned into candidates for FAQs."""

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from assistant.edits.types import EditReport, KeptDraft, Sent
from assistant.gaps.types import Settled
from assistant.matter import question_of
from rules.types import Kind

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.gaps.faq import FaqDraft
    from assistant.types import Draft

log = structlog.get_logger()


class SentDrafts:
    """What CSRs made of the drafts of a house."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def record(self, sent: Sent) -> KeptDraft | None:
        """Keep what was sent; None where nothing is kept. Raises kb.errors.InputError."""
        if not self._house.settings.assistant.gaps.record:
            return None
        return self._house.sent_log.add(sent)

    def report(self, days: int | None = None) -> EditReport:
        """How far the drafts of the last `days` were edited, and what may become an FAQ."""
        from assistant.edits.report import report

        since = self._house.now() - timedelta(days=days or self._house.settings.assistant.gaps.days)
        return report(self._house.sent_log.since(since))

    def candidate(self, number: int) -> KeptDraft:
        """One candidate of whatever is kept. Raises kb.errors.NotFound."""
        from kb.errors import NotFound

        kept = self.report(self._house.settings.assistant.gaps.retention_days)
        for found in kept.candidates:
            if found.number == number:
                return found
        raise NotFound(f"没有编号为 {number} 的候选问答；用 guanjia kb edits 查看编号。")

    def draft_faq(self, number: int) -> "FaqDraft":
        """A candidate as an FAQ file for a person to check. Raises kb.errors.NotFound."""
        from assistant.gaps.faq import write_faq

        house, found = self._house, self.candidate(number)
        return write_faq(
            number,
            found.question,
            house.knowledge_base,
            house.encoder,
            house.settings.assistant.answer,
            answer=found.answer,
        )

    def settle(self, number: int, how: Settled = Settled.DISMISSED, actor: str = "") -> KeptDraft:
        """Put a candidate away, with every other draft that was sent to the same question."""
        from assistant.gaps.clustering import comparable

        found, kept = self.candidate(number), self._house.settings.assistant.gaps
        since = self._house.now() - timedelta(days=kept.retention_days)
        same = comparable(found.question)
        numbers = [
            one.number
            for one in self._house.sent_log.since(since)
            if one.is_candidate and comparable(one.question) == same
        ]
        self._house.sent_log.settle(numbers, how, self._house.now())
        log.info("faq candidate settled", actor=actor, number=number, how=str(how))
        return found


def keep_sent(house: "House", draft: "Draft", sent: str) -> None:
    """Keep what was sent instead of a draft that the product made."""
    house.sent.record(
        Sent(
            draft.text,
            sent,
            draft.triage.kind,
            draft.backend,
            house.now(),
            draft.segments,
            asked_in(draft.triage.kind, draft.triage.message.text),
            draft.triage.message.id,
        )
    )


def asked_in(kind: Kind, message: str) -> str:
    """What an inquiry asks; of other kinds nothing is kept."""
    return question_of(message) if kind is Kind.INQUIRY else ""
