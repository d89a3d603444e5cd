"""What differs between two rulebooks is told row by row, in words."""

import pytest

from rules.difference import Change, difference
from rules.loading import default_rulebook, rulebook_of, shipped_texts
from rules.rulebook import Rulebook
from tests.rules.books import book_with, edited

SHIPPED = default_rulebook()
ON_SITE = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
LEAK = """  - id: active-leak
    when: {signals: {any: [active_leak]}}
    then: {tier: urgent}
    reason: 正在漏水
    source: pol-grading 第四条
    origin: ours
"""


def words(before: Rulebook, after: Rulebook) -> list[str]:
    return [change.words for change in difference(before, after)]


def test_equal_books_do_not_differ() -> None:
    assert difference(SHIPPED, rulebook_of(shipped_texts())) == ()


def test_a_limit_is_told_from_what_to_what() -> None:
    after = edited("deadlines", ON_SITE, ON_SITE.replace("30", "20"))
    assert difference(SHIPPED, after) == (
        Change("deadlines", "urgent", "changed", "deadlines 行 urgent：到场 由 30分钟 改为 20分钟"),
    )


def test_every_part_of_a_limit_is_told() -> None:
    changed = "on_site: {limit: 1个服务小时, clock: service, pauses: true, note: 带工具}"
    (told,) = words(SHIPPED, edited("deadlines", ON_SITE, changed))
    assert told == (
        "deadlines 行 urgent：到场 由 30分钟 改为 1个服务小时；"
        "到场的时钟 由 自然时间 改为 服务时间；到场的挂起时停走 由 否 改为 是；"
        "到场的说明 由 无 改为 带工具；到场的出处 由 ours 改为 无"
    )


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        (
            "urgency",
            "repeat_count: {at_least: 3}",
            "repeat_count: {at_least: 2}",
            "urgency 行 repeat：条件 由 已反映次数至少 3 次 改为 已反映次数至少 2 次",
        ),
        (
            "urgency",
            "{any: [theft, break_in]}",
            "{any: [theft, fire_lane_blocked]}",
            "urgency 行 security：条件「信号出现其一即可」加上 消防通道被占；"
            "条件「信号出现其一即可」去掉 有人闯入",
        ),
        (
            "urgency",
            "when: {signals: {any: [sewage_backflow]}}",
            "when: {signals: {any: [sewage_backflow]}, kind: repair}",
            "urgency 行 sewage-backflow：条件 由 不限 改为 诉求类型为报修",
        ),
        (
            "urgency",
            "reason: 污水倒灌",
            "reason: 污水倒灌进屋",
            "urgency 行 sewage-backflow：理由 由 污水倒灌 改为 污水倒灌进屋",
        ),
        (
            "urgency",
            "    reason: 污水倒灌",
            "    effective_from: 2027-01-01\n    reason: 污水倒灌",
            "urgency 行 sewage-backflow：生效日期 由 无 改为 2027-01-01",
        ),
        ("urgency", 'version: "1.0"', 'version: "1.1"', "urgency：版本 由 1.0 改为 1.1"),
        (
            "care",
            "action: visit, within_days: 7",
            "action: visit_or_call, within_days: 5, note: 电话也可",
            "care 行 new-owner：动作 由 上门拜访 改为 随机走访或电话；时限 由 7 天 改为 5 天；"
            "加上说明 电话也可",
        ),
    ],
)
def test_a_changed_row_or_head_is_told(table: str, old: str, new: str, told: str) -> None:
    assert words(SHIPPED, edited(table, old, new)) == [told]


def test_rows_that_come_and_go_are_told_whole() -> None:
    without = edited("urgency", LEAK, "")
    told = "urgency {} active-leak：出现正在漏水 → 紧急程度 紧急（依据 pol-grading 第四条）"
    assert words(SHIPPED, without) == [told.format("删去行")]
    assert words(without, SHIPPED) == [told.format("新增行")]
    kinds = [change.kind for change in difference(SHIPPED, without)]
    assert kinds == ["removed"]


