"""What becomes of a kept request when a person sets a field of its triage. Pure.

What the words prove of a danger to life stays among the facts, whatever is set: the rules can only
add, so the tier cannot fall below it. Every other field follows the person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desk.errors import CorrectionRefused
from desk.types import SUSPECTED, Correction, KeptDeadline, Request
from rules.calendar import ServiceCalendar
from rules.deadlines import due_after
from rules.decide import Rulebook, decide
from rules.errors import RecordMissing
from rules.planning import plan
from rules.recomputation import recompute
from rules.records import facts_from_json
from rules.types import Clock, Deadline, Decision, Facts, Kind, Milestone, Tier
from rules.vocabulary import LIFE_SAFETY

PLACES = {"building": "楼栋", "unit": "单元", "floor": "楼层", "room": "房号", "place": "位置"}
FIELDS = {
    "kind": "类型",
    "department": "部门",
    "category": "投诉类别",
    "in_scope": "物业能办",
    "tier": "紧急程度",
    **PLACES,
    "wish": "希望的时间",
    "contact": "联系电话",
}
"""The fields that can be set, with what people call them; signals are `signal:` and the code."""

SIGNAL = "signal:"
_GROUPS = {"kind": "kinds", "department": "departments", "category": "categories", "tier": "tiers"}
_MOST_CHARACTERS = 40
_CONTACT = re.compile(r"\+?\d{3,20}")


@dataclass(frozen=True, slots=True)
class Revision:
    """A request as it is after a correction; `deadlines` are those in force from then on.

    `deadlines` is None where the limits stay as they were.
    """

    kind: str
    department: str
    category: str | None
    location: Mapping[str, str | None]
    facts: Facts
    decision: Decision | None
    deadlines: tuple[Deadline, ...] | None


def in_force(corrections: list[Correction]) -> dict[str, Correction]:
    """The newest correction of each field that was not undone."""
    undone = {one.undoes for one in corrections}
    standing = [one for one in corrections if one.undoes is None and one.id not in undone]
    return {one.field: one for one in standing}


def field_name(field: str, book: Rulebook) -> str:
    """What people call a field."""
    if field.startswith(SIGNAL):
        return book.vocabulary.label(field.removeprefix(SIGNAL), "signals")
    return FIELDS[field]


def proved_dangers(request: Request, book: Rulebook) -> frozenset[str]:
    """The life-safety signals that the request's own words prove."""
    said = {signal["code"] for signal in request.triage.get("signals", ())}
    return frozenset(said & book.vocabulary.family(LIFE_SAFETY))


def judged_danger(
    request: Request, corrections: list[Correction], book: Rulebook
) -> tuple[str, ...] | None:
    """The life-safety signals that the message tells of, as people see it.

    None where nobody said so of any, or where all that was denied leaves another suspicion open.
    """
    said = {
        name.removeprefix(SIGNAL): bool(one.after)
        for name, one in in_force(corrections).items()
        if name.startswith(SIGNAL)
    }
    family = book.vocabulary.family(LIFE_SAFETY)
    if not family & set(said):
        return None
    there = family & set((request.facts or {}).get("signals", ()))
    held = {code for code in there if said.get(code, True)}
    suspected = {one["code"] for one in request.triage.get("suggested") or ()}
    return None if not held and suspected - set(said) else tuple(sorted(held))


def current_value(request: Request, field: str, corrections: list[Correction]) -> Any:
    """What a field of the request says now, in the form in which a correction gives it."""
    if field in ("kind", "department", "category", "tier"):
        return getattr(request, field)
    if field in PLACES:
        return request.location.get(field)
    if set_by_person := in_force(corrections).get(field):
        return set_by_person.after
    if field.startswith(SIGNAL):
        return _signal_state(request, field.removeprefix(SIGNAL))
    details = request.triage.get("details") or {}
    if field == "in_scope":
        return bool(request.triage.get("in_scope", True))
    if field == "wish":
        return (details.get("wish") or {}).get("at")
    return next(iter(details.get("contacts") or ()), None)


def _signal_state(request: Request, code: str) -> bool | None:
    """Whether a signal is among the facts; None for one that a model suspects."""
    if code in (request.facts or {}).get("signals", ()):
        return True
    suspected = {one["code"] for one in request.triage.get("suggested") or ()}
    return None if code in suspected else False


