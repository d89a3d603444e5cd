"""Ingests a folder in processes that are killed: `python -m tests.ingest.kill_driver FOLDER WORK`.

Everything is imported once; each run is a fork, so that a test can afford thirty of them. Prints
one JSON object: the digests of an undisturbed store and of one that was killed again and again.
"""

import hashlib
import json
import os
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import chromadb  # noqa: F401 - imported before forking, as every run needs it
import tantivy

from ingest.pipeline import ingest
from ingest.sync import Missing
from kb.knowledge_base import KnowledgeBase
from kb.vectors import VectorStore
from tests.kb.samples import HashEncoder

KILLS = 30
SEARCH_EVERY = 5


def run(folder: Path, home: Path) -> None:
    """One run of `guanjia ingest FOLDER`."""
    with KnowledgeBase(home, HashEncoder()) as base:
        report = ingest([folder], base, missing=Missing.REMOVE)
    assert not report.failures
    assert not report.removed


def search(home: Path, whole: dict[str, list[str]]) -> None:
    """Whatever a kill left, documents are there whole or not at all, and are found."""
    with KnowledgeBase(home, HashEncoder()) as base:
        assert base.status().pending == 0
        for document in base.documents():
            assert [chunk.id for chunk in base.chunks(document.id)] == whole[document.id]
        for query in ("装修怎么办理", "停车收费", "回访"):
            hits = base.search(query)
            assert len(hits) == (10 if base.status().chunks > 100 else len(hits))
            for hit in hits:
                assert hit.chunk.id in whole[hit.document.id]


def dump(home: Path) -> dict[str, str]:
    """Digests of everything that is stored, in an order that does not depend on the run."""
    catalogue = sqlite3.connect(home / "catalog.db")
    found = {
        table: _digest(catalogue.execute(f"SELECT * FROM {table}").fetchall())
        for table in ("documents", "chunks", "views", "embeddings", "outbox")
    }
    meta = dict(catalogue.execute("SELECT key, value FROM meta").fetchall())
    vectors = VectorStore(home / "chroma" / meta.get("dense folder", "1"))
    for kind, collection in vectors._collections.items():
        rows = collection.get(include=["embeddings"])
        pairs = zip(rows["ids"], rows["embeddings"], strict=True)
        found[f"chroma {kind}"] = _digest([(name, row.tobytes()) for name, row in pairs])
    index = tantivy.Index.open(str(home / "lexical" / meta.get("lexical folder", "1")))
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.all_query(), searcher.num_docs).hits
    found["tantivy"] = _digest([(searcher.doc(at)["id"][0],) for _, at in hits])
    found["rebuilt"] = f"{meta.get('dense folder', '1')} {meta.get('lexical folder', '1')}"
    return found


def _digest(rows: list[Any]) -> str:
    rows = sorted(map(repr, rows))
    return f"{len(rows)}:" + hashlib.sha256("\n".join(rows).encode()).hexdigest()


def forked(work: Callable[[], None]) -> int:
    """Start `work` in a process of its own; returns its id."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            work()
        except BaseException:
            traceback.print_exc()
            code = 1
        os._exit(code)
    return child


def finished(child: int) -> None:
    """Wait for a process that must succeed."""
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"a process ended with {status}")


def killed(child: int, seconds: float) -> bool:
    """Kill a process after so many seconds; false when it was done before."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        sys.exit(f"a run that was to be killed failed with {status}")
    return os.WIFSIGNALED(status)


def longest_life(whole_run: float, idle_run: float) -> float:
    """The bound m of lives drawn evenly from 0 to m, so that thirty do nine tenths of the work.

    What a life longer than `idle_run` adds is the rest of it, on average (m - idle)² / 2m.
    """
    share = 0.9 * (whole_run - idle_run) / KILLS
    return idle_run + share + (share**2 + 2 * idle_run * share) ** 0.5


def dumped(home: Path, target: Path) -> dict[str, str]:
    finished(forked(lambda: target.write_text(json.dumps(dump(home)))))
    found: dict[str, str] = json.loads(target.read_text())
    return found


def main() -> None:
    folder, work = Path(sys.argv[1]), Path(sys.argv[2])
    started = time.monotonic()
    finished(forked(lambda: run(folder, work / "whole")))
    whole_run = time.monotonic() - started
    finished(forked(lambda: run(folder, work / "whole")))
    idle_run = time.monotonic() - started - whole_run
    undisturbed = dumped(work / "whole", work / "whole.json")
    with sqlite3.connect(work / "whole" / "catalog.db") as catalogue:
        chunks: dict[str, list[str]] = {}
        for name, chunk in catalogue.execute(
            "SELECT document_id, id FROM chunks ORDER BY document_id, ordinal, id"
        ):
            chunks.setdefault(name, []).append(chunk)

    random, home = Random(20261125), work / "killed"
    longest = longest_life(whole_run, idle_run)
    stored: list[int] = []
    while len(stored) < KILLS:
        # A run that was done before does not count; none may block the next.
        if killed(forked(lambda: run(folder, home)), random.uniform(0.02, longest)):
            stored.append(_documents(home))
            if len(stored) % SEARCH_EVERY == 0:
                finished(forked(lambda: search(home, chunks)))
    finished(forked(lambda: run(folder, home)))
    print(
        json.dumps(
            {
                "stored": stored,
                "seconds": [whole_run, idle_run, longest, time.monotonic() - started],
                "undisturbed": undisturbed,
                "killed": dumped(home, work / "killed.json"),
            }
        )
    )


def _documents(home: Path) -> int:
    try:
        catalogue = sqlite3.connect(f"file:{home / 'catalog.db'}?mode=ro", uri=True)
        return int(catalogue.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


if __name__ == "__main__":
    main()
