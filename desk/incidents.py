"""Several reports of one thing in one place: an incident, counted by people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from desk.tables import incident_requests, incidents, requests
from desk.types import WORKABLE, Incident, Stage


class Incidents:
    """Incidents of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, request_id: str) -> Incident | None:
        """The incident that a request belongs to."""
        query = select(incident_requests.c.incident_id).where(
            incident_requests.c.request_id == request_id
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar_one_or_none()
            return None if found is None else _incident(connection, found)

    def current(self) -> list[Incident]:
        """Incidents with a report that is still worked on, the latest first."""
        live = [*sorted(WORKABLE), Stage.MERGED]
        query = (
            select(incidents.c.id)
            .where(
                incidents.c.id.in_(
                    select(incident_requests.c.incident_id)
                    .join(requests, requests.c.id == incident_requests.c.request_id)
                    .where(requests.c.stage.in_(live))
                )
            )
            .order_by(incidents.c.last_at.desc(), incidents.c.id.desc())
        )
        with self._engine.connect() as connection:
            return [_incident(connection, found) for found in connection.execute(query).scalars()]

    def join(self, request_ids: Sequence[str], about: str) -> Incident:
        """One incident of these requests: that of the first which has one, else a new one.

        A request that belongs to another incident stays there.
        """
        with self._engine.begin() as connection:
            known = {
                row.request_id: row.incident_id
                for row in connection.execute(
                    select(incident_requests).where(incident_requests.c.request_id.in_(request_ids))
                )
            }
            chosen = next((known[one] for one in request_ids if one in known), None)
            moments = connection.execute(
                select(requests.c.received_at).where(requests.c.id.in_(request_ids))
            ).scalars()
            times = sorted(moments)
            if chosen is None:
                made = insert(incidents).values(started_at=times[0], last_at=times[-1], about=about)
                chosen = connection.execute(made.returning(incidents.c.id)).scalar_one()
            else:
                connection.execute(
                    update(incidents)
                    .where(incidents.c.id == chosen, incidents.c.last_at < times[-1])
                    .values(last_at=times[-1])
                )
            rows = [
                {"request_id": one, "incident_id": chosen}
                for one in request_ids
                if one not in known
            ]
            if rows:
                connection.execute(insert(incident_requests), rows)
            return _incident(connection, int(chosen))


def _incident(connection: Connection, incident_id: int) -> Incident:
    row: RowMapping = (
        connection.execute(select(incidents).where(incidents.c.id == incident_id)).mappings().one()
    )
    members = connection.execute(
        select(requests.c.id, requests.c.sender)
        .join(incident_requests, incident_requests.c.request_id == requests.c.id)
        .where(incident_requests.c.incident_id == incident_id)
        .order_by(requests.c.received_at, requests.c.id)
    ).all()
    return Incident(
        id=incident_id,
        about=row["about"],
        started_at=datetime.fromisoformat(row["started_at"]),
        last_at=datetime.fromisoformat(row["last_at"]),
        # whoever gave no name may be anybody: each such message counts as one person
        people=len({member.sender or ("", member.id) for member in members}),
        requests=tuple(member.id for member in members),
    )
