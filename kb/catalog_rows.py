"""The catalogue's tables, and documents and chunks as their rows."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from kb.types import Chunk, Document, DocumentType, Dropped, Quality
from kb.views import lexical_hash

SCHEMA_VERSION = "2"
MIGRATIONS = {
    # where documents were read from, how cleanly they came in, what likeness is computed from
    "1": (
        "2",
        """
        ALTER TABLE documents ADD COLUMN origin TEXT;
        ALTER TABLE documents ADD COLUMN quality TEXT;
        ALTER TABLE documents ADD COLUMN sketch TEXT NOT NULL DEFAULT '';
        """,
    ),
}
"""By version: the next one, and the statements that lead there."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
    content_hash TEXT NOT NULL, department TEXT, version TEXT,
    effective_from TEXT, effective_to TEXT, keywords TEXT NOT NULL, metadata TEXT NOT NULL,
    origin TEXT, quality TEXT, sketch TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS chunks (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    type TEXT NOT NULL, title TEXT NOT NULL, section TEXT NOT NULL, ordinal INTEGER NOT NULL,
    text TEXT NOT NULL, questions TEXT NOT NULL, negatives TEXT NOT NULL,
    "references" TEXT NOT NULL, page INTEGER, lexical_hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_by_document ON chunks(document_id, ordinal);
CREATE TABLE IF NOT EXISTS views (
    id TEXT PRIMARY KEY, chunk_id TEXT NOT NULL REFERENCES chunks(id) ON DELETE CASCADE,
    type TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS views_by_chunk ON views(chunk_id);
CREATE TABLE IF NOT EXISTS embeddings (
    encoder TEXT NOT NULL, hash TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (encoder, hash));
CREATE TABLE IF NOT EXISTS outbox (
    arm TEXT NOT NULL, type TEXT NOT NULL, item TEXT NOT NULL, action TEXT NOT NULL,
    PRIMARY KEY (arm, type, item)) WITHOUT ROWID;
"""


def document_row(document: Document) -> tuple[Any, ...]:
    """A document as a row of `documents`."""
    return (
        document.id,
        document.type,
        document.title,
        document.source,
        document.content_hash,
        document.department,
        document.version,
        document.effective_from and document.effective_from.isoformat(),
        document.effective_to and document.effective_to.isoformat(),
        _list(document.keywords),
        json.dumps(document.metadata, ensure_ascii=False),
        document.origin,
        document.quality and json.dumps(asdict(document.quality), ensure_ascii=False),
        document.sketch,
    )


def document_of_row(row: tuple[Any, ...]) -> Document:
    """The document of a row."""
    return Document(
        id=row[0],
        type=DocumentType(row[1]),
        title=row[2],
        source=row[3],
        content_hash=row[4],
        department=row[5],
        version=row[6],
        effective_from=row[7] and date.fromisoformat(row[7]),
        effective_to=row[8] and date.fromisoformat(row[8]),
        keywords=tuple(json.loads(row[9])),
        metadata=json.loads(row[10]),
        origin=row[11],
        quality=row[12] and _quality(json.loads(row[12])),
        sketch=row[13],
    )


def _quality(values: dict[str, Any]) -> Quality:
    dropped = tuple(
        Dropped(item["reason"], item["characters"], tuple(item["samples"]))
        for item in values["dropped"]
    )
    return Quality(values["score"], values["parts"], dropped, values["encoding"])


def chunk_row(chunk: Chunk) -> tuple[Any, ...]:
    """A chunk as a row of `chunks`."""
    return (
        chunk.id,
        chunk.document_id,
        chunk.type,
        chunk.title,
        _list(chunk.section),
        chunk.ordinal,
        chunk.text,
        _list(chunk.questions),
        _list(chunk.negatives),
        _list(chunk.references),
        chunk.page,
        lexical_hash(chunk),
    )


def chunk_of_row(row: tuple[Any, ...]) -> Chunk:
    """The chunk of a row."""
    return Chunk(
        id=row[0],
        document_id=row[1],
        type=DocumentType(row[2]),
        title=row[3],
        section=tuple(json.loads(row[4])),
        ordinal=row[5],
        text=row[6],
        questions=tuple(json.loads(row[7])),
        negatives=tuple(json.loads(row[8])),
        references=tuple(json.loads(row[9])),
        page=row[10],
    )


def _list(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False)
