"""The dense index: one Chroma collection per document type, cosine, embedded in the process.

Holds vectors by view id and nothing else; what they mean is in the catalogue. One collection
per type, because a metadata filter costs about fifty times a plain query.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.types import DocumentType

if TYPE_CHECKING:
    import numpy as np


class VectorStore:
    """Vectors in `folder`, which belongs to this process alone.

    Errors of Chroma pass through: the knowledge base answers them by rebuilding.
    """

    def __init__(self, folder: Path) -> None:
        """Open or create the store and its collections."""
        import chromadb
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        # Typed loosely: the client's interface does not declare `close`, which it has.
        self._client: Any = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collections: dict[DocumentType, Any] = {
            kind: self._client.get_or_create_collection(
                str(kind),
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
            )
            for kind in DocumentType
        }
        self._batch = self._client.get_max_batch_size()
        # An empty collection takes as long to ask as a small one.
        self._filled = {kind for kind, found in self._collections.items() if found.count()}

    def counts(self) -> dict[DocumentType, int]:
        """Vectors per type, for the types that have any."""
        found = {kind: collection.count() for kind, collection in self._collections.items()}
        return {kind: count for kind, count in found.items() if count}

    def upsert(self, kind: DocumentType, ids: Sequence[str], vectors: "np.ndarray") -> None:
        """Add or replace vectors (n × dimension, L2-normalised)."""
        self._filled.add(kind)
        for start in range(0, len(ids), self._batch):
            end = start + self._batch
            self._collections[kind].upsert(ids=list(ids[start:end]), embeddings=vectors[start:end])

    def delete(self, kind: DocumentType, ids: Sequence[str]) -> None:
        """Delete vectors; ids that are not there do no harm."""
        for start in range(0, len(ids), self._batch):
            self._collections[kind].delete(ids=list(ids[start : start + self._batch]))

    def query(
        self, kind: DocumentType, vector: "np.ndarray", limit: int
    ) -> list[tuple[str, float]]:
        """The nearest view ids with their cosine similarity, best first."""
        if kind not in self._filled:
            return []
        found = self._collections[kind].query(
            query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
        )
        return [
            (view_id, 1.0 - distance)
            for view_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()
