"""The stock as the checks look at it: states, clauses and figures, each worked out once."""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property

from kb.lint.claims import Ruled
from kb.lint.figures import figures
from kb.lint.nearness import Passages
from kb.lint.references import Library, Reference, Target
from kb.lint.types import Stock
from kb.types import Chunk, Document, DocumentType
from kb.versions import State, Versions


class Shelf:
    """Answers the questions that several checks ask of one stock."""

    def __init__(self, stock: Stock) -> None:
        self.stock = stock
        self.versions = Versions(stock.documents)
        self.library = Library(stock.documents, stock.chunks)
        self._figures: dict[str, list[Ruled]] = {}

    def state(self, document: Document) -> State:
        """What a document is today."""
        return self.versions.state(document, self.stock.today)

    def current(self, kind: DocumentType) -> Iterator[tuple[Document, Chunk]]:
        """The passages of the documents of a type that are in force."""
        for document in self.stock.documents:
            if document.type is kind and self.state(document) is State.CURRENT:
                for chunk in self.stock.chunks.get(document.id, ()):
                    yield document, chunk

    @cached_property
    def policies(self) -> Passages:
        """The passages of the policies in force."""
        return Passages([chunk for _, chunk in self.current(DocumentType.POLICY)])

    def figures(self, chunk: Chunk) -> list[Ruled]:
        """The figures of a passage."""
        if chunk.id not in self._figures:
            topic = " ".join(chunk.section)
            self._figures[chunk.id] = [Ruled(f, chunk) for f in figures(chunk.text, topic)]
        return self._figures[chunk.id]

    def successor(self, document: Document) -> Document | None:
        """The version in force that has taken a document's place, if there is one."""
        seen = {document.id}
        while self.state(document) is State.SUPERSEDED:
            following = self.versions.span(document).superseded_by
            found = next((d for d in self.stock.documents if d.id == following), None)
            if found is None or found.id in seen:
                return None
            seen.add(found.id)
            document = found
        return document if self.state(document) is State.CURRENT and len(seen) > 1 else None

    def target(self, reference: Reference) -> Target:
        """What a reference leads to: of several versions of a title the one in force."""
        named = self.library.named(reference.name)
        best = next((d for d in named if self.state(d) is State.CURRENT), None)
        return self.library.target(reference, best)


def references_of(document: Document, chunks: Sequence[Chunk]) -> list[tuple[Chunk | None, str]]:
    """What a document says it stands on, passage by passage, and in a case's front matter."""
    found: list[tuple[Chunk | None, str]] = [
        (chunk, text) for chunk in chunks for text in chunk.references
    ]
    try:
        declared = json.loads(document.metadata.get("references") or "[]")
    except ValueError:
        declared = [document.metadata["references"]]
    listed = declared if isinstance(declared, list) else [declared]
    known = {text for _, text in found}
    return found + [(None, text) for text in map(str, listed) if text not in known]
