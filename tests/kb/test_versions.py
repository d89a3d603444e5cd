"""Families of versions: which belong together, and which one holds on a day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kb.errors import InputError
from kb.titles import level
from kb.types import Document, DocumentType
from kb.versions import (
    State,
    Versions,
    carried_over,
    reinstated,
    retired,
    same_titles,
    with_validity,
)

TODAY = date(2026, 6, 1)


def document(document_id: str, title: str = "停车管理规定", **values: Any) -> Document:
    base = Document(document_id, DocumentType.POLICY, title, f"{document_id}.md", document_id)
    return replace(base, **values)


def holding(*documents: Document, day: date = TODAY) -> set[str]:
    return set(Versions(documents).in_force(day))


OLD = document("old", effective_from=date(2020, 1, 1))
NEW = document("new", effective_from=date(2025, 1, 1))


@pytest.mark.parametrize(
    "title",
    [
        "停车管理规定（2025版）",
        "停车管理规定(2021-08-09)",
        "停车管理规定（2021年8月9日修订）",
        "停车管理规定【第二版】",
        "停車管理規定 V2.1",
        "停车管理规定（修订）",
        "停车管理规定（试行）",
        "《停车管理规定》",
        "2025版停车管理规定",
        "停车管理规定_20250101",
        "停车管理规定　修订版",
    ],
)
def test_marks_of_a_version_do_not_make_another_title(title: str) -> None:
    assert level(title).name == "停车管理规定"


@pytest.mark.parametrize(
    "title",
    [
        "停车管理规定（地下车库）",
        "停车管理规定（征求意见稿）",
        "访客停车管理规定",
        "停车收费规定",
    ],
)
def test_another_subject_is_another_title(title: str) -> None:
    assert level(title).name != "停车管理规定"


def test_the_newer_version_holds_although_the_older_one_has_no_last_day() -> None:
    assert holding(OLD, NEW) == {"new"}


def test_the_older_version_holds_until_the_day_before_the_newer_one() -> None:
    assert holding(OLD, NEW, day=date(2024, 12, 31)) == {"old"}
    assert holding(OLD, NEW, day=date(2025, 1, 1)) == {"new"}
    assert holding(OLD, NEW, day=date(2019, 12, 31)) == set()


def test_an_announced_version_leaves_the_one_in_force_alone() -> None:
    announced = document("next", effective_from=date(2027, 1, 1))
    assert holding(OLD, NEW, announced) == {"new"}
    versions = Versions([OLD, NEW, announced])
    assert versions.state(announced, TODAY) is State.ANNOUNCED


def test_a_version_without_a_date_is_older_than_one_with_a_date() -> None:
    assert holding(document("undated"), NEW) == {"new"}
    assert holding(document("undated"), NEW, day=date(2024, 1, 1)) == {"undated"}


def test_of_the_same_date_the_higher_version_holds_in_natural_order() -> None:
    nine = document("nine", version="2.9", effective_from=date(2025, 1, 1))
    ten = document("ten", version="V2.10", effective_from=date(2025, 1, 1))
    assert holding(nine, ten) == {"ten"}


def test_a_version_in_the_title_orders_documents_that_say_nothing_else() -> None:
    assert holding(document("a", "停车规定（第九版）"), document("b", "停车规定（第十版）")) == {
        "b"
    }


def test_an_amendment_that_repeats_the_first_day_holds_from_its_own_day() -> None:
    first = document("first", version="2010-12-23", effective_from=date(2011, 4, 1))
    amended = document("amended", version="2020-12-30", effective_from=date(2011, 4, 1))
    assert holding(first, amended, day=date(2019, 1, 1)) == {"first"}
    assert holding(first, amended) == {"amended"}


def test_without_any_order_both_hold() -> None:
    assert holding(document("a"), document("b")) == {"a", "b"}
    day = date(2025, 1, 1)
    one, other = (document(i, version="1.0", effective_from=day) for i in "ab")
    assert holding(one, other) == {"a", "b"}


@pytest.mark.parametrize(
    "title", ["常见问题", "常见问题解答", "FAQ", "管理规定", "通知", "温馨提示"]
)
def test_a_title_that_names_no_subject_makes_no_family(title: str) -> None:
    one = document("a", title, type=DocumentType.FAQ, effective_from=date(2020, 1, 1))
    other = document("b", title, type=DocumentType.FAQ, effective_from=date(2025, 1, 1))
    assert holding(one, other) == {"a", "b"}


def test_policies_of_two_departments_are_two_documents() -> None:
    one = replace(OLD, department="security")
    other = replace(NEW, department="cleaning")
    assert holding(one, other) == {"old", "new"}
    assert holding(one, NEW) == {"new"}, "a document that names no department goes with the other"


def test_cases_have_no_versions() -> None:
    cases = [replace(one, type=DocumentType.CASE) for one in (OLD, NEW)]
    assert holding(*cases) == {"old", "new"}


def test_a_policy_and_a_faq_of_one_title_are_two_documents() -> None:
    assert holding(OLD, replace(NEW, type=DocumentType.FAQ)) == {"old", "new"}


def test_the_front_matter_names_what_a_document_supersedes() -> None:
    heir = document("heir", "车辆管理办法", metadata={"supersedes": '["old", "lost"]'})
    assert holding(OLD, heir) == {"heir"}
    dated = replace(heir, effective_from=date(2026, 3, 1), metadata={"supersedes": "old、new"})
    assert holding(OLD, NEW, dated) == {"heir"}
    assert holding(OLD, NEW, dated, day=date(2026, 2, 28)) == {"new"}


def test_what_is_superseded_by_name_goes_before_dates() -> None:
    wrong = replace(OLD, metadata={"supersedes": "new"})
    assert holding(wrong, NEW) == {"old"}


def test_documents_that_name_each_other_both_hold() -> None:
    one = document("a", "甲办法", metadata={"supersedes": "b"})
    other = document("b", "乙办法", metadata={"supersedes": "a"})
    assert holding(one, other) == {"a", "b"}


def test_the_front_matter_may_keep_documents_of_one_title_apart() -> None:
    one = replace(OLD, metadata={"family": "停车管理规定东区"})
    other = replace(NEW, metadata={"family": "停车管理规定西区"})
    assert holding(one, other) == {"old", "new"}


def test_the_older_version_does_not_come_back_when_the_newer_one_ends() -> None:
    ended = replace(NEW, effective_to=date(2025, 12, 31))
    assert holding(OLD, ended) == set()


def test_a_family_is_listed_from_the_oldest_with_the_state_of_each() -> None:
    announced = document("next", effective_from=date(2027, 1, 1))
    versions = Versions([announced, NEW, OLD, document("other", "装修管理规定")])
    family = versions.family(NEW)
    assert [d.id for d in family] == ["old", "new", "next"]
    states = [versions.state(d, TODAY) for d in family]
    assert states == [State.SUPERSEDED, State.CURRENT, State.ANNOUNCED]
    span = versions.span(OLD)
    assert (span.superseded_from, span.superseded_by) == (date(2025, 1, 1), "new")


def test_expired_and_retired_are_told_apart() -> None:
    ended = replace(OLD, effective_to=date(2026, 5, 31))
    put_away = retired(OLD, date(2026, 5, 31))
    assert Versions([ended]).state(ended, TODAY) is State.EXPIRED
    assert Versions([put_away]).state(put_away, TODAY) is State.RETIRED
    assert Versions([put_away]).state(put_away, date(2026, 5, 31)) is State.CURRENT
    assert reinstated(put_away) == OLD


def test_reversed_dates_are_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match=r"new.*2025-01-01.*2024-01-01"):
        with_validity(NEW, NEW.effective_from, date(2024, 1, 1))


def test_the_same_content_stays_retired_and_new_content_speaks_for_itself() -> None:
    put_away = retired(OLD, date(2026, 5, 31))
    renamed = replace(OLD, source="renamed.md")
    assert carried_over(renamed, put_away).effective_to == date(2026, 5, 31)
    edited = replace(OLD, content_hash="edited")
    assert carried_over(edited, put_away) == edited


def test_thousands_of_versions_are_put_in_order_at_once() -> None:
    documents = [
        document(f"d{n}", f"第{n % 900}号设备操作规程", effective_from=date(2000 + n // 900, 1, 1))
        for n in range(9000)
    ]
    assert len(holding(*documents)) == 900
    assert len(same_titles(documents)) == 900
