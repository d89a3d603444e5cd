"""A check-up is done again when something changed, and only then."""

from dataclasses import replace
from datetime import date

from api.checkup import Checkup
from kb.lint.settings import LintSettings
from kb.lint.types import Stock
from tests.kb.lint.stock import Item, question, rule_sources, sample_items, stock, with_answer


class Shelf:
    """Documents that change under a check-up, and how often all of them were read."""

    def __init__(self, items: list[Item]) -> None:
        self.items, self.reads, self.today = items, 0, date(2026, 12, 1)
        self.checkup = Checkup(
            self.stock,
            lambda: [document for document, _ in self.items],
            lambda: self.today,
            LintSettings(),
        )

    def stock(self) -> Stock:
        self.reads += 1
        return stock(self.items, rule_sources(), self.today)


def test_findings_and_citations_of_one_stock_are_worked_out_once() -> None:
    shelf = Shelf(list(sample_items()))
    assert shelf.checkup.findings() == []
    assert shelf.checkup.findings() == []
    assert shelf.checkup.citing("pol-fees")
    assert shelf.reads == 1


def test_a_document_that_changed_or_another_day_is_looked_at_again() -> None:
    shelf = Shelf(list(sample_items()))
    shelf.checkup.findings()
    document, chunks = shelf.items[0]
    shelf.items[0] = (replace(document, effective_to=date(2026, 11, 1)), chunks)
    assert "expired" in {finding.code for finding in shelf.checkup.findings()}
    shelf.today = date(2026, 10, 1)
    assert "expired" not in {finding.code for finding in shelf.checkup.findings()}
    assert shelf.reads == 3


def test_what_a_new_text_would_break_is_told_and_nothing_else() -> None:
    shelf = Shelf(list(sample_items()))
    chunk = question("物业费每月收多少")
    wrong = with_answer(chunk, "高层每平方米每月9.90元。")[-1]
    found = shelf.checkup.new_findings([wrong])
    assert {finding.code for finding in found} == {"contradiction"}
    assert shelf.checkup.findings() == []
