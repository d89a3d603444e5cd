from dataclasses import replace

from kb.lint.citing import citing
from kb.types import DocumentType
from tests.kb.lint.stock import rule_sources, sample_items, stock


def test_faqs_cases_and_rule_rows_that_name_a_clause_are_found_with_its_passage() -> None:
    found = citing(stock(sample_items(), rule_sources()))["pol-fees"]
    rules = [item for item in found if item.rule]
    assert {item.reference for item in rules} >= {"pol-fees 第七条", "pol-fees 第十六条"}
    types = {item.document.type for item in found if item.document}
    assert types == {DocumentType.FAQ, DocumentType.CASE}
    chunks = {c.id: c for d, cs in sample_items() if d.id == "pol-fees" for c in cs}
    seventh = next(item for item in rules if item.reference == "pol-fees 第七条")
    assert [chunks[i].section[-1] for i in seventh.passages] == ["第七条"]


def test_a_title_leads_to_the_document_too_and_nothing_cites_itself() -> None:
    items = list(sample_items())
    document, chunks = next(item for item in items if item[0].id == "faq-fund")
    named = replace(chunks[0], references=("《物业费收缴管理规定》第四条", "faq-fund 维修资金"))
    index = items.index((document, chunks))
    items[index] = (document, [named, *chunks[1:]])
    found = citing(stock(items))
    assert any(c.chunk_id == named.id for c in found["pol-fees"])
    assert all(c.document and c.document.id != "faq-fund" for c in found.get("faq-fund", ()))
