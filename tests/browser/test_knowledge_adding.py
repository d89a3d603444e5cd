"""Files come in through the page 知识库: previewed, taken in or not, replaced; gaps are filled."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import ask, visit
from tests.browser.knowledge import LOCKERS, rows, stored, take_in, upload

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """What is done here, no other test sees."""
    return own_address


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


def test_what_cleaning_leaves_out_is_shown_with_its_reason_and_the_quality(page: Page) -> None:
    steps = "。".join(f"第{n}步检查消防通道和灭火器并登记" for n in "一二三四五六七八")
    web = f"首页 > 物业知识 > 巡查\n楼道巡查办法\n{steps}。\n分享到：微信 微博\n版权所有 某网站\n"
    preview = upload(page, ("巡查.txt", web))
    expect(preview.locator(".proposal-head .quality")).to_have_text(re.compile(r"^\d+$"))
    expect(preview.get_by_test_id("quality")).to_contain_text("清理掉的文字")
    dropped = preview.get_by_test_id("dropped")
    expect(dropped).to_contain_text("网页导航路径")
    expect(dropped).to_contain_text("首页 > 物业知识 > 巡查")

    preview.get_by_role("button", name="收录", exact=True).click()
    page.get_by_role("link", name="《楼道巡查办法》").click()
    expect(page.get_by_test_id("document").get_by_test_id("dropped")).to_contain_text(
        "网页导航路径"
    )
    visit(page, "/ui/knowledge?order=worst")
    expect(rows(page).first).to_be_visible()
    scores = [int(score) for score in rows(page).locator(".quality").all_inner_texts()]
    assert scores
    assert scores == sorted(scores)


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


def test_a_gap_is_drafted_finished_taken_in_and_answered(page: Page) -> None:
    visit(page, "/ui/")
    ask(page, "小区泳池几点开放？")
    expect(page.get_by_test_id("abstained")).to_be_visible()
    visit(page, "/ui/knowledge/gaps")
    gap = page.locator("[data-gap]", has_text="小区泳池几点开放？")
    expect(gap).to_contain_text("没有答案 1 次")
    gap.locator(".gap-nearest a").first.click()
    expect(page.locator(".cited#passage")).to_be_in_viewport()
    page.go_back()
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
    button = page.get_by_role("button", name="选择文件")
    with page.expect_file_chooser() as chooser:
        button.press("Enter")  # focuses it in the same step: what is drawn late cannot take it away
    assert chooser.value.is_multiple()
