"""What ingesting would do: every document built in full, nothing stored until it is accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.containers import expand
from ingest.errors import ChangedMeanwhile, NotReplaceable
from ingest.likeness import Alike, alike
from ingest.pipeline import Builder, known_documents, scan
from ingest.plan import Action, KnownDocument, Plan, PlannedSource, ScannedSource, plan
from ingest.putting import DocumentStore, Progress, put_all
from ingest.report import Ingested, Report
from ingest.settings import IngestSettings
from ingest.sources import Opener, discover, with_known_keys
from ingest.types import Failure, Skipped
from kb.types import Chunk, Document


@dataclass(frozen=True, slots=True)
class Proposal:
    """One document as it would be stored, and the one of the same id that it would replace."""

    document: Document
    chunks: tuple[Chunk, ...]
    summary: Ingested
    before: Document | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go in, what is there already, what is left out, and what cannot go in.

    `alike` are the pairs of which one would go in that say nearly the same.
    """

    proposals: tuple[Proposal, ...] = ()
    unchanged: tuple[PlannedSource, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failures: tuple[Failure, ...] = ()
    alike: tuple[Alike, ...] = ()


def preview(
    paths: Sequence[Path | str],
    store: DocumentStore,
    settings: IngestSettings | None = None,
    *,
    replacing: str | None = None,
    opener: Opener = Path.read_bytes,
) -> Preview:
    """What `ingest` would do with files that only pass by (uploads); the store is only read.

    `replacing` is the id of a stored document whose text the one file among `paths` is to be,
    whatever its name. Raises NotReplaceable when it cannot.
    """
    limits = settings or IngestSettings()
    found = expand(discover(paths), limits, opener)
    report = Report(skipped=list(found.skipped), failures=list(found.failures))
    known = known_documents(store)
    sources = with_known_keys(found.files, {document.source for document in known.values()})
    scanned = list(scan(sources, limits, opener, report))
    planned = plan(scanned, known) if replacing is None else _in_place(scanned, known, replacing)
    work = [item for item in planned.sources if item.action is not Action.UNCHANGED]
    builder = Builder({source.key: source for source in sources}, limits, opener, lasting=False)
    stored = {document.id: document for document in store.documents()}
    proposals = tuple(
        Proposal(document, tuple(chunks), summary, stored.get(document.id))
        for document, chunks, summary in builder.all(work, report)
    )
    proposed = {item.document.id: item.document for item in proposals}
    return Preview(
        proposals,
        planned.of(Action.UNCHANGED),
        tuple(report.skipped),
        (*report.failures, *planned.conflicts),
        tuple(alike(list({**stored, **proposed}.values()), set(proposed))),
    )


def accept(
    previewed: Preview,
    store: DocumentStore,
    settings: IngestSettings | None = None,
    *,
    progress: Progress | None = None,
) -> Report:
    """Store exactly what was previewed.

    Raises ChangedMeanwhile when one of the documents was changed by someone else since then.
    """
    limits, stored = settings or IngestSettings(), {d.id: d for d in store.documents()}
    for proposal in previewed.proposals:
        if stored.get(proposal.document.id) != proposal.before:
            raise ChangedMeanwhile(
                f"预览之后，知识库里的《{proposal.document.title}》（{proposal.document.id}）"
                "被别人改动了：请重新预览再收录。"
            )
    report = Report(
        unchanged=list(previewed.unchanged),
        skipped=list(previewed.skipped),
        failures=list(previewed.failures),
        alike=list(previewed.alike),
    )
    built = ((item.document, list(item.chunks), item.summary) for item in previewed.proposals)
    total = len(previewed.proposals)
    put_all(built, total, store, limits.batch_documents, progress, report)
    return report


def _in_place(
    scanned: Sequence[ScannedSource], known: Mapping[str, KnownDocument], document_id: str
) -> Plan:
    """The plan by which the one source becomes the text of a document that is there."""
    if not scanned:
        # what is wrong with the file stands among the failures
        return Plan()
    if len(scanned) > 1:
        raise NotReplaceable(f"文件里有 {len(scanned)} 份资料，替换时只能给一份；请改用「添加」")
    (source,) = scanned
    if source.declared_id not in (None, document_id):
        raise NotReplaceable(
            f"文件头写的编号是 {source.declared_id}，要替换的是 {document_id}；"
            "请改正文件头的 id，或改用「添加」"
        )
    twin = next((d for d in known.values() if d.content_hash == source.content_hash), None)
    if twin is not None:
        which = "要替换的资料" if twin.id == document_id else f"资料 {twin.id} "
        raise NotReplaceable(f"文件的内容与{which}完全相同，没有要替换的")
    planned = PlannedSource(source.key, document_id, Action.UPDATE)
    return Plan((planned,))
