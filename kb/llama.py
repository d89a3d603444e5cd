"""The knowledge base as a llama-index retriever, for anything built on llama-index.

Import this module only where llama-index is wanted: importing it takes seconds.
"""

from collections.abc import Iterable

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.knowledge_base import KnowledgeBase
from kb.types import DocumentType, Hit


class KnowledgeBaseRetriever(BaseRetriever):
    """Passages of a KnowledgeBase as llama-index nodes; needs neither LLM nor embedding model.

    Node ids are chunk ids, so they are the same in every run. `score` is `Hit.score`.
    """

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        k: int | None = None,
        types: Iterable[DocumentType] | None = None,
    ) -> None:
        self._knowledge_base = knowledge_base
        self._k = k
        self._types = None if types is None else frozenset(types)
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._knowledge_base.search(query_bundle.query_str, self._k, self._types)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in hits]


def _node(hit: Hit) -> TextNode:
    chunk = hit.chunk
    return TextNode(
        id_=chunk.id,
        text=chunk.text,
        metadata={
            "document_id": chunk.document_id,
            "type": str(chunk.type),
            "title": chunk.title,
            "section": " / ".join(chunk.section),
            "source": hit.document.source,
            "page": chunk.page,
        },
    )
