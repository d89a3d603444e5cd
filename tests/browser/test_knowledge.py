"""The page 知识库 over a data folder of its own: what is done here, no other test sees."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import serve
from tests.browser.driving import ask, visit

pytestmark = pytest.mark.browser

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


@pytest.fixture(scope="module")
def address(
    chromium: str,  # noqa: ARG001 - without it no service need be started
    sample_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    home = tmp_path_factory.mktemp("knowledge") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    yield from serve(home, tmp_path_factory.mktemp("log") / "service.log")


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


def test_all_documents_are_listed_page_by_page(page: Page) -> None:
    visit(page, "/ui/knowledge")
    total = len(stored(page))
    expect(rows(page)).to_have_count(50)
    expect(page.locator(".pager")).to_contain_text(f"第 1–50 份，共 {total} 份")
    first = set(rows(page).evaluate_all("all => all.map(e => e.dataset.document)"))

    page.get_by_role("button", name="下一页").click()
    expect(page.locator(".pager")).to_contain_text(f"第 51–{min(100, total)} 份")
    second = set(rows(page).evaluate_all("all => all.map(e => e.dataset.document)"))
    assert first.isdisjoint(second)
    assert first | second <= set(stored(page))


def test_documents_are_filtered_by_type_and_found_by_title(page: Page) -> None:
    visit(page, "/ui/knowledge")
    page.get_by_role("button", name="问答").click()
    expect(rows(page).locator(".cell-type").first).to_have_text("问答")
    assert set(rows(page).locator(".cell-type").all_inner_texts()) == {"问答"}

    page.get_by_role("button", name="全部").click()
    page.get_by_label("查找资料").fill("停车")
    expect(page.locator('[data-document="pol-parking"]')).to_be_visible()
    expect(page.locator('[data-document="pol-fees"]')).to_have_count(0)
    expect(page.get_by_role("button", name="制度")).to_contain_text("制度 1")


def test_the_filters_are_still_there_on_the_way_back_from_a_document(page: Page) -> None:
    visit(page, "/ui/knowledge")
    page.get_by_label("查找资料").fill("停车管理")
    expect(rows(page)).to_have_count(1)
    page.wait_for_url("**/ui/knowledge?q=*")
    rows(page).first.click()
    expect(page.get_by_test_id("document").locator("h1")).to_have_text("停车管理规定")

    page.go_back()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("查找资料")).to_have_value("停车管理")


def test_the_keyboard_opens_a_document(page: Page) -> None:
    visit(page, "/ui/knowledge?q=pol-fees")
    rows(page).first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("document").locator("h1")).to_have_text("物业费收缴管理规定")


def test_a_document_shows_its_passages_as_cited_and_what_stands_on_it(page: Page) -> None:
    shown = open_document(page, "pol-fees")
    expect(shown.locator(".document-tags")).to_contain_text("现行")
    expect(shown.get_by_test_id("facts")).to_contain_text("2026-01-01 起")
    clause = shown.locator(".cited", has_text="第十四条 逾期")
    expect(clause.locator(".cited-path")).to_contain_text("第三章 提醒与催缴 › 第十四条")

    citing = shown.get_by_test_id("citing")
    expect(citing.locator(".citing-row", has_text="规则").first).to_contain_text("第七条")
    citing.get_by_role("link", name="物业费与缴费常见问题").click()
    expect(page.get_by_test_id("document").locator("h1")).to_have_text("物业费与缴费常见问题")
    answer = page.locator(".cited#passage")
    expect(answer).to_be_in_viewport()
    expect(answer).to_contain_text("其他问法")
    expect(answer).to_contain_text("《物业费收缴管理规定》第四条")


def test_an_id_that_does_not_exist_is_one_clear_line(page: Page) -> None:
    visit(page, "/ui/knowledge/document?id=nothing")
    expect(page.get_by_role("alert")).to_contain_text("没有编号为 nothing 的资料")
    visit(page, "/ui/knowledge/replace?id=nothing")
    expect(page.get_by_role("alert")).to_contain_text("没有编号为 nothing 的资料")
    expect(page.locator("input[type=file]")).to_be_hidden()


def test_a_preview_that_is_cancelled_stores_nothing(page: Page) -> None:
    visit(page, "/ui/knowledge")
    before = stored(page)
    preview = upload(page, ("快递柜.md", LOCKERS.format(id="pol-cancelled")))
    expect(preview.locator(".proposal-title")).to_have_text("快递柜管理办法")
    expect(preview.locator(".pairs")).to_contain_text("pol-cancelled")
    expect(preview.locator(".cited")).to_have_count(2)
    assert stored(page) == before

    preview.get_by_role("button", name="取消").click()
    expect(preview).to_have_count(0)
    expect(page.get_by_role("button", name="选择文件")).to_be_visible()
    assert stored(page) == before


def test_what_is_taken_in_is_found_and_answers(page: Page) -> None:
    take_in(page, ("快递柜.md", LOCKERS.format(id="pol-lockers")))
    hits = page.request.get("/api/v1/search", params={"q": "快递柜免费存放多久"}).json()
    assert hits[0]["document_id"] == "pol-lockers"
    page.get_by_role("link", name="《快递柜管理办法》").click()
    expect(page.get_by_test_id("document").locator(".cited")).to_have_count(2)

    visit(page, "/ui/")
    ask(page, "快递在快递柜里最多免费存放多久？")
    expect(page.get_by_test_id("answer")).to_contain_text("48小时")


def test_files_that_cannot_be_used_are_one_line_each_and_the_rest_goes_in(page: Page) -> None:
    preview = upload(
        page,
        ("坏的.docx", b"no office file"),
        ("空.txt", b"  "),
        ("花园.md", "# 屋顶花园开放规定\n\n第一条 屋顶花园每天七点开放。\n"),
    )
    alerts = preview.get_by_role("alert")
    expect(alerts).to_have_count(2)
    expect(alerts.filter(has_text="「坏的.docx」docx 文件已损坏")).to_have_count(1)
    expect(alerts.filter(has_text="「空.txt」文件是空的")).to_have_count(1)
    preview.get_by_role("button", name="收录", exact=True).click()
    expect(page.get_by_test_id("taken-in")).to_contain_text("已收录 1 份")


def test_a_new_version_says_what_it_supersedes_before_it_is_taken_in(page: Page) -> None:
    head = "---\ntitle: 停车管理规定（2099版）\ntype: policy\neffective_from: 2099-01-01\n---\n"
    new = f"{head}\n第一条 停车须登记。\n"
    preview = upload(page, ("新版.md", new))
    expect(preview.get_by_test_id("supersedes")).to_contain_text("从 2099-01-01 起取代")
    expect(preview.get_by_test_id("supersedes")).to_contain_text("pol-parking")
    expect(preview.locator(".proposal-state")).to_contain_text("未生效")
    expect(preview.locator(".family-row")).to_have_count(2)


def test_replacing_shows_the_difference_first_and_keeps_the_id(page: Page) -> None:
    take_in(page, ("水景.md", LOCKERS.format(id="pol-replaced").replace("快递柜管理", "水景管理")))
    kept = "# 水景管理办法\n\n第一条 快递柜设在东门岗亭旁边。\n\n"
    new = f"{kept}第二条 快递在柜内最多免费存放24小时。\n\n第三条 冬季停用水景。\n"
    preview = upload(page, ("另一个名字.md", new), path="/ui/knowledge/replace?id=pol-replaced")
    difference = preview.get_by_test_id("difference")
    changed = difference.locator('[data-change="changed"]')
    expect(changed).to_have_count(1)
    expect(changed.locator("del")).to_have_text("48")
    expect(changed.locator("ins")).to_have_text("24")
    expect(difference.locator('[data-change="come"]')).to_contain_text("冬季停用水景")
    expect(preview.locator(".stays summary")).to_have_text("不变的 1 个段落")
    texts = page.request.get("/api/v1/documents/pol-replaced").json()["chunks"]
    assert "48小时" in texts[1]["text"]

    preview.get_by_role("button", name="替换", exact=True).click()
    expect(page.get_by_test_id("taken-in")).to_contain_text("已替换")
    texts = page.request.get("/api/v1/documents/pol-replaced").json()["chunks"]
    assert [("24小时" in chunk["text"]) for chunk in texts] == [False, True, False]


def test_replacing_says_which_answers_would_contradict_the_new_text(page: Page) -> None:
    chunks = page.request.get("/api/v1/documents/pol-parking").json()["chunks"]
    body = "\n\n".join(chunk["text"] for chunk in chunks).replace("80元", "95元")
    preview = upload(
        page,
        ("停车.md", f"# 停车管理规定\n\n{body}\n"),
        path="/ui/knowledge/replace?id=pol-parking",
    )
    finding = preview.locator('[data-code="contradiction"]').first
    expect(finding).to_contain_text("80元")
    expect(finding).to_contain_text("95元")


def test_a_document_is_retired_from_a_day_and_reinstated(page: Page) -> None:
    take_in(page, ("停用.md", LOCKERS.format(id="pol-retired").replace("快递柜管理", "风筝管理")))
    shown = open_document(page, "pol-retired")
    page.get_by_label("值班人姓名").fill("小陈")
    shown.get_by_role("button", name="停用").click()
    dialog = page.locator(".asking")
    expect(dialog).to_contain_text("停用《风筝管理办法》")
    dialog.get_by_role("button", name="停用").click()
    expect(shown.locator(".document-tags")).to_contain_text("已停用")

    visit(page, "/ui/knowledge?state=已停用")
    expect(rows(page)).to_have_count(1)
    rows(page).first.click()
    shown.get_by_role("button", name="恢复使用").click()
    expect(shown.locator(".document-tags")).to_contain_text("现行")


def test_a_day_before_the_document_begins_is_refused_in_one_line(page: Page) -> None:
    shown = open_document(page, "pol-fees")
    shown.get_by_role("button", name="停用").click()
    dialog = page.locator(".asking")
    dialog.get_by_label("从哪一天起停用").fill("2020-01-01")
    dialog.get_by_role("button", name="停用").click()
    expect(dialog.get_by_role("alert")).to_contain_text("pol-fees")
    expect(shown.locator(".document-tags")).to_contain_text("现行")


def test_removing_names_the_document_and_what_cites_it(page: Page) -> None:
    cited = LOCKERS.format(id="pol-removed").replace("快递柜管理", "灯笼管理")
    faq = FAQ.format(id="faq-removed", question="灯笼挂多久？", source="pol-removed 第二条")
    take_in(page, ("灯笼.md", cited), ("问.md", faq))
    shown = open_document(page, "pol-removed")
    shown.get_by_role("button", name="移除").click()
    dialog = page.locator(".asking")
    expect(dialog).to_contain_text("移除《灯笼管理办法》？")
    expect(dialog.get_by_test_id("asking-citing")).to_contain_text("第二条")
    dialog.get_by_role("button", name="取消").click()
    assert "pol-removed" in stored(page)

    shown.get_by_role("button", name="移除").click()
    dialog.get_by_role("button", name="移除").click()
    expect(page.get_by_test_id("documents")).to_be_visible()
    assert "pol-removed" not in stored(page)
    page.request.delete("/api/v1/documents/faq-removed")


def test_the_check_up_lists_what_is_wrong_and_opens_it(page: Page) -> None:
    faq = FAQ.format(id="faq-wrong", question="泳道几点开？", source="pol-nowhere 第三条")
    take_in(page, ("泳道.md", faq))
    visit(page, "/ui/knowledge/care")
    finding = page.locator('[data-code="dead-reference"]', has_text="pol-nowhere")
    expect(finding.locator(".severity-error")).to_have_text("错误")
    expect(finding).to_contain_text("建议：")
    page.get_by_role("button", name="提示").click()
    expect(finding).to_have_count(0)
    page.get_by_role("button", name="错误").click()

    finding.get_by_role("link", name="《补充问答 泳道几点开？》").click()
    shown = page.get_by_test_id("document")
    expect(shown.get_by_test_id("findings")).to_contain_text("pol-nowhere")
    expect(shown.locator(".cited#passage")).to_be_in_viewport()
    page.request.delete("/api/v1/documents/faq-wrong")


def test_a_gap_is_drafted_finished_taken_in_and_answered(page: Page) -> None:
    visit(page, "/ui/")
    ask(page, "小区泳池几点开放？")
    expect(page.get_by_test_id("abstained")).to_be_visible()
    visit(page, "/ui/knowledge/gaps")
    gap = page.locator("[data-gap]", has_text="小区泳池几点开放？")
    expect(gap).to_contain_text("没有答案 1 次")
    gap.get_by_role("button", name="起草问答").click()

    editor = page.get_by_label("问答草稿")
    draft = editor.input_value()
    assert "〔待补充〕" in draft
    page.get_by_role("button", name="预览并收录").click()
    preview = page.get_by_test_id("preview")
    expect(preview.get_by_role("alert")).to_contain_text("还没有写答案")
    expect(preview.get_by_role("button", name="收录", exact=True)).to_have_count(0)

    head = draft.split("〔待补充〕")[0]
    editor.fill(f"{head}泳池每年6月到9月每天9点到21点开放。\n")
    page.get_by_role("button", name="预览并收录").click()
    preview.get_by_role("button", name="收录", exact=True).click()
    expect(page.get_by_test_id("taken-in")).to_contain_text("已收录 1 份")
    expect(page.locator(".result")).to_contain_text("已标为已处理")
    visit(page, "/ui/knowledge/gaps")
    expect(page.locator(".busy")).to_have_count(0)
    expect(gap).to_have_count(0)
    visit(page, "/ui/")
    ask(page, "小区泳池几点开放？")
    expect(page.get_by_test_id("answer")).to_contain_text("9点到21点")


def test_a_draft_is_downloaded_and_a_gap_is_put_away(page: Page) -> None:
    visit(page, "/ui/")
    ask(page, "天文台的望远镜怎么预约？")
    expect(page.get_by_test_id("abstained")).to_be_visible()
    visit(page, "/ui/knowledge/gaps")
    gap = page.locator("[data-gap]", has_text="望远镜")
    gap.get_by_role("button", name="起草问答").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert "天文台的望远镜怎么预约" in saved

    visit(page, "/ui/knowledge/gaps")
    gap.get_by_role("button", name="忽略").click()
    expect(gap).to_have_count(0)


def test_markup_in_a_document_is_shown_as_text(page: Page) -> None:
    bad = "<img src=x onerror=window.hit=1>"
    preview = upload(
        page, ("坏.md", f"---\nid: pol-markup\ntitle: '规定{bad}'\n---\n\n第一条 甲{bad}乙丙。\n")
    )
    expect(preview.locator(".proposal-title")).to_contain_text("规定<img")
    assert page.evaluate("window.hit") is None
    assert preview.locator("img").count() == 0


def test_the_file_chooser_opens_by_keyboard(page: Page) -> None:
    visit(page, "/ui/knowledge/add")
    page.get_by_role("button", name="选择文件").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    assert chooser.value.is_multiple()


@pytest.mark.parametrize(
    "path", ["", "/document?id=faq-fund", "/add", "/care", "/gaps", "/replace?id=pol-fees"]
)
def test_no_part_scrolls_sideways_on_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"/ui/knowledge{path}")
    expect(page.locator(".busy")).to_have_count(0)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
