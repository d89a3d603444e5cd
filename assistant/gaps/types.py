"""Values of the recorded questions. Frozen, free of I/O; every text in them is masked."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """How a question came in."""

    PAGE = "page"
    HTTP = "http"
    CLI = "cli"
    DRAFT = "draft"


class Outcome(StrEnum):
    """What became of a question; `poor` and `good` are what a person said of the answer."""

    ABSTAINED = "abstained"
    ANSWERED = "answered"
    POOR = "poor"
    GOOD = "good"


class Settled(StrEnum):
    """Why a gap was put away: the documents answer it now, or they need not."""

    RESOLVED = "resolved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Asked:
    """One recorded question. `confidence` is 0..1; `nearest` are titles of near passages."""

    question: str
    at: datetime
    channel: Channel
    outcome: Outcome
    confidence: float = 0.0
    nearest: tuple[str, ...] = ()
    reason: str = ""
    number: int = 0
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask the same and were not answered, or answered poorly.

    `id` is the number of the oldest of them; `numbers` are all of them. `question` is the most
    central wording, `wordings` the others, commonest first. Counts are of what was asked since
    the gap was last settled; `returned` says that it was settled before.
    """

    id: int
    question: str
    wordings: tuple[str, ...]
    count: int
    abstained: int
    poor: int
    first_asked: datetime
    last_asked: datetime
    score: float
    nearest: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    channels: dict[str, int] = field(default_factory=dict)
    returned: bool = False
    numbers: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "question": self.question,
            "wordings": list(self.wordings),
            "count": self.count,
            "abstained": self.abstained,
            "poor": self.poor,
            "first_asked": self.first_asked.isoformat(),
            "last_asked": self.last_asked.isoformat(),
            "score": self.score,
            "nearest": list(self.nearest),
            "reasons": list(self.reasons),
            "channels": self.channels,
            "returned": self.returned,
        }
