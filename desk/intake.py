"""Where a message meets the desk: joined to its burst, compared with what is open, counted.

The matter of a message is looked for among the open requests; several people who report one thing
make an incident, whose count goes into the facts that the rules judge by.
"""

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from assistant.types import Location, Message, Triage
from desk.appending import append, burst_target, parts_of, request_of_message
from desk.bursts import Burst, fits, joined
from desk.corrections import Corrections
from desk.errors import StageConflict
from desk.incidents import Incidents
from desk.index import OpenRequests
from desk.judging import Judgement, facts_kept, judge_again, raised
from desk.matching import (
    ACTED_ON,
    Matcher,
    Related,
    Report,
    features,
    people_of,
    reasons,
    same_person,
)
from desk.merging import JUDGED_AGAIN, Merging
from desk.reports import about, report_from, report_of
from desk.revision import set_right
from desk.rows import kept_record
from desk.settings import DeskSettings
from desk.splitting import split_family
from desk.store import Desk
from desk.types import WORKABLE, Correction, Incident, Request, Stage
from rules.rulebook import Rulebook
from rules.types import Decision, Facts, Tier

_TRIES = 3
T = TypeVar("T")


def _tried_again(work: Callable[[], T]) -> T:
    """Do what reads a request and changes it; again when somebody changed it in between."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except StageConflict:
            continue
    return work()


class Reader(Protocol):
    """Understands messages: `assistant.triage.Triager`."""

    def triage(self, messages: Sequence[Message]) -> list[Triage]: ...

    def judged(self, triage: Triage, facts: Facts) -> Triage: ...


@dataclass(frozen=True, slots=True)
class Writing:
    """How results are written down: a triage, and the part of it that the rules decided."""

    triage: Callable[[Triage], dict[str, Any]]
    decision: Callable[[Decision], dict[str, Any]]
    fold: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A message on the desk: its request, what may be the same matter, its incident.

    `appended` is true where the message became part of a request that was there before.
    """

    request: Request
    related: tuple[Related, ...] = ()
    incident: Incident | None = None
    appended: bool = False


