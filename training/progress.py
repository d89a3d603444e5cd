"""What each trainee has answered, in SQLite."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    func,
    select,
)
from sqlalchemy import insert as insert_into

_metadata = MetaData()
_attempts = Table(
    "attempts",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("trainee", String(100), nullable=False, index=True),
    Column("case_id", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("level", Integer, nullable=False),
    Column("correct", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many drills were answered, and how many wholly right."""

    trainee: str
    answered: int
    correct: int

    def to_json(self) -> dict[str, Any]:
        return {"trainee": self.trainee, "answered": self.answered, "correct": self.correct}


class Attempts:
    """Answers of all trainees; only ever added to."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{path}")
        _metadata.create_all(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def add(
        self,
        trainee: str,
        case_id: str,
        at: datetime,
        answer: tuple[str, str, int],
        correct: bool,
    ) -> None:
        kind, tier, level = answer
        with self._engine.begin() as connection:
            connection.execute(
                insert_into(_attempts).values(
                    trainee=trainee,
                    case_id=case_id,
                    at=at.isoformat(),
                    kind=kind,
                    tier=tier,
                    level=level,
                    correct=correct,
                )
            )

    def recent(self, trainee: str, most: int) -> list[str]:
        """The cases of the last `most` answers, newest first."""
        query = (
            select(_attempts.c.case_id)
            .where(_attempts.c.trainee == trainee)
            .order_by(_attempts.c.id.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def progress(self, trainee: str) -> Progress:
        query = select(func.count(), func.count().filter(_attempts.c.correct)).where(
            _attempts.c.trainee == trainee
        )
        with self._engine.connect() as connection:
            answered, correct = connection.execute(query).one()
        return Progress(trainee, answered, correct)
