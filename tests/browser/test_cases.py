import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import visit

pytestmark = pytest.mark.browser


def test_all_cases_are_listed_the_latest_first(page: Page) -> None:
    visit(page, "/ui/cases")
    rows = page.locator("[data-case]")
    expect(rows.nth(29)).to_be_attached()
    days = rows.locator(".case-facts span:last-child").all_inner_texts()
    assert days == sorted(days, reverse=True)


def test_a_case_is_found_opened_and_leads_to_its_clause(page: Page) -> None:
    visit(page, "/ui/cases")
    page.get_by_label("搜索案例").fill("电梯困人")
    page.keyboard.press("Enter")
    first = page.locator("[data-case]").first
    expect(first).to_contain_text("电梯")
    first.click()

    case = page.get_by_test_id("case")
    for section in ("经过", "处理", "结果", "教训"):
        expect(case.get_by_role("heading", name=section, exact=True)).to_be_visible()
    expect(case.locator(".message-quote")).to_contain_text("困")
    assert case.locator(".timeline li").count() >= 3
    case.get_by_test_id("references").get_by_role("button").first.click()
    expect(page.locator("#passage")).to_be_in_viewport()


def test_a_narrow_screen_shows_the_case_in_place_of_the_list_and_back(page: Page) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    visit(page, "/ui/cases")
    page.locator("[data-case]").first.click()
    expect(page.get_by_test_id("case")).to_be_visible()
    expect(page.locator("[data-case]").first).to_be_hidden()

    page.get_by_role("button", name="返回列表").click()
    expect(page.locator("[data-case]").first).to_be_visible()


def test_cases_are_filtered_by_kind(page: Page) -> None:
    visit(page, "/ui/cases")
    page.get_by_role("button", name="投诉", exact=True).click()
    expect(page.get_by_role("button", name="投诉", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    kinds = page.locator("[data-case] .case-facts .tag").all_inner_texts()
    assert set(kinds) == {"投诉"}
