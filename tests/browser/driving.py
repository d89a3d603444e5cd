"""Steps that several tests take on the pages."""

import re

from playwright.sync_api import Locator, Page

LIFT = "我们三个人困在8栋1单元右边那台电梯里了，停在十几楼不动，门打不开，快点来人！"


def visit(page: Page, path: str) -> None:
    """Open a page and wait until it talks with the server, as a person does without noticing."""
    page.goto(path)
    page.wait_for_function("window.did_handshake")


def ask(page: Page, question: str) -> None:
    """Type a question on the open page 问知识库 and press Enter."""
    page.get_by_label("问题", exact=True).fill(question)
    page.keyboard.press("Enter")


def triage(page: Page, message: str) -> str:
    """Triage a message on a fresh page; returns the id it was kept under."""
    page.goto("/ui/triage")
    page.get_by_label("来件原文").fill(message)
    page.keyboard.press("Control+Enter")
    page.get_by_test_id("verdict").wait_for()
    target = page.locator(".kept a").get_attribute("href") or ""
    found = re.search(r"id=(\w+)", target)
    assert found is not None, target
    return found[1]


def row(page: Page, request_id: str) -> Locator:
    """A request's row on the page 来件."""
    return page.locator(f'[data-request="{request_id}"]')


def seconds_left(countdown: Locator) -> int:
    """What a countdown shows, in seconds; negative when overdue."""
    shown = countdown.inner_text()
    numbers = [int(part) for part in re.findall(r"\d+", shown)]
    total = 0
    for number in numbers:
        total = total * 60 + number
    return -total if "超时" in shown else total
