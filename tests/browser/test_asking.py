import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import ask

pytestmark = pytest.mark.browser


def test_an_answer_opens_its_source_at_the_passage(page: Page) -> None:
    page.goto("/ui/")
    ask(page, "物业费逾期45天怎么催缴？")

    answer = page.get_by_test_id("answer")
    expect(answer).to_contain_text("上门")
    expect(answer).to_contain_text("用时")
    answer.locator(".cite").first.click()

    passage = page.locator("#passage")
    expect(passage).to_be_in_viewport()
    expect(passage.locator("mark").first).to_be_visible()
    marked = passage.locator("mark").first.inner_text()
    assert marked in answer.locator(".answer-text").inner_text().replace("\n", "")
    # the whole document is there, not the passage alone
    assert page.locator(".passage").count() > 5


def test_a_question_that_the_documents_do_not_answer_is_declined_with_titles_to_open(
    page: Page,
) -> None:
    page.goto("/ui/")
    ask(page, "小区泳池几点开放？")

    declined = page.get_by_test_id("abstained")
    expect(declined).to_contain_text("知识库没有说明这个问题")
    expect(page.get_by_test_id("answer")).to_have_count(0)
    declined.locator(".nearest button").first.click()
    expect(page.locator("#passage")).to_be_in_viewport()


def test_what_may_answer_a_declined_question_leads_to_its_passage(page: Page) -> None:
    page.goto("/ui/")
    ask(page, "工单记录公司要留存几年？")

    possible = page.get_by_test_id("abstained").get_by_test_id("possible")
    expect(possible).to_contain_text("保存3年")
    possible.locator("button").first.click()
    expect(page.locator("#passage mark").first).to_contain_text("保存3年")


def test_an_example_question_asks_itself(page: Page) -> None:
    page.goto("/ui/")
    page.get_by_role("button", name="地下车位多少钱").click()
    expect(page.get_by_test_id("answer")).to_contain_text("80")


def test_the_answer_is_copied_as_plain_text(page: Page) -> None:
    page.goto("/ui/")
    ask(page, "地下车位管理费多少钱？")
    page.get_by_role("button", name="复制答复").click()

    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "80" in copied
    assert "<" not in copied


def test_an_empty_question_is_one_clear_line(page: Page) -> None:
    page.goto("/ui/")
    ask(page, "   ")
    expect(page.get_by_role("alert")).to_contain_text("问题是空的")


def test_enter_that_ends_an_input_methods_word_does_not_ask(page: Page) -> None:
    page.goto("/ui/")
    question = page.get_by_label("问题", exact=True)
    question.fill("wuye")
    question.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    # asked in earnest afterwards: had the first Enter asked too, an answer would stand here
    expect(page.locator(".shelf-titles").first).to_be_visible()
    ask(page, "地下车位管理费多少钱？")
    expect(page.get_by_test_id("answer")).to_contain_text("80")


def test_a_question_in_the_address_is_asked_and_its_markup_is_text(page: Page) -> None:
    page.goto("/ui/?q=%3Cimg src=x onerror=window.hit=1%3E`${1}装修几点可以施工")
    expect(page.locator(".asked-question")).to_have_text(
        "<img src=x onerror=window.hit=1>`${1}装修几点可以施工"
    )
    expect(page.locator(".result .busy")).to_have_count(0)
    assert page.evaluate("window.hit") is None


def test_an_answer_is_called_no_use_with_a_reason(page: Page) -> None:
    page.goto("/ui/")
    ask(page, "地下车位管理费多少钱？")
    feedback = page.get_by_test_id("feedback")
    feedback.get_by_role("button", name="没用").click()
    feedback.get_by_label("没用的原因").fill("没有说子母车位，回电13800000000")
    feedback.get_by_role("button", name="提交").click()
    expect(feedback).to_contain_text("已记入待补问题")
    gaps = page.request.get("/api/v1/kb/gaps").json()
    reasons = [reason for gap in gaps for reason in gap["reasons"]]
    assert "没有说子母车位，回电〔电话〕" in reasons


def test_an_answer_is_called_useful_with_one_click(page: Page) -> None:
    page.goto("/ui/")
    ask(page, "物业费逾期45天怎么催缴？")
    feedback = page.get_by_test_id("feedback")
    feedback.get_by_role("button", name="有用").click()
    expect(feedback).to_contain_text("已记下")
