"""How likely two messages report the same matter, and why: a small logistic model.

Every feature is a plain statement about the pair (same unit, another lift, a reminder of the same
person); `matching.json` holds their weights and how they were made. Pure: the text's vector comes
in as a number, the nearness of both.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from desk.subjects import Subject, subjects
from rules.labels import label

WEIGHTS_FILE = Path(__file__).parent / "matching.json"
# what a message says of its writer and not of the matter
_OF_THE_PERSON = frozenset(
    {
        "repeat_report", "unattended_days", "anger", "vulnerable_person", "group_affected",
        "threat_media", "threat_authority", "threat_legal", "threat_fee_refusal",
    }
)  # fmt: skip
ACTED_ON = frozenset({"repair", "complaint", "assistance"})
_SOON_HOURS = 2.0
_LONGEST_HOURS = 168.0
_ALIKE = 0.4
VETOES = frozenset({"other_building", "other_one", "other_flat", "thanks", "asks"})
"""Statements that settle it: another building, lift or flat, thanks, a mere question."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared of a message or a kept request. `at` carries an offset.

    `contacts` are telephone numbers; building, unit, floor, room and place are None where the
    text does not say them.
    """

    id: str
    at: datetime
    subject: Subject
    sender: str = ""
    channel: str = "other"
    contacts: frozenset[str] = frozenset()
    kind: str = "other"
    department: str = ""
    signals: frozenset[str] = frozenset()
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A kept request that is likely the same matter: probability (0..1) and reasons in Chinese."""

    request_id: str
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matcher:
    """Weights of the features.

    A pair is offered to a person from the probability `threshold` on; from `certain` on reports are
    counted as one incident, which nobody looks at first.
    """

    bias: float
    weights: Mapping[str, float]
    threshold: float
    certain: float

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability (0..1) that the pair is one matter; 0 where a veto holds."""
        if any(features[name] for name in VETOES):
            return 0.0
        score = self.bias + sum(features[name] * weight for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=1)
def default_matcher() -> Matcher:
    """The weights that ship with the package."""
    content = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return Matcher(content["bias"], content["weights"], content["threshold"], content["certain"])


def people_of(report: Report) -> frozenset[str]:
    """What names the writer: the sender and the telephone numbers given."""
    return report.contacts | ({report.sender} if report.sender else frozenset())


def same_person(one: Report, other: Report) -> bool:
    """Whether both come from one person: the same sender, or a telephone number in common."""
    return bool(people_of(one) & people_of(other))


def of_the_matter(signals: frozenset[str]) -> frozenset[str]:
    """The signals that say what is the matter, and not who writes in which mood."""
    return signals - _OF_THE_PERSON


def features(new: Report, old: Report, nearness: float) -> dict[str, float]:
    """The statements about a pair, 0 or 1 unless said otherwise; `new` came after `old`.

    `nearness` is the cosine of both texts' centred vectors (-1..1).
    """
    a, b = new.subject, old.subject
    hours = abs((new.at - old.at).total_seconds()) / 3600
    person = same_person(new, old)
    found = {
        "nearness": nearness,
        "wording": _overlap(a.letters, b.letters),
        "hours": math.log1p(hours) / math.log1p(_LONGEST_HOURS),
        "soon": float(hours <= _SOON_HOURS),
        "same_person": float(person),
        "same_kind": float((new.kind in ACTED_ON) == (old.kind in ACTED_ON)),
        "same_department": float(new.department == old.department),
        "thanks": float(a.thanks and not b.thanks),
        "asks": float(a.asks and not b.asks),
        "aside": float(person and a.aside),
        "reminder": float(person and a.follow_up),
        "nothing_new": float(person and not a.things - b.things),
    }
    return found | _of_subject(a, b) | _of_signals(new, old) | _of_place(new, old, person)


def _of_subject(a: Subject, b: Subject) -> dict[str, float]:
    which = dict(a.which)
    return {
        "same_thing": _overlap(a.things, b.things),
        "other_thing": float(_differ(a.things, b.things)),
        "same_fault": float(bool(a.faults & b.faults)),
        "other_fault": float(_differ(a.faults, b.faults)),
        "other_one": float(any(which.get(of, value) != value for of, value in b.which)),
    }


def _of_signals(new: Report, old: Report) -> dict[str, float]:
    one, other = of_the_matter(new.signals), of_the_matter(old.signals)
    return {"same_signal": float(bool(one & other)), "other_signal": float(_differ(one, other))}


def _of_place(new: Report, old: Report, person: bool) -> dict[str, float]:
    building = _compare(new.building, old.building)
    unit = _compare(new.unit, old.unit) if building >= 0 else 0
    room = _compare(new.room, old.room) if building >= 0 and unit >= 0 else 0
    place = _compare(new.place, old.place)
    own = new.subject.own or old.subject.own
    neighbours = new.subject.neighbours or old.subject.neighbours
    return {
        "same_building": float(building > 0),
        "same_unit": float(building > 0 and unit > 0),
        "same_room": float(building > 0 and room > 0),
        "same_place": float(place > 0),
        "other_building": float(building < 0),
        "other_unit": float(unit < 0),
        "other_place": float(place < 0),
        "other_room": float(room < 0),
        "other_flat": float(room < 0 and own and not neighbours),
        "place_unsaid": float(
            not person and building <= 0 and unit <= 0 and place <= 0 and building >= 0
        ),
    }


def reasons(new: Report, old: Report) -> tuple[str, ...]:
    """Why the pair may be one matter, for the CSR: who, where, what, when."""
    return tuple(_reasons(new, old))


def _reasons(new: Report, old: Report) -> Iterator[str]:
    person = same_person(new, old)
    if person:
        yield "同一位住户" + ("催问" if new.subject.follow_up else "")
    if new.building and new.building == old.building:
        if new.room and new.room == old.room:
            yield "同一户"
        else:
            yield "同一单元" if new.unit and new.unit == old.unit else "同一栋"
    if new.place and new.place == old.place:
        yield f"都在{new.place}"
    signals = sorted(of_the_matter(new.signals & old.signals))
    things = sorted(new.subject.things & old.subject.things)
    if signals:
        yield f"都是{label(signals[0], 'signals')}"
    elif things:
        yield f"都说到{'、'.join(subjects().labels[name] for name in things[:2])}"
    elif _overlap(new.subject.letters, old.subject.letters) >= _ALIKE:
        yield "说法相近"
    yield f"相隔{_length(abs((new.at - old.at).total_seconds()))}"


def _length(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "不到1分钟"
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 48 * 60 else f"{minutes // 1440}天"


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the smaller set stands in the other, 0..1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both say something and nothing in common."""
    return bool(one and other and not one & other)


def _compare(one: str | None, other: str | None) -> int:
    """1 the same, -1 another, 0 where one of them is not said."""
    if one is None or other is None:
        return 0
    return 1 if one == other else -1
