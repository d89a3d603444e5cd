"""Ingests a folder in processes that are killed: `python -m tests.ingest.kill_driver FOLDER WORK`.

Everything is imported once; each run is a fork, so that a test can afford thirty of them. Prints
one JSON object: the digests of an undisturbed store and of one that was killed again and again.
"""

import faulthandler
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
    assert not report.refusals


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
    for name in ("whole", "parts"):
        folder = home / "lexical" / meta.get("lexical folder", "1") / name
        searcher = tantivy.Index.open(str(folder)).searcher()
        hits = searcher.search(tantivy.Query.all_query(), searcher.num_docs).hits
        found[f"tantivy {name}"] = _digest([(searcher.doc(at)["id"][0],) for _, at in hits])
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
        sys.exit(f"process {child} ended with {status}")


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
    faulthandler.enable()
    folder, work = Path(sys.argv[1]), Path(sys.argv[2])
    started = time.monotonic()
    finished(forked(lambda: run(folder, work / "whole")))
    whole_run = time.monotonic() - started
    finished(forked(lambda: run(folder, work / "whole")))
    idle_run = time.monotonic() - started - whole_run
    undisturbed = dumped(work / "whole", work / "whole.json")
    chunks = whole_documents(work / "whole")

    random, home = Random(20261125), work / "killed"
    longest = longest_life(whole_run, idle_run)
    stored = disturbed(folder, home, KILLS, lambda: random.uniform(0.02, longest), chunks)
    again = dumped(home, work / "killed.json")

    change(folder, random)
    finished(forked(lambda: run(folder, work / "whole")))
    disturbed(folder, home, KILLS // 6, lambda: random.uniform(idle_run / 2, 4 * idle_run), None)
    print(
        json.dumps(
            {
                "stored": stored,
                "folders": [path.name for path in home.glob("chroma/*")],
                "seconds": [whole_run, idle_run, longest, time.monotonic() - started],
                "undisturbed": undisturbed,
                "killed": again,
                "synchronised": dumped(work / "whole", work / "whole.json"),
                "synchronised_killed": dumped(home, work / "killed.json"),
            }
        )
    )


def disturbed(
    folder: Path,
    home: Path,
    kills: int,
    life: Callable[[], float],
    whole: dict[str, list[str]] | None,
) -> list[int]:
    """Run until so many runs were killed, then to the end; how many documents each kill left."""
    stored: list[int] = []
    while len(stored) < kills:
        # A run that was done before does not count; none may block the next.
        if killed(forked(lambda: run(folder, home)), life()):
            stored.append(_documents(home))
            if whole is not None and len(stored) % SEARCH_EVERY == 0:
                finished(forked(lambda: search(home, whole)))
    finished(forked(lambda: run(folder, home)))
    return stored


def change(folder: Path, random: Random) -> None:
    """A tenth of the files edited, some renamed, some renamed and edited, some gone."""
    files = sorted(folder.rglob("*.md"))
    for number, path in enumerate(random.sample(files, len(files) // 5)):
        words = path.read_text(encoding="utf-8")
        if number % 2 == 0:
            path.write_text(words.replace("登记", "登录"), encoding="utf-8")
        elif number % 6 == 1:
            path.unlink()
        else:
            path.unlink()
            edited = words.replace("业主", "业户", 1) if number % 6 == 3 else words
            path.with_name(f"新{path.name}").write_text(edited, encoding="utf-8")


def whole_documents(home: Path) -> dict[str, list[str]]:
    """The ids of each document's chunks, in reading order."""
    found: dict[str, list[str]] = {}
    catalogue = sqlite3.connect(home / "catalog.db")
    sql = "SELECT document_id, id FROM chunks ORDER BY document_id, ordinal, id"
    for name, chunk in catalogue.execute(sql):
        found.setdefault(name, []).append(chunk)
    return found


def _documents(home: Path) -> int:
    try:
        catalogue = sqlite3.connect(f"file:{home / 'catalog.db'}?mode=ro", uri=True)
        return int(catalogue.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


if __name__ == "__main__":
    main()
