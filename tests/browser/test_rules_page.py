"""The page 规则: tables, the trace of a decision, drafts on their way into force, versions."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.driving import LIFT, triage, visit

pytestmark = pytest.mark.browser

LEAK = "3栋2单元501厨房水管漏水了，请来修一下。"


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """What is activated here, no other test sees."""
    return own_address


def begin(page: Page, name: str) -> None:
    """Begin a draft and wait for its cells."""
    visit(page, "/ui/rules")
    page.get_by_role("button", name="编辑副本").click()
    page.get_by_label("副本名").fill(name)
    page.get_by_label("姓名", exact=True).fill("主管甲")
    page.get_by_role("button", name="建立副本").click()
    page.locator("[data-grid]").wait_for()


def cell(page: Page, line: int, key: str) -> Locator:
    return page.locator(f'tr[data-line="{line}"] > td[data-key="{key}"]')


def fill(page: Page, line: int, key: str, text: str) -> None:
    """Type into a cell and leave it."""
    entry = cell(page, line, key).locator("textarea")
    entry.fill(text)
    entry.press("Enter")


def open_table(page: Page, table: str) -> None:
    page.locator(f'[data-open="{table}"]').click()
    page.locator(f'[data-grid="{table}"]').wait_for()


def activate(page: Page, why: str) -> None:
    """Put the open draft in force."""
    page.get_by_role("button", name="启用", exact=True).click()
    dialog = page.locator(".asking")
    dialog.get_by_label("姓名").fill("主管甲")
    dialog.get_by_label("原因").fill(why)
    dialog.get_by_role("button", name="启用", exact=True).click()


def choose(page: Page, name: str, content: bytes) -> None:
    """Upload a spreadsheet into the open draft."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    chosen: FilePayload = {"name": name, "mimeType": kind, "buffer": content}
    page.locator(".sheet-upload input[type=file]").set_input_files(chosen)


def test_the_tables_in_force_stand_with_their_policies_and_sources(page: Page) -> None:
    visit(page, "/ui/rules")
    in_force = page.get_by_test_id("in-force")
    expect(in_force).to_contain_text("首次启用")
    urgency = page.locator('[data-table="urgency"]')
    expect(urgency).to_contain_text("命中的行取最高一档")
    expect(page.locator('[data-table="level"]')).to_contain_text("取第一个命中的行")
    life = urgency.locator('[data-row="life-safety"]')
    expect(life).to_contain_text("任一：人身安全")
    expect(life).to_contain_text("特急")
    # one line per alternative
    expect(page.locator('[data-table="deadlines"] [data-row="urgent"] tr')).to_have_count(7)
    expect(page.get_by_test_id("calendar")).to_contain_text("08:30-12:00、13:30-18:00")
    expect(page.get_by_test_id("holidays")).to_contain_text("春节")

    life.get_by_role("button", name="第三条").click()
    expect(page.locator(".reader #passage")).to_contain_text("第三条")


def test_rows_are_filtered_by_what_is_typed(page: Page) -> None:
    visit(page, "/ui/rules")
    page.get_by_label("筛选各表的行").fill("多户受影响")
    expect(page.locator('[data-table="fees"]')).to_be_hidden()
    expect(page.locator('[data-table="level"] [data-row="complaint-group"]')).to_be_visible()
    expect(page.locator('[data-table="level"] [data-row="critical"]')).to_be_hidden()
    page.get_by_label("筛选各表的行").fill("没有这样的行")
    expect(page.locator(".rule-count")).to_have_text("没有符合的行")
    page.get_by_label("筛选各表的行").fill("")
    expect(page.locator('[data-table="fees"]')).to_be_visible()


def test_a_kept_request_leads_to_its_trace_row_by_row(page: Page) -> None:
    request_id = triage(page, LIFT)
    visit(page, f"/ui/requests?id={request_id}")
    page.locator(".detail").get_by_role("link", name="判定经过").click()

    expect(page.get_by_test_id("trace-verdict")).to_contain_text("特急")
    expect(page.get_by_test_id("trace-facts")).to_contain_text("有人被困")
    decided = page.locator('[data-rule="urgency/life-safety"]')
    expect(decided).to_have_attribute("data-status", "decided")
    expect(decided).to_contain_text("采用")
    overridden = page.locator('[data-trace="urgency"] [data-status="overridden"]').first
    expect(overridden).to_contain_text("取最高的一档")
    expect(page.locator('[data-rule="urgency/hazard"]')).to_contain_text("不符")
    not_tried = page.locator('[data-trace="level"] [data-status="not_tried"]').first
    expect(not_tried).to_contain_text("不再核对")
    expect(page.get_by_test_id("trace-deadlines")).to_contain_text("3分钟")
    expect(page.get_by_test_id("turns")).to_contain_text("有人被困")

    page.get_by_text("只看命中的行").click()
    expect(page.locator('[data-rule="urgency/hazard"]')).to_be_hidden()
    expect(decided).to_be_visible()


