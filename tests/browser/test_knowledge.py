"""The documents of the knowledge base on their page: listed, opened, retired, removed, checked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import visit
from tests.browser.knowledge import FAQ, LOCKERS, open_document, rows, stored, take_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """What is done here, no other test sees."""
    return own_address


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


@pytest.mark.parametrize(
    "path", ["", "/document?id=faq-fund", "/add", "/care", "/gaps", "/replace?id=pol-fees"]
)
def test_no_part_scrolls_sideways_on_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"/ui/knowledge{path}")
    expect(page.locator(".busy")).to_have_count(0)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
