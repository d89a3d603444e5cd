"""A draft reworded by a language model, line by line, each line proved before it stands.

The composed draft is whole from the start. A line of the model takes the place of its segment only
if it kept all that was in it and the guard finds nothing in it; a model that fails, stops or talks
nonsense costs its lines and nothing else.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.composing.situation import anger_shown
from assistant.errors import LanguageModelError
from assistant.language.types import LanguageModel, Prompt
from assistant.rendering import render
from assistant.script import in_script, to_simplified
from assistant.types import Citation, Draft, Segment, Triage, Violation
from assistant.wording.disguise import Disguise
from assistant.wording.lines import Piece, read_lines
from assistant.wording.plan import Line, lines_of, unfaithful
from assistant.wording.prompt import instructions
from rules.types import Kind

Check = Callable[[Sequence[Segment], Sequence[Citation], Triage], Sequence[Violation]]


@dataclass(frozen=True, slots=True)
class Growing:
    """Text that the model is writing for a segment, not proved yet."""

    segment: int
    text: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A line that is whole: `accepted` or, with the `reason`, left as it was composed.

    `offered` is what the model wrote; `violations` are what the guard found in it, with the index
    of the draft's segment.
    """

    segment: int
    offered: Segment
    accepted: bool
    reason: str = ""
    violations: tuple[Violation, ...] = ()


Step = Growing | Proved | Draft


@dataclass(frozen=True, slots=True)
class Writer:
    """Rewords drafts with `model`; `check` is the guard, `style` gives the style card of a kind."""

    model: LanguageModel
    check: Check
    style: Callable[[Kind, int], str]

    def steps(self, draft: Draft, stop: threading.Event | None = None) -> Iterator[Step]:
        """What happens, as it happens; the last step is the draft as it can be sent."""
        lines = lines_of(draft)
        if not lines:
            yield draft
            return
        accepted: dict[int, Segment] = {}
        reason = ""
        try:
            for step in self._proved(draft, lines, stop):
                if isinstance(step, Proved):
                    reason = reason or step.reason
                    if step.accepted:
                        accepted[step.segment] = step.offered
                yield step
        except LanguageModelError as error:
            reason = str(error)
        yield self._finished(draft, lines, accepted, reason)

    def reword(self, draft: Draft) -> Draft:
        """The last step alone."""
        *_, last = self.steps(draft)
        assert isinstance(last, Draft)
        return last

    def _proved(
        self, draft: Draft, lines: Sequence[Line], stop: threading.Event | None
    ) -> Iterator[Growing | Proved]:
        disguise = None if self.model.is_local else Disguise()
        by_number = {line.number: line for line in lines}
        script = draft.triage.script
        for piece in read_lines(
            self.model.stream(self._prompt(draft, lines, disguise), stop), len(lines)
        ):
            line = by_number[piece.number]
            if not piece.done:
                if disguise is None:
                    yield Growing(line.index, in_script(piece.text, script))
                continue
            del by_number[piece.number]
            yield self._judged(draft, line, piece, disguise)
        for line in by_number.values():
            yield Proved(line.index, line.segment, False, "模型没有写这一句")

    def _prompt(self, draft: Draft, lines: Sequence[Line], disguise: Disguise | None) -> Prompt:
        simplified = [
            replace(line, segment=replace(line.segment, text=to_simplified(line.segment.text)))
            for line in lines
        ]
        message = to_simplified(draft.triage.message.text)
        if disguise is not None:
            message = disguise.hide(message)
            simplified = [
                replace(line, segment=replace(line.segment, text=disguise.hide(line.segment.text)))
                for line in simplified
            ]
        style = self.style(draft.triage.kind, anger_shown(draft.triage))
        told = instructions(message, simplified, style, _decided(draft))
        return Prompt(told.system, told.user, told.grammar, told.max_tokens)

    def _judged(self, draft: Draft, line: Line, piece: Piece, disguise: Disguise | None) -> Proved:
        text = piece.text if disguise is None else disguise.reveal(piece.text)
        if text is None:
            return Proved(line.index, line.segment, False, "模型改动了隐去的个人信息")
        offered = replace(line.segment, text=in_script(text, draft.triage.script))
        composed = to_simplified(line.segment.text)
        if reason := unfaithful(composed, to_simplified(text), line.segment.role):
            return Proved(line.index, offered, False, reason)
        # alone, so that only what is in it is blamed on it
        found = tuple(
            replace(violation, segment=line.index)
            for violation in self.check([offered], draft.citations, draft.triage)
            if violation.segment == 0
        )
        if found:
            return Proved(line.index, offered, False, found[0].reason, found)
        return Proved(line.index, offered, True)

    def _finished(
        self, draft: Draft, lines: Sequence[Line], accepted: dict[int, Segment], reason: str
    ) -> Draft:
        if not accepted:
            return replace(draft, note=f"模型（{self.model.name}）没有用上：{reason}。")
        segments = tuple(accepted.get(i, segment) for i, segment in enumerate(draft.segments))
        kept = len(lines) - len(accepted)
        note = f"有 {kept} 句没有采用模型的改写：{reason}。" if kept else ""
        return replace(
            draft,
            segments=segments,
            text=render(segments),
            backend=self.model.name,
            note=note,
        )


def _decided(draft: Draft) -> str:
    """What the rules promise, so that a wording leads up to it and does not say it again."""
    return to_simplified("".join(s.text for s in draft.segments if s.role == "commitment"))
