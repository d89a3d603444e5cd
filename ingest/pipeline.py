"""Ingest files and folders: discover, scan, plan, put whole documents, then remove what is gone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from ingest.cleaning import clean
from ingest.containers import expand
from ingest.documents import build_document, content_hash
from ingest.encoding import decode
from ingest.errors import DamagedFile, EmptyFile, InputError, UnfinishedDraft
from ingest.likeness import alike, followed, sketch
from ingest.parsers import parse
from ingest.parsers.frontmatter import split as split_front_matter
from ingest.plan import Action, KnownDocument, Plan, PlannedSource, ScannedSource, plan
from ingest.putting import Built, DocumentStore, Progress, put_all
from ingest.quality import assess
from ingest.report import Ingested, Report
from ingest.settings import IngestSettings
from ingest.sources import Opener, discover, place_of, read, with_known_keys
from ingest.splitting import split
from ingest.sync import (
    UPLOADED,
    Departures,
    Missing,
    departures,
    folders_of,
    is_there,
    present,
    with_known_places,
)
from ingest.types import Failure, SourceFile
from kb.types import UNFINISHED, Chunk

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


def ingest(
    paths: Sequence[Path | str],
    store: DocumentStore,
    settings: IngestSettings | None = None,
    *,
    missing: Missing = Missing.KEEP,
    lasting: bool = True,
    progress: Progress | None = None,
    opener: Opener = Path.read_bytes,
) -> Report:
    """Bring the files below `paths` into `store`; unchanged files cost one read each.

    `missing` decides about documents whose files are gone from a folder among `paths`; they are
    removed last, when everything new is durable. `lasting` is false for files that only pass by
    (uploads): their documents have no place and never count as gone. A file that cannot be used
    becomes a `Failure` and the rest goes through. Errors of the store itself are raised: they
    concern every document.
    """
    limits = settings or IngestSettings()
    found = expand(discover(paths), limits, opener)
    report = Report(skipped=list(found.skipped), failures=list(found.failures))
    known = known_documents(store)
    sources = with_known_keys(found.files, {document.source for document in known.values()})
    sources = with_known_places(sources, known)
    files = {source.key: source for source in sources}
    builder = Builder(files, limits, opener, lasting)
    folders = folders_of(paths)
    here = present(found, sources, folders)
    scanned = list(scan(sources, limits, opener, report))

    def leaving(planned: Plan) -> Departures:
        ids = {item.document_id for item in planned.sources}
        return departures(folders, known.values(), here, ids, missing, is_there)

    planned = _with_edited(plan(scanned, known), scanned, known, leaving, builder)
    report.failures += planned.conflicts
    report.unchanged += planned.of(Action.UNCHANGED)
    work = [item for item in planned.sources if item.action is not Action.UNCHANGED]
    put_all(builder.all(work, report), len(work), store, limits.batch_documents, progress, report)
    if lasting:
        _relocate(report.unchanged, files, known, store)
    if missing is not Missing.KEEP:
        _remove(leaving(planned), store, report)
    report.alike = alike(store.documents(), {item.document_id for item in report.ingested})
    return report


def known_documents(store: DocumentStore) -> dict[str, KnownDocument]:
    """What planning needs to know of every stored document, by id."""
    return {
        document.id: KnownDocument(
            document.id,
            document.source,
            document.content_hash,
            document.title,
            document.origin,
            document.sketch,
        )
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


def _with_edited(
    planned: Plan,
    scanned: Sequence[ScannedSource],
    known: Mapping[str, KnownDocument],
    leaving: Callable[[Plan], Departures],
    builder: "Builder",
) -> Plan:
    """The plan in which a file that was renamed and edited at once keeps its document."""
    nameless = {source.key for source in scanned if source.declared_id is None}
    added = [item for item in planned.of(Action.ADD) if item.key in nameless]
    gone = {document.id: document.sketch for document in leaving(planned).gone}
    staying = [document.sketch for name, document in known.items() if name not in gone]
    if not added or not any(gone.values()):
        return planned
    built = builder.all(added, Report())
    new = {summary.source: document.sketch for document, _, summary in built}
    same = followed(new, gone, staying)
    return plan(scanned, known, same) if same else planned


def _relocate(
    unchanged: Sequence[PlannedSource],
    files: Mapping[str, SourceFile],
    known: Mapping[str, KnownDocument],
    store: DocumentStore,
) -> None:
    """Note the places of documents whose folder moved, or whose place was not known."""
    places = {item.document_id: place_of(files[item.key]) for item in unchanged}
    changed = {name: place for name, place in places.items() if known[name].origin != place}
    if changed:
        store.relocate(changed)


def _remove(leaving: Departures, store: DocumentStore, report: Report) -> None:
    if leaving.gone:
        store.remove([document.id for document in leaving.gone])
    report.removed += leaving.gone
    report.refusals += leaving.refusals
    report.elsewhere += leaving.elsewhere


class Builder:
    """Makes documents of planned sources; `files` are the sources by key."""

    def __init__(
        self,
        files: Mapping[str, SourceFile],
        settings: IngestSettings,
        opener: Opener = Path.read_bytes,
        lasting: bool = True,
    ) -> None:
        self._files, self._settings = files, settings
        self._opener, self._lasting = opener, lasting

    def all(self, work: Sequence[PlannedSource], report: Report) -> Iterator[Built]:
        """One document after the other; those that cannot be made are failures of `report`."""
        for item in work:
            try:
                yield self.one(item)
            except InputError as error:
                report.failures.append(_failure(item.key, error))
            except _PARSER_MISTAKES:
                # A parser's own mistake on one odd file must not stop the others.
                mistake = DamagedFile("文件内容无法解析，请用原软件重新保存后再导入")
                report.failures.append(_failure(item.key, mistake))

    def one(self, planned: PlannedSource) -> Built:
        """One document with its chunks; raises an `InputError` when nothing can be made of it."""
        settings, source = self._settings, self._files[planned.key]
        data = read(source, settings.max_file_mb, self._opener)
        parsed = parse(source.name, data, settings)
        blocks, cleaning = clean(parsed.blocks)
        digest = content_hash(data)
        document = build_document(parsed, blocks, source.key, planned.document_id, digest)
        chunks = split(document, blocks, settings)
        if not chunks:
            raise EmptyFile("去掉网页残留后没有正文，请检查文件内容")
        refuse_unfinished(chunks)
        document = replace(
            document,
            origin=place_of(source) if self._lasting else UPLOADED,
            quality=assess(cleaning, chunks, settings.chunk_max_characters, parsed.encoding),
            sketch=sketch("\n".join((*chunk.questions, chunk.text)) for chunk in chunks),
        )
        summary = Ingested(
            source=source.key,
            document_id=document.id,
            title=document.title,
            type=document.type.value,
            action=planned.action,
            chunks=len(chunks),
            cleaning=cleaning,
            notes=parsed.notes,
            quality=document.quality,
        )
        return document, chunks, summary


def refuse_unfinished(chunks: Sequence[Chunk]) -> None:
    """Raises UnfinishedDraft for a draft of `guanjia kb gaps --draft` that nobody has filled."""
    found = next((chunk for chunk in chunks if UNFINISHED in chunk.text), None)
    if found is not None:
        name = found.questions[0] if found.questions else found.title
        raise UnfinishedDraft(f"的「{name}」还没有写答案；请写好并删去{UNFINISHED}那一段")
