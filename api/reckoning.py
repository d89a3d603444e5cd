"""Limits reckoned by hand: due times, time run, and deadlines after a change of the facts."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from api.incoming import read_moment
from rules.errors import InvalidFacts

if TYPE_CHECKING:
    from rules.clocks import Pause
    from rules.rulebook import Rulebook
    from rules.types import Clock, Facts

Code = TypeVar("Code", bound=StrEnum)


def read_code(codes: type[Code], name: str, noun: str) -> Code:
    """One of the vocabulary's codes; `noun` names them in the error. Raises `InvalidFacts`."""
    if name not in tuple(codes):
        raise InvalidFacts(f"{noun}没有 {name!r}；可选的是 {'、'.join(codes)}。")
    return codes(name)


def read_clock(name: str) -> "Clock":
    """A clock by its code. Raises `InvalidFacts`."""
    from rules.types import Clock

    return read_code(Clock, name, "时钟")


def read_pauses(texts: Iterable[str], now: datetime) -> "tuple[Pause, ...]":
    """Waits, each written as `read_pause` says. Raises `InvalidFacts`."""
    return tuple(read_pause(one, now) for one in texts)


def read_pause(text: str, now: datetime) -> "Pause":
    """A wait from `SINCE/UNTIL`; nothing after the slash: still waiting. Raises `InvalidFacts`."""
    from rules.clocks import Pause

    since, slash, until = text.partition("/")
    if not slash or not since:
        raise InvalidFacts(
            f"等待时段 {text!r} 看不懂；请写成 2026-11-23T10:00/2026-11-24T09:00，"
            "还在等的后一半留空。"
        )
    begin = read_moment(since, now)
    end = read_moment(until, now) if until else None
    if end is not None and end < begin:
        raise InvalidFacts(f"等待时段 {text!r} 的结束早于开始；请检查。")
    return Pause(begin, end)


def due_json(
    book: "Rulebook",
    limit: str,
    clock: "Clock",
    start: datetime,
    pauses: Sequence["Pause"] = (),
    estate: str | None = None,
) -> dict[str, Any]:
    """When a limit that starts at `start` ends; None while a wait goes on.

    Raises `InvalidFacts` for a limit that cannot be read, `NeverOpen`.
    """
    from rules.clocks import due
    from rules.durations import BadSpan, parse_span

    try:
        span = parse_span(limit, clock)
    except BadSpan as error:
        raise InvalidFacts("；".join(error.args) + "。") from None
    moment = due(span, start, book.calendar_for(estate), tuple(pauses))
    return {
        "limit": span.text,
        "clock": clock.value,
        "start": start.isoformat(),
        "due_at": None if moment is None else moment.at.isoformat(),
        "provisional": moment is not None and moment.provisional,
    }


def elapsed_json(
    book: "Rulebook",
    start: datetime,
    end: datetime,
    pauses: Sequence["Pause"] = (),
    estate: str | None = None,
) -> dict[str, Any]:
    """How long both clocks ran between two moments, waits taken out; in seconds."""
    from rules.clocks import running
    from rules.types import Clock

    calendar = book.calendar_for(estate)
    ran = {clock: running(start, end, clock, calendar, tuple(pauses)) for clock in Clock}
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "calendar_seconds": ran[Clock.CALENDAR] / timedelta(seconds=1),
        "service_seconds": ran[Clock.SERVICE] / timedelta(seconds=1),
        "service_days": ran[Clock.SERVICE] / calendar.service_day,
    }


def recomputed_json(
    book: "Rulebook",
    before: "Facts",
    after: "Facts",
    changed_at: datetime,
    met: Iterable[str] = (),
    pauses: Sequence["Pause"] = (),
) -> dict[str, Any]:
    """The deadlines in force after the facts changed from `before` to `after`.

    Raises `InvalidFacts` for an unknown milestone, and as `decide` does.
    """
    from rules.deadlines import deadlines
    from rules.explain_json import deadline_json
    from rules.planning import plan
    from rules.recomputation import recompute
    from rules.types import Milestone

    calendar = book.calendar_for(after.estate)
    was, now = plan(book, before), plan(book, after)
    promised = deadlines(was, before, calendar)
    reached = [read_code(Milestone, name, "时限节点") for name in met]
    found = recompute(
        promised, was.tier, now, after, changed_at, calendar, met=reached, pauses=pauses
    )
    return {
        "tier": {"before": was.tier.value, "after": now.tier.value},
        "before": [deadline_json(one) for one in promised],
        "after": [deadline_json(one) for one in found],
        "rulebook": book.identity,
    }


def facts_from_text(text: str, option: str) -> "Facts":
    """Facts from JSON text. Raises `InvalidFacts` naming the option."""
    from rules.records import facts_from_json

    try:
        value = json.loads(text)
    except ValueError:
        raise InvalidFacts(
            f'{option} 不是 JSON；请写成 {{"kind": "repair", '
            f'"received_at": "2026-11-23T10:00:00+08:00"}}。'
        ) from None
    return facts_from_json(value)
