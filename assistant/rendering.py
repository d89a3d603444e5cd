"""Drafts as people read them and as programs get them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from assistant.types import Citation, Draft, Segment, Violation


def say_moment(moment: datetime, now: datetime) -> str:
    """A moment as people say it on the day of `now`: 今天14:30, 明天10:00, 11月25日16:00."""
    local = moment.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    day = {0: "今天", 1: "明天"}.get(days) or (
        f"{local.month}月{local.day}日"
        if local.year == now.year
        else f"{local.year}年{local.month}月{local.day}日"
    )
    return f"{day}{local:%H:%M}"


# a new paragraph starts before these roles
_BREAKS = frozenset({"empathy", "safety", "fact", "commitment", "ask", "next_step", "closing"})
_JOINED = frozenset({("fact", "fact"), ("empathy", "empathy"), ("commitment", "next_step")})


def render(segments: Sequence[Segment]) -> str:
    """The draft as plain text with paragraphs, ready to send."""
    text, previous = "", ""
    for segment in segments:
        new_paragraph = segment.role in _BREAKS and (previous, segment.role) not in _JOINED
        text += ("\n" if text and new_paragraph else "") + segment.text
        previous = segment.role
    return text


def to_json(draft: Draft, triage: dict[str, Any]) -> dict[str, Any]:
    """The draft as the command line and HTTP give it: the triage output and what is added."""
    return {
        **triage,
        "text": draft.text,
        "segments": [segment_json(segment) for segment in draft.segments],
        "citations": [citation_json(citation) for citation in draft.citations],
        "commitments": [
            {
                "milestone": limit.milestone,
                "due_at": None if limit.due_at is None else limit.due_at.isoformat(),
                "limit": limit.limit,
                "rule": limit.rule,
            }
            for limit in draft.triage.decision.deadlines
        ],
        "warnings": list(draft.warnings),
        "backend": draft.backend,
        "note": draft.note,
        "violations": [violation_json(violation) for violation in draft.violations],
    }


def segment_json(segment: Segment) -> dict[str, Any]:
    """A segment with the numbers of its citations and the rules that back it."""
    return {
        "role": segment.role,
        "text": segment.text,
        "citations": list(segment.citations),
        "rules": list(segment.rules),
    }


def violation_json(violation: Violation) -> dict[str, Any]:
    """What the guard found, where, and what should stand there."""
    return asdict(violation)


def citation_json(citation: Citation) -> dict[str, Any]:
    """A citation with all that is needed to show it and to open it."""
    return {
        "chunk_id": citation.chunk_id,
        "document_id": citation.document_id,
        "title": citation.title,
        "section": list(citation.section),
        "text": citation.text,
        "source": citation.source,
        "page": citation.page,
        "version": citation.version,
        "effective_from": citation.effective_from and citation.effective_from.isoformat(),
        "effective_to": citation.effective_to and citation.effective_to.isoformat(),
        "state": citation.state,
    }
