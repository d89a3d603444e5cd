"""Nothing that a browser shows comes from anywhere but this machine."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/ui/", "/ui/knowledge", "/ui/triage", "/ui/cases", "/docs"])
def test_a_page_asks_no_other_host_for_anything(page: Page, path: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert hosts == {"127.0.0.1"}


def test_the_interface_is_described_without_the_internet(page: Page) -> None:
    page.goto("/docs")
    expect(page.locator(".info .title")).to_contain_text("管家")
    expect(page.get_by_text("提问，得到带出处的回答")).to_be_visible()
