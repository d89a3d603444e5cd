"""SQL of a request that is several messages: finding it, its parts, adding one."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, insert, select, update

from assistant.types import Message, Triage
from desk.bursts import Burst
from desk.errors import StageConflict
from desk.judging import Judgement, before
from desk.rows import record_event, replace_unmet_deadlines, to_moment
from desk.splitting import SPLIT_FROM
from desk.tables import corrections, events, parts, requests
from desk.types import Request
from rules.records import canonical, decision_json, facts_json


def request_of_message(engine: Engine, message_id: str) -> str | None:
    """The request that a message became or was added to."""
    query = select(parts.c.request_id).where(parts.c.message_id == message_id)
    own = select(requests.c.id).where(requests.c.id == message_id)
    with engine.connect() as connection:
        found = connection.execute(own).scalar_one_or_none()
        return found or connection.execute(query).scalar_one_or_none()


def parts_of(engine: Engine, request: Request) -> list[Message]:
    """The messages that a request was made of, in the order of their arrival."""
    query = select(parts).where(parts.c.request_id == request.id).order_by(parts.c.number)
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    if not rows:
        return [_part(request, request.id, request.text, request.received_at)]
    return [
        _part(request, row["message_id"], row["text"], datetime.fromisoformat(row["received_at"]))
        for row in rows
    ]


def burst_target(engine: Engine, message: Message, burst: Burst) -> str | None:
    """The request of the same sender and channel that a message continues, the latest one."""
    if not message.sender or burst.window <= timedelta(0):
        return None
    reach = burst.window * burst.most
    query = (
        select(requests.c.id, requests.c.received_at)
        .where(
            requests.c.sender == message.sender,
            requests.c.channel == message.channel,
            requests.c.received_at >= to_moment(message.received_at - reach),
            requests.c.received_at <= to_moment(message.received_at + reach),
            # the request that has the whole message goes on with it
            requests.c.id.not_in(select(events.c.request_id).where(events.c.type == SPLIT_FROM)),
        )
        .order_by(requests.c.received_at.desc(), requests.c.id)
    )
    with engine.connect() as connection:
        for request_id, received_at in connection.execute(query).all():
            added = connection.execute(
                select(parts.c.received_at).where(parts.c.request_id == request_id)
            ).scalars()
            moments = [datetime.fromisoformat(moment) for moment in [*added] or [received_at]]
            if burst.takes(moments, message.received_at):
                return str(request_id)
    return None


def append(
    engine: Engine,
    request: Request,
    message: Message,
    triage: Triage,
    record: Mapping[str, Any],
    judgement: Judgement | None,
    actor: str,
    corrected: int | None = None,
) -> None:
    """Add a message to a request: the whole text, what it was understood as, the new judgement.

    `record` is what the text was understood as, `triage` also with what people have set right up to
    the correction `corrected`.
    Without a judgement only text and labels change. Raises StageConflict when the request has
    changed since it was read; nothing is stored then.
    """
    changed: dict[str, Any] = {"text": triage.message.text, "location": asdict(triage.location)}
    changed |= {"kind": triage.kind, "department": triage.department, "category": triage.category}
    if judgement is None:
        kept = ("tier", "level", "responsible", "leading", "deadlines", "because", "rulebook")
        changed["triage"] = {**record, **{key: request.triage.get(key) for key in kept}}
    else:
        decision = judgement.decision
        changed |= {"tier": decision.tier, "level": decision.level, "rulebook": decision.rulebook}
        changed |= {"triage": dict(record), "facts": facts_json(judgement.facts)}
        changed["decision"] = canonical(decision_json(decision)).decode()
    known = parts_of(engine, request)
    with engine.begin() as connection:
        guarded = (
            update(requests)
            .where(
                requests.c.id == request.id,
                requests.c.stage == request.stage,
                requests.c.text == request.text,
                requests.c.decision == request.decision,
            )
            .values(**changed)
        )
        newest = select(func.max(corrections.c.id)).where(corrections.c.request_id == request.id)
        taken = connection.execute(guarded).rowcount != 1
        if taken or connection.execute(newest).scalar_one() != corrected:
            raise StageConflict(f"来件 {request.id} 刚被别人改动；请刷新后再操作。")
        fresh = [message] if len(known) > 1 else [*known, message]
        first = 0 if len(known) == 1 else len(known)
        connection.execute(
            insert(parts),
            [
                {
                    "message_id": part.id,
                    "request_id": request.id,
                    "number": first + number,
                    "received_at": to_moment(part.received_at),
                    "text": part.text,
                }
                for number, part in enumerate(fresh)
            ],
        )
        if judgement is not None:
            replace_unmet_deadlines(connection, request.id, judgement.limits)
        data = {"message": message.id, "text": message.text, "before": before(request)}
        record_event(connection, request.id, message.received_at, actor, "appended", data)


def _part(request: Request, message_id: str, text: str, received_at: datetime) -> Message:
    return Message(text, received_at, message_id, request.channel, request.sender)
