"""What stands on a document: the FAQs, cases and rule rows that name it or a clause of it."""

from collections import defaultdict
from dataclasses import dataclass

from kb.lint.references import parse
from kb.lint.shelf import Shelf, references_of
from kb.lint.types import Stock
from kb.types import Document


@dataclass(frozen=True, slots=True)
class Citing:
    """One place that cites a document.

    `reference` is as written; `document` and `chunk_id` say who writes it, or `rule` for a row
    of a rule book; `passages` are the ids of the chunks that it leads to.
    """

    reference: str
    document: Document | None = None
    chunk_id: str | None = None
    rule: str = ""
    passages: tuple[str, ...] = ()


def citing(stock: Stock) -> dict[str, list[Citing]]:
    """By document id, everything that cites it; a document's words about itself do not count.

    A title leads to the version in force, an id to that document. Pure.
    """
    shelf = Shelf(stock)
    found: defaultdict[str, list[Citing]] = defaultdict(list)

    def note(text: str, document: Document | None, chunk_id: str | None, rule: str) -> None:
        target = shelf.target(parse(text))
        if target.document is None or (document is not None and document.id == target.document.id):
            return
        passages = tuple(chunk.id for chunk in target.passages)
        found[target.document.id].append(Citing(text, document, chunk_id, rule, passages))

    for document in stock.documents:
        for chunk, text in references_of(document, stock.chunks.get(document.id, ())):
            note(text, document, chunk.id if chunk else None, "")
    for rule in stock.rules:
        note(rule.source, None, None, rule.rule)
    return dict(found)
