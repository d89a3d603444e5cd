"""What the page 知识库 and HTTP both do with documents; who did it goes to the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from api.uploads import Upload, on_disk
from api.wiring import House
from assistant.gaps.types import Gap, Settled
from ingest.pipeline import ingest
from ingest.preview import Preview, Proposal, accept, preview
from ingest.putting import Progress
from ingest.report import Report
from kb.difference import Difference, compare
from kb.lint.types import Finding
from kb.types import Document
from kb.versions import Version, Versions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Superseded:
    """A document whose place a proposed one would take, and from which day."""

    document: Document
    since: date | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A document that may go in, and what would become of it and of others.

    `family` are all its versions with what each would be today; `difference` is None unless it
    replaces a text.
    """

    proposal: Proposal
    version: Version
    family: tuple[Version, ...]
    supersedes: tuple[Superseded, ...]
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A preview of files with what each document in it would change."""

    preview: Preview
    documents: tuple[Proposed, ...]


def look(house: House, uploads: Sequence[Upload], replacing: str = "") -> Looked:
    """What taking in these files would do; nothing is stored.

    `replacing` is the id of a document whose text the one file is to become. Raises NotFound,
    IncomingError, and NotReplaceable.
    """
    base, settings = house.knowledge_base, house.settings.ingest
    if replacing:
        house.document(replacing)
    # a folder of its own: the name may be that of another document
    with on_disk(uploads, below=replacing) as folder:
        found = preview([folder], base, settings, replacing=replacing or None)
    stored = {document.id: document for document in base.documents()}
    proposed = {item.document.id: item.document for item in found.proposals}
    before, after = Versions(stored.values()), Versions({**stored, **proposed}.values())
    today = house.now().date()
    return Looked(
        found,
        tuple(
            Proposed(
                item,
                _version(after, item.document, today),
                tuple(_version(after, one, today) for one in after.family(item.document)),
                _superseded(stored, before, after, item.document.id),
                _difference(house, item),
            )
            for item in found.proposals
        ),
    )


def _version(versions: Versions, document: Document, today: date) -> Version:
    return Version(document, versions.span(document), versions.state(document, today))


def _superseded(
    stored: Mapping[str, Document], before: Versions, after: Versions, document_id: str
) -> tuple[Superseded, ...]:
    return tuple(
        Superseded(document, after.span(document).superseded_from)
        for document in stored.values()
        if document.id != document_id
        and after.span(document).superseded_by == document_id
        and before.span(document) != after.span(document)
    )


def _difference(house: House, item: Proposal) -> Difference | None:
    if item.before is None:
        return None
    return compare(house.knowledge_base.chunks(item.document.id), item.chunks)


def new_findings(house: House, looked: Looked) -> list[Finding]:
    """What a check-up would find, and does not find yet, once these documents were in."""
    return house.checkup.new_findings([(i.document, i.chunks) for i in looked.preview.proposals])


def take_in(house: House, looked: Looked, actor: str, progress: Progress | None = None) -> Report:
    """Store what was previewed. Raises ChangedMeanwhile."""
    report = accept(looked.preview, house.knowledge_base, house.settings.ingest, progress=progress)
    _log_taken_in(report, actor)
    return report


def _log_taken_in(report: Report, actor: str) -> None:
    ids = [item.document_id for item in report.ingested]
    log.info("documents taken in", actor=actor, documents=ids)


def add(house: House, uploads: Sequence[Upload], actor: str) -> Report:
    """Take in files without a preview. Raises IncomingError."""
    with on_disk(uploads) as folder:
        # an upload is no folder to keep in step with: what is not in it stays
        report = ingest([folder], house.knowledge_base, house.settings.ingest, lasting=False)
    _log_taken_in(report, actor)
    return report


def retire(house: House, document_id: str, first: date | None, actor: str) -> Version:
    """Put a document out of force from `first` (today) on. Raises NotFound and InputError."""
    since = first or house.now().date()
    house.knowledge_base.retire(document_id, since - timedelta(days=1))
    log.info("document retired", actor=actor, document=document_id, since=since.isoformat())
    return house.knowledge_base.version(document_id)


def reinstate(house: House, document_id: str, actor: str) -> Version:
    """Put a retired document in force again. Raises NotFound."""
    house.knowledge_base.reinstate(document_id)
    log.info("document reinstated", actor=actor, document=document_id)
    return house.knowledge_base.version(document_id)


def remove(house: House, document_id: str, actor: str) -> None:
    """Remove a document with its passages. Raises NotFound."""
    house.document(document_id)
    house.knowledge_base.remove([document_id])
    log.info("document removed", actor=actor, document=document_id)


def settle(house: House, gap_id: int, how: Settled, actor: str) -> Gap:
    """Put a gap away until it is asked again, still unanswered. Raises NotFound."""
    found = house.asked.dismiss(gap_id, how)
    log.info("gap settled", actor=actor, gap=gap_id, how=str(how))
    return found