def checked_value(request: Request, field: str, value: Any, reason: str, book: Rulebook) -> Any:
    """The value in its one form. Raises CorrectionRefused saying what is possible."""
    if field.startswith(SIGNAL):
        return _checked_signal(field.removeprefix(SIGNAL), value, reason, book)
    if field not in FIELDS:
        raise CorrectionRefused(
            f"没有名为 {field} 的字段；可以更正的有 {'、'.join(FIELDS)} 和 {SIGNAL}信号代码。"
        )
    if field in _GROUPS:
        codes = [str(code) for code in book.vocabulary.codes(_GROUPS[field])]
        if value not in codes:
            raise CorrectionRefused(f"{FIELDS[field]}没有 {value!r}；可用的是 {'、'.join(codes)}。")
        if field == "tier" and Tier(value).rank < Tier(request.tier).rank:
            raise CorrectionRefused("紧急程度只能调高，不能调低；请改正依据它的信号或类型。")
        if field == "category" and request.kind != Kind.COMPLAINT:
            raise CorrectionRefused("只有投诉才分类别；请先把类型改为投诉。")
        return value
    if field == "in_scope":
        if not isinstance(value, bool):
            raise CorrectionRefused("「物业能办」只能是 true 或 false。")
        return value
    return _checked_text(field, value)


def _checked_signal(code: str, value: Any, reason: str, book: Rulebook) -> bool:
    if code not in book.vocabulary.signals:
        raise CorrectionRefused(f"没有名为 {code} 的信号；可用的信号见 guanjia rules show。")
    if not isinstance(value, bool):
        raise CorrectionRefused("信号只能是 true（成立）或 false（不成立）。")
    if not value and code in book.vocabulary.family(LIFE_SAFETY) and not reason.strip():
        raise CorrectionRefused("涉及人身安全的信号要改为不成立，请写明原因。")
    return value


