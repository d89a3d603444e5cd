"""Ingest files and folders: discover, scan, plan, then put whole documents in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ingest.cleaning import clean
from ingest.documents import build_document, content_hash
from ingest.errors import DamagedFile, EmptyFile, InputError
from ingest.parsers import parse
from ingest.parsers.frontmatter import split as split_front_matter
from ingest.plan import Action, KnownDocument, Plan, PlannedSource, ScannedSource, plan
from ingest.settings import IngestSettings
from ingest.sources import Opener, discover, read
from ingest.splitting import split
from ingest.types import CleaningReport, Failure, Skipped, SourceFile
from kb.types import Chunk, Document

Item = tuple[Document, Sequence[Chunk]]
_PARSER_MISTAKES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
_WITH_FRONT_MATTER = frozenset((".md", ".markdown", ".txt", ".text"))


class DocumentStore(Protocol):
    """Where documents go; `kb`'s KnowledgeBase is one.

    `put` replaces each document whole: afterwards it has exactly the given chunks, and chunks
    whose id it had before need no new embedding.
    """

    def documents(self) -> Sequence[Document]:
        """Every document that is stored."""
        ...

    def put(self, items: Sequence[Item], progress: Any = None) -> Any:
        """Store documents with their chunks; all of one document or nothing of it."""
        ...


class Progress(Protocol):
    """Told how far the work has come: `done` of `total` steps of `stage`, now at `label`."""

    def __call__(self, stage: str, done: int, total: int, label: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Ingested:
    """One document that went in."""

    source: str
    document_id: str
    title: str
    type: str
    action: Action
    chunks: int
    cleaning: CleaningReport


@dataclass(slots=True)
class Report:
    """What a run did with every file it met."""

    ingested: list[Ingested] = field(default_factory=list)
    unchanged: list[PlannedSource] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def count(self, action: Action) -> int:
        """How many documents had this action."""
        if action is Action.UNCHANGED:
            return len(self.unchanged)
        return sum(item.action is action for item in self.ingested)

    @property
    def chunks(self) -> int:
        """How many chunks were put."""
        return sum(item.chunks for item in self.ingested)


def ingest(
    paths: Sequence[Path | str],
    store: DocumentStore,
    progress: Progress | None = None,
    settings: IngestSettings | None = None,
    opener: Opener = Path.read_bytes,
) -> Report:
    """Bring the files below `paths` into `store`; unchanged files cost one read each.

    A file that cannot be used becomes a `Failure` and the rest goes through. Errors of the store
    itself are raised: they concern every document.
    """
    limits = settings or IngestSettings()
    tell = progress or (lambda *_: None)
    found = discover(paths)
    report = Report(skipped=list(found.skipped), failures=list(found.failures))
    scanned = _scan(found.files, limits, opener, tell, report)
    known = {
        document.id: KnownDocument(document.id, document.source, document.content_hash)
        for document in store.documents()
    }
    planned = plan(scanned, known)
    report.failures += planned.conflicts
    report.unchanged += planned.of(Action.UNCHANGED)
    files = {source.key: source for source in found.files}
    _apply(planned, files, store, limits, opener, tell, report)
    return report


def _scan(
    files: Sequence[SourceFile],
    settings: IngestSettings,
    opener: Opener,
    tell: Progress,
    report: Report,
) -> list[ScannedSource]:
    scanned = []
    for index, source in enumerate(files):
        tell("scan", index, len(files), source.key)
        try:
            data = read(source, settings.max_file_mb, opener)
            declared = _declared_id(source, data)
            scanned.append(ScannedSource(source.key, content_hash(data), declared))
        except InputError as error:
            report.failures.append(Failure(source.key, str(error)))
    tell("scan", len(files), len(files), "")
    return scanned


def _declared_id(source: SourceFile, data: bytes) -> str | None:
    if source.path.suffix.lower() not in _WITH_FRONT_MATTER:
        return None
    from ingest.encoding import decode

    values, _ = split_front_matter(decode(data)[0])
    return values.get("id")


def _apply(
    planned: Plan,
    files: dict[str, SourceFile],
    store: DocumentStore,
    settings: IngestSettings,
    opener: Opener,
    tell: Progress,
    report: Report,
) -> None:
    work = [item for item in planned.sources if item.action is not Action.UNCHANGED]
    built = _build_all(work, files, settings, opener, tell, report)
    for batch in _batches(built, settings.batch_documents):
        store.put([(document, chunks) for document, chunks, _ in batch])
        report.ingested += [item for _, _, item in batch]
    tell("put", len(work), len(work), "")


Built = tuple[Document, list[Chunk], Ingested]


def _build_all(
    work: Sequence[PlannedSource],
    files: dict[str, SourceFile],
    settings: IngestSettings,
    opener: Opener,
    tell: Progress,
    report: Report,
) -> Iterator[Built]:
    for index, item in enumerate(work):
        tell("put", index, len(work), item.key)
        try:
            yield build(files[item.key], item, settings, opener)
        except InputError as error:
            report.failures.append(Failure(item.key, str(error)))
        except _PARSER_MISTAKES:
            # A parser's own mistake on one odd file must not stop the others.
            message = str(DamagedFile("文件内容无法解析，请用原软件重新保存后再导入"))
            report.failures.append(Failure(item.key, message))


def build(
    source: SourceFile,
    planned: PlannedSource,
    settings: IngestSettings,
    opener: Opener = Path.read_bytes,
) -> Built:
    """One document with its chunks; raises an `InputError` when nothing can be made of it."""
    data = read(source, settings.max_file_mb, opener)
    parsed = parse(source.path, data, settings)
    blocks, cleaning = clean(parsed.blocks)
    document = build_document(parsed, blocks, source.key, planned.document_id, content_hash(data))
    chunks = split(document, blocks, settings)
    if not chunks:
        raise EmptyFile("去掉网页残留后没有正文，请检查文件内容")
    summary = Ingested(
        source=source.key,
        document_id=document.id,
        title=document.title,
        type=document.type.value,
        action=planned.action,
        chunks=len(chunks),
        cleaning=cleaning,
    )
    return document, chunks, summary


def _batches(items: Iterator[Built], size: int) -> Iterator[list[Built]]:
    batch: list[Built] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
