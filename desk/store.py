"""The desk's store: every request kept once, its limits and its history, in SQL.

A step from one stage to the next is a single guarded UPDATE, so that of two people who press
the same button one succeeds and the other is told; the history is only ever added to.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select, update

from assistant.types import Triage
from desk.errors import NotFound, StageConflict
from desk.judging import Judgement, before
from desk.rows import (
    deadlines_of,
    existing,
    insert_request,
    meet,
    record_event,
    replace_unmet_deadlines,
    request_from,
    row_of,
    set_due,
)
from desk.tables import deadlines, events, requests
from desk.types import CLOSED, Event, Request, Stage
from rules.errors import RecordMissing
from rules.labels import label
from rules.records import Record, canonical, decision_json, facts_json

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
        """The database, for the other stores of this package."""
        return self._engine

    def close(self) -> None:
        self._engine.dispose()

    def keep(self, triage: Triage, record: Mapping[str, Any], *, actor: str) -> Request:
        """Keep a triaged message as a request; a message id seen before gives the one kept.

        `record` is the triage output as people and programs see it; it is stored as it is.
        """
        request_id = triage.message.id or uuid.uuid4().hex
        with self._engine.begin() as connection:
            if row_of(connection, request_id) is None:
                insert_request(connection, request_id, triage, record, actor)
        return self.get(request_id)

    def get(self, request_id: str) -> Request:
        """One request. Raises NotFound."""
        with self._engine.connect() as connection:
            row = row_of(connection, request_id)
            if row is None:
                raise NotFound(f"没有编号为 {request_id} 的来件；请核对编号。")
            return request_from(row, deadlines_of(connection, [request_id])[request_id])

    def open_requests(self) -> list[Request]:
        """Every request that still has work in it, the shortest time left first."""
        with self._engine.connect() as connection:
            query = select(requests).where(requests.c.stage.not_in([*CLOSED, Stage.RETURNED]))
            rows = connection.execute(query).mappings().all()
            limits = deadlines_of(connection, [row["id"] for row in rows])
        found = [request_from(row, limits[row["id"]]) for row in rows]
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
            before = row_of(connection, request_id)
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
            meet(connection, request_id, milestone, at)
            if milestone == "resolve" and follow_up_due is not None:
                set_due(connection, request_id, "return_visit", follow_up_due)
            record_event(connection, request_id, at, actor, milestone, {"stage": stage})
        return self.get(request_id)

    def note(
        self, request_id: str, kind: str, data: dict[str, Any], *, at: datetime, actor: str
    ) -> None:
        """Add a line to a request's history. Raises NotFound."""
        with self._engine.begin() as connection:
            existing(connection, request_id)
            record_event(connection, request_id, at, actor, kind, data)

    def rejudge(
        self,
        request: Request,
        judgement: Judgement,
        triage: Mapping[str, Any],
        *,
        at: datetime,
        actor: str,
        kind: str,
        data: dict[str, Any],
    ) -> Request:
        """Put another judgement in the place of a request's own, which its history keeps.

        `triage` is the record as it is shown from now on. An unmet limit is replaced, a met one
        stays. Raises StageConflict when the request has changed since it was read.
        """
        decision = judgement.decision
        guarded = (
            update(requests)
            .where(
                requests.c.id == request.id,
                requests.c.stage == request.stage,
                requests.c.decision == request.decision,
            )
            .values(
                tier=decision.tier,
                level=decision.level,
                rulebook=decision.rulebook,
                triage=dict(triage),
                facts=facts_json(judgement.facts),
                decision=canonical(decision_json(decision)).decode(),
            )
        )
        with self._engine.begin() as connection:
            if connection.execute(guarded).rowcount != 1:
                raise StageConflict(f"来件 {request.id} 刚被别人改动；请刷新后再操作。")
            replace_unmet_deadlines(connection, request.id, judgement.limits)
            data = {**data, "before": before(request)}
            record_event(connection, request.id, at, actor, kind, data)
        return self.get(request.id)


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