def _checked_text(field: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise CorrectionRefused(f"{FIELDS[field]}应当是文字。")
    text = (value or "").strip()
    if not text:
        return None
    if len(text) > _MOST_CHARACTERS:
        raise CorrectionRefused(f"{FIELDS[field]}太长；最多 {_MOST_CHARACTERS} 个字。")
    if field == "contact":
        text = re.sub(r"[\s\-]", "", text)
        if not _CONTACT.fullmatch(text):
            raise CorrectionRefused("联系电话只能是 3 到 20 位数字；请改正。")
    if field == "wish":
        return _checked_moment(text)
    return text


def _checked_moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CorrectionRefused(
            f"希望的时间 {text} 不可用；请写成 2026-11-20T09:00:00+08:00 这样的形式。"
        )
    return moment.isoformat()


def value_before(field: str, corrections: list[Correction]) -> Any:
    """What held before the field's correction in force: an earlier one, or the triage's own.

    For `tier` None where nobody had raised it. The field must have a correction in force.
    """
    newest = in_force(corrections)[field]
    earlier = in_force([one for one in corrections if newest.id not in (one.id, one.undoes)])
    if field in earlier:
        return earlier[field].after
    first = next(one for one in corrections if one.field == field)
    return None if field == "tier" else first.before


def revise(
    request: Request,
    field: str,
    value: Any,
    corrections: list[Correction],
    book: Rulebook,
    now: datetime,
) -> Revision:
    """The request with `field` set to `value`, judged again where the rules read that field.

    `corrections` are those of the request so far, oldest first; `value` is a checked one, or for
    `tier` None to take a raise back. Raises RecordMissing where no facts were kept.
    """
    if request.facts is None or request.decision is None:
        raise RecordMissing(f"来件 {request.id} 登记得早，没有留下判定依据，不能更正。")
    before = facts_from_json(request.facts)
    facts = _set_fact(request, before, field, value, corrections, book)
    location = dict(request.location)
    if field in PLACES:
        location[field] = value
    labels = (str(facts.kind), facts.department or request.department, facts.category)
    if facts == before:
        return Revision(*labels, location, facts, None, None)
    decision = decide(facts, book)
    return Revision(*labels, location, facts, decision, _limits(request, facts, book, now))


def set_right(
    request: Request, facts: Facts, corrections: list[Correction], book: Rulebook
) -> tuple[Facts, dict[str, str | None]]:
    """Facts and location of a message that was understood anew, with what people had set right.

    `request` holds the new triage and location, `facts` are what it says. A tier that was set is
    not among them: it is a wish that facts keep by themselves.
    """
    location = dict(request.location)
    standing = in_force(corrections)
    # a category is one of the kind's
    for field in sorted(standing, key=lambda name: name != "kind"):
        value = standing[field].after
        if field in PLACES:
            location[field] = value
        elif field != "tier":
            facts = _set_fact(request, facts, field, value, corrections, book)
    return facts, location


def _set_fact(
    request: Request,
    facts: Facts,
    field: str,
    value: Any,
    corrections: list[Correction],
    book: Rulebook,
) -> Facts:
    if field == "kind":
        category = _category(request, corrections) if value == Kind.COMPLAINT else None
        return replace(facts, kind=Kind(value), category=category)
    if field == "department":
        return replace(facts, department=value)
    if field == "category":
        return replace(facts, category=value if facts.kind is Kind.COMPLAINT else None)
    if field == "tier":
        return replace(facts, raised_tier=None if value is None else Tier(value))
    if field == "wish":
        return replace(facts, wished_at=None if value is None else datetime.fromisoformat(value))
    if field.startswith(SIGNAL):
        return _set_signal(request, facts, field.removeprefix(SIGNAL), value, corrections, book)
    return facts


def _category(request: Request, corrections: list[Correction]) -> str | None:
    chosen = in_force(corrections).get("category")
    category: str | None = chosen.after if chosen else request.triage.get("category")
    return category


def _set_signal(
    request: Request,
    facts: Facts,
    code: str,
    present: bool | None,
    corrections: list[Correction],
    book: Rulebook,
) -> Facts:
    """The facts with a signal there, not there, or as open as it was (None).

    What the words prove of a danger to life stays.
    """
    stays = present or code in proved_dangers(request, book)
    signals = facts.signals | {code} if stays else facts.signals - {code}
    changed = replace(facts, signals=signals)
    said = {one["code"]: one.get("value") or 0 for one in request.triage.get("signals", ())}
    if code == "repeat_report":
        changed = replace(changed, repeat_count=said.get(code, 0) if present else 0)
    if code == "unattended_days":
        changed = replace(changed, unattended_days=said.get(code, 0) if present else 0)
    said_of = {
        name.removeprefix(SIGNAL): one.after
        for name, one in in_force(corrections).items()
        if name.startswith(SIGNAL)
    }
    percent = _suspected(request, facts, said_of | {code: present})
    return replace(changed, suspected_danger=percent)


def _suspected(request: Request, facts: Facts, said: Mapping[str, bool | None]) -> int:
    """How sure the model is of a danger, in percent, after what people `said` of its suspicions.

    0 once one is confirmed, because then the signal counts, and once all of them are rejected.
    """
    answers = [said.get(one["code"]) for one in request.triage.get("suggested") or ()]
    if not answers:
        return facts.suspected_danger
    if True in answers or all(answer is False for answer in answers):
        return 0
    percent: int = request.triage.get(SUSPECTED, facts.suspected_danger)
    return percent


def _limits(request: Request, facts: Facts, book: Rulebook, now: datetime) -> tuple[Deadline, ...]:
    """The limits in force after the change, by `rules.recomputation`."""
    calendar = book.calendar_for(facts.estate)
    rules = {one["milestone"]: one["rule"] for one in request.triage.get("deadlines", ())}
    met = {limit.milestone: limit.met_at for limit in request.deadlines if limit.met_at}
    found = recompute(
        [_promised(limit, rules.get(limit.milestone, "")) for limit in request.deadlines],
        Tier(request.tier),
        plan(book, facts),
        facts,
        now,
        calendar,
        met=[Milestone(name) for name in met],
    )
    completed = met.get(Milestone.RESOLVE)
    return tuple(_from(limit, completed, calendar) for limit in found)


def _from(limit: Deadline, completed: datetime | None, calendar: ServiceCalendar) -> Deadline:
    """A limit that counts from completion, with its moment once that has happened."""
    length = limit.after_completion
    if completed is None or length is None:
        return limit
    return limit._replace(due_at=due_after(length, limit.clock, completed, calendar).at)


def _promised(limit: KeptDeadline, rule: str) -> Deadline:
    return Deadline(
        Milestone(limit.milestone),
        limit.due_at,
        Clock(limit.clock),
        limit.limit,
        rule,
        limit.provisional,
        limit.note,
        limit.after_completion,
    )
