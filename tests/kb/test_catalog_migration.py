"""A catalogue of an earlier version opens, keeps everything and gains what is new."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import kb.catalog
from kb.catalog import Catalog
from kb.catalog_rows import MIGRATIONS, chunk_row, document_row
from kb.errors import StoreDamaged
from kb.knowledge_base import KnowledgeBase
from kb.types import Chunk, Document, Dropped, Quality
from kb.views import views
from tests.kb.samples import HashEncoder, faq, policy

VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
    content_hash TEXT NOT NULL, department TEXT, version TEXT,
    effective_from TEXT, effective_to TEXT, keywords TEXT NOT NULL, metadata TEXT NOT NULL);
CREATE TABLE chunks (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    type TEXT NOT NULL, title TEXT NOT NULL, section TEXT NOT NULL, ordinal INTEGER NOT NULL,
    text TEXT NOT NULL, questions TEXT NOT NULL, negatives TEXT NOT NULL,
    "references" TEXT NOT NULL, page INTEGER, lexical_hash TEXT NOT NULL);
CREATE INDEX chunks_by_document ON chunks(document_id, ordinal);
CREATE TABLE views (
    id TEXT PRIMARY KEY, chunk_id TEXT NOT NULL REFERENCES chunks(id) ON DELETE CASCADE,
    type TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX views_by_chunk ON views(chunk_id);
CREATE TABLE embeddings (
    encoder TEXT NOT NULL, hash TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (encoder, hash));
CREATE TABLE outbox (
    arm TEXT NOT NULL, type TEXT NOT NULL, item TEXT NOT NULL, action TEXT NOT NULL,
    PRIMARY KEY (arm, type, item)) WITHOUT ROWID;
"""

ITEMS = [
    policy("p", "物业费按季预缴。", "停车费每月八十元。", effective_from=date(2026, 1, 1)),
    faq("f", "几点开门?", "什么时候开", answer="八点。", negatives=("几点关",)),
]


def write_version_1(
    path: Path, items: Sequence[tuple[Document, list[Chunk]]], scheme: str, finished: bool = True
) -> None:
    """A file as version 1 left it: documents, passages, vectors, and all index work to do."""
    encoder = HashEncoder()
    with sqlite3.connect(path) as db:
        db.executescript(VERSION_1)
        for document, chunks in items:
            row = document_row(document)[:11]
            db.execute(f"INSERT INTO documents VALUES ({','.join('?' * 11)})", row)
            for chunk in chunks:
                db.execute(f"INSERT INTO chunks VALUES ({','.join('?' * 12)})", chunk_row(chunk))
                db.execute(
                    "INSERT INTO outbox VALUES ('lexical', ?, ?, 'upsert')", (chunk.type, chunk.id)
                )
                for view in views(chunk, 240):
                    db.execute(
                        "INSERT INTO views VALUES (?, ?, ?, ?)",
                        (view.id, view.chunk_id, view.type, view.hash),
                    )
                    db.execute(
                        "INSERT INTO embeddings VALUES (?, ?, ?)",
                        (encoder.name, view.hash, encoder.encode_passages([view.text]).tobytes()),
                    )
                    db.execute(
                        "INSERT INTO outbox VALUES ('dense', ?, ?, 'upsert')", (view.type, view.id)
                    )
        db.execute("INSERT INTO meta VALUES ('scheme', ?)", (scheme,))
        if finished:
            db.execute("INSERT INTO meta VALUES ('schema', '1')")
    db.close()


def scheme(home: Path) -> str:
    """What a store of this program's encoder and settings remembers as its scheme."""
    with KnowledgeBase(home, HashEncoder()):
        pass
    found = Catalog(home / "catalog.db").recall("scheme")
    assert found is not None
    return found


@pytest.mark.parametrize("finished", [True, False])
def test_a_catalogue_of_version_1_opens_and_keeps_everything(
    finished: bool, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    write_version_1(home / "catalog.db", ITEMS, scheme(tmp_path / "other"), finished)
    encoder = HashEncoder()
    with KnowledgeBase(home, encoder, today=lambda: date(2026, 6, 1)) as base:
        assert base.documents() == sorted((d for d, _ in ITEMS), key=lambda d: d.id)
        assert all(document.quality is None for document in base.documents())
        for document, chunks in ITEMS:
            assert base.chunks(document.id) == chunks
        assert base.search("停车费多少", 1)[0].chunk.text == "停车费每月八十元。"
        assert base.search("什么时候开", 1)[0].document.id == "f"
        # Two queries, and not one passage.
        assert encoder.encoded == 2
    assert Catalog(home / "catalog.db").recall("schema") == "2"


def test_what_is_new_can_be_kept_in_a_catalogue_that_was_migrated(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    write_version_1(path, ITEMS, "any")
    document, chunks = ITEMS[0]
    dropped = (Dropped("notice", 12, ("版权声明",)),)
    quality = Quality(81, {"dropped": 0.25, "broken": 0.0}, dropped, "gb18030")
    whole = replace(document, origin="/资料/p.md", quality=quality, sketch="01" * 256)
    catalog = Catalog(path)
    catalog.replace([(whole, chunks)], {c.id: views(c, 240) for c in chunks})
    catalog.close()
    again = Catalog(path)
    assert again.documents()[1] == whole
    again.relocate({"p": "/新盘/p.md"})
    assert again.documents()[1] == replace(whole, origin="/新盘/p.md")
    assert again.pending("dense") == Catalog(path).pending("dense")


def test_a_migration_that_fails_half_way_leaves_the_version_that_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalog.db"
    write_version_1(path, ITEMS, "any")
    broken = {"1": ("2", f"{MIGRATIONS['1'][1]} ALTER TABLE nowhere ADD COLUMN more TEXT;")}
    monkeypatch.setattr(kb.catalog, "MIGRATIONS", broken)
    with pytest.raises(StoreDamaged):
        Catalog(path)
    monkeypatch.undo()
    catalog = Catalog(path)
    assert len(catalog.documents()) == 2
    assert catalog.recall("schema") == "2"


def test_vectors_of_a_migrated_catalogue_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    write_version_1(path, ITEMS, "any")
    encoder = HashEncoder()
    wanted = [view for _, chunks in ITEMS for chunk in chunks for view in views(chunk, 240)]
    ids, vectors = Catalog(path).vectors(encoder.name, [view.id for view in wanted])
    texts = {view.id: view.text for view in wanted}
    assert sorted(ids) == sorted(texts)
    np.testing.assert_array_equal(vectors, encoder.encode_passages([texts[i] for i in ids]))