def test_facts_entered_by_hand_are_traced(page: Page) -> None:
    visit(page, "/ui/rules/trace")
    form = page.get_by_test_id("facts-form")
    form.get_by_label("已反映次数").fill("3")
    form.get_by_label("收到时间").fill("2026-11-20 21:05")
    form.get_by_role("button", name="判定").click()
    row = page.locator('[data-rule="urgency/repeat"]')
    expect(row).to_have_attribute("data-status", "decided")
    expect(page.get_by_test_id("trace-facts")).to_contain_text("21:05")
    expect(page.get_by_test_id("turns")).to_contain_text("升为")


def test_a_request_that_does_not_exist_is_one_clear_line(page: Page) -> None:
    visit(page, "/ui/rules/trace/nothing")
    expect(page.get_by_role("alert")).to_contain_text("没有编号为 nothing 的来件")


def test_a_wrong_cell_says_so_at_the_cell_and_survives_the_page(page: Page) -> None:
    begin(page, "写错再改")
    open_table(page, "deadlines")
    fill(page, 0, "then.on_site", "马上到")
    wrong = cell(page, 0, "then.on_site")
    expect(wrong.locator(".cell-problem")).to_contain_text("时限「马上到」看不懂")
    expect(page.locator(".page-head")).to_contain_text("1 处待改")

    page.get_by_role("button", name="检查").click()
    expect(page.get_by_role("alert")).to_contain_text("「时限」第 1 行")

    page.reload()
    open_table(page, "deadlines")
    expect(wrong.locator("textarea")).to_have_value("马上到")
    expect(wrong.locator(".cell-problem")).to_be_visible()
    fill(page, 0, "then.on_site", "２分钟；出处：ours")
    expect(page.locator(".cell-problem")).to_have_count(0)
    # written as the cells are written
    expect(wrong.locator("textarea")).to_have_value("2分钟；出处：ours")

    page.get_by_role("button", name="比较").click()
    changes = page.get_by_test_id("changes").locator("[data-change]")
    expect(changes).to_have_count(1)
    expect(changes).to_contain_text("时限：行 critical")
    expect(changes).to_contain_text("2分钟")


def test_words_that_may_stand_in_a_cell_are_offered_and_taken_by_keyboard(page: Page) -> None:
    begin(page, "提示")
    entry = cell(page, 1, "when.signals").locator("textarea")
    entry.fill("任一：安全隐患、")
    entry.press_sequentially("污水")
    expect(page.locator(".cell-option")).to_have_text(["污水倒灌"])
    entry.press("ArrowDown")
    entry.press("Enter")
    expect(entry).to_have_value("任一：安全隐患、污水倒灌")


def test_rows_are_copied_moved_and_deleted(page: Page) -> None:
    begin(page, "整行")
    open_table(page, "fees")
    names = page.locator('td[data-key="id"] textarea')
    page.get_by_label("对行 telephone 的操作").select_option("up")
    expect(names.nth(1)).to_have_value("telephone")
    page.get_by_label("对行 telephone 的操作").select_option("copy")
    expect(names.nth(2)).to_have_value("telephone-2")
    page.get_by_label("对行 telephone-2 的操作").select_option("delete")
    expect(names).to_have_count(5)
    page.get_by_label("对行 visit 的操作").select_option("insert")
    expect(page.locator(".cell-problem").first).to_be_visible()


def test_a_finding_of_the_check_keeps_a_draft_out_of_force(page: Page) -> None:
    before = page.request.get("/api/v1/rules").json()["rulebook"]
    begin(page, "降级")
    open_table(page, "urgency")
    fill(page, 0, "then.tier", "一般")
    page.get_by_role("button", name="比较").click()
    expect(page.get_by_test_id("changes")).to_contain_text("life-safety")
    page.get_by_role("button", name="启用", exact=True).click()
    finding = page.get_by_test_id("report").locator('[data-severity="error"]').first
    expect(finding).to_contain_text("「紧急程度」（行「life-safety」）：违反安全底线")
    expect(finding).to_contain_text("反例")
    expect(page.get_by_role("alert")).to_contain_text("检查没有通过，不能启用")
    expect(page.locator(".asking")).to_have_count(0)
    assert page.request.get("/api/v1/rules").json()["rulebook"] == before