class Intake:
    """Takes in messages, one at a time, and judges again what they change."""

    def __init__(
        self,
        desk: Desk,
        index: OpenRequests,
        reader: Reader,
        writing: Writing,
        book: Callable[[], Rulebook],
        matcher: Matcher,
        settings: DeskSettings,
    ) -> None:
        self._desk, self._index, self._reader = desk, index, reader
        self._writing, self._book, self._matcher = writing, book, matcher
        self._settings = settings
        self._burst = Burst(timedelta(seconds=settings.burst_seconds), settings.burst_parts)
        self._merging, self._incidents = Merging(desk.engine), Incidents(desk.engine)
        self._corrections = Corrections(desk)
        self._lock = threading.RLock()

    def keep(self, triage: Triage, *, actor: str) -> Kept:
        """Keep a triaged message. One that is known by its id changes nothing."""
        # one at a time: of two reports that arrive together the second must see the first
        with self._lock:
            message = triage.message
            known = request_of_message(self._desk.engine, message.id) if message.id else None
            if known is not None:
                return self._as_it_is(known)
            if not message.id:
                message = replace(message, id=uuid.uuid4().hex)
            target = self._target(message)
            if target is not None:
                _tried_again(lambda: self._append(self._desk.get(target.id), message, actor))
                return self._after_appending(target.id, message, actor)
            return self._new(replace(triage, message=message), actor)

    def related(self, request_id: str) -> tuple[Related, ...]:
        """Open requests that may be the same matter as a kept one, the likeliest first.

        Raises NotFound.
        """
        with self._lock:
            request = self._desk.get(request_id)
            found = self._matches(self._report(request), request.text)
            return self._offered(request_id, found)

    def merge(self, into: str, request_id: str, *, at: datetime, actor: str) -> Request:
        """Merge a request into another, which takes the higher tier and the earlier limits.

        Raises NotFound, MergeConflict, StageConflict.
        """
        with self._lock:
            self._merging.merge(into, request_id, at=at, actor=actor)
            merged = self._desk.get(request_id)
            _tried_again(lambda: self._take_over(into, merged, at, actor))
            return self._desk.get(into)

    def unmerge(self, request_id: str, *, at: datetime, actor: str) -> Request:
        """Part a merged request again. Raises NotFound, StageConflict."""
        with self._lock:
            self._merging.unmerge(request_id, at=at, actor=actor)
            return self._desk.get(request_id)

    def compare(self, request_id: str, *, at: datetime, actor: str) -> Kept:
        """Count a kept request whose text is new to the desk among what others reported.

        Raises NotFound.
        """
        with self._lock:
            request = self._desk.get(request_id)
            report = self._report(request)
            found = self._matches(report, request.text)
            incident = self._join(report, self._fellows(report, found), at, actor)
            return Kept(self._desk.get(request_id), self._offered(request_id, found), incident)

    def pass_on(self, request_id: str, *, at: datetime, actor: str) -> None:
        """Give the request in which a merged one lives on what that one is judged as now.

        Raises NotFound.
        """
        with self._lock:
            root = self._merging.root(request_id)
            if root != request_id:
                merged = self._desk.get(request_id)
                _tried_again(lambda: self._take_over(root, merged, at, actor))

    # -- a new message

    def _new(self, triage: Triage, actor: str) -> Kept:
        report = report_from(triage, self._writing.fold(triage.message.text))
        found = self._matches(report, triage.message.text)
        fellows = self._fellows(report, found)
        if fellows:
            people = self._people_with(fellows, report)
            triage = self._reader.judged(triage, replace(triage.facts, incident_reports=people))
        self._desk.keep(triage, self._writing.triage(triage), actor=actor)
        incident = self._join(report, fellows, report.at, actor)
        request = self._desk.get(triage.message.id)
        return Kept(request, self._offered(request.id, found), incident)

    def _as_it_is(self, request_id: str) -> Kept:
        request = self._desk.get(request_id)
        return Kept(request, self.related(request_id), self._incidents.of(request_id))

    # -- a message that continues one

    def _target(self, message: Message) -> Request | None:
        target = burst_target(self._desk.engine, message, self._burst)
        if target is None:
            return None
        request = self._desk.get(target)
        root = self._desk.get(self._merging.root(target))
        open_still = request.stage in WORKABLE or (
            request.stage is Stage.MERGED and root.stage in WORKABLE
        )
        parts = [*parts_of(self._desk.engine, request), message]
        return request if open_still and fits(parts) else None

    def _append(self, request: Request, message: Message, actor: str) -> None:
        parts = parts_of(self._desk.engine, request)
        burst = sorted([*parts, message], key=lambda part: part.received_at)
        whole = replace(
            joined(burst),
            id=request.id,
            received_at=request.received_at,
            channel=request.channel,
            sender=request.sender,
        )
        (read,) = self._reader.triage([whole])
        record = kept_record(self._writing.triage(read), request.id, read.facts)
        rows = self._corrections.of(request.id)
        triage = self._set_right(request, read, record, rows) if rows else read
        former = facts_kept(request)
        facts = triage.facts
        if former is not None:
            facts = replace(facts, incident_reports=former.incident_reports)
            facts = raised(facts, former.raised_tier) if former.raised_tier else facts
        judgement = judge_again(request, facts, self._book(), message.received_at)
        if judgement is not None:
            triage = self._reader.judged(triage, judgement.facts)
            decided = self._writing.decision(triage.decision)
            record = {**record, **decided, "ask_next": list(triage.ask_next)}
        newest = rows[-1].id if rows else None
        append(self._desk.engine, request, message, triage, record, judgement, actor, newest)

    def _set_right(
        self, request: Request, read: Triage, record: Mapping[str, Any], rows: list[Correction]
    ) -> Triage:
        """What the longer text was understood as, with what people set right before it grew."""
        anew = replace(request, triage=dict(record), location=asdict(read.location))
        facts, location = set_right(anew, read.facts, rows, self._book())
        return replace(
            read,
            kind=facts.kind,
            department=facts.department or read.department,
            category=facts.category,
            location=Location(**location),
            facts=facts,
        )

    def _after_appending(self, request_id: str, message: Message, actor: str) -> Kept:
        """Look again for fellows of the longer text; the request it was merged into hears of it."""
        self._index.forget_vector(request_id)
        root = self._merging.root(request_id)
        if root != request_id:
            data = {"message": message.id, "from": request_id, "text": message.text}
            self._desk.note(root, "appended", data, at=message.received_at, actor=actor)
            self.pass_on(request_id, at=message.received_at, actor=actor)
        compared = self.compare(request_id, at=message.received_at, actor=actor)
        return replace(compared, appended=True)

    # -- what may be the same matter

    def _matches(self, report: Report, text: str) -> list[tuple[Report, float]]:
        """Reports at or above the threshold with their probability, the likeliest first."""
        window = timedelta(days=self._settings.duplicate_days)
        near = self._index.nearest(report, self._index.vector(text), window)
        family = split_family(self._desk, report.id)
        scored = []
        for other, nearness in near:
            if other.id in family:
                continue  # other matters of the same message
            later, earlier = (report, other) if report.at >= other.at else (other, report)
            probability = self._matcher.probability(features(later, earlier, nearness))
            if probability >= self._matcher.threshold:
                scored.append((other, probability))
        return sorted(scored, key=lambda pair: (-pair[1], pair[0].id))

    def _offered(
        self, request_id: str, found: Sequence[tuple[Report, float]]
    ) -> tuple[Related, ...]:
        """One line for each request that lives on; a merged one stands for what it is in."""
        own = self._merging.root(request_id)
        roots = self._merging.roots(other.id for other, _ in found)
        report = self._report(self._desk.get(request_id))
        offered: dict[str, Related] = {}
        for other, probability in found:
            root = roots[other.id]
            if root == own or root in offered:
                continue
            if root != other.id and self._desk.get(root).stage not in WORKABLE:
                continue
            later, earlier = (report, other) if report.at >= other.at else (other, report)
            offered[root] = Related(root, round(probability, 3), reasons(later, earlier))
        return tuple(offered.values())[: self._settings.duplicates_shown]

    def _report(self, request: Request) -> Report:
        row = {name: getattr(request, name) for name in _REPORTED}
        return report_of(row, self._writing.fold(request.text))

    # -- incidents

    def _fellows(self, report: Report, found: Iterable[tuple[Report, float]]) -> list[Report]:
        """The surest matches within an incident's time, somebody else's among them.

        Somebody has to act on one of them at least: questions alone are no incident.
        """
        hours = timedelta(hours=self._settings.incident_hours)
        likely = [pair for pair in found if abs(pair[0].at - report.at) <= hours]
        # two people who likely report the same bear each other out; one alone must be sure
        several = len({people_of(other) or other.id for other, _ in likely}) > 1
        enough = self._matcher.threshold if several else self._matcher.certain
        near = [other for other, probability in likely if probability >= enough]
        if not any(one.kind in ACTED_ON for one in (report, *near)):
            return []
        others = any(not same_person(report, other) for other in near)
        joined_before = any(self._incidents.of(other.id) for other in near)
        return near if others or joined_before else []

    def _people_with(self, fellows: Sequence[Report], report: Report) -> int:
        """How many people reported the incident, the writer of this message included."""
        present = next((i for i in (self._incidents.of(r.id) for r in fellows) if i), None)
        ids = dict.fromkeys([*(present.requests if present else ()), *(r.id for r in fellows)])
        members = [self._desk.get(one) for one in ids]
        names = {member.sender or ("", member.id) for member in members}
        return len(names | {report.sender or ("", report.id)})

    def _join(
        self, report: Report, fellows: Sequence[Report], at: datetime, actor: str
    ) -> Incident | None:
        """Link the reports of an incident and judge the earlier ones by the new count."""
        if not fellows:
            return self._incidents.of(report.id)
        ordered = [fellow.id for fellow in fellows if self._incidents.of(fellow.id)]
        rest = [fellow.id for fellow in fellows if fellow.id not in ordered]
        name = about(min(fellows, key=lambda fellow: fellow.at))
        incident = self._incidents.join([*ordered[:1], *rest, report.id], name)
        for member in incident.requests:
            _tried_again(lambda member=member: self._count(member, incident, at, actor))  # type: ignore[misc]
        return incident

    def _count(self, request_id: str, incident: Incident, at: datetime, actor: str) -> None:
        """Tell a report's history of the incident; where its tier rises by it, judge it again."""
        request = self._desk.get(request_id)
        data = {"incident": incident.id, "people": incident.people}
        facts = facts_kept(request)
        rises = None
        if facts is not None and request.stage in WORKABLE:
            facts = replace(facts, incident_reports=max(facts.incident_reports, incident.people))
            rises = self._rise(request, facts, at)
        if rises is not None:
            self._desk.rejudge(request, rises, self._decided(request, rises), at=at, actor=actor,
                               kind="incident", data=data)  # fmt: skip
        elif not self._told(request_id, incident.id):
            self._desk.note(request_id, "incident", data, at=at, actor=actor)

    def _told(self, request_id: str, incident_id: int) -> bool:
        return any(
            event.type == "incident" and event.data.get("incident") == incident_id
            for event in self._desk.history(request_id)
        )

    # -- judging again

    def _rise(self, request: Request, facts: Facts, at: datetime) -> Judgement | None:
        """The new judgement where it lifts the tier, else None."""
        judgement = judge_again(request, facts, self._book(), at)
        if judgement is None or judgement.decision.tier.rank <= Tier(request.tier).rank:
            return None
        return judgement

    def _take_over(self, into: str, merged: Request, at: datetime, actor: str) -> None:
        """Give a request the tier and the earlier limits of one that was merged into it."""
        request = self._desk.get(into)
        facts = facts_kept(request)
        if facts is None:
            return
        if Tier(merged.tier).rank > Tier(request.tier).rank:
            facts = raised(facts, merged.tier)
        judgement = judge_again(request, facts, self._book(), at, merged.deadlines)
        if judgement is None:
            return
        data = {"request": merged.id, "tier": merged.tier}
        self._desk.rejudge(request, judgement, self._decided(request, judgement), at=at,
                           actor=actor, kind=JUDGED_AGAIN, data=data)  # fmt: skip

    def _decided(self, request: Request, judgement: Judgement) -> Mapping[str, Any]:
        return {**request.triage, **self._writing.decision(judgement.decision)}


_REPORTED = (
    "id", "received_at", "channel", "sender", "kind", "department", "location", "triage",
)  # fmt: skip
