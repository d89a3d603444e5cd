"""The check-up: every check over one stock, the worst findings first."""

from kb.lint import answers, duplicates, sources, validity
from kb.lint.settings import LintSettings
from kb.lint.shelf import Shelf
from kb.lint.types import Finding, Severity, Stock

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def lint(stock: Stock, settings: LintSettings | None = None) -> list[Finding]:
    """What is wrong with a stock of documents: errors, then warnings, then hints.

    Pure: nothing is read or written, and the day is `stock.today`.
    """
    settings, shelf = settings or LintSettings(), Shelf(stock)
    found = [
        *validity.check(shelf, settings),
        *sources.check(shelf),
        *answers.check(shelf, settings),
        *duplicates.check(shelf),
    ]
    return sorted(found, key=lambda f: (_RANK[f.severity], f.document_id, f.code, f.message))
