"""References are read in every form people write, and those that lead nowhere are named."""

from dataclasses import replace
from datetime import date

import pytest

from kb.lint.references import Library, in_text, parse
from kb.lint.types import RuleSource
from kb.types import DocumentType
from tests.kb.lint.stock import codes, findings, rule_sources, sample_items
from tests.kb.samples import faq, policy


@pytest.mark.parametrize(
    ("written", "name", "clause"),
    [
        ("pol-fees 第四条", "pol-fees", "第4条"),
        ("《停车管理规定》第十二条之一", "停车管理规定", "第12条之1"),
        ("停车管理规定第二十条第二款", "停车管理规定", "第20条"),
        ("pol-fees", "pol-fees", None),
        ("guide 收费标准", "guide", "收费标准"),
    ],
)
def test_a_reference_is_a_name_and_a_clause(written: str, name: str, clause: str | None) -> None:
    reference = parse(written)
    assert (reference.name, reference.clause) == (name, clause)


def test_several_clauses_in_a_text_are_each_a_reference() -> None:
    found = list(in_text("按《甲规定》第三条、第五条和本规定第七条办理。", "own"))
    assert [(r.name, r.clause) for r in found] == [
        ("甲规定", "第3条"),
        ("甲规定", "第5条"),
        ("own", "第7条"),
    ]


def test_a_clause_is_found_by_its_number_with_or_without_a_title() -> None:
    document, chunks = policy("p", "第一条 总则。", "第二条 特急。立即处理。")
    library = Library([document], {"p": chunks})
    assert library.target(parse("p 第二条")).passages == (chunks[1],)
    assert library.target(parse("p 第三条")).passages == ()


def test_every_reference_of_the_sample_content_and_the_rules_leads_somewhere() -> None:
    assert len(rule_sources()) > 50
    assert findings(sample_items(), rules=rule_sources()) == []


def with_reference(text: str) -> list[str]:
    document, (chunk,) = faq("f", "补卡多少钱?", answer="补办门禁卡每张20元。")
    return codes(
        [
            (document, [replace(chunk, references=(text,))]),
            policy("p", "第一条 补办门禁卡每张20元。", title="门禁规定"),
        ]
    )


@pytest.mark.parametrize(
    "text", ["p 第一条", "《门禁规定》第一条", "p", "《门禁规定（2025版）》第1条"]
)
def test_a_reference_that_leads_somewhere_is_no_finding(text: str) -> None:
    assert with_reference(text) == []


@pytest.mark.parametrize("text", ["p 第二条", "q 第一条", "《门禁规定》第九条", "门禁办法 第一条"])
def test_a_reference_that_leads_nowhere_is_an_error(text: str) -> None:
    assert with_reference(text) == ["dead-reference"]


def test_a_law_that_is_not_in_the_knowledge_base_is_only_a_hint() -> None:
    assert with_reference("《民法典》第九百四十四条") == ["outside-reference"]


def test_a_rule_whose_source_is_gone_is_an_error_that_names_the_rule() -> None:
    rules = [RuleSource("fees/visit", "p 第九条"), RuleSource("fees/letter", "p 第一条")]
    (found,) = findings([policy("p", "第一条 上门拜访。")], rules=rules)
    assert (found.code, found.severity, found.document_id) == ("dead-reference", "error", "")
    assert "fees/visit" in found.message
    assert "第9条" in found.message


def test_a_clause_named_in_a_text_that_the_document_does_not_have_is_named() -> None:
    items = [
        policy("p", "第一条 按《门禁规定》第八条和《外部规定》第三条办理，本规定第一条除外。"),
        policy("q", "第一条 门禁卡每户三张。", title="门禁规定"),
    ]
    (found,) = findings(items)
    assert (found.code, found.severity) == ("dead-mention", "warning")
    assert "《门禁规定》第八条" in found.message


OLD = policy("old", "第一条 补卡每张十元。", title="门禁规定", effective_from=date(2020, 1, 1))
NEW = policy("new", "第一条 补卡每张20元。", title="门禁规定", effective_from=date(2025, 1, 1))


def citing(name: str, answer: str = "补卡每张20元。") -> list[str]:
    document, (chunk,) = faq("f", "补卡多少钱?", answer=answer)
    return codes([OLD, NEW, (document, [replace(chunk, references=(name,))])])


def test_an_answer_that_stands_on_a_superseded_policy_is_named() -> None:
    assert citing("old 第一条") == ["superseded-reference"]
    assert citing("new 第一条") == []
    assert citing("《门禁规定》第一条") == [], "a title means the version in force"


def test_an_answer_on_a_superseded_clause_is_held_against_the_newer_one() -> None:
    assert citing("old 第一条", "补卡每张10元。") == ["contradiction", "superseded-reference"]


def test_an_answer_that_stands_on_an_expired_policy_is_an_error() -> None:
    document, chunks = OLD
    expired = (replace(document, effective_to=date(2026, 1, 1)), chunks)
    other, (chunk,) = faq("f", "补卡多少钱?", answer="请到物业服务中心办理。")
    found = findings([expired, (other, [replace(chunk, references=("old 第一条",))])])
    assert [(f.code, f.severity) for f in found] == [
        ("invalid-reference", "error"),
        ("expired", "warning"),
    ]


def test_a_rule_on_a_superseded_policy_is_an_error_and_a_case_only_a_hint() -> None:
    case, chunks = policy("case", "住户补卡。", title="补卡一例")
    case = replace(case, type=DocumentType.CASE, metadata={"references": '["old 第一条"]'})
    rules = [RuleSource("cards/fee", "old 第一条")]
    found = findings([OLD, NEW, (case, chunks)], rules=rules)
    assert [(f.code, f.severity, f.document_id) for f in found] == [
        ("superseded-reference", "error", ""),
        ("superseded-reference", "hint", "case"),
    ]