def test_a_draft_is_backtested_on_the_desks_requests_and_the_report_is_saved(page: Page) -> None:
    triage(page, LEAK)
    begin(page, "回测")
    open_table(page, "deadlines")
    fill(page, 1, "then.on_site", "10分钟")
    expect(page.locator(".page-head")).to_contain_text("已保存")
    page.get_by_role("button", name="回测").click()
    trial = page.get_by_test_id("trial")
    expect(trial).to_contain_text("判定或时限不同")
    expect(trial).to_contain_text("到场")
    report = trial.frame_locator("iframe")
    expect(report.locator("h1")).to_have_text("规则回测报告")
    expect(report.locator("svg").first).to_be_visible()
    with page.expect_download() as download:
        trial.get_by_role("button", name="下载报告").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert "规则回测报告" in saved


def test_an_exported_sheet_comes_back_into_a_draft(page: Page) -> None:
    begin(page, "表格")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出表格").click()
    content = Path(download.value.path()).read_bytes()
    page.get_by_role("button", name="导入表格").click()
    choose(page, "坏的.xlsx", b"no sheet")
    expect(page.get_by_role("alert")).to_contain_text("xlsx")
    choose(page, "规则.xlsx", content)
    expect(page.get_by_test_id("changes")).to_contain_text("没有不同")


def test_a_draft_comes_into_force_and_an_old_version_back(page: Page) -> None:
    begin(page, "到场提速")
    open_table(page, "deadlines")
    fill(page, 1, "then.on_site", "20分钟；出处：ours")
    expect(page.locator(".page-head")).to_contain_text("已保存")
    activate(page, "业主反映到场慢")
    in_force = page.get_by_test_id("in-force")
    expect(in_force).to_contain_text("业主反映到场慢")
    expect(in_force).to_contain_text("主管甲")
    urgent = page.locator('[data-table="deadlines"] [data-row="urgent"]')
    expect(urgent).to_contain_text("20分钟")
    request_id = triage(page, LEAK)

    visit(page, "/ui/rules/versions")
    rows = page.locator("[data-version]")
    expect(rows.first).to_contain_text("现行")
    rows.first.get_by_role("button", name="查看差异").click()
    expect(page.get_by_test_id("changes")).to_contain_text("20分钟")

    rows.last.get_by_role("button", name="重新启用").click()
    dialog = page.locator(".asking")
    dialog.get_by_role("button", name="启用", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("谁启用、为什么")
    dialog.get_by_label("姓名").fill("主管乙")
    dialog.get_by_label("原因").fill("恢复原来的时限")
    dialog.get_by_role("button", name="启用", exact=True).click()
    expect(rows.first).to_contain_text("恢复原来的时限")
    expect(rows.first).to_contain_text("现行")

    # what was decided meanwhile is traced by the version that decided it
    visit(page, f"/ui/rules/trace/{request_id}")
    expect(page.locator(".warning")).to_contain_text("当时的规则已被取代")
    expect(page.get_by_test_id("trace-deadlines")).to_contain_text("20分钟")
    page.get_by_role("link", name="按现行规则重判").click()
    expect(page.get_by_test_id("trace-deadlines")).to_contain_text("30分钟")


def test_a_draft_is_discarded_after_a_question(page: Page) -> None:
    begin(page, "不要了")
    page.get_by_role("button", name="放弃副本").click()
    page.locator(".asking").get_by_role("button", name="放弃副本").click()
    expect(page).to_have_url("/ui/rules/drafts")
    expect(page.locator('[data-draft="不要了"]')).to_have_count(0)
    visit(page, "/ui/rules/drafts/不要了")
    expect(page.get_by_role("alert")).to_contain_text("没有名为「不要了」的副本")


def test_markup_in_a_cell_is_shown_as_text(page: Page) -> None:
    begin(page, "标记")
    fill(page, 0, "reason", "</textarea><img src=x onerror=window.hit=1>")
    expect(page.locator(".page-head")).to_contain_text("已保存")
    page.reload()
    expect(cell(page, 0, "reason").locator("textarea")).to_have_value(
        "</textarea><img src=x onerror=window.hit=1>"
    )
    page.get_by_role("button", name="比较").click()
    expect(page.get_by_test_id("changes")).to_contain_text("<img")
    assert page.evaluate("window.hit") is None
