"""Values of the rooms as the JSON that the command line and HTTP share."""

from dataclasses import asdict
from datetime import date
from typing import Any

from assistant.edits.types import EditReport
from assistant.rendering import citation_json
from assistant.types import Answer
from desk.intake import Kept
from desk.matching import Related
from desk.types import Event, Incident, Request
from kb.knowledge_base import Status
from kb.lint.types import Finding
from kb.types import Chunk, Document, Hit, Quality
from kb.versions import Version


def hit_json(hit: Hit) -> dict[str, Any]:
    """`{chunk_id, document_id, type, title, section, text, score, source}` and more."""
    return {
        **chunk_json(hit.chunk),
        "score": round(hit.score, 4),
        "arms": {name: round(score, 4) for name, score in hit.arms.items()},
        "source": hit.document.source,
        "version": hit.document.version,
        "effective_from": _day(hit.document.effective_from),
        "effective_to": _day(hit.document.effective_to),
        "state": hit.state,
    }


def chunk_json(chunk: Chunk) -> dict[str, Any]:
    return {
        "chunk_id": chunk.id,
        "document_id": chunk.document_id,
        "type": chunk.type,
        "title": chunk.title,
        "section": list(chunk.section),
        "text": chunk.text,
        "page": chunk.page,
        "references": list(chunk.references),
    }


def document_json(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "type": document.type,
        "title": document.title,
        "department": document.department,
        "version": document.version,
        "effective_from": _day(document.effective_from),
        "effective_to": _day(document.effective_to),
        "keywords": list(document.keywords),
        "source": document.source,
        "content_hash": document.content_hash,
        "metadata": document.metadata,
        "quality": document.quality and quality_json(document.quality),
    }


def quality_json(quality: Quality) -> dict[str, Any]:
    """`{score, parts, encoding, dropped}`; each reason with its label, size and samples."""
    from ingest.cleaning.dropped import label

    return {
        "score": quality.score,
        "parts": quality.parts,
        "encoding": quality.encoding,
        "dropped": [
            {
                "reason": item.reason,
                "label": label(item.reason),
                "characters": item.characters,
                "samples": list(item.samples),
            }
            for item in quality.dropped
        ],
    }


def version_json(version: Version) -> dict[str, Any]:
    """A document with what it is on a day: `state`, and who takes its place from when."""
    return {
        **document_json(version.document),
        "state": version.state,
        "begins": _day(version.span.begins),
        "superseded_from": _day(version.span.superseded_from),
        "superseded_by": version.span.superseded_by,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def finding_json(finding: Finding) -> dict[str, Any]:
    """`{code, severity, document_id, chunk_id, section, message, remedy}`."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "document_id": finding.document_id,
        "chunk_id": finding.chunk_id,
        "section": list(finding.section),
        "message": finding.message,
        "remedy": finding.remedy,
    }


def answer_json(answer: Answer, question: str = "") -> dict[str, Any]:
    """`{answer, abstained, segments, citations, conflicts, took_ms}`, the nearest titles, and what
    may answer where nothing surely does.

    `question` is what was typed, where that was asked in other words.
    """
    return {
        "question": question or answer.question,
        "asked_as": answer.question,
        "answer": answer.answer,
        "abstained": answer.abstained,
        "segments": [
            {"text": segment.text, "citations": list(segment.citations)}
            for segment in answer.segments
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "nearest": list(answer.nearest),
        "possible": [
            {"text": one.text, "citation": citation_json(one.citation)} for one in answer.possible
        ],
        "took_ms": round(answer.took_ms, 1),
        "confidence": answer.confidence,
        "conflicts": [
            {
                "text": conflict.text,
                "citations": list(conflict.citations),
                "segments": list(conflict.segments),
            }
            for conflict in answer.conflicts
        ],
        "answer_id": answer.id,
    }


def edits_json(report: EditReport) -> dict[str, Any]:
    """What became of sent drafts, and which answers may become FAQs."""
    return {
        "total": asdict(report.total),
        "kinds": {name: asdict(spread) for name, spread in report.kinds.items()},
        "backends": {name: asdict(spread) for name, spread in report.backends.items()},
        "roles": {role: asdict(spread) for role, spread in report.roles.items()},
        "candidates": [
            {
                "id": one.number,
                "at": one.at.isoformat(),
                "question": one.question,
                "answer": one.answer,
                "distance": round(one.distance, 3),
                "has_fact": one.has_fact,
            }
            for one in report.candidates
        ],
    }


def request_json(request: Request) -> dict[str, Any]:
    """A kept request with its limits; the next one stands out."""
    upcoming = request.next_deadline
    return {
        "id": request.id,
        "received_at": request.received_at.isoformat(),
        "channel": request.channel,
        "sender": request.sender,
        "text": request.text,
        "kind": request.kind,
        "department": request.department,
        "category": request.category,
        "tier": request.tier,
        "level": request.level,
        "stage": request.stage,
        "location": request.location,
        "rulebook": request.rulebook,
        "next_milestone": upcoming and upcoming.milestone,
        "next_due_at": upcoming and upcoming.due_at and upcoming.due_at.isoformat(),
        "deadlines": [
            {
                "milestone": limit.milestone,
                "due_at": limit.due_at and limit.due_at.isoformat(),
                "clock": limit.clock,
                "limit": limit.limit,
                "note": limit.note,
                "provisional": limit.provisional,
                "met_at": limit.met_at and limit.met_at.isoformat(),
            }
            for limit in request.deadlines
        ],
    }


def kept_json(kept: Kept) -> dict[str, Any]:
    """A request as it was just kept, with what may be the same matter."""
    return {
        **request_json(kept.request),
        "appended": kept.appended,
        "related": [related_json(one) for one in kept.related],
        "incident": kept.incident and incident_json(kept.incident),
    }


def related_json(related: Related) -> dict[str, Any]:
    return {
        "request_id": related.request_id,
        "probability": related.probability,
        "reasons": list(related.reasons),
    }


def incident_json(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "about": incident.about,
        "started_at": incident.started_at.isoformat(),
        "last_at": incident.last_at.isoformat(),
        "people": incident.people,
        "requests": list(incident.requests),
    }


def event_json(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "actor": event.actor,
        "type": event.type,
        "data": event.data,
    }


def status_json(status: Status) -> dict[str, Any]:
    return {name: getattr(status, name) for name in status.__slots__}
