"""Keeping the two derived indexes equal to the catalogue: catching up, checking, rebuilding."""

import shutil
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kb import views as kb_views
from kb.catalog import Arm, Catalog, Work
from kb.errors import StoreDamaged
from kb.lexical import LexicalIndex
from kb.seal import Seal
from kb.settings import KbSettings
from kb.types import DocumentType
from kb.vectors import VectorStore
from kb.views import View, views

if TYPE_CHECKING:
    from kb.encoder import Count, Encoder

_ENCODING_BLOCK = 256
_ARMS: tuple[Arm, Arm] = ("dense", "lexical")


def _shifted(count: "Count", before: int, done: int) -> None:
    count(before + done)


class Indexes:
    """The vector store and the lexical index under `home`, derived from `catalog`.

    An index lives in a numbered folder; a damaged one is abandoned for the next number,
    because Chroma cannot reopen a path that failed within one process.
    """

    def __init__(
        self, home: Path, catalog: Catalog, encoder: "Encoder", settings: KbSettings
    ) -> None:
        self._home, self._catalog = home, catalog
        self._encoder, self._settings = encoder, settings
        self._vectors: VectorStore | None = None
        self._seal: Seal | None = None
        self._lexical: LexicalIndex | None = None

    @property
    def vectors(self) -> VectorStore:
        """The dense index; only between `open` and `close`."""
        if self._vectors is None:
            raise RuntimeError("the vector store is not open")
        return self._vectors

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index; only between `open` and `close`."""
        if self._lexical is None:
            raise RuntimeError("the lexical index is not open")
        return self._lexical

    def open(self) -> None:
        """Open both, finish interrupted work, rebuild what is lost, damaged or out of date."""
        self._adopt_scheme()
        for arm in _ARMS:
            try:
                self._open_arm(arm)
                self._catch_up(arm)
                whole = self._is_whole(arm)
            except Exception:  # whatever a damaged folder makes the library raise
                whole = False
            if not whole:
                self._rebuild(arm)

    def close(self) -> None:
        """Let go of the files; safe to call twice."""
        if self._vectors is not None:
            self._vectors.close()
        self._vectors = self._lexical = None

    # -- files that a kill may have torn

    def _keep_seal(self) -> None:
        if self._seal is not None:
            digest = self._seal.digest()
            if digest != self._catalog.recall("dense seal"):
                self._catalog.remember("dense seal", digest)

    def _check_seal(self) -> None:
        """Raises StoreDamaged when the files are not what the last finished write left."""
        kept = self._catalog.recall("dense seal")
        if self._seal is not None and kept is not None and kept != self._seal.digest():
            raise StoreDamaged("向量索引的文件不完整：上次写入时进程被中断，将自动重建。")

    # -- what the indexes were built with

    def _adopt_scheme(self) -> None:
        """Renew views (encoding what is new) and drop both indexes when their making changed."""
        scheme = f"{self._encoder.name}|{self._settings.window_characters}|{kb_views.VERSION}"
        if self._catalog.recall("scheme") == scheme:
            return
        if not self._catalog.chunk_count():
            self._catalog.remember("scheme", scheme)
            return
        window = self._settings.window_characters
        for document in self._catalog.documents():
            chunks = self._catalog.chunks_of(document.id)
            by_chunk = {chunk.id: views(chunk, window) for chunk in chunks}
            self.embed([view for texts in by_chunk.values() for view in texts])
            self._catalog.replace([(document, chunks)], by_chunk)
        for arm in _ARMS:
            self._abandon(arm)
            self._catalog.request_rebuild(arm)
        self._catalog.remember("scheme", scheme)

    # -- embedding

    def embed(self, texts: list[View], count: "Count | None" = None) -> int:
        """Make sure that every text has its vector in the catalogue; returns how many were new.

        `count` is called with how many of the new ones are done.
        """
        encoder, catalog = self._encoder, self._catalog
        by_hash = {view.hash: view for view in texts}
        known = catalog.embedded(encoder.name, by_hash)
        missing = sorted(
            (view for key, view in by_hash.items() if key not in known),
            key=lambda view: (view.role, len(view.text)),
        )
        for start in range(0, len(missing), _ENCODING_BLOCK):
            block = missing[start : start + _ENCODING_BLOCK]
            passages = [view for view in block if view.role == "passage"]
            queries = [view for view in block if view.role == "query"]
            if passages:
                tell = None if count is None else partial(_shifted, count, start)
                vectors = encoder.encode_passages([view.text for view in passages], tell)
                catalog.keep_embeddings(encoder.name, [view.hash for view in passages], vectors)
            if queries:
                vectors = encoder.encode_queries([view.text for view in queries])
                catalog.keep_embeddings(encoder.name, [view.hash for view in queries], vectors)
            if count is not None:
                count(start + len(block))
        return len(missing)

    # -- following the catalogue

    def catch_up(self) -> None:
        """Do all noted work; raises StoreDamaged when an index refuses it."""
        for arm in _ARMS:
            try:
                self._catch_up(arm)
            except Exception as error:
                raise StoreDamaged(
                    f"写入知识库索引失败（{type(error).__name__}：{error}）：文档已记录在案，"
                    "重新打开知识库时会自动补建索引；请检查磁盘空间和权限。"
                ) from error

    def _catch_up(self, arm: Arm) -> None:
        while works := self._catalog.pending(arm):
            if arm == "dense":
                self._write_vectors(works)
                self._keep_seal()
            else:
                self._write_chunks(works)
            self._catalog.done(works)

    def _write_vectors(self, works: list[Work]) -> None:
        by_type: dict[tuple[DocumentType, str], list[str]] = defaultdict(list)
        for work in works:
            by_type[work.type, work.action].append(work.item)
        for (kind, action), items in by_type.items():
            if action == "delete":
                self.vectors.delete(kind, items)
                continue
            ids, vectors = self._catalog.vectors(self._encoder.name, items)
            if ids:
                self.vectors.upsert(kind, ids, vectors)

    def _write_chunks(self, works: list[Work]) -> None:
        # A chunk whose document changed its type is work twice, to delete under one type and
        # to add under the other, perhaps not in one batch: the catalogue says what it is now.
        items = {work.item for work in works}
        chunks = self._catalog.chunks(items)
        self.lexical.write(chunks.values(), items - chunks.keys())

    # -- checking and rebuilding

    def _is_whole(self, arm: Arm) -> bool:
        """Whether the counts agree and, for vectors, each collection finds something."""
        if arm == "lexical":
            return self.lexical.holds(self._catalog.chunk_count())
        import numpy as np

        expected = self._catalog.view_counts()
        probe = np.full(self._encoder.dimension, self._encoder.dimension**-0.5, dtype=np.float32)
        return self.vectors.counts() == expected and all(
            self.vectors.query(kind, probe, 1) for kind in expected
        )

    def _rebuild(self, arm: Arm) -> None:
        self._abandon(arm)
        self._catalog.request_rebuild(arm)
        self._open_arm(arm)
        self._catch_up(arm)
        if not self._is_whole(arm):
            raise StoreDamaged(
                f"知识库索引 {self._folder(arm)} 重建后仍与目录不一致：请检查磁盘，"
                "或删除该文件夹后重试。"
            )

    def _folder(self, arm: Arm) -> Path:
        number = self._catalog.recall(f"{arm} folder") or "1"
        return self._home / {"dense": "chroma", "lexical": "lexical"}[arm] / number

    def _abandon(self, arm: Arm) -> None:
        """Turn to a new, empty folder and delete the old one as far as it lets itself."""
        old = self._folder(arm)
        if arm == "dense" and self._vectors is not None:
            self._vectors.close()
        if arm == "dense":
            # The seal of the new, empty folder; before the turn, so that no crash parts them.
            self._catalog.remember("dense seal", Seal(old.with_name("none")).digest())
        self._catalog.remember(f"{arm} folder", str(int(old.name) + 1))
        shutil.rmtree(old, ignore_errors=True)

    def _open_arm(self, arm: Arm) -> None:
        folder = self._folder(arm)
        if arm == "dense":
            self._seal = Seal(folder)
            self._check_seal()
            self._vectors = VectorStore(folder)
            if self._catalog.recall("dense seal") is None:
                self._keep_seal()
        else:
            self._lexical = LexicalIndex(folder, self._settings)
