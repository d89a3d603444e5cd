"""Small documents and a small deterministic encoder for tests of the store."""

import zlib
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from kb.normalization import tokens
from kb.types import Chunk, Document, DocumentType, chunk_id


class HashEncoder:
    """Texts that share terms get near vectors; `encoded` counts the texts it was given."""

    dimension = 64

    def __init__(self, name: str = "hash-64") -> None:
        self.name = name
        self.encoded = 0

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        vectors = self._encode(texts)
        if progress is not None:
            progress(len(texts))
        return vectors

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += len(texts)
        vectors = np.full((len(texts), self.dimension), 0.001, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in tokens(text):
                vectors[row, zlib.crc32(term.encode()) % self.dimension] += 1
        unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def policy(
    document_id: str,
    *clauses: str,
    title: str = "管理规定",
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> tuple[Document, list[Chunk]]:
    """A policy with one chunk per clause."""
    document = Document(
        id=document_id,
        type=DocumentType.POLICY,
        title=title,
        source=f"{document_id}.md",
        content_hash="\x1f".join((title, *clauses)),
        effective_from=effective_from,
        effective_to=effective_to,
    )
    return document, [
        Chunk(
            id=chunk_id(document_id, (f"第{n}条",), text),
            document_id=document_id,
            type=document.type,
            title=title,
            section=(f"第{n}条",),
            ordinal=n,
            text=text,
        )
        for n, text in enumerate(clauses, 1)
    ]


def faq(
    document_id: str, *questions: str, answer: str, negatives: tuple[str, ...] = ()
) -> tuple[Document, list[Chunk]]:
    """An FAQ document of one question with its other wordings."""
    document = Document(
        id=document_id,
        type=DocumentType.FAQ,
        title="常见问题",
        source=f"{document_id}.md",
        content_hash=answer,
    )
    chunk = Chunk(
        id=chunk_id(document_id, questions[:1], answer),
        document_id=document_id,
        type=document.type,
        title=document.title,
        section=questions[:1],
        ordinal=0,
        text=answer,
        questions=questions,
        negatives=negatives,
    )
    return document, [chunk]
