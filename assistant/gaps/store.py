"""The questions that were asked, masked, in SQLite: `questions.db` in the data folder."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy import insert as insert_into

from assistant.gaps.file import QuestionsFile, moment_text
from assistant.gaps.types import Asked, Channel, Outcome, Settled
from assistant.masking import mask

if TYPE_CHECKING:
    from kb.encoder import Vectors

_LONGEST_REASON = 500
_BLOCK = 500
_UNANSWERED = (Outcome.ABSTAINED.value, Outcome.POOR.value)

_metadata = MetaData()
# moments are ISO 8601 text in UTC, which sorts as time
_questions = Table(
    "questions",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("question", Text, nullable=False),
    Column("at", String(32), nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("nearest", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("settled_at", String(32)),
    Column("settled_as", String(10)),
    Index("questions_by_text", "question", "outcome", "number"),
    # numbers are never given twice: an answer's id keeps meaning that answer
    sqlite_autoincrement=True,
)
_vectors = Table(
    "vectors",
    _metadata,
    Column("encoder", String(200), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("used_at", String(32), nullable=False),
)


class QuestionLog:
    """Recorded questions; what is older than `retention_days` is forgotten.

    Every text is masked here, so nothing unmasked can reach the file. Safe to use from several
    threads. `at` and `now` carry an offset.
    """

    def __init__(self, path: Path, retention_days: int) -> None:
        self._retention = timedelta(days=retention_days)
        self._pruned: datetime | None = None
        self._file = QuestionsFile(path, _metadata)

    def close(self) -> None:
        self._file.close()

    def add(self, asked: Asked) -> int:
        """Record a question; returns its number. Its text and reason are masked here."""
        self._prune(asked.at)
        values = {
            "question": mask(" ".join(asked.question.split())),
            "at": moment_text(asked.at),
            "channel": asked.channel.value,
            "outcome": asked.outcome.value,
            "confidence": asked.confidence,
            "nearest": json.dumps(asked.nearest, ensure_ascii=False),
            "reason": _reason(asked.reason),
        }
        with self._file.writing() as connection:
            result = connection.execute(insert_into(_questions).values(values))
        key = result.inserted_primary_key
        return int(key[0]) if key else 0

    def rate(self, number: int, useful: bool, reason: str = "") -> bool:
        """Note what a person said of an answer; False when there is no such question."""
        outcome = Outcome.GOOD if useful else Outcome.POOR
        statement = (
            update(_questions)
            .where(_questions.c.number == number)
            .values(outcome=outcome.value, reason=_reason(reason), settled_at=None)
        )
        with self._file.writing() as connection:
            return bool(connection.execute(statement).rowcount)

    def unanswered(self, since: datetime, most: int) -> list[Asked]:
        """The newest `most` unanswered or poorly answered questions since a moment, oldest first.

        One that was answered later in the very same words is no longer among them, unless that
        answer was called poor.
        """
        later = _questions.alias("later")
        answered_since = (
            select(later.c.number)
            .where(
                later.c.question == _questions.c.question,
                later.c.number > _questions.c.number,
                later.c.outcome.in_((Outcome.ANSWERED.value, Outcome.GOOD.value)),
            )
            .exists()
        )
        # an abstention is closed by any later answer; a poor answer only by one called good
        called_good = (
            select(later.c.number)
            .where(
                later.c.question == _questions.c.question,
                later.c.number > _questions.c.number,
                later.c.outcome == Outcome.GOOD.value,
            )
            .exists()
        )
        open_ = ((_questions.c.outcome == Outcome.ABSTAINED.value) & ~answered_since) | (
            (_questions.c.outcome == Outcome.POOR.value) & ~called_good
        )
        query = (
            select(_questions)
            .where(
                _questions.c.at >= moment_text(since), _questions.c.outcome.in_(_UNANSWERED), open_
            )
            .order_by(_questions.c.number.desc())
            .limit(most)
        )
        with self._file.reading() as connection:
            rows = connection.execute(query).all()
        return [_asked(row) for row in reversed(rows)]

    def settle(self, numbers: Iterable[int], how: Settled, now: datetime) -> int:
        """Put questions away; returns how many. What is asked afterwards is not among them."""
        values = {"settled_at": moment_text(now), "settled_as": how.value}
        wanted, count = sorted(numbers), 0
        with self._file.writing() as connection:
            for start in range(0, len(wanted), _BLOCK):
                chosen = _questions.c.number.in_(wanted[start : start + _BLOCK])
                statement = update(_questions).where(chosen, _questions.c.settled_at.is_(None))
                count += connection.execute(statement.values(values)).rowcount
        return count

    def count(self) -> int:
        """How many questions are kept."""
        with self._file.reading() as connection:
            return int(
                connection.execute(select(func.count()).select_from(_questions)).scalar_one()
            )

    # -- vectors of the texts that are compared, so that each is encoded once

    def vectors(self, encoder: str, texts: Sequence[str]) -> dict[str, bytes]:
        """Text → vector of those of these texts that were encoded before."""
        by_hash = {_hash(text): text for text in texts}
        hashes, found = list(by_hash), {}
        with self._file.reading() as connection:
            for start in range(0, len(hashes), _BLOCK):
                query = select(_vectors.c.hash, _vectors.c.vector).where(
                    _vectors.c.encoder == encoder,
                    _vectors.c.hash.in_(hashes[start : start + _BLOCK]),
                )
                found.update({by_hash[row[0]]: bytes(row[1]) for row in connection.execute(query)})
        return found

    def keep_vectors(
        self, encoder: str, texts: Sequence[str], vectors: "Vectors", now: datetime
    ) -> None:
        """Remember vectors (n × dimension, float32) for as long as a question is kept."""
        rows = [
            {
                "encoder": encoder,
                "hash": _hash(text),
                "vector": vector.tobytes(),
                "used_at": moment_text(now),
            }
            for text, vector in zip(texts, vectors, strict=True)
        ]
        if rows:
            with self._file.writing() as connection:
                connection.execute(insert_into(_vectors).prefix_with("OR REPLACE"), rows)

    def _prune(self, now: datetime) -> None:
        """Forget what is too old, at most once a day."""
        if self._pruned is not None and abs(now - self._pruned) < timedelta(days=1):
            return
        oldest = moment_text(now - self._retention)
        with self._file.writing() as connection:
            connection.execute(delete(_questions).where(_questions.c.at < oldest))
            connection.execute(delete(_vectors).where(_vectors.c.used_at < oldest))
        self._pruned = now


def _asked(row: Row[Any]) -> Asked:
    return Asked(
        number=row.number,
        question=row.question,
        at=datetime.fromisoformat(row.at),
        channel=Channel(row.channel),
        outcome=Outcome(row.outcome),
        confidence=row.confidence,
        nearest=tuple(json.loads(row.nearest)),
        reason=row.reason,
        settled_at=datetime.fromisoformat(row.settled_at) if row.settled_at else None,
    )


def _reason(text: str) -> str:
    return mask(" ".join(text.split()))[:_LONGEST_REASON]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
