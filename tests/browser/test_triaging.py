import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import LIFT, row, seconds_left, triage, visit

pytestmark = pytest.mark.browser

MARKUP = (
    "<script>window.hit=1</script><img src=x onerror=window.hit=1> </textarea>"
    " &amp; `${window.hit=1}` 厨房水管漏水"
)


def test_people_trapped_in_a_lift_are_critical_with_evidence_limits_and_the_safety_step(
    page: Page,
) -> None:
    triage(page, LIFT)

    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")
    expect(page.get_by_test_id("verdict")).to_contain_text("三级处理")
    expect(page.get_by_test_id("verdict")).to_contain_text("8栋1单元")
    evidence = page.get_by_test_id("original").locator("mark.sign-life_safety")
    assert "困" in "".join(evidence.all_inner_texts())
    expect(page.get_by_test_id("original").locator(".message-text")).to_have_text(LIFT)
    expect(page.get_by_test_id("draft").locator(".segment-safety").first).to_contain_text("扒门")
    expect(page.get_by_test_id("deadlines")).to_contain_text("自然时间")


def test_the_three_minutes_of_an_emergency_tick_down(page: Page) -> None:
    triage(page, LIFT)
    first = page.get_by_test_id("deadlines").locator("guanjia-countdown").first

    before = seconds_left(first)
    assert 150 < before <= 180
    page.wait_for_timeout(2200)
    assert before - 4 <= seconds_left(first) < before


def test_hovering_over_evidence_names_the_signal(page: Page) -> None:
    triage(page, LIFT)
    page.get_by_test_id("original").locator("mark.sign-life_safety").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("有人被困")


def test_a_reason_opens_the_clause_it_stands_on(page: Page) -> None:
    triage(page, LIFT)
    page.get_by_test_id("why").get_by_role("button", name="第三条").first.click()
    expect(page.locator("#passage")).to_be_in_viewport()
    expect(page.locator("#passage")).to_contain_text("特急")


def test_the_draft_is_copied_as_plain_text(page: Page) -> None:
    triage(page, LIFT)
    page.get_by_test_id("draft").get_by_role("button", name="复制全文").click()

    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "扒门" in copied
    assert "问候" not in copied


def test_markup_in_a_message_is_shown_as_text_everywhere(page: Page) -> None:
    request_id = triage(page, MARKUP)
    shown = page.get_by_test_id("original").locator(".message-text")
    assert shown.text_content() == MARKUP
    assert page.locator(".message-text script, .message-text img").count() == 0

    visit(page, f"/ui/requests?id={request_id}")
    assert page.locator(".detail .message-text").text_content() == MARKUP
    expect(row(page, request_id).locator(".cell-excerpt")).to_contain_text("<script>")
    assert page.evaluate("window.hit") is None


def test_the_same_message_submitted_twice_is_kept_once(page: Page) -> None:
    first = triage(page, "5栋2单元门禁刷卡没反应，请来修一下。")
    page.get_by_label("来件原文").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".busy")).to_have_count(0)

    expect(page.locator(".kept a")).to_have_attribute("href", f"/ui/requests?id={first}")


def test_an_empty_message_is_one_clear_line(page: Page) -> None:
    visit(page, "/ui/triage")
    page.get_by_role("button", name="分诊", exact=False).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_test_id("verdict")).to_have_count(0)


def test_a_message_beyond_the_limit_is_refused_whole_not_cut(page: Page) -> None:
    visit(page, "/ui/triage")
    page.get_by_label("来件原文").fill("漏水" * 50_001)
    page.get_by_role("button", name="分诊", exact=False).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(page.get_by_label("来件原文").input_value()) == 100_002


def test_a_message_of_twenty_thousand_characters_is_triaged(page: Page) -> None:
    triage(page, "厨房漏水了，请来修。" * 2000)
    expect(page.get_by_test_id("verdict")).to_contain_text("报修")


def test_a_time_that_does_not_exist_is_one_clear_line(page: Page) -> None:
    visit(page, "/ui/triage")
    page.get_by_label("来件原文").fill("楼道灯坏了")
    page.get_by_label("收到时间").fill("2026-13-40 09:00")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="分诊", exact=False).click()
    expect(page.get_by_role("alert")).to_contain_text("2026-13-40")
