"""Setting a triage right on the page: one click, one click back, and what it leads to."""

import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import serve
from tests.browser.driving import LIFT, triage, visit
from tests.browser.test_layout import too_wide

pytestmark = pytest.mark.browser
COMMAND = "import runpy; runpy.run_module('tests.browser.opinionated_service', run_name='__main__')"
BUILDINGS = count(11)


@pytest.fixture(scope="module")
def address(
    chromium: str,  # noqa: ARG001 - without it no service need be started
    sample_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A service whose triage has opinions where a message asks for them."""
    home = tmp_path_factory.mktemp("opinionated") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    yield from serve(home, tmp_path_factory.mktemp("log") / "service.log", COMMAND)


def lamp() -> str:
    """A message about a building of its own: several of one place would be an incident."""
    return f"{next(BUILDINGS)}栋2单元一楼大厅的灯不亮了，麻烦修一下。"


def chip(page: Page, field: str) -> Locator:
    return page.locator(f'[data-field="{field}"]')


def choose(page: Page, field: str, label: str) -> None:
    """Open a chip and take one of its choices."""
    chip(page, field).click()
    page.locator(".fix-item").get_by_text(label, exact=True).click()


def corrected(page: Page) -> Locator:
    return page.get_by_test_id("corrected")


def test_a_field_is_set_right_with_a_click_and_taken_back_with_one(page: Page) -> None:
    request_id = triage(page, lamp())
    verdict = page.get_by_test_id("verdict")
    expect(verdict).to_contain_text("报修")
    page.get_by_label("值班人姓名").fill("小陈")
    choose(page, "kind", "建议")

    expect(verdict.locator(".verdict-kind")).to_have_text("建议")
    expect(verdict).to_contain_text("人工更正")
    expect(verdict.locator(".tier")).to_have_text("低")
    expect(corrected(page)).to_contain_text("类型：报修 → 建议")
    expect(corrected(page)).to_contain_text("小陈")
    expect(page.get_by_test_id("deadlines")).not_to_contain_text("到场")
    kept = page.request.get(f"/api/v1/requests/{request_id}").json()
    assert (kept["kind"], kept["tier"]) == ("suggestion", "low")

    corrected(page).get_by_role("button", name="撤销更正：类型").click()
    expect(verdict.locator(".verdict-kind")).to_have_text("报修")
    expect(corrected(page)).to_have_count(0)


def test_department_category_and_scope_are_set_one_by_one(page: Page) -> None:
    triage(page, lamp())
    choose(page, "department", "保洁")
    expect(page.get_by_test_id("verdict")).to_contain_text("保洁")
    expect(chip(page, "category")).to_have_count(0)
    choose(page, "kind", "投诉")
    choose(page, "category", "收费")
    expect(page.get_by_test_id("verdict")).to_contain_text("收费")
    choose(page, "in_scope", "物业管不了")
    expect(page.get_by_test_id("scope")).to_contain_text("12345")
    expect(corrected(page).get_by_role("listitem")).to_have_count(4)


def test_the_tier_can_only_be_raised(page: Page) -> None:
    triage(page, lamp())
    chip(page, "tier").click()
    expect(page.locator(".fix-item")).to_have_text(["紧急", "特急"])
    page.locator(".fix-item").get_by_text("特急", exact=True).click()
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")
    expect(chip(page, "tier")).to_be_disabled()


def test_a_signal_that_was_overlooked_makes_it_critical_and_the_reply_begins_with_safety(
    page: Page,
) -> None:
    triage(page, lamp())
    choose(page, "signal", "触电或电线裸露")
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")
    expect(page.get_by_test_id("draft").locator(".segment-safety").first).to_be_visible()


def test_a_danger_is_called_wrong_only_with_a_reason_and_the_tier_stays(page: Page) -> None:
    triage(page, LIFT)
    board = page.get_by_test_id("corrections")
    expect(board).to_contain_text("本件的紧急程度不因此降低")
    choose(page, "signal:person_trapped", "不成立…")
    dialog = page.locator(".asking")
    dialog.get_by_role("button", name="记为不成立").click()
    expect(dialog.get_by_role("alert")).to_contain_text("写明原因")
    dialog.get_by_label("原因").fill("是在问演习安排")
    dialog.get_by_role("button", name="记为不成立").click()

    expect(corrected(page)).to_contain_text("是在问演习安排")
    expect(chip(page, "signal:person_trapped")).to_contain_text("已记为误判")
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")


def test_place_contact_and_wish_are_typed_into_their_chips(page: Page) -> None:
    triage(page, lamp())
    chip(page, "location").click()
    form = page.locator(".fix-form")
    form.get_by_label("楼栋").fill("6")
    form.get_by_label("房号").fill("301")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("verdict")).to_contain_text("6栋2单元")
    expect(page.get_by_test_id("verdict")).to_contain_text("301室")

    chip(page, "contact").click()
    page.locator(".fix-form").get_by_label("电话").fill("打我手机")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("数字")
    chip(page, "contact").click()
    page.locator(".fix-form").get_by_label("电话").fill("139 0000 0000")
    page.locator(".fix-form").get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("details")).to_contain_text("13900000000")

    chip(page, "wish").click()
    page.locator(".fix-form").get_by_label("希望时间").fill("2031-05-20 15:00")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("details")).to_contain_text("2031-05-20")


def test_the_keyboard_alone_sets_a_field_right(page: Page) -> None:
    triage(page, lamp())
    chip(page, "department").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('.fix-menu')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(corrected(page)).to_contain_text("部门：")
    expect(chip(page, "department")).to_be_focused()


def test_a_second_opinion_is_taken_with_one_click(page: Page) -> None:
    triage(page, "说不准：" + lamp())
    seconds = page.get_by_test_id("second-opinions")
    expect(seconds).to_contain_text("保洁 44%")
    seconds.get_by_role("button", name="改为投诉 41%").click()
    expect(page.get_by_test_id("verdict").locator(".verdict-kind")).to_have_text("投诉")
    expect(seconds).not_to_contain_text("投诉")
    expect(seconds).to_contain_text("保洁 44%")


def test_a_suspicion_stands_apart_from_what_is_proved_and_can_be_confirmed(page: Page) -> None:
    triage(page, "怀疑：" + lamp())
    suspicions = page.get_by_test_id("suspicions")
    expect(suspicions).to_contain_text("42%")
    expect(page.get_by_test_id("original")).not_to_contain_text("燃气泄漏")
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("紧急")
    page.locator('[data-confirm="gas_leak"]').click()
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")
    expect(suspicions).to_have_count(0)


def test_a_suspicion_that_is_none_is_rejected_with_a_reason(page: Page) -> None:
    triage(page, "怀疑：" + lamp())
    page.get_by_test_id("suspicions").get_by_role("button", name="不是…").click()
    page.locator(".asking").get_by_label("原因").fill("问的是开户")
    page.locator(".asking").get_by_role("button", name="记为不成立").click()
    expect(page.get_by_test_id("suspicions")).to_have_count(0)
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("一般")
    expect(corrected(page)).to_contain_text("怀疑 → 不成立")


def test_what_the_property_company_cannot_do_names_who_can(page: Page) -> None:
    triage(page, "学校门口马路上的红绿灯坏了，你们管不管")
    scope = page.get_by_test_id("scope")
    expect(scope).to_contain_text("教育局")
    expect(scope).to_contain_text("12345")


def test_details_are_shown_in_words(page: Page) -> None:
    triage(page, "车位被占了，我的车是京A12345，明天下午三点来处理一下，电话13800000000")
    details = page.get_by_test_id("details")
    expect(details).to_contain_text("13800000000")
    expect(details).to_contain_text("京A12345")
    expect(details).to_contain_text("明天")


def report(page: Page, sender: str, text: str) -> str:
    """Keep a message of somebody over HTTP; returns its id."""
    body = {"text": text, "sender": sender, "channel": "hotline"}
    answer = page.request.post("/api/v1/requests", data=body)
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])


def test_the_third_report_of_an_incident_says_how_many_and_is_judged_by_it(page: Page) -> None:
    for sender in ("赵", "钱"):
        report(page, sender, "东门道闸抬不起来，堵了一排车")
    triage(page, "东门的道闸坏了，不抬杆，后面全是车")
    expect(page.get_by_test_id("incident")).to_contain_text("3 人")
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("紧急")


def test_what_the_same_person_sends_next_is_shown_as_a_part_of_the_whole(page: Page) -> None:
    first = report(page, "孙", "9栋1单元电梯停了")
    page.goto("/ui/triage")
    page.get_by_label("来件人").fill("孙")
    page.get_by_label("来件原文").fill("里面有人出不来")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("appended")).to_contain_text("接在后面")
    expect(page.get_by_test_id("original")).to_contain_text("9栋1单元电梯停了")
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")
    assert first in (page.locator(".kept a").get_attribute("href") or "")


def test_the_questions_to_ask_are_copied(page: Page) -> None:
    triage(page, "灯不亮了")
    page.get_by_test_id("ask-next").get_by_role("button", name="复制问题").click()
    expect(page.get_by_test_id("ask-next").get_by_role("button", name="已复制")).to_be_visible()
    assert "哪一栋" in page.evaluate("navigator.clipboard.readText()")


def test_several_matters_are_registered_separately_and_lead_to_each_other(page: Page) -> None:
    matter = "6栋旁边的草坪好久没修剪了，请安排修剪。"
    text = f"{matter}8栋1单元的电梯困住两个人，请马上来人。"
    first = triage(page, text)
    parts = page.get_by_test_id("parts")
    expect(parts.locator(".part")).to_have_count(2)
    parts.get_by_role("button", name="拆成 2 件").click()
    child = parts.locator(".linked a")
    expect(child).to_have_count(1)

    # the danger stays with the message, the lawn becomes a request of its own
    expect(page.get_by_test_id("verdict").locator(".tier")).to_have_text("特急")
    found = re.search(r"id=(\w+)", child.get_attribute("href") or "")
    assert found is not None
    lawn = page.request.get(f"/api/v1/requests/{found[1]}").json()
    assert lawn["text"] == matter
    assert lawn["tier"] != "critical"
    assert page.request.get(f"/api/v1/requests/{first}").json()["text"] == text

    visit(page, f"/ui/requests?id={found[1]}")
    whole = page.locator(".detail .linked", has_text="出自来件")
    whole.locator("a").click()
    expect(page.locator(".detail .linked", has_text="其他事")).to_be_visible()


def test_a_possible_duplicate_is_merged_with_a_click_and_parted_with_one(page: Page) -> None:
    first = report(page, "李", "7栋1单元楼道的声控灯不亮")
    second = triage(page, "7栋1单元楼道声控灯坏了")
    related = page.locator(f'[data-related="{first}"]')
    expect(related).to_contain_text("同一单元")
    expect(related).to_contain_text("%")
    related.get_by_role("button", name="并单").click()

    merged = page.get_by_test_id("merged")
    expect(merged).to_contain_text("已并入")
    expect(page.get_by_test_id("related")).to_have_count(0)
    assert page.request.get(f"/api/v1/requests/{second}").json()["merged_into"] == first
    visit(page, f"/ui/requests?id={first}")
    detail = page.locator(".detail")
    expect(detail.locator(".linked").first).to_contain_text("并入本件的")
    expect(detail.locator(".timeline")).to_contain_text("并入了一件")

    third = triage(page, "7栋1单元楼道灯又不亮了")
    page.locator(f'[data-related="{first}"]').get_by_role("button", name="并单").click()
    merged.get_by_role("button", name="取消并单").click()
    expect(merged).to_have_count(0)
    assert page.request.get(f"/api/v1/requests/{third}").json()["stage"] == "received"


def test_a_kept_request_is_set_right_in_its_panel(page: Page) -> None:
    request_id = triage(page, lamp())
    visit(page, f"/ui/requests?id={request_id}")
    detail = page.locator(".detail")
    detail.locator('[data-field="department"]').click()
    page.locator(".fix-item").get_by_text("绿化", exact=True).click()
    expect(detail.locator(".pairs").first).to_contain_text("绿化")
    expect(detail.locator(".timeline")).to_contain_text("更正分诊")
    detail.get_by_role("button", name="撤销更正：部门").click()
    expect(detail.locator(".pairs").first).to_contain_text("工程")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_everything_at_once_fits_a_telephone(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    text = f"{next(BUILDINGS)}栋2单元整栋停水，没人管，第三次打电话了，老人在家。"
    for sender in ("周", "吴"):
        report(page, f"{sender}{width}", text)
    triage(page, f"说不准怀疑管不了几件事：{text}联系13800000000。另外大厅的灯也不亮了。")
    for section in ("parts", "related", "incident", "scope", "details", "suspicions"):
        expect(page.get_by_test_id(section)).to_be_visible()
    choose(page, "department", "财务")
    expect(corrected(page)).to_be_visible()
    assert too_wide(page) == 0
