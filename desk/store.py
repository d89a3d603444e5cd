"""The desk's store: every request kept once, its limits and its history, in SQL.

A step from one stage to the next is a single guarded UPDATE, so that of two people who press
the same button one succeeds and the other is told; the history is only ever added to.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)

from assistant.types import Triage
from desk.errors import NotFound, StageConflict
from desk.tables import deadlines, events, requests
from desk.types import CLOSED, Event, KeptDeadline, Request, Stage
from rules.errors import RecordMissing
from rules.labels import label
from rules.records import Record, canonical, decision_json, facts_json
from rules.types import Deadline

# a milestone reached moves the request to a stage; from where it may come stands beside it
_STEPS: dict[str, tuple[Stage | None, frozenset[Stage]]] = {
    "acknowledge": (None, frozenset(set(Stage) - CLOSED)),
    "dispatch": (Stage.DISPATCHED, frozenset({Stage.RECEIVED, Stage.WAITING})),
    "on_site": (
        Stage.IN_PROGRESS,
        frozenset({Stage.RECEIVED, Stage.DISPATCHED, Stage.WAITING}),
    ),
    "reply": (None, frozenset(set(Stage) - CLOSED)),
    "resolve": (
        Stage.COMPLETED,
        frozenset({Stage.RECEIVED, Stage.DISPATCHED, Stage.IN_PROGRESS, Stage.WAITING}),
    ),
    "return_visit": (Stage.RETURNED, frozenset({Stage.COMPLETED})),
}

_AT_ONCE = 500


def to_moment(value: datetime) -> str:
    """A moment as sortable text in UTC; raises ValueError without an offset."""
    if value.tzinfo is None:
        raise ValueError("a moment needs an offset")
    return value.astimezone(UTC).isoformat(timespec="seconds")


def from_moment(value: str | None) -> datetime | None:
    """The moment that `to_moment` wrote."""
    return None if value is None else datetime.fromisoformat(value)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())


def _length(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


class Desk:
    """Requests of one database. Opening it brings the schema up to date."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _enforce_foreign_keys)
        migrate(self._engine)

    @property
    def engine(self) -> Engine:
        """What the desk's other parts write their own tables through."""
        return self._engine

    def close(self) -> None:
        self._engine.dispose()

    def keep(self, triage: Triage, record: Mapping[str, Any], *, actor: str) -> Request:
        """Keep a triaged message as a request; a message id seen before gives the one kept.

        `record` is the triage output as people and programs see it; it is stored word for word.
        """
        request_id = triage.message.id or uuid.uuid4().hex
        with self._engine.begin() as connection:
            if _row(connection, request_id) is None:
                insert_request(connection, request_id, triage, record, actor)
        return self.get(request_id)

    def get(self, request_id: str) -> Request:
        """One request. Raises NotFound."""
        with self._engine.connect() as connection:
            row = _row(connection, request_id)
            if row is None:
                raise NotFound(f"没有编号为 {request_id} 的来件；请核对编号。")
            return _request(row, _deadlines(connection, [request_id])[request_id])

    def open_requests(self) -> list[Request]:
        """Every request that still has work in it, the shortest time left first."""
        with self._engine.connect() as connection:
            query = select(requests).where(requests.c.stage.not_in([*CLOSED, Stage.RETURNED]))
            rows = connection.execute(query).mappings().all()
            limits = _deadlines(connection, [row["id"] for row in rows])
        found = [_request(row, limits[row["id"]]) for row in rows]
        return sorted(found, key=_by_time_left)

    def history(self, request_id: str) -> list[Event]:
        """What happened to a request, oldest first."""
        with self._engine.connect() as connection:
            query = select(events).where(events.c.request_id == request_id).order_by(events.c.id)
            rows = connection.execute(query).mappings().all()
        return [
            Event(datetime.fromisoformat(row["at"]), row["actor"], row["type"], row["data"])
            for row in rows
        ]

    def record(self, request_id: str) -> Record:
        """What a request was decided by. Raises NotFound, rules.errors.RecordMissing."""
        request = self.get(request_id)
        if request.facts is None or request.decision is None:
            raise RecordMissing(f"来件 {request_id} 登记得早，没有留下判定依据，不能重判。")
        return Record(request.id, request.facts, request.decision, request.rulebook)

    def records(self, limit: int | None = None) -> Iterator[Record]:
        """What the requests were decided by, the newest first, as far as it was recorded."""
        query = (
            select(requests.c.id, requests.c.facts, requests.c.decision, requests.c.rulebook)
            .where(requests.c.decision.is_not(None))
            .order_by(requests.c.received_at.desc(), requests.c.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
                yield Record(*row)

    def milestones_met(self) -> dict[str, dict[str, datetime]]:
        """When each milestone of each request was reached, by request and milestone."""
        query = select(deadlines.c.request_id, deadlines.c.milestone, deadlines.c.met_at)
        found: dict[str, dict[str, datetime]] = {}
        with self._engine.connect() as connection:
            for request_id, milestone, at in connection.execute(
                query.where(deadlines.c.met_at.is_not(None))
            ):
                found.setdefault(request_id, {})[milestone] = datetime.fromisoformat(at)
        return found

    def unrecorded(self) -> int:
        """How many requests were kept before facts were recorded."""
        query = select(func.count()).where(requests.c.decision.is_(None))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def reach(
        self,
        request_id: str,
        milestone: str,
        *,
        at: datetime,
        actor: str,
        follow_up_due: datetime | None = None,
    ) -> Request:
        """Record that a milestone was reached, and move the stage where that follows.

        `follow_up_due` sets the return visit's limit when the milestone is `resolve`.
        Raises NotFound, or StageConflict when the request is in a stage that does not allow it.
        """
        stage, allowed = _STEPS[milestone]
        with self._engine.begin() as connection:
            before = _row(connection, request_id)
            if before is None:
                raise NotFound(f"没有编号为 {request_id} 的来件；请核对编号。")
            guarded = (
                update(requests)
                .where(requests.c.id == request_id, requests.c.stage.in_(sorted(allowed)))
                .values(stage=stage or requests.c.stage)
            )
            if connection.execute(guarded).rowcount != 1:
                stage_name = label(before["stage"], "stages")
                raise StageConflict(
                    f"来件 {request_id} 现在是「{stage_name}」状态，不能记录"
                    f"「{label(milestone, 'milestones')}」；请刷新后再操作。"
                )
            _meet(connection, request_id, milestone, at)
            if milestone == "resolve" and follow_up_due is not None:
                _set_due(connection, request_id, "return_visit", follow_up_due)
            record_event(connection, request_id, at, actor, milestone, {"stage": stage})
        return self.get(request_id)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to the newest migration, or up to the one named."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _enforce_foreign_keys(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


def _by_time_left(request: Request) -> tuple[bool, datetime]:
    upcoming = request.next_deadline
    if upcoming is None or upcoming.due_at is None:
        return (True, request.received_at)
    return (False, upcoming.due_at)


def insert_request(
    connection: Connection,
    request_id: str,
    triage: Triage,
    record: Mapping[str, Any],
    actor: str,
) -> None:
    """Insert a triaged message with its limits and the first line of its history."""
    message, decision = triage.message, triage.decision
    connection.execute(
        insert(requests).values(
            id=request_id,
            received_at=to_moment(message.received_at),
            channel=message.channel,
            sender=message.sender,
            text=message.text,
            kind=triage.kind,
            department=triage.department,
            category=triage.category,
            tier=decision.tier,
            level=decision.level,
            stage=Stage.RECEIVED,
            location=record["location"],
            rulebook=decision.rulebook,
            triage={**record, "id": request_id},
            facts=facts_json(triage.facts),
            decision=canonical(decision_json(decision)).decode(),
        )
    )
    insert_limits(connection, request_id, decision.deadlines)
    record_event(connection, request_id, message.received_at, actor, "received", {})


def insert_limits(connection: Connection, request_id: str, limits: Iterable[Deadline]) -> None:
    """Insert a request's limits, none of them met."""
    rows = [
        {
            "request_id": request_id,
            "milestone": limit.milestone,
            "due_at": None if limit.due_at is None else to_moment(limit.due_at),
            "clock": limit.clock,
            "limit": limit.limit,
            "note": limit.note,
            "provisional": int(limit.provisional),
            "after_completion": _seconds(limit.after_completion),
        }
        for limit in limits
    ]
    if rows:
        connection.execute(insert(deadlines), rows)


def _row(connection: Connection, request_id: str) -> RowMapping | None:
    query = select(requests).where(requests.c.id == request_id)
    return connection.execute(query).mappings().one_or_none()


def _deadlines(
    connection: Connection, request_ids: Sequence[str]
) -> dict[str, tuple[KeptDeadline, ...]]:
    query = select(deadlines).where(deadlines.c.request_id.in_(request_ids))
    found: dict[str, list[KeptDeadline]] = {request_id: [] for request_id in request_ids}
    for row in connection.execute(query).mappings():
        found[row["request_id"]].append(
            KeptDeadline(
                milestone=row["milestone"],
                due_at=from_moment(row["due_at"]),
                clock=row["clock"],
                limit=row["limit"],
                note=row["note"],
                provisional=bool(row["provisional"]),
                met_at=from_moment(row["met_at"]),
                after_completion=_length(row["after_completion"]),
            )
        )
    order = list(_STEPS)
    return {
        request_id: tuple(sorted(limits, key=lambda limit: order.index(limit.milestone)))
        for request_id, limits in found.items()
    }


def _request(row: RowMapping, limits: tuple[KeptDeadline, ...]) -> Request:
    fields = {name: row[name] for name in requests.c.keys()}  # noqa: SIM118 - a column collection
    fields["received_at"] = datetime.fromisoformat(row["received_at"])
    fields["stage"] = Stage(row["stage"])
    return Request(**fields, deadlines=limits)


def _meet(connection: Connection, request_id: str, milestone: str, at: datetime) -> None:
    """Record when a milestone was reached; what comes before it is reached by then too.

    The first time stays.
    """
    order = list(_STEPS)
    connection.execute(
        update(deadlines)
        .where(
            deadlines.c.request_id == request_id,
            deadlines.c.milestone.in_(order[: order.index(milestone) + 1]),
            deadlines.c.met_at.is_(None),
        )
        .values(met_at=to_moment(at))
    )


def _set_due(connection: Connection, request_id: str, milestone: str, due: datetime) -> None:
    connection.execute(
        update(deadlines)
        .where(deadlines.c.request_id == request_id, deadlines.c.milestone == milestone)
        .values(due_at=to_moment(due))
    )


def record_event(
    connection: Connection,
    request_id: str,
    at: datetime,
    actor: str,
    kind: str,
    data: dict[str, Any],
) -> None:
    """Add a line to a request's history."""
    connection.execute(
        insert(events).values(
            request_id=request_id, at=to_moment(at), actor=actor, type=kind, data=data
        )
    )
