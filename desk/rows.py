"""Rows of the desk's tables and the values they stand for; every function works on a connection.

Callers hold the transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from assistant.types import Triage
from desk.errors import NotFound
from desk.tables import deadlines, events, requests
from desk.types import SUSPECTED, KeptDeadline, Request, Stage
from rules.records import canonical, decision_json, facts_json
from rules.types import Deadline, Facts, Milestone

_ORDER = list(Milestone)


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


def insert_request(
    connection: Connection,
    request_id: str,
    triage: Triage,
    record: Mapping[str, Any],
    actor: str,
) -> None:
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
            triage=kept_record(record, request_id, triage.facts),
            facts=facts_json(triage.facts),
            decision=canonical(decision_json(decision)).decode(),
        )
    )
    insert_deadlines(connection, request_id, decision.deadlines)
    record_event(connection, request_id, message.received_at, actor, "received", {})


def kept_record(record: Mapping[str, Any], request_id: str, facts: Facts) -> dict[str, Any]:
    """A triage output as it is kept: with the id, and with how sure the model is of a danger.

    The percentage is among the facts until a person answers the suspicion; here it stays, so that
    the answer can be taken back.
    """
    return {**record, "id": request_id, SUSPECTED: facts.suspected_danger}


def insert_deadlines(connection: Connection, request_id: str, limits: Sequence[Deadline]) -> None:
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


def replace_unmet_deadlines(
    connection: Connection, request_id: str, limits: Sequence[Deadline]
) -> None:
    """Put other limits in the place of those not met yet; what was met stays as it was."""
    connection.execute(
        delete(deadlines).where(deadlines.c.request_id == request_id, deadlines.c.met_at.is_(None))
    )
    met = connection.execute(
        select(deadlines.c.milestone).where(deadlines.c.request_id == request_id)
    ).scalars()
    kept = set(met)
    insert_deadlines(
        connection, request_id, [limit for limit in limits if limit.milestone not in kept]
    )


def existing(connection: Connection, request_id: str) -> RowMapping:
    """The row of a request, locked until the transaction ends where the database can.

    Raises NotFound.
    """
    query = select(requests).where(requests.c.id == request_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"没有编号为 {request_id} 的来件；请核对编号。")
    return row


def row_of(connection: Connection, request_id: str) -> RowMapping | None:
    query = select(requests).where(requests.c.id == request_id)
    return connection.execute(query).mappings().one_or_none()


def deadlines_of(
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
    return {
        request_id: tuple(
            sorted(limits, key=lambda limit: _ORDER.index(Milestone(limit.milestone)))
        )
        for request_id, limits in found.items()
    }


def request_from(row: RowMapping, limits: tuple[KeptDeadline, ...]) -> Request:
    fields = {name: row[name] for name in requests.c.keys()}  # noqa: SIM118 - a column collection
    fields["received_at"] = datetime.fromisoformat(row["received_at"])
    fields["stage"] = Stage(row["stage"])
    return Request(**fields, deadlines=limits)


def meet(connection: Connection, request_id: str, milestone: str, at: datetime) -> None:
    """Record when a milestone was reached; what comes before it is reached by then too.

    The first time stays.
    """
    connection.execute(
        update(deadlines)
        .where(
            deadlines.c.request_id == request_id,
            deadlines.c.milestone.in_(_ORDER[: _ORDER.index(Milestone(milestone)) + 1]),
            deadlines.c.met_at.is_(None),
        )
        .values(met_at=to_moment(at))
    )


def set_due(connection: Connection, request_id: str, milestone: str, due: datetime) -> None:
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
    connection.execute(
        insert(events).values(
            request_id=request_id, at=to_moment(at), actor=actor, type=kind, data=data
        )
    )
