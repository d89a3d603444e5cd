"""One BM25 index over terms that are already cut, by tantivy."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.types import DocumentType

_HEAP_BYTES = 64_000_000
# tantivy's k1 is 1.2: a term counts at most k1 + 1 times its rarity, however often it occurs
_SATURATION = 2.2

Weights = Mapping[tuple[str, str], float]
"""Weights of a query's terms by field and term."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is found by its fields, each of which holds terms separated by spaces.

    Several entries may have one id.
    """

    id: str
    type: DocumentType
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TermHits:
    """The best score of each id that was found, best first.

    `floor` is the least score returned where more may have matched: the most that others have.
    """

    scores: dict[str, float]
    floor: float = 0.0

    def of(self, identifier: str) -> float:
        """The score of an id; of one that was not found, the most it can have."""
        return self.scores.get(identifier, self.floor)


class TermIndex:
    """Entries by their terms, in `folder`. One writer; searches see what was committed."""

    def __init__(self, folder: Path, fields: Iterable[str]) -> None:
        """Open or create the index with these fields."""
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("type", tokenizer_name="raw", index_option="basic")
        for name in fields:
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, str(folder))
        self._index.reload()

    def count(self) -> int:
        """Entries in the index."""
        return int(self._index.searcher().num_docs)

    def write(self, entries: Iterable[Entry], replaced: Iterable[str]) -> None:
        """Add entries and delete all former ones of the replaced ids, durably, in one commit."""
        writer = self._index.writer(_HEAP_BYTES, 1)
        try:
            for identifier in replaced:
                writer.delete_documents_by_term("id", identifier)
            for entry in entries:
                writer.add_document(
                    self._tantivy.Document(id=entry.id, type=str(entry.type), **entry.fields)
                )
            writer.commit()
        finally:
            writer.wait_merging_threads()
        self._index.reload()

    def query(
        self, weights: Weights, limit: int, types: Collection[DocumentType] | None
    ) -> TermHits:
        """The ids of the best `limit` entries with their best BM25 score."""
        if not weights:
            return TermHits({})
        query, should = self._tantivy.Query, self._tantivy.Occur.Should
        clauses = [
            (should, query.boost_query(self._term(name, term, "freq"), weight))
            for (name, term), weight in weights.items()
        ]
        asked = query.boolean_query(clauses)
        if types is not None:
            asked = self._among(asked, types)
        searcher = self._index.searcher()
        hits = searcher.search(asked, limit, count=False).hits
        best: dict[str, float] = {}
        for score, address in hits:
            best.setdefault(searcher.doc(address)["id"][0], float(score))
        return TermHits(best, float(hits[-1][0]) if len(hits) == limit else 0.0)

    def _term(self, name: str, term: str, option: str) -> Any:
        return self._tantivy.Query.term_query(self._schema, name, term, option)

    def _among(self, terms: Any, types: Collection[DocumentType]) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        kinds = [(occur.Should, self._term("type", str(kind), "basic")) for kind in types]
        unscored = query.const_score_query(query.boolean_query(kinds), 0.0)
        return query.boolean_query([(occur.Must, unscored), (occur.Must, terms)])

    def most(self, weights: Weights) -> float:
        """The score of an entry that is full of every term: the bound of BM25.

        Robertson & Zaragoza, The Probabilistic Relevance Framework (2009), with tantivy's idf.
        """
        searcher = self._index.searcher()
        size = searcher.num_docs
        total = 0.0
        for (name, term), weight in weights.items():
            found = min(searcher.doc_freq(name, term), size)
            total += weight * math.log(1 + (size - found + 0.5) / (found + 0.5))
        return _SATURATION * total

    def document_frequency(self, name: str, term: str) -> int:
        """How many entries contain a term (an upper bound while deleted ones are not merged)."""
        return int(self._index.searcher().doc_freq(name, term))
