"""Steps that several tests take on the page 知识库, and documents of their own."""

from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.driving import visit

LOCKERS = """---
id: {id}
title: 快递柜管理办法
type: policy
department: security
---

第一条 快递柜设在东门岗亭旁边。

第二条 快递在柜内最多免费存放48小时。
"""

FAQ = """---
id: {id}
title: 补充问答 {question}
type: faq
---

## {question}

- 依据：{source}

最多48小时。
"""


def upload(page: Page, *files: tuple[str, str | bytes], path: str = "/ui/knowledge/add") -> Locator:
    """Choose files on a page with an upload; returns the preview."""
    visit(page, path)
    chosen: list[FilePayload] = [
        {
            "name": name,
            "mimeType": "application/octet-stream",
            "buffer": content.encode() if isinstance(content, str) else content,
        }
        for name, content in files
    ]
    page.locator("input[type=file]").set_input_files(chosen)
    return page.get_by_test_id("preview")


def take_in(page: Page, *files: tuple[str, str]) -> None:
    """Upload files and take them in."""
    preview = upload(page, *files)
    preview.get_by_role("button", name="收录").click()
    expect(page.get_by_test_id("taken-in")).to_contain_text("已收录")


def stored(page: Page) -> dict[str, dict[str, Any]]:
    """Every stored document by id, as the interface tells."""
    return {item["id"]: item for item in page.request.get("/api/v1/documents").json()}


def rows(page: Page) -> Locator:
    return page.locator("[data-document]")


def open_document(page: Page, document_id: str) -> Locator:
    """Open a document and wait until it was checked as well."""
    visit(page, f"/ui/knowledge/document?id={document_id}")
    shown = page.get_by_test_id("document")
    expect(shown.locator("h1")).to_be_visible()
    expect(page.locator(".busy")).to_have_count(0)
    return shown
