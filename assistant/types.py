"""Values of the assistant that other packages may use. Frozen, free of I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rules.types import Decision, Facts, Kind


class WordedBy(StrEnum):
    """Who words a draft: whoever readers preferred, the composer, or the configured model."""

    AUTO = "auto"
    COMPOSED = "composed"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Message:
    """One incoming message. `received_at` carries an offset; `channel` is a code of the domain."""

    text: str
    received_at: datetime
    id: str = ""
    channel: str = "other"
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """A fact found in a message, with the words that prove it.

    `start` and `end` are character offsets into the original text; `evidence` is
    `text[start:end]`. `value` is the number that was said (times reported, days waited, anger).
    """

    code: str
    evidence: str
    start: int
    end: int
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the estate. Values are what people say without the unit word: building `8`."""

    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model thinks: a code of the vocabulary and its calibrated probability (0..1)."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Wish:
    """A time the resident asked for: the words, their span, and what they mean.

    `at` is the beginning, with an offset; `until` the end, None where none was said. Words that
    name no time (尽快) are no wish.
    """

    text: str
    start: int
    end: int
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What a message says of how to reach the resident and when, in the order it is said.

    `contacts` are telephone numbers as digits, `plates` vehicle plates in capitals.
    """

    contacts: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """Who acts on a matter that a property company cannot act on."""

    code: str
    label: str
    contact: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of several matters in a message; `text` is `message.text[start:end]`."""

    text: str
    start: int
    end: int
    kind: Kind
    department: str
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Triage:
    """A message understood: labels from the classifier, signals from the text, rules' decision.

    `facts` are what the rules judged by. `kinds` and `departments` hold the likeliest, and the
    next where it is close; the first of each is what counts. `suggested` are life-safety codes that
    a model suspects and no words prove. `parts` is empty where there is one matter. `authority` is
    named where the matter is not `in_scope` and it is known.
    """

    message: Message
    kind: Kind
    kind_confidence: float
    department: str
    category: str | None
    signals: tuple[Signal, ...]
    location: Location
    facts: Facts
    decision: Decision
    ask_next: tuple[str, ...]
    language: str
    script: str
    kinds: tuple[Opinion, ...] = ()
    departments: tuple[Opinion, ...] = ()
    suggested: tuple[Opinion, ...] = ()
    details: Details = Details()
    in_scope: bool = True
    authority: Authority | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that proves a statement: enough to show it and to open it.

    `state` is what its document is today (现行, 已被取代, 已失效, …): an answer about the past may
    rest on a text that no longer holds.
    """

    chunk_id: str
    document_id: str
    title: str
    section: tuple[str, ...]
    text: str
    source: str
    page: int | None = None
    version: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    state: str = "现行"

    @property
    def path(self) -> str:
        """Title and headings in one line."""
        return " › ".join((self.title, *self.section))


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of an answer or draft. `citations` are indices into the answer's citations.

    `role` says what a draft's segment does (greeting, restate, empathy, safety, fact,
    commitment, ask, next_step, closing); answers use `fact`. `rules` names the rule rows that
    back a commitment.
    """

    text: str
    citations: tuple[int, ...] = ()
    role: str = "fact"
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that say different things of one matter: for the CSR to settle, never silently.

    `text` is one Chinese line that names both values; `citations` are indices into the answer's
    citations, `segments` those of its segments that are disputed.
    """

    text: str
    citations: tuple[int, ...]
    segments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """What a reply must not say, found by the guard.

    `segment` is the index of the segment and `text` is its `text[start:end]`; what is missing from
    the whole (a safety step) has segment -1 and an empty span. `code` is a code of
    `assistant.guard`; `reason` says in one Chinese line what is wrong, `correct` what should stand
    there, where that is known.
    """

    segment: int
    start: int
    end: int
    code: str
    text: str
    reason: str
    correct: str | None = None


@dataclass(frozen=True, slots=True)
class Possible:
    """A sentence that may answer, and where it stands."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from the knowledge base, or an honest abstention with the nearest titles.

    `confidence` (0..1) is the probability that the best sentence answers (`assistant.judgement`), 1
    for the answer of an FAQ that is this very question. `possible` are, where nothing is answered,
    sentences that may answer: for a person to judge, never part of an answer or a draft. `id` names
    the answer for feedback; empty where questions are not recorded.
    """

    question: str
    answer: str
    abstained: bool
    segments: tuple[Segment, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[str, ...] = ()
    took_ms: float = 0.0
    confidence: float = 0.0
    id: str = ""
    conflicts: tuple[Conflict, ...] = ()
    possible: tuple[Possible, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply for the CSR to send, every fact and promise traceable.

    `backend` says who worded it: `composed`, or the name of a model. `note` tells the CSR why a
    model that is configured did not word it, empty otherwise. `violations` are those that stand in
    `segments`; a draft that the product made has none unless a source itself is at fault.
    """

    triage: Triage
    segments: tuple[Segment, ...]
    citations: tuple[Citation, ...]
    warnings: tuple[str, ...] = ()
    backend: str = "composed"
    text: str = field(default="")
    note: str = ""
    violations: tuple[Violation, ...] = ()
