"""Values of sent drafts. Frozen, free of I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assistant.types import Segment
from rules.types import Kind

# From this distance on a CSR wrote another reply rather than smoothed the draft.
STRONGLY = 0.3
# A longer text is no reply, and comparing it letter by letter would take long.
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Sent:
    """A draft and what the CSR sent instead; texts as they are, masked only when kept.

    `question` is what an inquiry asks, empty for other kinds. `segments` are those of the draft;
    without them nothing is known of single roles. The last text sent for a `request_id` and draft
    is the one that counts; without an id every one counts.
    """

    draft: str
    sent: str
    kind: Kind
    backend: str
    at: datetime
    segments: tuple[Segment, ...] = ()
    question: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class RoleEdit:
    """How many characters were put in, taken out or replaced in the segments of one role.

    `length` is that of the longer of what was drafted and what became of it.
    """

    edits: int
    length: int

    @property
    def distance(self) -> float:
        """The share that was edited, 0..1."""
        return min(1.0, self.edits / self.length) if self.length else 0.0


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A sent draft as it is kept: texts masked, distances computed before the masking.

    `distance` is the normalised Levenshtein distance, 0 for sent as drafted. `has_fact` is None
    where the segments were not told. `answer` is what was sent without the unchanged greeting,
    promises and closing.
    """

    number: int
    at: datetime
    request_id: str
    kind: Kind
    backend: str
    draft: str
    sent: str
    question: str
    answer: str
    distance: float
    roles: Mapping[str, RoleEdit]
    has_fact: bool | None = None
    settled_at: datetime | None = None

    @property
    def is_candidate(self) -> bool:
        """Whether a person's answer to a question stands here that the knowledge base lacks."""
        if not (self.question and self.answer) or self.settled_at is not None:
            return False
        lacked = self.has_fact is False and self.distance > 0
        return self.kind is Kind.INQUIRY and (lacked or self.distance >= STRONGLY)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far drafts of one group were edited: `median` distance and the share sent `unchanged`."""

    count: int
    median: float
    unchanged: float


@dataclass(frozen=True, slots=True)
class RoleSpread:
    """How far the segments of a role were edited: in which share of drafts, how much on average."""

    count: int
    touched: float
    mean: float


@dataclass(frozen=True, slots=True)
class EditReport:
    """What CSRs made of the drafts; groups by code, roles and candidates most edited first."""

    total: Spread
    kinds: Mapping[str, Spread] = field(default_factory=dict)
    backends: Mapping[str, Spread] = field(default_factory=dict)
    roles: Mapping[str, RoleSpread] = field(default_factory=dict)
    candidates: tuple[KeptDraft, ...] = ()
