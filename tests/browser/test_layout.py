import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import LIFT, ask, triage, visit

pytestmark = pytest.mark.browser

PAGES = (
    "/ui/",
    "/ui/knowledge",
    "/ui/knowledge/document?id=pol-fees",
    "/ui/knowledge/add",
    "/ui/knowledge/care",
    "/ui/knowledge/gaps",
    "/ui/triage",
    "/ui/requests",
    "/ui/phrases",
    "/ui/cases",
    "/ui/training",
    "/ui/rules",
    "/ui/rules/trace",
    "/ui/rules/drafts",
    "/ui/rules/versions",
)
WIDTHS = ((1440, 900), (1024, 768), (820, 1180))


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    wider: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return max(0, wider)


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page: Page, path: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visit(page, path)
    expect(page.locator(".main h1")).to_be_visible()
    expect(page.locator(".busy")).to_have_count(0)
    assert too_wide(page) == 0


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_results_and_panels_do_not_scroll_sideways(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    request_id = triage(page, LIFT + "https://example.invalid/" + "a" * 200)
    assert too_wide(page) == 0
    visit(page, f"/ui/requests?id={request_id}")
    page.locator(".detail .timeline").wait_for()
    assert too_wide(page) == 0
    visit(page, "/ui/")
    ask(page, "物业费逾期45天怎么催缴？")
    page.get_by_test_id("answer").locator(".cite").first.click()
    page.locator("#passage").wait_for()
    assert too_wide(page) == 0


def test_every_page_names_itself_in_the_navigation(page: Page) -> None:
    for path in PAGES:
        visit(page, path)
        current = page.locator('[aria-current="page"]')
        expect(current).to_have_count(1)
        expect(page).to_have_title(f"{current.inner_text()} · 管家")


def test_nothing_is_fetched_from_elsewhere(page: Page, address: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    for path in PAGES:
        visit(page, path)
        expect(page.locator(".main h1")).to_be_visible()
    own = address.removesuffix("/ui")
    foreign = [url for url in fetched if not url.startswith((own, "data:", "blob:"))]
    assert foreign == []


def test_the_keyboard_reaches_a_request_and_opens_it(page: Page) -> None:
    request_id = triage(page, LIFT)
    visit(page, "/ui/requests")
    page.locator(f'[data-request="{request_id}"]').focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")

    expect(page.locator(".detail .timeline")).to_be_visible()
    assert outline == "solid"
