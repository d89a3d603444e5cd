"""Putting whole documents into the store, in batches, with progress counted in texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from ingest.report import Ingested, Report
from kb.types import Chunk, Document

Item = tuple[Document, Sequence[Chunk]]
Built = tuple[Document, list[Chunk], Ingested]
Progress = Callable[[int, int], None]
"""Called with how many texts are done, and how many there are: an estimate until all are known."""


class DocumentStore(Protocol):
    """Where documents go; `kb`'s KnowledgeBase is one.

    `put` replaces each document whole: afterwards it has exactly the given chunks.
    """

    def documents(self) -> Sequence[Document]:
        """Every document that is stored."""
        ...

    def put(self, items: Sequence[Item], progress: Progress | None = None) -> Any:
        """Store documents with their chunks: all of one document, or nothing of it."""
        ...

    def remove(self, ids: Sequence[str]) -> Any:
        """Remove documents."""
        ...

    def relocate(self, origins: Mapping[str, str]) -> Any:
        """Note, by document id, where documents are read from now."""
        ...


def put_all(
    built: Iterator[Built],
    total: int,
    store: DocumentStore,
    size: int,
    progress: Progress | None,
    report: Report,
) -> None:
    """Put the `total` documents that `built` yields, `size` at a time; failed ones are missing."""
    meter = Meter(total, progress or (lambda *_: None))
    failed = len(report.failures)
    batches = _batches(built, size)
    # The next batch is read and cleaned while this one is encoded and written.
    with ThreadPoolExecutor(1, "guanjia-read") as reader:
        coming = reader.submit(next, batches, None)
        while batch := coming.result():
            coming = reader.submit(next, batches, None)
            meter.begin(len(batch), len(report.failures) - failed)
            store.put([(document, chunks) for document, chunks, _ in batch], progress=meter.within)
            meter.end()
            report.ingested += [item for _, _, item in batch]
    meter.finish()


class Meter:
    """Progress in texts over batches of documents whose texts are known only when they are built.

    What is not built yet is taken to have as many texts a document as what is.
    """

    def __init__(self, documents: int, show: Progress) -> None:
        self._documents, self._show = documents, show
        self._handled = self._texts = self._batch = self._batch_texts = self._failed = 0
        show(0, documents)

    def begin(self, documents: int, failed: int) -> None:
        """A batch is built; so many documents failed since the start."""
        self._batch, self._batch_texts, self._failed = documents, 0, failed

    def within(self, done: int, texts: int) -> None:
        """So many of the batch's texts are done."""
        self._batch_texts = texts
        built, known = self._handled + self._batch, self._texts + texts
        left = max(0, self._documents - self._failed - built)
        self._show(self._texts + done, known + left * known // max(1, built))

    def end(self) -> None:
        """The batch is durable."""
        self._handled += self._batch
        self._texts += self._batch_texts

    def finish(self) -> None:
        """Nothing is left."""
        done = max(1, self._texts)
        self._show(done, done)


def _batches(items: Iterator[Built], size: int) -> Iterator[list[Built]]:
    batch: list[Built] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
