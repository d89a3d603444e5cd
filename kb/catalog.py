"""The catalogue: the one truth about documents, passages and embeddings, in SQLite.

The vector store and the lexical index are derived from it. A write first puts the new state
and what the indexes still have to do (`outbox`) into one transaction; the indexes follow, and
an entry leaves the outbox only when its index has it. Whatever a crash interrupts is therefore
completed at the next opening, and a lost index is rebuilt without encoding anything again.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kb.catalog_rows import (
    MIGRATIONS,
    SCHEMA,
    SCHEMA_VERSION,
    chunk_of_row,
    chunk_row,
    document_of_row,
    document_row,
)
from kb.errors import StoreDamaged
from kb.types import Chunk, Document, DocumentType
from kb.views import View

if TYPE_CHECKING:
    import numpy as np

Arm = Literal["dense", "lexical"]
Action = Literal["upsert", "delete"]
_BLOCK = 2000


@dataclass(frozen=True, slots=True)
class Work:
    """Something an index still has to do: `item` is a view id (dense) or chunk id (lexical)."""

    arm: Arm
    type: DocumentType
    item: str
    action: Action


class Catalog:
    """Access to `catalog.db`; safe to use from several threads of the process that owns it."""

    def __init__(self, path: Path) -> None:
        """Open, create or bring up to date; raises StoreDamaged when the file is no catalogue."""
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            for statement in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._db.execute(f"PRAGMA {statement}")
            version = self._brought_up_to_date()
        except sqlite3.OperationalError as error:
            raise StoreDamaged(
                f"无法读写知识库目录文件 {path}（{error}）：请检查权限和磁盘空间后重试。"
            ) from error
        except sqlite3.DatabaseError as error:
            raise StoreDamaged(
                f"知识库目录文件 {path} 已损坏（{error}）：请从备份恢复，"
                "或删除它后重新执行 guanjia ingest。"
            ) from error
        if version != SCHEMA_VERSION:
            raise StoreDamaged(
                f"知识库目录文件 {path} 的格式版本是 {version}，本程序只认 {SCHEMA_VERSION}："
                "请使用写入它的程序版本，或删除它后重新执行 guanjia ingest。"
            )

    def _brought_up_to_date(self) -> str:
        """Create what is missing, or migrate; returns the version that the file then has.

        Each step is one transaction with its version, so a crash leaves a file of one version.
        """
        tables = {row[0] for row in self._rows("SELECT name FROM sqlite_master")}
        if "documents" not in tables:
            self._step(SCHEMA, SCHEMA_VERSION)
        # The first version wrote its number last, and a crash may have come before.
        version = self.recall("schema") or "1"
        while version in MIGRATIONS:
            version, statements = MIGRATIONS[version]
            self._step(f"{statements} {SCHEMA}", version)
        return version

    def _step(self, statements: str, version: str) -> None:
        note = f"INSERT OR REPLACE INTO meta VALUES ('schema', '{version}');"
        with self._lock:
            try:
                self._db.executescript(f"BEGIN IMMEDIATE; {statements} {note} COMMIT;")
            except sqlite3.Error:
                self._db.rollback()
                raise

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # -- small facts about the store itself

    def recall(self, key: str) -> str | None:
        """A remembered value, such as the encoder the indexes were built with."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return rows[0][0] if rows else None

    def remember(self, key: str, value: str) -> None:
        """Remember a value."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # -- documents and chunks

    def documents(self) -> list[Document]:
        """All documents, by id."""
        return [document_of_row(row) for row in self._rows("SELECT * FROM documents ORDER BY id")]

    def chunk_documents(self) -> dict[str, str]:
        """Chunk id → document id, of the whole store."""
        return dict(self._rows("SELECT id, document_id FROM chunks"))

    def passage_counts(self) -> dict[str, int]:
        """Document id → how many chunks it has."""
        return dict(self._rows("SELECT document_id, count(*) FROM chunks GROUP BY document_id"))

    def chunks_of(self, document_id: str) -> list[Chunk]:
        """A document's chunks in reading order."""
        sql = "SELECT * FROM chunks WHERE document_id = ? ORDER BY ordinal, id"
        return [chunk_of_row(row) for row in self._rows(sql, document_id)]

    def chunks(self, ids: Iterable[str]) -> dict[str, Chunk]:
        """The chunks with these ids, in one query; ids that are gone are left out."""
        sql = "SELECT * FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0]: chunk_of_row(row) for row in self._rows(sql, _json(ids))}

    def types_of(self, ids: Iterable[str]) -> dict[str, DocumentType]:
        """The types of those of these documents that exist."""
        sql = "SELECT id, type FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0]: DocumentType(row[1]) for row in self._rows(sql, _json(ids))}

    def replace(
        self, items: Sequence[tuple[Document, Sequence[Chunk]]], views: Mapping[str, list[View]]
    ) -> None:
        """Replace documents whole, and note what the indexes have to do; one transaction."""
        with self._transaction() as db:
            for document, chunks in items:
                before = self._indexed(document.id)
                db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
                db.execute(f"INSERT INTO documents VALUES ({_marks(14)})", document_row(document))
                db.executemany(
                    f"INSERT INTO chunks VALUES ({_marks(12)})", [chunk_row(c) for c in chunks]
                )
                db.executemany(
                    "INSERT INTO views VALUES (?, ?, ?, ?)",
                    [(v.id, v.chunk_id, v.type, v.hash) for c in chunks for v in views[c.id]],
                )
                self._note_changes(before, self._indexed(document.id))

    def revise(self, document: Document) -> None:
        """Write a document's validity and metadata; its passages stay as they are."""
        sql = "UPDATE documents SET effective_from = ?, effective_to = ?, metadata = ? WHERE id = ?"
        days = (document.effective_from, document.effective_to)
        with self._transaction() as db:
            db.execute(
                sql,
                (
                    *(day and day.isoformat() for day in days),
                    json.dumps(document.metadata, ensure_ascii=False),
                    document.id,
                ),
            )

    def relocate(self, origins: Mapping[str, str]) -> None:
        """Note where documents are read from now; nothing of them is indexed anew."""
        with self._transaction() as db:
            db.executemany(
                "UPDATE documents SET origin = ? WHERE id = ?",
                [(origin, document_id) for document_id, origin in origins.items()],
            )

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents, and note what the indexes have to do; returns how many there were."""
        with self._transaction() as db:
            found = list(self.types_of(ids))
            for document_id in found:
                self._note_changes(self._indexed(document_id), {})
                db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return len(found)

    def _indexed(self, document_id: str) -> dict[tuple[str, str, str], str]:
        """What the indexes should hold of a document: (arm, type, item) → hash of its content."""
        chunks = self._rows(
            "SELECT 'lexical', type, id, lexical_hash FROM chunks WHERE document_id = ?",
            document_id,
        )
        views = self._rows(
            "SELECT 'dense', v.type, v.id, v.hash FROM views v JOIN chunks c ON c.id = v.chunk_id"
            " WHERE c.document_id = ?",
            document_id,
        )
        return {(arm, kind, item): hash_ for arm, kind, item, hash_ in [*chunks, *views]}

    def _note_changes(
        self, before: Mapping[tuple[str, str, str], str], after: Mapping[tuple[str, str, str], str]
    ) -> None:
        changes = [(*key, "delete") for key in before.keys() - after.keys()]
        changes += [(*key, "upsert") for key, hash_ in after.items() if before.get(key) != hash_]
        self._db.executemany("INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?)", changes)

    # -- what the indexes have to do

    def pending(self, arm: Arm, limit: int = _BLOCK) -> list[Work]:
        """The next pieces of work for one arm."""
        rows = self._rows("SELECT * FROM outbox WHERE arm = ? LIMIT ?", arm, limit)
        return [Work(arm, DocumentType(kind), item, action) for _, kind, item, action in rows]

    def pending_count(self) -> int:
        """How many pieces of work are left over both arms."""
        return int(self._rows("SELECT count(*) FROM outbox")[0][0])

    def done(self, works: Iterable[Work]) -> None:
        """The indexes have these; forget them."""
        with self._transaction() as db:
            db.executemany(
                "DELETE FROM outbox WHERE arm = ? AND type = ? AND item = ? AND action = ?",
                [(work.arm, work.type, work.item, work.action) for work in works],
            )

    def request_rebuild(self, arm: Arm) -> None:
        """Let an empty index of `arm` be filled: everything it should hold becomes work."""
        source = (
            "SELECT 'dense', type, id, 'upsert' FROM views"
            if arm == "dense"
            else "SELECT 'lexical', type, id, 'upsert' FROM chunks"
        )
        with self._transaction() as db:
            db.execute("DELETE FROM outbox WHERE arm = ?", (arm,))
            db.execute(f"INSERT INTO outbox {source}")

    # -- embeddings

    def view_counts(self) -> dict[DocumentType, int]:
        """How many vectors each collection should hold."""
        rows = self._rows("SELECT type, count(*) FROM views GROUP BY type")
        return {DocumentType(kind): count for kind, count in rows}

    def chunk_count(self) -> int:
        """How many chunks the lexical index should hold."""
        return int(self._rows("SELECT count(*) FROM chunks")[0][0])

    def embedded(self, encoder: str, hashes: Iterable[str]) -> set[str]:
        """Those of these texts that the encoder has encoded before."""
        sql = (
            "SELECT hash FROM embeddings WHERE encoder = ?"
            " AND hash IN (SELECT value FROM json_each(?))"
        )
        return {row[0] for row in self._rows(sql, encoder, _json(hashes))}

    def keep_embeddings(self, encoder: str, hashes: Sequence[str], vectors: "np.ndarray") -> None:
        """Remember vectors (n × dimension, float32) for good."""
        rows = [(encoder, h, v.tobytes()) for h, v in zip(hashes, vectors, strict=True)]
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", rows)

    def vectors(self, encoder: str, view_ids: Iterable[str]) -> tuple[list[str], "np.ndarray"]:
        """Ids and vectors (n × dimension) of those of these views that still exist."""
        import numpy as np

        sql = (
            "SELECT v.id, e.vector FROM views v JOIN embeddings e"
            " ON e.encoder = ? AND e.hash = v.hash"
            " WHERE v.id IN (SELECT value FROM json_each(?))"
        )
        rows = self._rows(sql, encoder, _json(view_ids))
        matrix = np.array([np.frombuffer(row[1], dtype=np.float32) for row in rows])
        return [row[0] for row in rows], matrix


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values))


def _marks(count: int) -> str:
    return ", ".join("?" * count)
