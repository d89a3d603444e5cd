"""A model rewords the draft before the CSR's eyes; what is not proved does not stand."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from playwright.sync_api import Page, expect

from tests.assistant.language.servers import piece, served
from tests.browser.conftest import serve
from tests.browser.driving import triage

pytestmark = pytest.mark.browser

MESSAGE = "3栋2单元楼道的垃圾两天没人清，味道很大"
NUMBERED = re.compile(r"^(\d+)\|(.+)$", re.MULTILINE)
INVENTED = "我们明天上午九点半前清完。"


def scripted() -> FastAPI:
    """A server whose model adds a kind word to each line, and to the last an invented time."""
    app = FastAPI()

    @app.get("/v1/models")
    def models() -> dict[str, object]:
        return {"object": "list", "data": []}

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> StreamingResponse:
        user = (await request.json())["messages"][-1]["content"]
        lines = NUMBERED.findall(user)

        async def told() -> AsyncIterator[str]:
            for number, text in lines:
                added = INVENTED if number == lines[-1][0] else "让您费心了。"
                for part in (f"{number}|", text, f"{added}\n"):
                    yield piece(part)
                    await asyncio.sleep(0.2)
            yield piece(None, "stop")
            yield "data: [DONE]\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")

    return app


@pytest.fixture(scope="module")
def address(
    chromium: str,  # noqa: ARG001 - without it no service need be started
    sample_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The service with a model behind an address of this machine."""
    home = tmp_path_factory.mktemp("reworded") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    with served(scripted()) as url:
        (home / "settings.toml").write_text(
            f'[assistant.llm]\nbackend = "openai"\nmodel = "scripted"\nurl = "{url}/v1"\n'
        )
        yield from serve(home, tmp_path_factory.mktemp("log") / "service.log")


@pytest.fixture(autouse=True)
def loaded(page: Page) -> None:
    """The model answers: what speaks to it takes seconds to import."""
    end = time.monotonic() + 120
    while page.request.get("/readyz").json()["llm"]["status"] != "ready":
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_proved_line_stands_and_a_blamed_one_is_shown_with_its_reason(page: Page) -> None:
    triage(page, MESSAGE)
    draft = page.get_by_test_id("draft")
    expect(draft).to_have_attribute("data-backend", "composed")
    expect(page.get_by_test_id("worded-by")).to_contain_text("还没有经过盲评")
    promise = draft.locator(".segment-commitment .segment-text").inner_text()

    draft.get_by_role("button", name="用模型改写").click()
    expect(draft).to_have_attribute("data-backend", "scripted")
    expect(draft.locator(".segment-empathy").first).to_contain_text("让您费心了")
    refused = draft.locator(".refused")
    expect(refused).to_contain_text("九点半")
    expect(refused).to_contain_text("未采用")
    expect(draft.locator(".segment-commitment .segment-text")).to_have_text(promise)
    expect(page.get_by_test_id("worded-by")).to_contain_text("没有采用模型的改写")
    copied = draft.get_by_role("button", name="复制全文").get_attribute("data-copy") or ""
    assert "让您费心了" in copied
    assert "九点半" not in copied

    draft.get_by_role("button", name="用系统草稿").click()
    expect(draft).to_have_attribute("data-backend", "composed")
    expect(draft).not_to_contain_text("让您费心了")


def test_an_edited_reply_is_checked_as_it_is_typed(page: Page) -> None:
    triage(page, MESSAGE)
    draft = page.get_by_test_id("draft")
    draft.get_by_role("button", name="修改").click()
    editor = draft.get_by_label("修改后的回复")
    found = draft.locator(".draft-found")
    expect(found).to_be_empty()
    editor.fill("您好，您反映的情况我们已经登记。再不交物业费就给您家停水。")
    expect(found).to_contain_text("停水")
    editor.fill("您好，您反映的情况我们已经登记为投诉。")
    expect(found.locator(".violation")).to_have_count(0)
