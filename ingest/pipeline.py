"""Ingest files and folders: discover, scan, plan, then put whole documents in batches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Protocol

from ingest.cleaning import clean
from ingest.containers import expand
from ingest.documents import build_document, content_hash
from ingest.encoding import decode
from ingest.errors import DamagedFile, EmptyFile, InputError, UnfinishedDraft
from ingest.parsers import parse
from ingest.parsers.frontmatter import split as split_front_matter
from ingest.plan import Action, KnownDocument, PlannedSource, ScannedSource, plan
from ingest.report import Ingested, Report
from ingest.settings import IngestSettings
from ingest.sources import Opener, discover, read, with_known_keys
from ingest.splitting import split
from ingest.types import Failure, SourceFile
from kb.types import UNFINISHED, Chunk, Document

Item = tuple[Document, Sequence[Chunk]]
Progress = Callable[[int, int], None]
"""Called with how many documents are done, and how many there are to do."""

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

    `put` replaces each document whole: afterwards it has exactly the given chunks.
    """

    def documents(self) -> Sequence[Document]:
        """Every document that is stored."""
        ...

    def put(self, items: Sequence[Item], progress: Progress | None = None) -> Any:
        """Store documents with their chunks: all of one document, or nothing of it."""
        ...


def ingest(
    paths: Sequence[Path | str],
    store: DocumentStore,
    settings: IngestSettings | None = None,
    *,
    progress: Progress | None = None,
    opener: Opener = Path.read_bytes,
) -> Report:
    """Bring the files below `paths` into `store`; unchanged files cost one read each.

    A file that cannot be used becomes a `Failure` and the rest goes through. Errors of the store
    itself are raised: they concern every document.
    """
    limits = settings or IngestSettings()
    found = expand(discover(paths), limits, opener)
    report = Report(skipped=list(found.skipped), failures=list(found.failures))
    known = known_documents(store)
    sources = with_known_keys(found.files, {document.source for document in known.values()})
    scanned = list(scan(sources, limits, opener, report))
    planned = plan(scanned, known)
    report.failures += planned.conflicts
    report.unchanged += planned.of(Action.UNCHANGED)
    work = [item for item in planned.sources if item.action is not Action.UNCHANGED]
    files = {source.key: source for source in sources}
    built = build_all(work, files, limits, opener, report)
    put_all(built, len(work), store, limits.batch_documents, progress or (lambda *_: None), report)
    return report


def known_documents(store: DocumentStore) -> dict[str, KnownDocument]:
    """What planning needs to know of every stored document, by id."""
    return {
        document.id: KnownDocument(document.id, document.source, document.content_hash)
        for document in store.documents()
    }


def scan(
    files: Sequence[SourceFile], settings: IngestSettings, opener: Opener, report: Report
) -> Iterator[ScannedSource]:
    """Hash and id of every file; those that cannot be read are failures of `report`."""
    for source in files:
        try:
            data = read(source, settings.max_file_mb, opener)
            declared = _declared_id(source, data)
        except InputError as error:
            report.failures.append(_failure(source.key, error))
        else:
            yield ScannedSource(source.key, content_hash(data), declared)


def _failure(key: str, error: InputError) -> Failure:
    return Failure(key, f"「{key}」{error}")


def _declared_id(source: SourceFile, data: bytes) -> str | None:
    if PurePath(source.name).suffix.lower() not in _WITH_FRONT_MATTER:
        return None
    values, _ = split_front_matter(decode(data)[0])
    return values.get("id")


Built = tuple[Document, list[Chunk], Ingested]


def build_all(
    work: Sequence[PlannedSource],
    files: Mapping[str, SourceFile],
    settings: IngestSettings,
    opener: Opener,
    report: Report,
) -> Iterator[Built]:
    """One document after the other; those that cannot be made are failures of `report`."""
    for item in work:
        try:
            yield build(files[item.key], item, settings, opener)
        except InputError as error:
            report.failures.append(_failure(item.key, error))
        except _PARSER_MISTAKES:
            # A parser's own mistake on one odd file must not stop the others.
            mistake = DamagedFile("文件内容无法解析，请用原软件重新保存后再导入")
            report.failures.append(_failure(item.key, mistake))


def put_all(
    built: Iterator[Built],
    total: int,
    store: DocumentStore,
    size: int,
    progress: Progress,
    report: Report,
) -> None:
    """Put whole documents, `size` at a time; the store's own progress moves the bar within."""
    progress(0, total)
    for batch in _batches(built, size):
        # Files that failed are done as well.
        done = len(report.ingested)

        def within(texts: int, all_texts: int, done: int = done, size: int = len(batch)) -> None:
            progress(done + size * texts // max(1, all_texts), total)

        store.put([(document, chunks) for document, chunks, _ in batch], progress=within)
        report.ingested += [item for _, _, item in batch]
    progress(total, total)


def build(
    source: SourceFile,
    planned: PlannedSource,
    settings: IngestSettings,
    opener: Opener = Path.read_bytes,
) -> Built:
    """One document with its chunks; raises an `InputError` when nothing can be made of it."""
    data = read(source, settings.max_file_mb, opener)
    parsed = parse(source.name, data, settings)
    blocks, cleaning = clean(parsed.blocks)
    document = build_document(parsed, blocks, source.key, planned.document_id, content_hash(data))
    chunks = split(document, blocks, settings)
    if not chunks:
        raise EmptyFile("去掉网页残留后没有正文，请检查文件内容")
    refuse_unfinished(chunks)
    summary = Ingested(
        source=source.key,
        document_id=document.id,
        title=document.title,
        type=document.type.value,
        action=planned.action,
        chunks=len(chunks),
        cleaning=cleaning,
        notes=parsed.notes,
    )
    return document, chunks, summary


def refuse_unfinished(chunks: Sequence[Chunk]) -> None:
    """Raises UnfinishedDraft for a draft of `guanjia kb gaps --draft` that nobody has filled."""
    found = next((chunk for chunk in chunks if UNFINISHED in chunk.text), None)
    if found is not None:
        name = found.questions[0] if found.questions else found.title
        raise UnfinishedDraft(f"的「{name}」还没有写答案；请写好并删去{UNFINISHED}那一段")


def _batches(items: Iterator[Built], size: int) -> Iterator[list[Built]]:
    batch: list[Built] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
