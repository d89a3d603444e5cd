"""What the matcher compares, from a triage or from the row of a kept request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from assistant.types import Triage
from desk.matching import Report, of_the_matter
from desk.subjects import subjects
from rules.labels import label


def report_of(row: RowMapping | Mapping[str, Any], folded: str) -> Report:
    """The report of a kept request; `folded` is its text as words are looked for in it."""
    place: Mapping[str, str | None] = row["location"] or {}
    record: Mapping[str, Any] = row["triage"] or {}
    details = record.get("details") or {}
    moment = row["received_at"]
    return Report(
        id=row["id"],
        at=moment if isinstance(moment, datetime) else datetime.fromisoformat(moment),
        subject=subjects().read(folded),
        sender=row["sender"],
        channel=row["channel"],
        contacts=frozenset(details.get("contacts") or ()),
        kind=row["kind"],
        department=row["department"],
        signals=frozenset(signal["code"] for signal in record.get("signals") or ()),
        building=place.get("building"),
        unit=place.get("unit"),
        floor=place.get("floor"),
        room=place.get("room"),
        place=place.get("place"),
    )


def report_from(triage: Triage, folded: str) -> Report:
    """The report of a message that is not kept yet."""
    message, where = triage.message, triage.location
    return Report(
        id=message.id,
        at=message.received_at,
        subject=subjects().read(folded),
        sender=message.sender,
        channel=message.channel,
        contacts=frozenset(triage.details.contacts),
        kind=str(triage.kind),
        department=triage.department,
        signals=frozenset(signal.code for signal in triage.signals),
        building=where.building,
        unit=where.unit,
        floor=where.floor,
        room=where.room,
        place=where.place,
    )


def about(report: Report) -> str:
    """What and where in Chinese, for the name of an incident: 3栋1单元 · 电梯故障."""
    where = "".join(
        f"{value}{word}"
        for value, word in ((report.building, "栋"), (report.unit, "单元"))
        if value
    ) + (report.place or "")
    things = sorted(report.subject.things)
    if signals := of_the_matter(report.signals):
        what = label(min(signals), "signals")
    else:
        what = subjects().labels[things[0]] if things else label(report.kind, "kinds")
    return " · ".join(part for part in (where, what) if part)
