"""Corrections of kept requests: what people set right, by whom and when; only ever added to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, insert, select, update

from desk.errors import ChangedMeanwhile, CorrectionRefused
from desk.merging import taken_over
from desk.revision import (
    Revision,
    checked_value,
    current_value,
    in_force,
    revise,
    value_before,
)
from desk.rows import record_event, replace_unmet_deadlines, to_moment
from desk.store import Desk
from desk.tables import corrections, requests
from desk.types import Correction, Request
from rules.decide import Rulebook
from rules.records import canonical, decision_json, facts_json


class Corrections:
    """Sets fields of kept requests right and takes that back, each with its line in the history.

    The request is judged again by `book`; what it was judged by before stays in the history.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _engine(self) -> Engine:
        return self._desk.engine

    def of(self, request_id: str) -> list[Correction]:
        """Every correction of a request, also those undone, oldest first."""
        query = select(corrections).where(corrections.c.request_id == request_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(corrections.c.id)).mappings().all()
        return [_correction(row) for row in rows]

    def corrected(self) -> Iterator[tuple[Request, list[Correction]]]:
        """Requests with a correction, each with all of its corrections; in the order of receipt."""
        query = (
            select(corrections.c.request_id)
            .join(requests, requests.c.id == corrections.c.request_id)
            .group_by(corrections.c.request_id, requests.c.received_at)
            .order_by(requests.c.received_at, corrections.c.request_id)
        )
        with self._engine.connect() as connection:
            ids = connection.execute(query).scalars().all()
        for request_id in ids:
            yield self._desk.get(request_id), self.of(request_id)

    def correct(
        self,
        request_id: str,
        field: str,
        value: Any,
        *,
        book: Rulebook,
        at: datetime,
        actor: str,
        reason: str = "",
    ) -> Request:
        """Set a field of a request. A value that it has already changes nothing.

        Raises NotFound, CorrectionRefused, ChangedMeanwhile, rules.errors.RecordMissing.
        """
        request, so_far = self._desk.get(request_id), self.of(request_id)
        value = checked_value(request, field, value, reason, book)
        before = current_value(request, field, so_far)
        if before == value:
            return request
        revision = revise(request, field, value, so_far, book, at)
        made = Correction(0, request_id, field, before, value, reason.strip(), actor, at)
        return self._keep(request, so_far, made, revision)

    def undo(
        self, request_id: str, field: str, *, book: Rulebook, at: datetime, actor: str
    ) -> Request:
        """Take the newest correction of a field back. Raises as `correct` does."""
        request, so_far = self._desk.get(request_id), self.of(request_id)
        standing = in_force(so_far).get(field)
        if standing is None:
            raise CorrectionRefused(f"来件 {request_id} 没有可以撤销的更正 {field}；请刷新后再看。")
        value = value_before(field, so_far)
        if field == "tier" and value is None:
            value = taken_over(self._desk.history(request_id))
        revision = revise(request, field, value, [*so_far, _undoing(standing, at)], book, at)
        after = revision.decision.tier if field == "tier" and revision.decision else value
        before = current_value(request, field, so_far)
        made = Correction(0, request_id, field, before, after, "", actor, at, standing.id)
        return self._keep(request, so_far, made, revision)

    def _keep(
        self, request: Request, so_far: list[Correction], made: Correction, revision: Revision
    ) -> Request:
        with self._engine.begin() as connection:
            _rewrite(connection, request, so_far, revision)
            number = connection.execute(
                insert(corrections).values(
                    request_id=made.request_id,
                    field=made.field,
                    before=made.before,
                    after=made.after,
                    reason=made.reason,
                    actor=made.actor,
                    at=to_moment(made.at),
                    undoes=made.undoes,
                )
            ).inserted_primary_key
            told = {
                "correction": number[0] if number else None,
                "field": made.field,
                "before": made.before,
                "after": made.after,
                "undoes": made.undoes,
                "reason": made.reason,
            }
            if revision.decision is not None:
                was = {"facts": request.facts, "decision": request.decision}
                told |= {**was, "rulebook": request.rulebook}
            record_event(connection, request.id, made.at, made.actor, "corrected", told)
        return self._desk.get(request.id)


def _undoing(standing: Correction, at: datetime) -> Correction:
    """A row that takes `standing` out of what is in force."""
    return Correction(0, standing.request_id, standing.field, None, None, "", "", at, standing.id)


def _rewrite(
    connection: Connection, request: Request, so_far: list[Correction], revision: Revision
) -> None:
    """Store the request as revised. Raises ChangedMeanwhile when it is not as it was read."""
    values: dict[str, Any] = {
        "kind": revision.kind,
        "department": revision.department,
        "category": revision.category,
        "location": dict(revision.location),
    }
    if revision.decision is not None:
        values |= {
            "tier": revision.decision.tier,
            "level": revision.decision.level,
            "rulebook": revision.decision.rulebook,
            "facts": facts_json(revision.facts),
            "decision": canonical(decision_json(revision.decision)).decode(),
        }
    guarded = (
        update(requests)
        .where(
            requests.c.id == request.id,
            requests.c.stage == request.stage,
            requests.c.text == request.text,
            requests.c.decision == request.decision,
        )
        .values(values)
    )
    taken = connection.execute(guarded).rowcount != 1
    newest = select(func.max(corrections.c.id)).where(corrections.c.request_id == request.id)
    seen = so_far[-1].id if so_far else None
    if taken or connection.execute(newest).scalar_one() != seen:
        raise ChangedMeanwhile(f"来件 {request.id} 刚被别人改动；请刷新后再更正。")
    if revision.deadlines is not None:
        replace_unmet_deadlines(connection, request.id, revision.deadlines)


def _correction(row: RowMapping) -> Correction:
    fields = {name: row[name] for name in corrections.c.keys()}  # noqa: SIM118 - a column collection
    return Correction(**{**fields, "at": datetime.fromisoformat(row["at"])})
