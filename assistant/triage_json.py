"""A triage result as plain values."""

from collections.abc import Sequence
from typing import Any

from assistant.types import Authority, Details, Opinion, Part, Signal, Triage
from rules.types import Decision


def to_json(triage: Triage) -> dict[str, Any]:
    """The result as the command line and HTTP give it; times are ISO 8601 with offset."""
    location = triage.location
    return {
        "id": triage.message.id,
        "kind": str(triage.kind),
        "kind_confidence": triage.kind_confidence,
        "kinds": _opinions(triage.kinds),
        "department": triage.department,
        "departments": _opinions(triage.departments),
        "category": triage.category,
        "in_scope": triage.in_scope,
        "authority": _authority_json(triage.authority),
        "signals": [_signal_json(signal) for signal in triage.signals],
        "suggested": _opinions(triage.suggested),
        "location": {
            "building": location.building,
            "unit": location.unit,
            "floor": location.floor,
            "room": location.room,
            "place": location.place,
        },
        "details": _details_json(triage.details),
        "parts": [_part_json(part) for part in triage.parts],
        **decision_json(triage.decision),
        "ask_next": list(triage.ask_next),
        "language": triage.language,
        "script": triage.script,
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """The part of a result that the rules decided."""
    return {
        "tier": str(decision.tier),
        "level": decision.level,
        "responsible": decision.responsible,
        "leading": decision.leading,
        "deadlines": [
            {
                "milestone": str(limit.milestone),
                "due_at": limit.due_at.isoformat() if limit.due_at else None,
                "clock": str(limit.clock),
                "limit": limit.limit,
                "rule": limit.rule,
                "provisional": limit.provisional,
                "note": limit.note,
            }
            for limit in decision.deadlines
        ],
        "because": [
            {"rule": row.rule, "text": row.text, "source": row.source} for row in decision.because
        ],
        "rulebook": decision.rulebook,
    }


def _signal_json(signal: Signal) -> dict[str, Any]:
    value = {} if signal.value is None else {"value": signal.value}
    return {
        "code": signal.code,
        "evidence": signal.evidence,
        "start": signal.start,
        "end": signal.end,
        **value,
    }


def _opinions(opinions: Sequence[Opinion]) -> list[dict[str, Any]]:
    return [{"code": one.code, "confidence": one.confidence} for one in opinions]


def _authority_json(authority: Authority | None) -> dict[str, str] | None:
    if authority is None:
        return None
    return {"code": authority.code, "label": authority.label, "contact": authority.contact}


def _details_json(details: Details) -> dict[str, Any]:
    wish = details.wish
    return {
        "contacts": list(details.contacts),
        "plates": list(details.plates),
        "wish": None
        if wish is None
        else {
            "text": wish.text,
            "start": wish.start,
            "end": wish.end,
            "at": wish.at.isoformat(),
            "until": wish.until.isoformat() if wish.until else None,
        },
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "start": part.start,
        "end": part.end,
        "kind": str(part.kind),
        "department": part.department,
        "category": part.category,
    }
