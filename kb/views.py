"""What of a chunk is indexed: the texts that become vectors, and the lexical fields.

A view is one such text. An FAQ is found by its question and each other wording, and pushed away
by its near-misses; other chunks are found by their windows under title and heading path.
"""

import hashlib
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from kb.normalization import simplify, terms, tokens_of
from kb.sentences import windows
from kb.sound import sounds_of
from kb.types import Chunk, DocumentType

# Raise when views or tokens change: stores built by an older version are then rebuilt.
VERSION = 2

Role = Literal["query", "passage"]


@dataclass(frozen=True, slots=True)
class View:
    """One text to encode; `id` is `chunk#q0`, `#n0` (FAQ question, near-miss) or `#p0` (window)."""

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


def is_negative(view_id: str) -> bool:
    """Whether a view is a question that its FAQ does not answer."""
    return view_id.rpartition("#")[2].startswith("n")


def views(chunk: Chunk, window: int) -> list[View]:
    """The texts of a chunk that are encoded, each at most `window` characters and its heading.

    Questions are encoded as queries: the encoder compares like with like best that way.
    """
    if _is_faq(chunk):
        return [
            *(_view(chunk, f"q{i}", "query", simplify(q)) for i, q in enumerate(chunk.questions)),
            *(_view(chunk, f"n{i}", "query", simplify(q)) for i, q in enumerate(chunk.negatives)),
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


def _is_faq(chunk: Chunk) -> bool:
    return chunk.type is DocumentType.FAQ and bool(chunk.questions)


@dataclass(frozen=True, slots=True)
class LexicalFields:
    """The fields of the lexical index as terms separated by spaces.

    `main` is everything a chunk is found by, `parts` the same piece by piece (the windows of a
    passage under their heading; an FAQ is one piece), `sound` the pinyin of `main`.
    """

    main: str
    parts: tuple[str, ...]
    sound: str


def lexical_fields(chunk: Chunk, window: int) -> LexicalFields:
    """What a chunk is found by: an FAQ's questions, or heading and text."""
    if _is_faq(chunk):
        heading, pieces = "", ["\n".join(chunk.questions)]
    else:
        heading, pieces = heading_of(chunk), windows(chunk.text, window) or [""]
    head, *cut = (terms(text) for text in (heading, *pieces))
    head_tokens = list(tokens_of(head))
    piece_tokens = [list(tokens_of(piece)) for piece in cut]
    return LexicalFields(
        " ".join(chain(head_tokens, *piece_tokens)),
        tuple(" ".join(chain(head_tokens, piece)) for piece in piece_tokens),
        " ".join(sounds_of(chain(head, *cut))),
    )


def lexical_hash(chunk: Chunk) -> str:
    """Changes when a chunk's lexical fields may have changed."""
    parts = (str(chunk.type), chunk.title, *chunk.section, "", *chunk.questions, "", chunk.text)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
