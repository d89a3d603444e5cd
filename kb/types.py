"""Values of the knowledge base that other packages may use.

Everything here is frozen and free of I/O.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

UNFINISHED = "〔待补充〕"
"""Marks a drafted FAQ that a person has not finished; a document that holds it is not taken in."""


class DocumentType(StrEnum):
    """What a document is; each type has a Chroma collection of its own."""

    POLICY = "policy"
    FAQ = "faq"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What cleaning left out of a document for one reason: how much, and a few samples."""

    reason: str
    characters: int
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """How cleanly a document came in, from 0 to 100, and what the number is made of.

    `parts` are the measured shares (0-1) by name, see `ingest.quality`; `dropped` is what
    cleaning left out, the largest first; `encoding` is the character encoding of a text file.
    """

    score: int
    parts: dict[str, float] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its identity, its validity and where it came from.

    `id` is the front matter's, or derived from `source` (see `ingest`). `content_hash` is the
    SHA-256 (hex) of everything that decides what is indexed, so equal hashes need no work.
    `metadata` keeps the front matter's further fields (a case's `kind`, `message`, …) as text.
    `origin` is the place on this machine that it was read from: empty when it has none (an
    upload), None when that is not known. `quality` is None, and `sketch` (what likeness is
    computed from, see `ingest.likeness`) empty, for documents that did not come through `ingest`.
    """

    id: str
    type: DocumentType
    title: str
    source: str
    content_hash: str
    department: str | None = None
    version: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    keywords: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    origin: str | None = None
    quality: Quality | None = None
    sketch: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that can be found and cited.

    `text` is the exact original text; normalisation happens only for indexing. `section` is the
    heading path below the document's title. `questions` and `negatives` belong to FAQs: the
    question with its other wordings, and near-miss questions that this FAQ does not answer.
    `page` is the page or slide number, 1-based, where the format has one.
    """

    id: str
    document_id: str
    type: DocumentType
    title: str
    section: tuple[str, ...]
    ordinal: int
    text: str
    questions: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    page: int | None = None


def chunk_id(document_id: str, section: tuple[str, ...], text: str, occurrence: int = 0) -> str:
    """A stable id from content: a passage that did not change keeps its id when others do.

    `occurrence` counts equal passages of one document from 0.
    """
    digest = hashlib.sha256("\x1f".join((*section, text, str(occurrence))).encode()).hexdigest()
    return f"{document_id}:{digest[:12]}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `score` is the fused score; `arms` holds each arm's own raw score.

    `state` says what the document is today (现行, 已被取代, …), whatever day was asked for.
    """

    chunk: Chunk
    document: Document
    score: float
    arms: dict[str, float] = field(default_factory=dict)
    state: str = "现行"
