"""What was asked of the knowledge base: kept masked, rated, turned into what is to be written."""

from typing import TYPE_CHECKING

import structlog

from assistant.gaps.types import Asked, Channel, Gap, Outcome, Settled

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.gaps.faq import FaqDraft

log = structlog.get_logger()


class AskedQuestions:
    """The questions of one house."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def record(self, asked: Asked) -> str:
        """The number of a recorded question; empty where none is kept. Never fails an answer."""
        if not self._house.settings.assistant.gaps.record:
            return ""
        try:
            return str(self._house.questions.add(asked))
        except Exception as error:  # whatever a full disk or a damaged file makes the store raise
            log.error("question not recorded", error=type(error).__name__)
            return ""

    def rate(
        self,
        question: str,
        useful: bool,
        reason: str = "",
        answer_id: str = "",
        channel: Channel = Channel.HTTP,
    ) -> bool:
        """Note what a person said of an answer; False where no questions are kept.

        An unknown `answer_id`, or none, records the question with this outcome.
        """
        if not self._house.settings.assistant.gaps.record:
            return False
        number = int(answer_id) if answer_id.isascii() and answer_id.isdigit() else 0
        if number < 2**63 and number and self._house.questions.rate(number, useful, reason):
            return True
        outcome = Outcome.GOOD if useful else Outcome.POOR
        self._house.questions.add(
            Asked(question, self._house.now(), channel, outcome, reason=reason)
        )
        return True

    def gaps(self, days: int | None = None) -> list[Gap]:
        """What was asked in the last `days` and not answered, or answered poorly; worst first."""
        from datetime import timedelta

        from assistant.gaps.ranking import find_gaps

        now, kept = self._house.now(), self._house.settings.assistant.gaps
        since = now - timedelta(days=days or kept.days)
        return find_gaps(self._house.questions, self._house.encoder, since, now)

    def gap(self, gap_id: int) -> Gap:
        """One gap of whatever is kept. Raises kb.errors.NotFound."""
        from kb.errors import NotFound

        for found in self.gaps(self._house.settings.assistant.gaps.retention_days):
            if gap_id == found.id or gap_id in found.numbers:
                return found
        raise NotFound(f"没有编号为 {gap_id} 的待补问题；用 guanjia kb gaps 查看编号。")

    def draft_faq(self, gap_id: int) -> "FaqDraft":
        """A gap as an FAQ file for a person to finish. Raises kb.errors.NotFound."""
        from assistant.gaps.faq import draft_faq

        answers = self._house.settings.assistant.answer
        return draft_faq(self.gap(gap_id), self._house.knowledge_base, self._house.encoder, answers)

    def dismiss(self, gap_id: int, how: Settled = Settled.DISMISSED) -> Gap:
        """Put a gap away until it is asked again, still unanswered. Raises kb.errors.NotFound."""
        found = self.gap(gap_id)
        self._house.questions.settle(found.numbers, how, self._house.now())
        return found
