"""Values that go into and come out of the rules. Frozen, free of I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Request kind 诉求类型."""

    INQUIRY = "inquiry"
    REPAIR = "repair"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    ASSISTANCE = "assistance"
    PRAISE = "praise"
    OTHER = "other"


class Tier(StrEnum):
    """Urgency tier 紧急程度. `rank` orders them, 0 the lowest."""

    LOW = "low"
    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class Milestone(StrEnum):
    """A point of a request's life that has a time limit 时限节点."""

    ACKNOWLEDGE = "acknowledge"
    DISPATCH = "dispatch"
    ON_SITE = "on_site"
    REPLY = "reply"
    RESOLVE = "resolve"
    RETURN_VISIT = "return_visit"


class Clock(StrEnum):
    """`calendar` runs always; `service` runs only in service hours."""

    CALENDAR = "calendar"
    SERVICE = "service"


NUMBERS = ("repeat_count", "unattended_days", "incident_reports", "suspected_danger")
"""The facts that are numbers, 0 where nothing is known."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules may read of one request.

    `signals` holds the codes that are present now (negated and past ones left out).
    `repeat_count` is how often the matter was reported, this time included (0: not said);
    `unattended_days` how many days nobody came (0: not said). `incident_reports` is how many people
    reported the same incident, this one included (0: not known); `suspected_danger` how sure the
    second opinion is of a danger to life that no words prove, in percent (0: no suspicion). Both
    can only raise, as far as a table says so. `received_at` and `wished_at` carry an offset.
    `raised_tier` is a person's or a model's wish; it can only raise.
    `department` is the responsible department's code and `channel` the way it came in, when they
    are known; `estate` the project whose service calendar counts (None: the default one).
    """

    kind: Kind
    received_at: datetime
    signals: frozenset[str] = frozenset()
    category: str | None = None
    repeat_count: int = 0
    unattended_days: int = 0
    incident_reports: int = 0
    suspected_danger: int = 0
    wished_at: datetime | None = None
    raised_tier: Tier | None = None
    department: str | None = None
    channel: str | None = None
    estate: str | None = None


@dataclass(frozen=True, slots=True)
class FiredRow:
    """A row of a table that decided something.

    `rule` is `book/row`, `text` its reason in Chinese, `source` the clause it stands on as
    `document_id 第N条`, `outputs` what it set.
    """

    rule: str
    text: str
    source: str
    outputs: Mapping[str, object] = field(default_factory=dict)


class Deadline(NamedTuple):
    """A promise in time. `due_at` carries an offset.

    `due_at` is None where the limit counts from completion, which has not happened yet; then
    `after_completion` is its length on `clock` and `note` says so in Chinese. `provisional` is
    true when the result depends on a year whose holidays are not announced. `limit` is the limit
    in words (`15分钟`). A named tuple, because a frozen dataclass takes three times as long to
    make, and every decision makes five.
    """

    milestone: Milestone
    due_at: datetime | None
    clock: Clock
    limit: str
    rule: str
    provisional: bool = False
    note: str = ""
    after_completion: timedelta | None = None


class Decision(NamedTuple):
    """Everything the rules say of one request.

    `responsible` is the department that acts first (首问负责), `leading` the one that leads where
    several are concerned. `rulebook` is `name@version+hash`. A named tuple as its deadlines are.
    """

    tier: Tier
    level: int
    responsible: str
    leading: str
    deadlines: tuple[Deadline, ...]
    because: tuple[FiredRow, ...]
    rulebook: str
