"""Several matters in one message become requests of their own, each linked with the first.

The request that was kept stays: it holds the whole message, its clocks and whatever the words
prove, so a danger to life keeps it critical. The other matters become requests beside it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from assistant.types import Triage
from desk.errors import CorrectionRefused
from desk.revision import proved_dangers
from desk.rows import insert_request, record_event
from desk.store import Desk
from desk.tables import requests
from desk.types import Event, Request
from rules.decide import Rulebook

SPLIT, SPLIT_FROM = "split", "split_from"


@dataclass(frozen=True, slots=True)
class Child:
    """A matter to be registered: its place in the message, its triage as object and as output."""

    start: int
    end: int
    triage: Triage
    record: Mapping[str, Any]


def child_id(request_id: str, start: int, end: int) -> str:
    """The id of a matter: the same whenever it is split off."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{request_id}#{start}-{end}").hex


def matters_to_split(request: Request, book: Rulebook) -> list[Mapping[str, Any]]:
    """The parts that become requests of their own; the one that stays is left out.

    It is the first in which a danger to life is proved, else the first with the request's kind
    and department, else the first. Raises CorrectionRefused where there is one matter only.
    """
    parts: list[Mapping[str, Any]] = list(request.triage.get("parts") or ())
    if len(parts) < 2:
        raise CorrectionRefused(f"来件 {request.id} 只有一件事，不用拆分。")
    dangers = proved_dangers(request, book)
    places = [s["start"] for s in request.triage.get("signals", ()) if s["code"] in dangers]
    dangerous = [p for p in parts if any(p["start"] <= at < p["end"] for at in places)]
    alike = [p for p in parts if (p["kind"], p["department"]) == (request.kind, request.department)]
    staying = (dangerous or alike or parts)[0]
    return [part for part in parts if part is not staying]


def split(
    desk: Desk, request: Request, children: Sequence[Child], *, at: datetime, actor: str
) -> list[Request]:
    """Keep the children beside the request, all or none; those kept already stay as they are."""
    with desk.engine.begin() as connection:
        # the row is held, so that of two who split at the same time one waits for the other
        held = update(requests).where(requests.c.id == request.id).values(stage=requests.c.stage)
        connection.execute(held)
        ids = [child.triage.message.id for child in children]
        known = set(
            connection.execute(select(requests.c.id).where(requests.c.id.in_(ids))).scalars()
        )
        new = [child for child in children if child.triage.message.id not in known]
        for child in new:
            identity = child.triage.message.id
            insert_request(connection, identity, child.triage, child.record, actor)
            link = {"parent": request.id, "start": child.start, "end": child.end}
            record_event(connection, identity, at, actor, SPLIT_FROM, link)
        if new:
            record_event(connection, request.id, at, actor, SPLIT, {"children": ids})
    return [desk.get(identity) for identity in ids]


def split_family(desk: Desk, request_id: str) -> frozenset[str]:
    """The request and all that came of the same message."""
    first = parent_of(desk.history(request_id)) or request_id
    return frozenset({request_id, first, *children_of(desk.history(first))})


def children_of(history: Sequence[Event]) -> tuple[str, ...]:
    """The requests that were split off, from the history of the one that stayed."""
    found = [event.data["children"] for event in history if event.type == SPLIT]
    return tuple(dict.fromkeys(child for children in found for child in children))


def parent_of(history: Sequence[Event]) -> str | None:
    """The request that this one was split off from."""
    return next((str(e.data["parent"]) for e in history if e.type == SPLIT_FROM), None)
