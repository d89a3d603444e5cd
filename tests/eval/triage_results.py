"""Triage results and labels made by hand, for tests of what is counted from them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assistant.types import Location, Message, Signal, Triage
from eval.readers import LabelLine
from rules.types import Decision, Facts, Kind, Tier

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def result(
    identity: str,
    kind: Kind = Kind.REPAIR,
    department: str = "engineering",
    tier: Tier = Tier.NORMAL,
    codes: tuple[str, ...] = (),
    **more: Any,
) -> Triage:
    """A result; `more` are fields of Triage."""
    fields: dict[str, Any] = {
        "message": Message("…", NOW, id=identity),
        "kind": kind,
        "kind_confidence": 0.9,
        "department": department,
        "category": None,
        "signals": tuple(Signal(code, "…", 0, 1) for code in codes),
        "location": Location(),
        "facts": Facts(kind, NOW, frozenset(codes)),
        "decision": Decision(tier, 2, department, department, (), (), "b@1"),
        "ask_next": (),
        "language": "zh",
        "script": "simplified",
    }
    return Triage(**(fields | more))


def label(
    identity: str,
    kind: str = "repair",
    department: str = "engineering",
    tier: str | None = "normal",
    **more: Any,
) -> LabelLine:
    """A label; `more` are fields of LabelLine."""
    fields: dict[str, Any] = {
        "kind_alt": None,
        "department_alt": None,
        "category": None,
        "tier_alt": None,
        "in_scope": True,
    }
    return LabelLine(id=identity, kind=kind, department=department, tier=tier, **(fields | more))
