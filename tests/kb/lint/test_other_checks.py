"""Validity, versions without an order, duplicates, and answers that nothing backs."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from kb.lint.settings import LintSettings
from kb.types import DocumentType
from kb.versions import retired
from tests.kb.lint.stock import (
    TODAY,
    Item,
    codes,
    findings,
    questions,
    sample_items,
    with_answer,
)
from tests.kb.samples import faq, policy


def lasting(**dates: Any) -> Item:
    return policy("p", "第一条 门禁卡每户三张。", title="门禁规定", **dates)


def test_an_expired_document_is_named_with_its_last_day() -> None:
    (found,) = findings([lasting(effective_to=date(2026, 5, 31))])
    assert (found.code, found.severity, found.document_id) == ("expired", "warning", "p")
    assert "2026-05-31" in found.message
    assert found.remedy


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (30, 1), (31, 0)])
def test_a_document_that_expires_soon_is_named_within_the_days_set(
    days: int, expected: int
) -> None:
    ends = TODAY + timedelta(days=days)
    assert codes([lasting(effective_to=ends)]) == ["expiring"] * expected
    assert codes([lasting(effective_to=ends)], settings={"expiring_days": 366}) == ["expiring"]


def test_an_announced_document_is_a_hint() -> None:
    (found,) = findings([lasting(effective_from=date(2027, 1, 1))])
    assert (found.code, found.severity) == ("announced", "hint")


def test_a_retired_document_is_no_finding() -> None:
    document, chunks = lasting()
    assert findings([(retired(document, date(2026, 5, 1)), chunks)]) == []


def test_reversed_dates_are_an_error() -> None:
    dates = {"effective_from": date(2026, 5, 1), "effective_to": date(2026, 4, 1)}
    assert codes([lasting(**dates)]) == ["reversed-dates"]


def test_documents_of_one_title_without_an_order_are_named() -> None:
    one, other = (
        policy("a", "甲。", title="门禁规定"),
        policy("b", "乙。", title="門禁規定（修订）"),
    )
    (found,) = findings([one, other])
    assert (found.code, found.document_id) == ("unordered-versions", "b")
    assert "a" in found.message


def test_documents_of_one_title_with_an_order_or_apart_in_time_are_fine() -> None:
    old = policy("a", "甲。", title="门禁规定", effective_from=date(2025, 1, 1))
    assert codes([old, policy("b", "乙。", title="门禁规定")]) == []
    named = replace(policy("b", "乙。", title="门禁规定")[0], metadata={"supersedes": "a"})
    assert codes([policy("a", "甲。", title="门禁规定"), (named, [])]) == []
    departments: list[Item] = [
        (replace(policy(i, "甲。", title="门禁规定")[0], department=i), []) for i in "ab"
    ]
    assert codes(departments) == []


def test_a_predecessor_that_is_not_there_is_named() -> None:
    heir = replace(lasting()[0], metadata={"supersedes": "gone"})
    (found,) = findings([(heir, [])])
    assert found.code == "unknown-predecessor"
    assert "gone" in found.message


def test_documents_that_name_each_other_are_an_error() -> None:
    items: list[Item] = [
        (replace(policy(i, "甲。", title=f"{i}规定")[0], metadata={"supersedes": other}), [])
        for i, other in ("ab", "ba")
    ]
    assert codes(items) == ["mutual-predecessors"]


BACKED = policy("p", "第一条 物业费按季预缴，每季度首月15日为到期日。")


def asked(document_id: str, *wordings: str, answer: str) -> Item:
    return faq(document_id, *wordings, answer=answer)


@pytest.mark.parametrize(
    "again",
    ["物业费什么时候交?", "请问什么时候交物业费呢", "物業費什麼時候交？", "物业费什么时候要交"],
)
def test_a_question_with_two_answers_is_an_error(again: str) -> None:
    one = asked("a", "物业费什么时候交？", answer="每季度首月15日为到期日。")
    other = asked("b", "物业费的到期日", again, answer="物业费按季预缴。")
    (found,) = [f for f in findings([BACKED, one, other]) if f.code == "duplicate-question"]
    assert (found.severity, found.document_id) == ("error", "b")
    assert again in found.message


def test_a_question_with_the_same_answer_twice_is_a_hint() -> None:
    one = asked("a", "物业费什么时候交？", answer="物业费按季预缴，每季度首月15日为到期日。")
    other = asked("b", "什么时候交物业费", answer="物业费按季预缴,每季度首月15日为到期日")
    found = findings([BACKED, one, other])
    assert [(f.code, f.severity) for f in found] == [("duplicate-question", "hint")]


@pytest.mark.parametrize(
    "other", ["物业费每月收多少？", "停车费什么时候交？", "物业费什么时候不用交？"]
)
def test_questions_that_only_look_alike_are_two(other: str) -> None:
    one = asked("a", "物业费什么时候交？", answer="每季度首月15日为到期日。")
    assert codes([BACKED, one, asked("b", other, answer="物业费按季预缴。")]) == []


def test_an_answer_that_no_policy_holds_and_no_reference_backs_is_named() -> None:
    made_up = asked(
        "a", "能代收快递吗？", answer="管家可以代收生鲜包裹并送货上门，每件收取服务费。"
    )
    (found,) = findings([BACKED, made_up])
    assert (found.code, found.severity) == ("unbacked", "warning")
    assert "能代收快递吗？" in found.message


def test_most_sample_answers_are_backed_without_references_and_few_without_their_policy() -> None:
    policies = [item for item in sample_items() if item[0].type is DocumentType.POLICY]
    with_all = without_own = 0
    for chunk in questions():
        cited = {reference.split()[0] for reference in chunk.references}
        bare = with_answer(chunk, chunk.text, references=())
        others = [item for item in policies if item[0].id not in cited]
        with_all += "unbacked" in codes(bare)
        without_own += "unbacked" in codes([*others, bare[-1]])
    assert with_all <= 0.02 * len(questions())
    assert without_own >= 0.9 * len(questions())


def test_the_worst_findings_come_first() -> None:
    reversed_dates = lasting(effective_from=date(2026, 5, 1), effective_to=date(2026, 4, 1))
    announced = policy("q", "第一条 收费。", title="收费规定", effective_from=date(2027, 1, 1))
    ending = policy("r", "第一条 保洁。", title="保洁规定", effective_to=TODAY)
    found = findings([announced, ending, reversed_dates])
    assert [f.severity for f in found] == ["error", "warning", "hint"]


@pytest.mark.parametrize("setting", [{"expiring_days": -1}, {"expiring_days": 999}, {"more": 1}])
def test_settings_out_of_bounds_are_refused(setting: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        LintSettings.model_validate(setting)
