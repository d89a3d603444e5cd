"""Facts and decisions as canonical JSON, so that a stored decision can be compared byte for byte.

A value that is at its default is left out: a field that a later version of the program adds
changes no earlier record unless it has something to say.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from rules.errors import InvalidFacts
from rules.types import NUMBERS, Decision, Facts, Kind, Tier

_TEXTS = ("category", "department", "channel", "estate")
_MOMENTS = ("received_at", "wished_at")


@dataclass(frozen=True, slots=True)
class Record:
    """A request as it was decided.

    `facts` are those of `facts_json`, `decision` is the canonical JSON of
    `decision_json`, `rulebook` the identity of the version that decided, `as_of` the
    moment whose rows counted (None: receipt).
    """

    id: str
    facts: Mapping[str, Any]
    decision: str
    rulebook: str
    as_of: datetime | None = None


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8. Raises ValueError for NaN.

    The number forms are Python's; RFC 8785 orders keys by UTF-16 code units, which is the same
    for the ASCII keys used here.
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def facts_json(facts: Facts) -> dict[str, Any]:
    """Facts as plain values; signals sorted, times ISO 8601 with offset."""
    return _record(facts)


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as plain values; lengths in seconds, times ISO 8601 with offset."""
    return _record(decision)


def facts_from_json(value: Any) -> Facts:
    """The facts that `facts_json` wrote; raises `InvalidFacts` for what cannot be facts."""
    if not isinstance(value, Mapping):
        raise InvalidFacts('事实应当是一个对象；请写成 {"kind": "repair", …}')
    known = [field.name for field in fields(Facts)]
    if unknown := sorted(set(value) - set(known)):
        raise InvalidFacts(f"不认识的事实 {'、'.join(unknown)}；可用的有 {'、'.join(known)}")
    for name in ("kind", "received_at"):
        if value.get(name) is None:
            raise InvalidFacts(f"事实缺少 {name}；请补上")
    given: dict[str, Any] = {name: _text(value, name) for name in _TEXTS}
    given |= {name: _count(value, name) for name in NUMBERS}
    given |= {name: _moment(value, name) for name in _MOMENTS}
    given["kind"] = _one_of(Kind, value, "kind")
    given["raised_tier"] = _one_of(Tier, value, "raised_tier")
    return Facts(**given, signals=_signals(value))


def _record(value: Any) -> dict[str, Any]:
    """The fields of a dataclass or named tuple that are not at their default."""
    defaults = _defaults(value)
    return {
        name: _plain(getattr(value, name))
        for name, default in defaults.items()
        if getattr(value, name) != default
    }


def _defaults(value: Any) -> dict[str, Any]:
    """Each field with its default; a field without one is never at it."""
    if isinstance(value, tuple):
        named: Any = value
        return {name: named._field_defaults.get(name, MISSING) for name in named._fields}
    return {
        one.name: one.default if one.default_factory is MISSING else one.default_factory()
        for one in fields(value)
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) or hasattr(value, "_fields"):
        return _record(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(part) for part in value)
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value


def _text(value: Mapping[str, Any], name: str) -> str | None:
    given = value.get(name)
    if given is not None and not isinstance(given, str):
        raise InvalidFacts(f"{name} 应当是文字，现在是 {given!r}")
    return given


def _count(value: Mapping[str, Any], name: str) -> int:
    given = value.get(name, 0)
    if type(given) is not int or given < 0:
        raise InvalidFacts(f"{name} 应当是不小于 0 的整数，现在是 {given!r}")
    return given


def _moment(value: Mapping[str, Any], name: str) -> datetime | None:
    given = value.get(name)
    try:
        moment = None if given is None else datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise InvalidFacts(f"{name} 不是时间；请写成 2026-01-31T09:00:00+08:00") from None
    if moment is not None and moment.tzinfo is None:
        raise InvalidFacts(f"时间 {given} 没有时区；请写成 2026-01-31T09:00:00+08:00")
    return moment


def _one_of(codes: type[Kind] | type[Tier], value: Mapping[str, Any], name: str) -> Any:
    given = value.get(name)
    if given is not None and given not in list(codes):
        raise InvalidFacts(f"{name} 没有 {given!r}；可用的有 {'、'.join(codes)}")
    return None if given is None else codes(given)


def _signals(value: Mapping[str, Any]) -> frozenset[str]:
    given = value.get("signals", [])
    if not isinstance(given, list) or not all(isinstance(code, str) for code in given):
        raise InvalidFacts('signals 应当是信号代码的列表，如 ["no_water"]')
    return frozenset(given)
