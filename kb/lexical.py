"""The lexical index: BM25 by tantivy over terms that `kb.normalization` has already cut."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from kb.normalization import is_character, tokens
from kb.types import Chunk, DocumentType
from kb.views import lexical_fields

_HEAP_BYTES = 64_000_000


class LexicalIndex:
    """Chunks by their terms, in `folder`. One writer; searches see what was committed."""

    def __init__(self, folder: Path, character_weight: float, answer_boost: float) -> None:
        """Open or create the index. The weights apply to queries and may change freely."""
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        self._tantivy = tantivy
        self._weights = (character_weight, answer_boost)
        self._schema = (
            tantivy.SchemaBuilder()
            .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
            .add_text_field("type", tokenizer_name="raw", index_option="basic")
            .add_text_field("main", tokenizer_name="whitespace", index_option="freq")
            .add_text_field("answer", tokenizer_name="whitespace", index_option="freq")
            .build()
        )
        self._index = tantivy.Index(self._schema, str(folder))
        self._index.reload()

    def count(self) -> int:
        """Chunks in the index."""
        return int(self._index.searcher().num_docs)

    def write(self, upserts: Iterable[Chunk], deletes: Iterable[str]) -> None:
        """Replace and delete chunks, durably, in one commit."""
        writer = self._index.writer(_HEAP_BYTES, 1)
        try:
            for chunk_id in deletes:
                writer.delete_documents_by_term("id", chunk_id)
            for chunk in upserts:
                writer.delete_documents_by_term("id", chunk.id)
                writer.add_document(self._document(chunk))
            writer.commit()
        finally:
            writer.wait_merging_threads()
        self._index.reload()

    def _document(self, chunk: Chunk) -> Any:
        fields = lexical_fields(chunk)
        return self._tantivy.Document(
            id=chunk.id, type=str(chunk.type), main=fields.main, answer=fields.answer
        )

    def query(
        self, text: str, limit: int, types: Collection[DocumentType] | None = None
    ) -> list[tuple[str, float]]:
        """The best chunk ids with their BM25 score, best first; empty when no term matches."""
        query = self._terms_query(tokens(text))
        if query is None:
            return []
        if types is not None:
            query = self._among(query, types)
        searcher = self._index.searcher()
        hits = searcher.search(query, limit, count=False).hits
        return [(searcher.doc(address)["id"][0], float(score)) for score, address in hits]

    def _terms_query(self, terms: list[str]) -> Any | None:
        query, should = self._tantivy.Query, self._tantivy.Occur.Should
        character_weight, answer_boost = self._weights
        clauses = []
        for term in terms:
            weight = character_weight if is_character(term) else 1.0
            for field, boost in (("main", weight), ("answer", weight * answer_boost)):
                if boost > 0:
                    found = query.term_query(self._schema, field, term, "freq")
                    clauses.append((should, query.boost_query(found, boost)))
        return query.boolean_query(clauses) if clauses else None

    def _among(self, terms: Any, types: Collection[DocumentType]) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        kinds = [
            (occur.Should, query.term_query(self._schema, "type", str(kind), "basic"))
            for kind in types
        ]
        unscored = query.const_score_query(query.boolean_query(kinds), 0.0)
        return query.boolean_query([(occur.Must, unscored), (occur.Must, terms)])

    def document_frequency(self, term: str) -> int:
        """How many chunks contain a term, in either field (an upper bound where in both)."""
        searcher = self._index.searcher()
        return int(searcher.doc_freq("main", term)) + int(searcher.doc_freq("answer", term))
