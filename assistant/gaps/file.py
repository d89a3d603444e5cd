"""`questions.db` in the data folder: what was asked and what was sent, both masked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from assistant.errors import QuestionsUnusable

# An answer waits no longer than this for a store that somebody else holds.
_PATIENCE = 0.2


class QuestionsFile:
    """The file with the given tables, made where they are missing.

    Safe to use from several threads. Everything raises QuestionsUnusable where the file cannot be
    read or written.
    """

    def __init__(self, path: Path, tables: MetaData) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE})
        event.listen(self._engine, "connect", _without_waiting_for_the_disk)
        with self._errors_told():
            tables.create_all(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise QuestionsUnusable(
                f"问题记录 {self._path} 无法读写（{error.orig}）：请检查权限和磁盘空间；"
                "已损坏的，从备份恢复或删除后重试。"
            ) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose transaction is kept at the end."""
        with self._errors_told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self._errors_told(), self._engine.connect() as connection:
            yield connection


def moment_text(moment: datetime) -> str:
    """A moment as it is kept: ISO 8601 in UTC, which sorts as time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _without_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    """A power cut may cost the last rows, never the file; an answer does not wait for it."""
    for statement in ("journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {statement}")
