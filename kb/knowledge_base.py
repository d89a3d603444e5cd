"""The knowledge base as one object: documents in, hits out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from kb.catalog import Catalog
from kb.errors import InputError, NotFound
from kb.folder_lock import FolderLock
from kb.indexing import Indexes
from kb.normalization import simplify
from kb.search import Ranking, rank
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType, Hit
from kb.validity import Validity
from kb.versions import Version, carried_over, reinstated, retired, with_validity
from kb.views import View, views

if TYPE_CHECKING:
    from kb.encoder import Encoder

Progress = Callable[[int, int], None]
LONGEST_QUERY = 2000
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PutReport:
    """What `put` did: documents added and updated; texts encoded now, and found encoded."""

    added: int = 0
    updated: int = 0
    embedded: int = 0
    reused: int = 0

    def __add__(self, other: "PutReport") -> "PutReport":
        return PutReport(
            self.added + other.added,
            self.updated + other.updated,
            self.embedded + other.embedded,
            self.reused + other.reused,
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the store. `pending` is index work left (0 unless a write is under way)."""

    home: Path
    encoder: str
    documents: dict[DocumentType, int] = field(default_factory=dict)
    chunks: int = 0
    vectors: int = 0
    pending: int = 0


class KnowledgeBase:
    """Documents under `home`, found by meaning and by words; one process owns the folder.

    Raises StoreBusy when another process has it, StoreDamaged when the catalogue is unreadable.
    Opening completes what a crash interrupted and rebuilds an index that is lost or damaged.
    Safe to use from several threads. `today` and `now` are the clock.
    """

    def __init__(
        self,
        home: Path,
        encoder: "Encoder",
        settings: KbSettings | None = None,
        today: Callable[[], date] = date.today,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._home, self._encoder, self._today = home, encoder, today
        self.settings = settings or KbSettings()
        self._writing = RLock()
        self._searching = ThreadPoolExecutor(thread_name_prefix="lexical")
        home.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(home, now())
        try:
            self._catalog = Catalog(home / "catalog.db")
            self._indexes = Indexes(home, self._catalog, encoder, self.settings)
            self._indexes.open()
        except BaseException:
            self._lock.release()
            raise
        # Kept in memory because every search asks for them. A chunk that is gone may linger in
        # the second one; the catalogue has the last word on it.
        self._documents = {document.id: document for document in self._catalog.documents()}
        self._document_of = self._catalog.chunk_documents()
        self._validity = Validity(self._documents)

    def close(self) -> None:
        """Let go of the folder; safe to call twice."""
        self._searching.shutdown()
        self._indexes.close()
        self._catalog.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # -- reading

    def documents(self) -> list[Document]:
        """All documents, by id."""
        return sorted(self._documents.values(), key=lambda document: document.id)

    def document(self, document_id: str) -> Document | None:
        """The document with this id."""
        return self._documents.get(document_id)

    def existing(self, document_id: str) -> Document:
        """The document with this id. Raises NotFound."""
        document = self._documents.get(document_id)
        if document is None:
            raise NotFound(f"没有编号为 {document_id} 的资料；用 guanjia status 查看编号。")
        return document

    def chunks(self, document_id: str) -> list[Chunk]:
        """A document's chunks in reading order."""
        return self._catalog.chunks_of(document_id)

    def passage_counts(self) -> dict[str, int]:
        """How many chunks each document has, by id."""
        return self._catalog.passage_counts()

    def chunk(self, chunk_id: str) -> Chunk | None:
        """The chunk with this id."""
        return self._catalog.chunks([chunk_id]).get(chunk_id)

    def versions_of(self, document_id: str, as_of: date | None = None) -> list[Version]:
        """The versions of a document, the oldest first, and what each is on `as_of` (today).

        Raises NotFound.
        """
        return self._validity.family(self.existing(document_id), as_of or self._today())

    def version(self, document_id: str, as_of: date | None = None) -> Version:
        """One document with what it is on `as_of` (today). Raises NotFound."""
        return self._validity.version(self.existing(document_id), as_of or self._today())

    def status(self) -> Status:
        """Counts of what is stored."""
        kinds = [document.type for document in self.documents()]
        return Status(
            home=self._home,
            encoder=self._encoder.name,
            documents={kind: kinds.count(kind) for kind in DocumentType if kind in kinds},
            chunks=self._catalog.chunk_count(),
            vectors=sum(self._catalog.view_counts().values()),
            pending=self._catalog.pending_count(),
        )

    # -- searching

    def search(
        self,
        query: str,
        k: int | None = None,
        types: Iterable[DocumentType] | None = None,
        as_of: date | None = None,
    ) -> list[Hit]:
        """The best `k` chunks in force on `as_of` (today), of these types (all).

        Of a document's versions only the one in force on that day is found; `Hit.state` says
        what it is today.
        `Hit.score` is between 0 and 1 and orders the hits of this query only; `Hit.arms` has
        the cosine (`dense`) and the BM25 score (`lexical`). Raises InputError for an empty
        query or one over 2,000 characters.
        """
        ranking = self.rank(query, types, as_of)
        best = ranking.arm("fused")[: k or self.settings.results]
        chunks = self._catalog.chunks(best)
        # A document may be removed while it is being searched for: what is gone is no hit.
        found = (
            (i, chunks[i], self._documents.get(chunks[i].document_id)) for i in best if i in chunks
        )
        today = self._today()
        return [
            Hit(
                chunk,
                document,
                ranking.fused[i],
                ranking.raw(i),
                self._validity.version(document, today).state,
            )
            for i, chunk, document in found
            if document is not None
        ]

    def rank(
        self,
        query: str,
        types: Iterable[DocumentType] | None = None,
        as_of: date | None = None,
    ) -> Ranking:
        """Chunk ids in the order of each arm and of their fusion; for measuring and `search`."""
        text = simplify(check_query(query))
        in_force = self._validity.in_force(as_of or self._today())

        def admit(chunk_id: str) -> bool:
            return self._document_of.get(chunk_id) in in_force

        kinds = None if types is None else frozenset(types)
        # The words are looked up while the encoder, which leaves the interpreter free, works.
        lexical = self._searching.submit(
            self._indexes.lexical.query, text, self.settings.candidates, kinds
        )
        vector = self._encoder.encode_queries([text])[0]
        vectors = self._indexes.vectors
        return rank(lexical.result(), vector, vectors, self.settings, kinds, admit)

    def passage_count(self) -> int:
        """How many chunks there are; as quick as `frequency`, which it is compared with."""
        return self._indexes.lexical.count()

    def frequency(self, term: str) -> int:
        """In how many chunks a term of `kb.normalization.tokens` occurs."""
        return self._indexes.lexical.document_frequency(term)

    # -- writing

    def put(
        self,
        items: Sequence[tuple[Document, Sequence[Chunk]]],
        progress: Progress | None = None,
    ) -> PutReport:
        """Add documents, or replace them whole; texts that were ever encoded are not again.

        Durable block by block: after a crash, whole documents are there or are not.
        `progress(done, total)` counts texts.
        """
        report, done, tell = PutReport(), 0, progress or (lambda *_: None)
        plan = [
            (
                (carried_over(document, self._documents.get(document.id)), chunks),
                {c.id: views(c, self.settings.window_characters) for c in chunks},
            )
            for document, chunks in items
        ]
        total = sum(len(texts) for _, by_chunk in plan for texts in by_chunk.values())
        # The indexes follow one block while the next is encoded: their commits wait for the disk.
        with self._writing, ThreadPoolExecutor(1, "guanjia-index") as follower:
            following: Future[None] | None = None
            for block in _blocks(plan, self.settings.embedding_block):

                def count(new: int, done: int = done) -> None:
                    tell(done + new, total)

                texts = [view for _, by_chunk in block for vs in by_chunk.values() for view in vs]
                embedded = self._indexes.embed(texts, count)
                if following is not None:
                    following.result()
                report += self._record(block, embedded, len(texts))
                following = follower.submit(self._indexes.catch_up)
                done += len(texts)
                tell(done, total)
            if following is not None:
                following.result()
        return report

    def _record(self, block: "list[Planned]", embedded: int, texts: int) -> PutReport:
        """Make a block durable in the catalogue; an index that fails is completed at opening."""
        known = self._catalog.types_of(document.id for (document, _), _ in block)
        self._catalog.replace(
            [item for item, _ in block], {i: vs for _, by in block for i, vs in by.items()}
        )
        for (document, chunks), _ in block:
            self._documents[document.id] = document
            self._document_of.update((chunk.id, document.id) for chunk in chunks)
        self._validity.forget()
        return PutReport(len(block) - len(known), len(known), embedded, texts - embedded)

    def relocate(self, origins: Mapping[str, str]) -> None:
        """Note, by document id, where documents are read from now."""
        with self._writing:
            self._catalog.relocate(origins)
            for document_id, origin in origins.items():
                if document_id in self._documents:
                    document = self._documents[document_id]
                    self._documents[document_id] = replace(document, origin=origin)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents; returns how many there were. Unknown ids are passed over."""
        gone = list(ids)
        with self._writing:
            removed = self._catalog.remove(gone)
            for document_id in gone:
                self._documents.pop(document_id, None)
            self._validity.forget()
            self._indexes.catch_up()
        return removed

    def set_validity(
        self, document_id: str, effective_from: date | None, effective_to: date | None
    ) -> Document:
        """Give a document other first and last days (None: open); nothing is encoded again.

        Raises NotFound, and InputError for reversed dates.
        """
        return self._revise(document_id, lambda d: with_validity(d, effective_from, effective_to))

    def retire(self, document_id: str, last_day: date) -> Document:
        """Put a document out of force after `last_day`; it stays so while its file is the same.

        Raises NotFound, and InputError when it would end before it begins.
        """
        return self._revise(document_id, lambda document: retired(document, last_day))

    def reinstate(self, document_id: str) -> Document:
        """Put a document in force again until further notice. Raises NotFound."""
        return self._revise(document_id, reinstated)

    def _revise(self, document_id: str, change: Callable[[Document], Document]) -> Document:
        with self._writing:
            document = change(self.existing(document_id))
            self._catalog.revise(document)
            self._documents[document_id] = document
            self._validity.forget()
        return document


Planned = tuple[tuple[Document, Sequence[Chunk]], dict[str, list[View]]]


def _blocks(plan: list[Planned], size: int) -> Iterator[list[Planned]]:
    """Whole documents, together about `size` texts."""
    block: list[Planned] = []
    count = 0
    for planned in plan:
        block.append(planned)
        count += sum(len(texts) for texts in planned[1].values())
        if count >= size:
            yield block
            block, count = [], 0
    if block:
        yield block


def check_query(query: str) -> str:
    """The query without surrounding white space; raises InputError when it cannot be used."""
    # Half a character, as a terminal of another encoding sends it, is no character.
    text = _LONE_SURROGATES.sub("", query).strip()
    if not text:
        raise InputError("问题是空的：请输入要查询的内容。")
    if len(text) > LONGEST_QUERY:
        raise InputError(f"问题有 {len(text)} 个字，超过 {LONGEST_QUERY} 字：请只写要问的事。")
    return text
