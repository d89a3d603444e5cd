import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import visit

pytestmark = pytest.mark.browser


def choose(page: Page, field: str, label: str) -> None:
    page.locator(f'[data-field="{field}"]').get_by_role("radio", name=label, exact=True).click()


def answer(page: Page, kind: str, tier: str, level: str) -> None:
    choose(page, "kind", kind)
    choose(page, "tier", tier)
    choose(page, "level", level)
    page.get_by_role("button", name="提交").click()


def test_a_wrong_answer_is_explained_by_the_rows_that_fired(page: Page) -> None:
    visit(page, "/ui/training")
    page.get_by_test_id("choices").wait_for()
    # no rule gives 特急 the first level, so at least one of the three is wrong
    answer(page, "其他", "特急", "一级")

    grade = page.get_by_test_id("grade")
    expect(grade).to_contain_text("有不对的地方")
    expect(grade.locator(".is-wrong").first).to_contain_text("你选了")
    why = page.get_by_test_id("why")
    assert why.locator(".backing").count() >= 2
    why.locator(".backing").first.click()
    expect(page.locator("#passage")).to_be_in_viewport()


def test_the_key_given_back_is_right_and_counts_for_the_trainee(page: Page) -> None:
    visit(page, "/ui/training")
    page.get_by_label("值班人姓名").fill("小林")
    page.get_by_label("值班人姓名").blur()
    progress = page.get_by_test_id("progress")
    expect(progress).to_contain_text("小林")
    message = page.locator(".message-quote").inner_text()
    found = page.request.get("/api/v1/documents").json()
    case = next(d for d in found if d["metadata"].get("message", "").strip() == message.strip())
    graded = page.request.post(
        "/api/v1/training/answers",
        data={
            "trainee": "老师",
            "case_id": case["id"],
            "kind": "other",
            "tier": "low",
            "level": 1,
        },
    ).json()
    right = {mark["field"]: mark["right"] for mark in graded["marks"]}
    kinds = dict(
        zip(
            ("inquiry", "repair", "complaint", "suggestion", "assistance", "praise", "other"),
            ("咨询", "报修", "投诉", "建议", "求助", "表扬", "其他"),
            strict=True,
        )
    )
    tiers = {"critical": "特急", "urgent": "紧急", "normal": "一般", "low": "低"}
    levels = {"1": "一级", "2": "二级", "3": "三级"}
    answer(page, kinds[right["kind"]], tiers[right["tier"]], levels[right["level"]])

    expect(page.get_by_test_id("grade")).to_contain_text("全部正确")
    expect(progress).to_contain_text("答过 1 题")
    expect(progress).to_contain_text("全对 1 题")


def test_an_unfinished_answer_names_what_is_missing(page: Page) -> None:
    visit(page, "/ui/training")
    choose(page, "kind", "报修")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("还没有选：紧急程度、处理级别")).to_be_visible()


def test_the_next_drill_is_another_case(page: Page) -> None:
    visit(page, "/ui/training")
    before = page.locator(".message-quote").inner_text()
    answer(page, "其他", "特急", "一级")
    page.get_by_test_id("next").click()
    page.get_by_test_id("choices").wait_for()
    assert page.locator(".message-quote").inner_text() != before


def test_the_name_stays_with_the_browser(page: Page) -> None:
    visit(page, "/ui/training")
    page.get_by_label("值班人姓名").fill("小何")
    page.get_by_label("值班人姓名").blur()
    visit(page, "/ui/requests")
    expect(page.get_by_label("值班人姓名")).to_have_value("小何")