def test_the_order_of_rows_is_told_where_it_decides() -> None:
    first = shipped_texts()["level.yaml"]
    assert "hit: first" in first
    head, _, rows = first.partition("rows:\n")
    parts = ["  - id:" + part for part in rows.split("  - id:")[1:]]
    moved = [parts[1], parts[0], *parts[2:]]
    after = book_with(level=f"{head}rows:\n{''.join(moved)}")
    (told,) = words(SHIPPED, after)
    assert "（这张表的先后影响结果）" in told


def test_the_order_of_rows_is_not_told_where_all_count() -> None:
    text = shipped_texts()["urgency.yaml"]
    assert LEAK in text
    after = book_with(urgency=text.replace(LEAK, "").rstrip() + "\n" + LEAK)
    assert words(SHIPPED, after) == ["urgency：只有注释、排版或先后不同"]


def test_a_comment_is_no_change_of_a_rule_but_is_told() -> None:
    after = book_with(care=shipped_texts()["care.yaml"] + "# 备注\n")
    assert words(SHIPPED, after) == ["care：只有注释、排版或先后不同"]


def test_a_table_of_the_companys_own_is_told() -> None:
    own = shipped_texts()["care.yaml"].replace("id: care\n", "id: trees\n")
    own = own[: own.index("inputs:")] + (
        "inputs:\n  kind: {type: enum, of: kinds}\noutputs:\n  tree: {type: text}\n"
        "rows:\n  - id: any\n    when: {kind: repair}\n    then: {tree: 是}\n"
        "    reason: 树木\n    source: pol-care 第三条\n"
    )
    after = book_with(trees=own)
    assert words(SHIPPED, after) == ["新增表 trees（客户关怀），有行 any"]
    assert words(after, SHIPPED) == ["删去表 trees"]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "service_calendar",
            "windows: [08:30-12:00, 13:30-18:00]",
            "windows: [09:00-18:00]",
            "service_calendar：服务时段 由 08:30-12:00、13:30-18:00 改为 09:00-18:00",
        ),
        (
            "service_calendar",
            "closures: []",
            "closures: [{from: 2026-03-01, to: 2026-03-02, reason: 搬迁}]",
            "service_calendar：停开日 加上 从 2026-03-01，到 2026-03-02，原因 搬迁",
        ),
        (
            "service_calendar",
            "statutory_holidays: closed",
            "statutory_holidays: open",
            "service_calendar：法定节假日 由 休息 改为 照常开放",
        ),
        (
            "holidays",
            "      - 中秋 2026-09-25 至 2026-09-27\n",
            "      - 中秋 2026-09-25 至 2026-09-27\n      - 校庆 2026-11-20\n",
            "holidays：年份 2026 放假 加上 校庆 2026-11-20",
        ),
        (
            "vocabulary",
            "  inquiry: 咨询",
            "  inquiry: 问询",
            "vocabulary：诉求类型 inquiry 由 咨询 改为 问询",
        ),
        (
            "rulebook",
            'version: "1.0"',
            'version: "1.1"',
            "rulebook：版本 由 1.0 改为 1.1",
        ),
    ],
)
def test_calendar_vocabulary_and_head_are_told(file: str, old: str, new: str, told: str) -> None:
    assert words(SHIPPED, edited(file, old, new)) == [told]


def test_a_new_signal_is_told_in_the_vocabulary_and_in_the_rows_of_its_family() -> None:
    text = shipped_texts()["vocabulary.yaml"]
    line = next(one for one in text.splitlines() if one.startswith("  falling_object:"))
    new = line.replace("falling_object:", "dog_loose:").replace(
        line.split("label: ")[1].split(",")[0], "犬只伤人风险"
    )
    said = words(SHIPPED, book_with(vocabulary=text.replace(line, f"{line}\n{new}")))
    assert "vocabulary：新增 信号 dog_loose：叫法 犬只伤人风险，大类 hazard" in said
    assert "urgency 行 hazard：条件「信号出现其一即可」加上 犬只伤人风险" in said
