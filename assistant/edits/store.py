"""Sent drafts, masked, in `questions.db` beside the questions."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from assistant.edits.measuring import answer_in, distance, role_edits
from assistant.edits.types import LONGEST, KeptDraft, RoleEdit, Sent
from assistant.gaps.file import QuestionsFile, moment_text
from assistant.gaps.types import Settled
from assistant.masking import mask
from kb.errors import InputError
from rules.types import Kind

_metadata = MetaData()
_drafts = Table(
    "sent_drafts",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False, index=True),
    Column("request_id", String(64), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("backend", String(100), nullable=False),
    Column("draft", Text, nullable=False),
    Column("sent", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("distance", Float, nullable=False),
    Column("roles", Text, nullable=False),
    Column("has_fact", Boolean),
    Column("settled_at", String(32)),
    Column("settled_as", String(10)),
    sqlite_autoincrement=True,
)


class SentLog:
    """Sent drafts; what is older than `retention_days` is forgotten.

    Every text is measured as it is and masked before it reaches the file. Safe to use from
    several threads.
    """

    def __init__(self, path: Path, retention_days: int) -> None:
        self._retention = timedelta(days=retention_days)
        self._file = QuestionsFile(path, _metadata)

    def close(self) -> None:
        self._file.close()

    def add(self, sent: Sent) -> KeptDraft:
        """Keep a sent draft in the place of one sent before for the same request and draft.

        Raises InputError when its segments do not stand in its draft, or a text is too long.
        """
        values = _values(sent)
        same = (_drafts.c.request_id == values["request_id"]) & (_drafts.c.draft == values["draft"])
        with self._file.writing() as connection:
            outdated = _drafts.c.at < moment_text(sent.at - self._retention)
            connection.execute(delete(_drafts).where(outdated))
            if sent.request_id:
                connection.execute(delete(_drafts).where(same))
            row = connection.execute(insert(_drafts).values(values).returning(_drafts)).one()
        return _kept(row)

    def since(self, moment: datetime) -> list[KeptDraft]:
        """What was sent since a moment, oldest first."""
        query = select(_drafts).where(_drafts.c.at >= moment_text(moment))
        with self._file.reading() as connection:
            rows = connection.execute(query.order_by(_drafts.c.number)).all()
        return [_kept(row) for row in rows]

    def settle(self, numbers: Iterable[int], how: Settled, now: datetime) -> int:
        """Put candidates for an FAQ away; returns how many."""
        statement = update(_drafts).where(_drafts.c.number.in_(sorted(numbers)))
        values = {"settled_at": moment_text(now), "settled_as": how.value}
        with self._file.writing() as connection:
            return connection.execute(statement.values(values)).rowcount


def _values(sent: Sent) -> dict[str, Any]:
    if max(len(sent.draft), len(sent.sent)) > LONGEST:
        raise InputError(f"回复超过 {LONGEST} 字，没有记下：请缩短后再发。")
    roles = role_edits(sent.draft, sent.sent, sent.segments)
    facts = [segment for segment in sent.segments if segment.role == "fact" and segment.citations]
    return {
        "at": moment_text(sent.at),
        "request_id": sent.request_id,
        "kind": sent.kind.value,
        "backend": sent.backend,
        "draft": mask(sent.draft),
        "sent": mask(sent.sent),
        "question": mask(" ".join(sent.question.split())),
        "answer": mask(answer_in(sent.sent, sent.segments)),
        "distance": distance(sent.draft, sent.sent),
        "roles": json.dumps({role: (edit.edits, edit.length) for role, edit in roles.items()}),
        "has_fact": bool(facts) if sent.segments else None,
    }


def _kept(row: Row[Any]) -> KeptDraft:
    return KeptDraft(
        number=row.number,
        at=datetime.fromisoformat(row.at),
        request_id=row.request_id,
        kind=Kind(row.kind),
        backend=row.backend,
        draft=row.draft,
        sent=row.sent,
        question=row.question,
        answer=row.answer,
        distance=row.distance,
        roles={role: RoleEdit(*edit) for role, edit in json.loads(row.roles).items()},
        has_fact=row.has_fact,
        settled_at=datetime.fromisoformat(row.settled_at) if row.settled_at else None,
    )
