"""Follow-ups on the page 问知识库, and drafts that are edited before they are sent."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.driving import ask, triage, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def own_page(browser: Browser, own_address: str) -> Iterator[Page]:
    """A window over a service of its own: what is kept here is counted."""
    context = browser.new_context(
        locale="zh-CN",
        base_url=own_address.removesuffix("/ui"),
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_a_follow_up_is_asked_whole_below_and_as_typed_at_a_click(page: Page) -> None:
    visit(page, "/ui/")
    ask(page, "楼道多久打扫一次？")
    turns = page.get_by_test_id("turn")
    expect(turns.first.get_by_test_id("answer")).to_be_visible()
    expect(page.get_by_label("问题", exact=True)).to_have_value("")
    ask(page, "那大堂呢")
    rewritten = turns.nth(1).get_by_test_id("rewritten")
    expect(rewritten).to_contain_text("按“大堂多久打扫一次”查询")
    expect(turns.nth(1).get_by_test_id("answer")).to_contain_text("大堂")
    expect(turns.first).to_contain_text("楼道多久打扫一次？")
    # one below the other, each as wide as the page
    first, second = (turns.nth(i).get_by_test_id("answer").bounding_box() for i in (0, 1))
    assert first is not None
    assert second is not None
    assert first["width"] == second["width"] > 600
    assert first["y"] + first["height"] < second["y"]

    rewritten.get_by_role("button", name="照原话查询").click()
    expect(rewritten).to_have_count(0)
    expect(turns.nth(1)).to_contain_text("用时")
    page.get_by_role("button", name="新问题").click()
    expect(turns).to_have_count(0)
    expect(page.locator(".shelf-titles").first).to_be_visible()
    ask(page, "多少钱")
    expect(turns).to_have_count(1)
    expect(page.get_by_test_id("rewritten")).to_have_count(0)


def test_reasons_are_chosen_and_taken_back(own_page: Page) -> None:
    visit(own_page, "/ui/")
    ask(own_page, "地下车位管理费多少钱？")
    feedback = own_page.get_by_test_id("feedback")
    feedback.get_by_role("button", name="没用").click()
    for name in ("过时", "不全", "过时"):
        feedback.get_by_role("button", name=name).click()
    expect(feedback.get_by_role("button", name="不全")).to_have_attribute("aria-pressed", "true")
    feedback.get_by_label("没用的原因").fill("没有说子母车位")
    feedback.get_by_role("button", name="提交").click()
    expect(feedback).to_contain_text("已记入待补问题")
    (gap,) = own_page.request.get("/api/v1/kb/gaps").json()
    assert gap["reasons"] == ["不全：没有说子母车位"]


def test_an_edited_draft_is_copied_as_edited_counted_and_offered_as_an_faq(own_page: Page) -> None:
    page = own_page
    triage(page, "请问小区游泳池门票多少钱一次？")
    draft = page.get_by_test_id("draft")
    draft.get_by_role("button", name="复制全文").click()
    expect(draft.get_by_role("button", name="已复制")).to_be_visible()
    before = page.evaluate("navigator.clipboard.readText()")
    draft.get_by_role("button", name="修改").click()
    editor = draft.get_by_label("修改后的回复")
    expect(editor).to_have_value(before)
    own = "您好，小区没有游泳池，会所的水疗池每次三十元。有事请打我电话13812345678。"
    editor.fill(own)
    expect(draft.get_by_role("button", name="复制全文")).to_be_visible()
    draft.get_by_role("button", name="复制全文").click()
    expect(draft.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == own

    visit(page, "/ui/knowledge/gaps")
    edits = page.get_by_test_id("edits")
    # the two copies are of one draft: the last one is what was sent
    expect(edits).to_contain_text("发出 1 条")
    candidate = edits.locator("[data-candidate]")
    expect(candidate).to_contain_text("每次三十元")
    expect(candidate).not_to_contain_text("13812345678")
    candidate.get_by_role("button", name="起草问答").click()
    expect(page.get_by_label("问答草稿")).to_have_value(re.compile("三十元"))
    page.go_back()
    edits.locator("[data-candidate]").get_by_role("button", name="忽略").click()
    expect(edits.locator("[data-candidate]")).to_have_count(0)
