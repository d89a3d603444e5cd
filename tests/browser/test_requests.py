from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import LIFT, row, triage, visit

pytestmark = pytest.mark.browser


def test_requests_stand_in_the_order_of_time_left(page: Page) -> None:
    calm = triage(page, "请问装修要办什么手续？")
    urgent = triage(page, LIFT)

    visit(page, "/ui/requests")
    expect(row(page, urgent)).to_be_visible()
    shown = page.locator("[data-request]").evaluate_all("all => all.map(e => e.dataset.request)")
    assert shown.index(urgent) < shown.index(calm)
    ticking = page.locator("[data-request] guanjia-countdown")
    due = ticking.evaluate_all("all => all.map(e => e.getAttribute('due')).filter(Boolean)")
    moments = [datetime.fromisoformat(each) for each in due]
    assert moments == sorted(moments)


def test_a_milestone_is_recorded_with_the_name_of_the_person_on_duty(page: Page) -> None:
    request_id = triage(page, LIFT)
    visit(page, "/ui/requests")
    page.get_by_label("值班人姓名").fill("小陈")
    row(page, request_id).click()
    detail = page.locator(".detail")
    detail.locator('[data-milestone="acknowledge"]').click()

    expect(detail.locator(".limit", has_text="首次响应")).to_contain_text("按时")
    expect(detail.locator(".timeline")).to_contain_text("小陈")
    expect(detail.locator('[data-milestone="acknowledge"]')).to_have_count(0)
    page.keyboard.press("Escape")
    expect(row(page, request_id).locator(".cell-next")).not_to_contain_text("首次响应")


def test_completion_leads_to_the_return_visit_and_out_of_the_list(page: Page) -> None:
    request_id = triage(page, "3栋1单元一楼大厅的灯不亮了，麻烦修一下。")
    visit(page, f"/ui/requests?id={request_id}")
    detail = page.locator(".detail")
    detail.locator('[data-milestone="resolve"]').click()
    expect(detail.locator(".tag-stage")).to_have_text("完成")
    expect(detail.locator("[data-milestone]")).to_have_count(1)

    detail.locator('[data-milestone="return_visit"]').click()
    expect(detail.locator(".tag-stage")).to_have_text("回访")
    page.keyboard.press("Escape")
    expect(row(page, request_id)).to_have_count(0)


def test_a_step_that_someone_else_has_taken_is_one_clear_line(page: Page) -> None:
    request_id = triage(page, "6栋2单元楼道墙皮掉了，请安排修补。")
    visit(page, f"/ui/requests?id={request_id}")
    resolve = page.locator('.detail [data-milestone="resolve"]')
    resolve.wait_for()
    taken = page.request.post(
        f"/api/v1/requests/{request_id}/milestones",
        data={"milestone": "resolve", "actor": "别人"},
    )
    assert taken.ok

    resolve.click()
    expect(page.locator(".detail").get_by_role("alert")).to_be_visible()
    expect(page.locator(".detail .tag-stage")).to_have_text("完成")


def test_the_list_is_filtered_by_tier(page: Page) -> None:
    calm = triage(page, "请问访客停车怎么收费？")
    urgent = triage(page, LIFT)
    visit(page, "/ui/requests")
    page.locator(".segments").get_by_role("button", name="特急").click()

    expect(row(page, urgent)).to_be_visible()
    expect(row(page, calm)).to_have_count(0)


def test_a_message_kept_elsewhere_appears_by_itself(page: Page) -> None:
    visit(page, "/ui/requests")
    expect(page.locator(".requests .busy")).to_have_count(0)
    kept = page.request.post("/api/v1/requests", data={"text": LIFT, "channel": "app"})
    assert kept.ok
    expect(row(page, kept.json()["id"])).to_be_visible()


def test_a_number_that_does_not_exist_is_one_clear_line(page: Page) -> None:
    visit(page, "/ui/requests?id=nothing")
    expect(page.locator(".detail").get_by_role("alert")).to_contain_text(
        "没有编号为 nothing 的来件"
    )
