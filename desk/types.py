"""Values of the desk that other packages may use. Frozen, free of I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """Where a request stands 工单状态."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    COMPLETED = "completed"
    RETURNED = "returned"
    ARCHIVED = "archived"
    MERGED = "merged"
    CANCELLED = "cancelled"


CLOSED = frozenset({Stage.ARCHIVED, Stage.MERGED, Stage.CANCELLED})
# in these something is still to be done about the matter itself
WORKABLE = frozenset({Stage.RECEIVED, Stage.DISPATCHED, Stage.IN_PROGRESS, Stage.WAITING})

SUSPECTED = "suspected_danger"
"""Where the triage output of a request holds how sure the model was of a danger, in percent."""


@dataclass(frozen=True, slots=True)
class KeptDeadline:
    """A time limit of a kept request; `met_at` is when the milestone was reached.

    `after_completion` is the length on `clock` of a limit that counts from completion.
    """

    milestone: str
    due_at: datetime | None
    clock: str
    limit: str
    note: str
    provisional: bool
    met_at: datetime | None
    after_completion: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a request's history."""

    at: datetime
    actor: str
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Correction:
    """A field of a request's triage as a person set it; `reason` may be empty.

    `field` is a name of `desk.revision.FIELDS` or `signal:` and the signal's code. `undoes` is the
    id of the correction that this one takes back; then `after` is what holds again.
    """

    id: int
    request_id: str
    field: str
    before: Any
    after: Any
    reason: str
    actor: str
    at: datetime
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A kept request. `triage` is what its text was understood as, and what the rules decide now.

    What people set right is in the other fields; there `triage` still says what was understood.
    `facts` and `decision` are what the rules judged by and what they said, for a replay; None of
    requests that were kept before they were recorded.
    """

    id: str
    received_at: datetime
    channel: str
    sender: str
    text: str
    kind: str
    department: str
    category: str | None
    tier: str
    level: int
    stage: Stage
    location: dict[str, str | None]
    rulebook: str
    triage: dict[str, Any]
    facts: dict[str, Any] | None
    decision: str | None
    deadlines: tuple[KeptDeadline, ...]

    @property
    def next_deadline(self) -> KeptDeadline | None:
        """The earliest limit that is neither met nor without a moment."""
        open_ones = [d for d in self.deadlines if d.met_at is None and d.due_at is not None]
        return min(open_ones, key=lambda d: d.due_at or self.received_at, default=None)


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that happened in one place, reported by `people` different people.

    `about` says what and where in Chinese; `requests` are its reports, the oldest first.
    """

    id: int
    about: str
    started_at: datetime
    last_at: datetime
    people: int
    requests: tuple[str, ...]
