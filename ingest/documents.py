"""Build the document that a parsed file is: its type, title, id and validity."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from ingest.splitting.questions import find_questions
from ingest.structure import CLAUSE
from ingest.types import PIPELINE_VERSION, Block, BlockKind, ParsedText
from ingest.validity import NamedVersion, effective_from, named_version, without_region
from kb.types import Document, DocumentType

_OWN_FIELDS = frozenset(
    ["id", "type", "title", "department", "version", "effective_from", "effective_to", "keywords"]
)
_CASE_SECTIONS = frozenset(
    ("经过", "处理", "结果", "教训", "事件经过", "处理经过", "处理过程", "处理结果", "经验教训")
)
_NUMBER = re.compile(r"^[一二三四五六七八九十\d]{1,3}[、.\uff0e]\s*")
_SENTENCE_END = re.compile(r"[。;\uff1b,\uff0c、:\uff1a]$")
_LONGEST_TITLE = 60


def content_hash(data: bytes) -> str:
    """SHA-256 (hex) over the file's bytes and the version of the pipeline."""
    return hashlib.sha256(PIPELINE_VERSION.encode() + b"\x00" + data).hexdigest()


def derived_id(source: str) -> str:
    """The id of a document whose file names none: stable for its source key."""
    return "doc-" + hashlib.sha256(source.encode()).hexdigest()[:12]


def build_document(
    parsed: ParsedText, blocks: Sequence[Block], source: str, identifier: str, digest: str
) -> Document:
    """The document of one file; `blocks` are its cleaned blocks."""
    values = parsed.front_matter
    kind = document_type(values, blocks)
    title, named = document_title(parsed, blocks, source)
    if kind is DocumentType.CASE:
        # A case's number may look like a date; cases have no versions.
        named = NamedVersion(title)
    start = values.get("effective_from") or _effective_from(kind, values, blocks, named)
    return Document(
        id=identifier,
        type=kind,
        title=title,
        source=source,
        content_hash=digest,
        department=_text(values.get("department")) or None,
        version=_text(values.get("version")) or named.version,
        effective_from=start,
        effective_to=values.get("effective_to"),
        keywords=_keywords(values.get("keywords")),
        metadata={
            key: text
            for key, value in values.items()
            if key not in _OWN_FIELDS and (text := _text(value))
        },
    )


def document_type(values: Mapping[str, Any], blocks: Sequence[Block]) -> DocumentType:
    """The declared type, else what the layout says: case sections, questions, or a policy."""
    declared = values.get("type")
    if declared:
        return DocumentType(declared)
    headings = {
        _NUMBER.sub("", block.text).strip(" :\uff1a") for block in blocks if len(block.text) <= 12
    }
    if len(headings & _CASE_SECTIONS) >= 3:
        return DocumentType.CASE
    questions, rest = find_questions(blocks)
    prose = sum(len(block.text) for block in rest if block.kind is not BlockKind.HEADING)
    answers = sum(len(item.entry.answer) for item in questions)
    if questions and answers >= prose and (len(questions) >= 2 or not prose):
        return DocumentType.FAQ
    return DocumentType.POLICY


def document_title(
    parsed: ParsedText, blocks: Sequence[Block], source: str
) -> tuple[str, NamedVersion]:
    """The title without its version, and what file name and title say about the version.

    The title is the front matter's as it stands, else a first heading near the top, the first
    sensible line, or the file's name.
    """
    by_name = named_version(without_region(PurePosixPath(source).stem))
    declared = _text(parsed.front_matter.get("title"))
    found = named_version(declared or _written_title(parsed, blocks) or by_name.title)
    named = by_name if by_name.version else found
    return declared or found.title, replace(named, title=found.title)


def _written_title(parsed: ParsedText, blocks: Sequence[Block]) -> str:
    """The title that stands in the document itself, "" when none does."""
    first = next((block for block in blocks if block.kind is BlockKind.HEADING), None)
    if first is not None and first.level == 1:
        return " ".join([first.text, *_subtitle(blocks, first)])
    if parsed.title and len(parsed.title) <= _LONGEST_TITLE:
        return parsed.title
    if first is not None and blocks[0] is first and not _is_generic(first.text):
        return first.text
    return next((block.text for block in blocks[:3] if _is_title(block)), "")


def _subtitle(blocks: Sequence[Block], first: Block) -> list[str]:
    """A law in volumes has its name and the volume's as the only headings of level 1."""
    tops = [index for index, block in enumerate(blocks) if _is_top(block)]
    start = blocks.index(first)
    return [blocks[start + 1].text] if tops == [start, start + 1] else []


def _is_top(block: Block) -> bool:
    return block.kind is BlockKind.HEADING and block.level == 1


def _effective_from(
    kind: DocumentType, values: Mapping[str, Any], blocks: Sequence[Block], named: NamedVersion
) -> date | None:
    """From the text only for rules: an answer may speak of dates, but does not come into force."""
    is_policy = kind is DocumentType.POLICY
    certain = named.day if named.certain else None
    found = effective_from(blocks, named) if is_policy else certain
    ends = values.get("effective_to")
    return None if found and ends and found > ends else found


def _is_title(block: Block) -> bool:
    return (
        block.kind is BlockKind.PARAGRAPH
        and 2 <= len(block.text) <= _LONGEST_TITLE
        and not _SENTENCE_END.search(block.text)
        and not CLAUSE.match(block.text)
        and re.search(r"[\u3400-\u9fffA-Za-z]", block.text) is not None
    )


def _is_generic(text: str) -> bool:
    return re.fullmatch(r"(?:sheet|工作表|第 )\s*\d+.*", text, re.IGNORECASE) is not None


def _keywords(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[,\uff0c、;\uff1b|\s]+", value)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(dict.fromkeys(text for item in value if (text := _text(item))))


def _text(value: object) -> str:
    """A front matter value as text; lists and mappings as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value).strip()
