"""Stocks of documents for the checks: the sample content as ingested, and small made ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from api.setup import sample_content
from ingest.pipeline import ingest
from kb.lint.check import lint
from kb.lint.settings import LintSettings
from kb.lint.types import Finding, RuleSource, Stock
from kb.types import Chunk, Document, DocumentType
from rules.decide import default_rulebook

TODAY = date(2026, 12, 1)
Item = tuple[Document, Sequence[Chunk]]


class Kept:
    """A store that keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def documents(self) -> list[Document]:
        return []

    def put(self, items: Sequence[Item], progress: object = None) -> None:  # noqa: ARG002
        self.items += items


@lru_cache(maxsize=1)
def sample_items() -> tuple[Item, ...]:
    store = Kept()
    report = ingest([sample_content()], store)
    assert report.failures == []
    return tuple(store.items)


def rule_sources() -> list[RuleSource]:
    tables = default_rulebook().tables.values()
    return [RuleSource(row.rule, row.source) for table in tables for row in table.rows]


def stock(items: Sequence[Item], rules: Sequence[RuleSource] = (), today: date = TODAY) -> Stock:
    return Stock(
        [document for document, _ in items],
        {document.id: chunks for document, chunks in items},
        rules,
        today,
    )


def findings(items: Sequence[Item], **options: Any) -> list[Finding]:
    settings = LintSettings(**options.pop("settings", {}))
    return lint(stock(items, **options), settings)


def codes(items: Sequence[Item], **options: Any) -> list[str]:
    return [finding.code for finding in findings(items, **options)]


def questions() -> list[Chunk]:
    """The sample content's questions with their answers."""
    faqs = [item for item in sample_items() if item[0].type is DocumentType.FAQ]
    return [chunk for _, chunks in faqs for chunk in chunks]


def question(start: str) -> Chunk:
    (found,) = [chunk for chunk in questions() if chunk.questions[0].startswith(start)]
    return found


def with_answer(chunk: Chunk, answer: str, **changes: Any) -> list[Item]:
    """The sample policies and one FAQ whose answer is another."""
    policies = [item for item in sample_items() if item[0].type is DocumentType.POLICY]
    document = next(d for d, _ in sample_items() if d.id == chunk.document_id)
    return [*policies, (document, [replace(chunk, text=answer, **changes)])]
