"""What of a chunk is indexed: the texts that become vectors, and the lexical fields.

A view is one such text. An FAQ is found by its question and each other wording, and with less
weight by its answer; other chunks by their windows under title and heading path.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from kb.normalization import simplify, tokens
from kb.sentences import windows
from kb.types import Chunk, DocumentType

# Raise when views or tokens change: stores built by an older version are then rebuilt.
VERSION = 1

Role = Literal["query", "passage"]


@dataclass(frozen=True, slots=True)
class View:
    """One text to encode. `id` is `chunk#q0`, `#a0` (FAQ question, answer) or `#p0` (window)."""

    id: str
    chunk_id: str
    type: DocumentType
    role: Role
    text: str

    @property
    def hash(self) -> str:
        """Identifies the encoder's input, so that equal texts are encoded once."""
        return hashlib.sha256(f"{self.role}\x1f{self.text}".encode()).hexdigest()


def chunk_of(view_id: str) -> str:
    """The chunk that a view belongs to."""
    return view_id.rpartition("#")[0]


def is_answer(view_id: str) -> bool:
    """Whether a view is an FAQ's answer (which counts less than its questions)."""
    return view_id.rpartition("#")[2].startswith("a")


def views(chunk: Chunk, window: int) -> list[View]:
    """The texts of a chunk that are encoded, each at most `window` characters and its heading.

    Questions are encoded as queries: the encoder compares like with like best that way.
    """
    if chunk.type is DocumentType.FAQ and chunk.questions:
        answers = windows(simplify(chunk.text), window)
        return [
            *(_view(chunk, f"q{i}", "query", simplify(q)) for i, q in enumerate(chunk.questions)),
            *(_view(chunk, f"a{i}", "passage", text) for i, text in enumerate(answers)),
        ]
    heading = simplify(heading_of(chunk))
    pieces = windows(simplify(chunk.text), window) or [""]
    return [
        _view(chunk, f"p{i}", "passage", f"{heading}\n{piece}".strip())
        for i, piece in enumerate(pieces)
    ]


def _view(chunk: Chunk, suffix: str, role: Role, text: str) -> View:
    return View(f"{chunk.id}#{suffix}", chunk.id, chunk.type, role, text)


def heading_of(chunk: Chunk) -> str:
    """Title and heading path as one line."""
    return " ".join(part for part in (chunk.title, *chunk.section) if part)


@dataclass(frozen=True, slots=True)
class LexicalFields:
    """The two fields of the lexical index as terms separated by spaces."""

    main: str
    answer: str


def lexical_fields(chunk: Chunk) -> LexicalFields:
    """Terms of a chunk: an FAQ's questions, or heading and text; an FAQ's answer apart."""
    if chunk.type is DocumentType.FAQ and chunk.questions:
        return LexicalFields(_terms("\n".join(chunk.questions)), _terms(chunk.text))
    return LexicalFields(_terms(f"{heading_of(chunk)}\n{chunk.text}"), "")


def _terms(text: str) -> str:
    return " ".join(tokens(text))


def lexical_hash(chunk: Chunk) -> str:
    """Changes when a chunk's lexical fields may have changed."""
    parts = (str(chunk.type), chunk.title, *chunk.section, "", *chunk.questions, "", chunk.text)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
