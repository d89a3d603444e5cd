"""What a draft may rest on: its passages, the decision of the rules, and the message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from assistant.guard.demands import without_demands
from assistant.guard.types import Guard
from assistant.guard.values import Measured, Value, values_of
from assistant.script import Folded, fold
from assistant.types import Citation, Segment, Triage
from rules.types import Milestone

_SENTENCE = re.compile(r"[^。;!?\n]+")
_CLAUSE = re.compile(r"(?:[^,。;!?\n:]|(?<=[0-9]):(?=[0-9])|(?<=[0-9]),(?=[0-9]{3}))+")


# 15 分钟: a space that only typesetting puts between a number and its unit
_SET_APART = re.compile(r"(?<=[0-9]) +(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) +(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Stretch:
    """`folded[start:end]` of a longer text."""

    text: str
    start: int
    end: int


def tight(text: str) -> Folded:
    """A text folded, without the spaces around its numbers; the offsets lead to `text`."""
    folded = fold(text)
    if " " not in folded.text:
        return folded
    dropped = {i for m in _SET_APART.finditer(folded.text) for i in range(*m.span())}
    kept = [i for i in range(len(folded.text)) if i not in dropped]
    offsets = kept if folded.offsets is None else [folded.offsets[i] for i in kept]
    return Folded("".join(folded.text[i] for i in kept), tuple(offsets))


@lru_cache(maxsize=1024)
def sentences_of(folded: str) -> tuple[Stretch, ...]:
    """Sentences without their marks; a semicolon ends one too."""
    return tuple(Stretch(m[0], *m.span()) for m in _SENTENCE.finditer(folded))


@lru_cache(maxsize=1024)
def clauses_of(folded: str) -> tuple[Stretch, ...]:
    """Clauses: stretches between commas, colons and the ends of sentences."""
    return tuple(Stretch(m[0], *m.span()) for m in _CLAUSE.finditer(folded))


def clause_at(folded: str, position: int) -> Stretch:
    """The clause that holds a position."""
    return _at(clauses_of(folded), folded, position)


def sentence_at(folded: str, position: int) -> Stretch:
    """The sentence that holds a position."""
    return _at(sentences_of(folded), folded, position)


def _at(stretches: Sequence[Stretch], folded: str, position: int) -> Stretch:
    for stretch in stretches:
        if stretch.start <= position < stretch.end:
            return stretch
    return Stretch(folded, 0, len(folded))


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the checks read it: title, headings and text, folded."""

    text: str
    values: tuple[Value, ...]


@lru_cache(maxsize=2048)
def _passage(title: str, section: tuple[str, ...], text: str) -> Passage:
    folded = tight("\n".join((title, *section, text))).text
    return Passage(folded, values_of(folded))


@dataclass(frozen=True, slots=True)
class Limit:
    """One milestone's limit: when it ends, and its length as values."""

    milestone: Milestone
    due: datetime | None
    values: tuple[Value, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One segment while it is judged. `folded` is what patterns see, `span` leads back.

    `cited` are the passages it cites. `passages` are those that its values may come from: the cited
    ones of a fact or a commitment, all of the draft's for what names the matter or closes.
    """

    index: int
    segment: Segment
    folded: str
    offsets: tuple[int, ...] | None
    cited: tuple[Passage, ...]
    passages: tuple[Passage, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the segment's own text."""
        if self.offsets is None or start == end:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1

    @property
    def values(self) -> tuple[Value, ...]:
        return values_of(self.folded)


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything one draft is judged by. `now` is the local moment the message came in."""

    triage: Triage
    guard: Guard
    passages: tuple[Passage, ...]
    message: str
    message_values: tuple[Value, ...]
    limits: tuple[Limit, ...]
    now: datetime
    own: str = field(default="")

    def part(self, index: int, segment: Segment) -> Part:
        folded = tight(segment.text)
        cited = tuple(self.passages[i] for i in segment.citations if 0 <= i < len(self.passages))
        strict = segment.role in ("fact", "commitment")
        return Part(
            index, segment, folded.text, folded.offsets, cited, cited if strict else self.passages
        )


def ground_of(citations: Sequence[Citation], triage: Triage, guard: Guard) -> Ground:
    """What a draft for this triage with these citations may rest on."""
    message = tight(without_demands(triage.message.text)).text
    now = triage.message.received_at
    authority = triage.authority
    own = [*guard.phones, *guard.wordings]
    if authority is not None:
        own += [authority.label, authority.contact]
    return Ground(
        triage=triage,
        guard=guard,
        passages=tuple(_passage(c.title, c.section, c.text) for c in citations),
        message=message,
        message_values=values_of(message),
        limits=tuple(_limits(triage, now)),
        now=now,
        own=fold("\n".join(own)).text,
    )


def _limits(triage: Triage, now: datetime) -> list[Limit]:
    found = []
    for deadline in triage.decision.deadlines:
        due = None if deadline.due_at is None else deadline.due_at.astimezone(now.tzinfo)
        values = values_of(fold(f"{deadline.limit}。{deadline.note}").text)
        found.append(Limit(deadline.milestone, due, (*values, *_elapsed(due, now)), deadline.limit))
    return found


def _elapsed(due: datetime | None, now: datetime) -> tuple[Value, ...]:
    """How long it is until a moment, where people say it in minutes or hours."""
    if due is None or not timedelta(0) < due - now < timedelta(hours=24):
        return ()
    minutes = (due - now).total_seconds() / 60
    return (Value(Measured.DURATION, "minute", ((round(minutes, 4),),), 0, 0, ""),)
