"""Incoming messages: from the JSON of a line or a request body to a checked `Message`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from assistant.types import Message

CHANNELS = ("hotline", "app", "wechat", "front_desk", "email", "other")
FIELDS = {"id", "text", "received_at", "channel", "sender"}


class IncomingError(Exception):
    """A message lacks something or has it in a wrong form: correct it."""


def message_from(value: Any, now: datetime) -> Message:
    """A message from `{id?, text, received_at?, channel?, sender?}`; `now` where no time is given.

    A time without an offset is read in the zone of `now`. Raises IncomingError.
    """
    from assistant.triage import check_text

    if not isinstance(value, Mapping) or not isinstance(value.get("text"), str):
        raise IncomingError("缺少字段 text（来件原文）；请补上。")
    if unknown := sorted(set(value) - FIELDS):
        raise IncomingError(
            f"不认识的字段 {'、'.join(unknown)}；可用的是 {'、'.join(sorted(FIELDS))}。"
        )
    check_text(value["text"])
    channel = value.get("channel") or "other"
    if channel not in CHANNELS:
        raise IncomingError(f"渠道 {channel!r} 不存在；可用的是 {'、'.join(CHANNELS)}。")
    return Message(
        text=value["text"],
        received_at=read_moment(value.get("received_at"), now),
        id=str(value.get("id") or ""),
        channel=channel,
        sender=str(value.get("sender") or ""),
    )


def read_moment(value: Any, now: datetime) -> datetime:
    """A moment from ISO 8601 text, `now` from none; without an offset it is in the zone of `now`.

    Raises IncomingError.
    """
    if value in (None, ""):
        return now
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise IncomingError(
            f"时间 {value!r} 不可用；请写成 2026-11-20T09:00:00+08:00 这样的形式。"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def read_day(value: str | None) -> date | None:
    """A day from `2026-11-20`, None from none. Raises IncomingError."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value or "")
    except ValueError as error:
        raise IncomingError(f"日期 {value!r} 不可用；请写成 2026-11-20 这样的形式。") from error
