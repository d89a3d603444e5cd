"""The check-up of the present stock, done again only when documents or the day have changed."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.lint.check import lint
from kb.lint.citing import Citing, citing
from kb.lint.settings import LintSettings
from kb.lint.types import Finding, Stock
from kb.types import Chunk, Document


class Checkup:
    """Findings and citations; `stock` reads everything that is looked at.

    `documents` and `today` are what tells whether that is still the same: a document whose text
    changed is another value. Safe to use from several threads.
    """

    def __init__(
        self,
        stock: Callable[[], Stock],
        documents: Callable[[], Sequence[Document]],
        today: Callable[[], date],
        settings: LintSettings,
    ) -> None:
        self._stock, self._documents, self._today = stock, documents, today
        self._settings = settings
        self._lock = threading.Lock()
        self._seen: _Seen | None = None

    def findings(self) -> list[Finding]:
        """What is wrong, the worst first."""
        with self._lock:
            seen = self._look()
            if seen.findings is None:
                seen.findings = lint(seen.stock, self._settings)
            return seen.findings

    def citing(self, document_id: str) -> list[Citing]:
        """What stands on one document."""
        with self._lock:
            seen = self._look()
            if seen.citing is None:
                seen.citing = citing(seen.stock)
            return seen.citing.get(document_id, [])

    def new_findings(self, items: Sequence[tuple[Document, Sequence[Chunk]]]) -> list[Finding]:
        """What would be wrong, and is not yet, were these documents stored."""
        before = set(self.findings())
        with self._lock:
            stock = self._look().stock
        ids = {document.id for document, _ in items}
        after = replace(
            stock,
            documents=[
                *(document for document in stock.documents if document.id not in ids),
                *(document for document, _ in items),
            ],
            chunks={**stock.chunks, **{document.id: chunks for document, chunks in items}},
        )
        return [finding for finding in lint(after, self._settings) if finding not in before]

    def _look(self) -> "_Seen":
        documents, today = list(self._documents()), self._today()
        seen = self._seen
        if seen is None or seen.today != today or seen.documents != documents:
            seen = self._seen = _Seen(documents, today, self._stock())
        return seen


@dataclass
class _Seen:
    """One stock, and what has been worked out from it."""

    documents: list[Document]
    today: date
    stock: Stock
    findings: list[Finding] | None = None
    citing: dict[str, list[Citing]] | None = None
