"""Split a document into passages that can be found and cited.

Policies by clause or numbered section, FAQs by question, cases and slides by section; the
heading path stays with every chunk, and no sentence or short table is cut.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.settings import IngestSettings
from ingest.splitting.clauses import clause_label, clause_parts, has_clauses, separated
from ingest.splitting.headings import MINOR, Heading, heading_of, with_levels, with_titles
from ingest.splitting.questions import Question, find_questions, with_category, wordings
from ingest.splitting.units import pack, units_of
from ingest.structure import CLAUSE
from ingest.types import Block, BlockKind
from ingest.validity import named_version
from kb.types import Chunk, Document, DocumentType, chunk_id

CASE_MESSAGE = "业主原话"
"""Section of the chunk that holds a case's `message`, so that like messages find the case."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A chunk before it has an id and an ordinal."""

    path: tuple[str, ...]
    text: str
    page: int | None = None
    questions: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    rank: int = 0
    """Rank of the lowest heading; 0 keeps the chunk from being merged with a neighbour."""


@dataclass(slots=True)
class _Section:
    path: tuple[str, ...]
    rank: int
    blocks: list[Block]
    is_clause: bool = False


def split(
    document: Document, blocks: Sequence[Block], settings: IngestSettings | None = None
) -> list[Chunk]:
    """The chunks of `document` in reading order, with ids that depend only on content."""
    limits = settings or IngestSettings()
    drafts = list(_case_message(document))
    rest: Sequence[Block] = blocks
    if document.type is not DocumentType.CASE:
        questions, rest = find_questions(blocks, document.type is DocumentType.FAQ)
        drafts += [_question_draft(item, document.title) for item in questions]
    drafts += _prose(rest, document.title, limits)
    return _numbered(document, drafts)


def _case_message(document: Document) -> Iterator[Draft]:
    message = document.metadata.get("message", "").strip()
    if document.type is DocumentType.CASE and message:
        yield Draft((CASE_MESSAGE,), message)


def _question_draft(question: Question, title: str) -> Draft:
    found = with_category(question)
    path = tuple(part for part in found.path if part != title)
    return Draft(
        path=(*path, found.entry.question),
        text=found.entry.answer,
        page=found.page,
        questions=wordings(found.entry),
        negatives=found.entry.negatives,
        references=found.entry.references,
    )


def _prose(blocks: Sequence[Block], title: str, settings: IngestSettings) -> list[Draft]:
    drafts: list[Draft] = []
    for section in _sections(blocks, title):
        if section.is_clause:
            parts = clause_parts(section.blocks, settings)
            drafts += [Draft(section.path, part.text, part.page) for part in parts]
        else:
            rank = section.rank
            drafts += [
                Draft(section.path, unit.text, unit.page, rank=0 if unit.is_table else rank)
                for unit in pack(units_of(section.blocks, settings), settings)
            ]
    return _merged(drafts, settings)


def _sections(blocks: Sequence[Block], title: str) -> list[_Section]:
    """Blocks under the same headings; every clause is a section of its own."""
    with_clauses = has_clauses(blocks)
    blocks = with_levels(with_titles(separated(blocks) if with_clauses else blocks))
    stack: list[Heading] = []
    sections = [_Section((), MINOR, [])]
    for index, block in enumerate(blocks):
        previous = blocks[index - 1] if index else None
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        in_clause = sections[-1].is_clause
        if with_clauses and block.kind is not BlockKind.TABLE and CLAUSE.match(block.text):
            stack = [item for item in stack if not CLAUSE.match(item.text)]
            path = (*_path(stack), clause_label(block.text, following))
            sections.append(_Section(path, 0, [block], True))
            continue
        heading = heading_of(block, previous, following)
        if heading is not None and in_clause and heading.rank > 12:
            # Inside a clause a number begins a paragraph of the clause (款、项).
            heading = None
        if heading is None:
            if not (index == 0 and named_version(block.text).title == title):
                sections[-1].blocks.append(block)
            continue
        stack = [item for item in stack if item.rank < heading.rank]
        if not _names_document(heading, title):
            stack.append(heading)
        body = [Block(BlockKind.PARAGRAPH, heading.rest, 0, block.page)] if heading.rest else []
        sections.append(_Section(_path(stack), heading.rank, body))
    return [section for section in sections if section.blocks]


def _names_document(heading: Heading, title: str) -> bool:
    """Whether a heading is the document's title, with or without its version, or half of it."""
    text, whole = _loose(named_version(heading.text).title), _loose(title)
    halves = " " in title and heading.rank == 1
    return text == whole or (halves and (whole.startswith(text) or whole.endswith(text)))


def _loose(text: str) -> str:
    return "".join(text.split())


def _path(stack: Iterable[Heading]) -> tuple[str, ...]:
    return tuple(item.text for item in stack)


def _merged(drafts: Sequence[Draft], settings: IngestSettings) -> list[Draft]:
    """Short neighbours under minor headings of the same parent as one chunk.

    Their headings become lines of the text, so that nothing is lost; the path is the parent's.
    """
    merged: list[Draft] = []
    for draft in _without_stub(drafts, settings):
        last = merged[-1] if merged else None
        joined = _join(last, draft, settings) if last is not None else None
        if joined is None:
            merged.append(draft)
        else:
            merged[-1] = joined
    return merged


def _without_stub(drafts: Sequence[Draft], settings: IngestSettings) -> Sequence[Draft]:
    """A subtitle alone above the first heading goes with the first passage."""
    if len(drafts) < 2 or drafts[0].path or len(drafts[0].text) > 40:
        return drafts
    stub, first, *others = drafts
    fits = len(stub.text) + len(first.text) < settings.chunk_max_characters
    if not fits or re.search(r"[。!\uff01?\uff1f;\uff1b]", stub.text) or CLAUSE.match(first.text):
        return drafts
    return [replace(first, text=f"{stub.text}\n{first.text}"), *others]


def _join(first: Draft, second: Draft, settings: IngestSettings) -> Draft | None:
    short = min(len(first.text), len(second.text)) < settings.chunk_min_characters
    if not short or first.rank < MINOR or second.rank < MINOR:
        return None
    parent = _parent(first, second)
    if parent is None:
        return None
    text = "\n".join(part for draft in (first, second) for part in _lines(draft, parent))
    if len(text) > settings.chunk_target_characters:
        return None
    return Draft(parent, text, first.page, rank=first.rank)


def _parent(first: Draft, second: Draft) -> tuple[str, ...] | None:
    """The path both share: the first one's own, when the second lies below it, or the parent."""
    for path in (first.path, first.path[:-1]):
        inside = second.path[: len(path)] == path and len(second.path) == len(path) + 1
        if inside and (path or not first.path):
            return path
    return None


def _lines(draft: Draft, parent: tuple[str, ...]) -> tuple[str, ...]:
    return (*draft.path[len(parent) :], draft.text)


def _numbered(document: Document, drafts: Sequence[Draft]) -> list[Chunk]:
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    chunks = []
    for ordinal, draft in enumerate(item for item in drafts if item.text.strip()):
        key = (draft.path, draft.text)
        chunks.append(
            Chunk(
                id=chunk_id(document.id, draft.path, draft.text, seen[key]),
                document_id=document.id,
                type=document.type,
                title=document.title,
                section=draft.path,
                ordinal=ordinal,
                text=draft.text,
                questions=draft.questions,
                negatives=draft.negatives,
                references=draft.references,
                page=draft.page,
            )
        )
        seen[key] += 1
    return chunks
