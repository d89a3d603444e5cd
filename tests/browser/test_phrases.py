import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import visit

pytestmark = pytest.mark.browser


def test_a_wording_is_found_narrowed_and_copied_by_keyboard(page: Page) -> None:
    visit(page, "/ui/phrases")
    expect(page.get_by_role("status")).to_contain_text("种说法")
    page.get_by_label("搜索话术").fill("问候并报出身份")
    page.keyboard.press("Enter")
    entry = page.locator('[data-phrase="all-greeting"]')
    expect(entry).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 条，3 种说法")

    copy = entry.get_by_role("button", name="复制").first
    copy.focus()
    page.keyboard.press("Enter")
    expect(entry.get_by_text("已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "您好，这里是安和物业澜庭雅苑客户服务中心。"


def test_wordings_are_narrowed_by_kind_and_nothing_found_says_so(page: Page) -> None:
    visit(page, "/ui/phrases?situation=empathy")
    page.get_by_role("button", name="投诉", exact=True).click()
    expect(page.get_by_role("button", name="投诉", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("[data-phrase]")).to_have_count(4)
    entry = page.locator('[data-phrase="complaint-empathy-angry"]')
    expect(entry.get_by_role("link")).to_contain_text("投诉处理管理规定》第三条")

    page.get_by_label("搜索话术").fill("宇宙飞船")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有找到话术")).to_be_visible()
