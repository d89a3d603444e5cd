"""Each kind of mistake in a book gets one clear line: file, row, what is wrong, what to do."""

from datetime import date
from pathlib import Path

import pytest

from rules.errors import BookMissing, MalformedBook
from rules.loading import SHIPPED, load_rulebook

CASES = [
    # file, what stands there, what is put instead, what the message must contain
    ("urgency", "rows:", "rows: [", ["第 23 行", "YAML 写法有误", "请检查"]),
    (
        "urgency",
        "{signals: {any: [hazard]}}",
        "{signals: {any: [hazard, fire_smoke]}}",
        ["（行「hazard」）", "未知信号「fire_smoke」", "fire_or_smoke"],
    ),
    (
        "urgency",
        "{any: [theft, break_in]}",
        "{any: theft}",
        ["（行「security」）", "信号应当列在方括号里"],
    ),
    ("urgency", "{any: [theft, break_in]}", "[theft]", ["（行「security」）", "any、all 或 none"]),
    ("urgency", "{any: [theft, break_in]}", "{any: }", ["（行「security」）", "条件是空的"]),
    (
        "urgency",
        "{any: [theft, break_in]}",
        "{some: [theft]}",
        ["（行「security」）", "不认识的键「some」"],
    ),
    (
        "urgency",
        "when: {kind: [repair, complaint, assistance]}",
        "when: {kind: [repiar]}",
        ["（行「ordinary」）", "未知的诉求类型「repiar」", "repair"],
    ),
    ("urgency", "{tier: critical}", "{tier: kritical}", ["未知的紧急程度「kritical」", "critical"]),
    ("urgency", "{tier: critical}", "{teir: critical}", ["未知的输出「teir」", "是不是 tier"]),
    ("urgency", "{tier: =raised_tier}", "{tier: =kind}", ["（行「raised」）", "不是同类的输入"]),
    ("urgency", "- id: active-leak", "- id: hazard", ["行 id「hazard」重复", "不同的 id"]),
    ("urgency", "- id: hazard", "- name: hazard", ["第 2 行", "缺少 id", "请补上 id"]),
    (
        "urgency",
        "    reason: 污水倒灌\n",
        "",
        ["（行「sewage-backflow」）", "缺少 reason"],
    ),
    (
        "urgency",
        "    reason: 正在漏水\n    source: pol-grading 第四条\n",
        "    reason: 正在漏水\n",
        ["（行「active-leak」）", "缺少 source"],
    ),
    (
        "urgency",
        "source: pol-grading 第三条",
        "source: 分级规定第三条",
        ["（行「life-safety」）", "依据「分级规定第三条」写法不对", "pol-grading 第三条"],
    ),
    ("urgency", "reason: 污水倒灌", "reason: 12", ["reason 应当是文字", "加上引号"]),
    ("urgency", "reason: 污水倒灌", "reason: 污水{倒灌", ["花括号不成对"]),
    ("urgency", "已反映 {repeat_count} 次", "已反映 {times} 次", ["{times} 不是输入"]),
    ("urgency", "    reason: 污水倒灌", "    reasen: 污水倒灌", ["缺少 reason"]),
    ("urgency", "origin: ours\n\n", "orign: ours\n\n", ["不认识的键「orign」", "是不是 origin"]),
    (
        "urgency",
        "repeat_count: {at_least: 3}",
        "repeat_count: three",
        ["（行「repeat」）", "repeat_count 的条件应当是数的范围", "{at_least: 3}"],
    ),
    ("urgency", "{at_least: 3}", "{at_least: 三}", ["at_least 应当是数"]),
    ("urgency", "{at_least: 3}", "{at_least: 3, at_most: 2}", ["范围 3 到 2 是空的"]),
    ("urgency", "{at_least: 3}", "{at_lest: 3}", ["不认识的键「at_lest」", "at_least"]),
    (
        "urgency",
        "{kind: [repair, complaint], repeat_count",
        "{kind: [repair, complaint], anger: 3, repeat_count",
        ["没有声明的输入「anger」"],
    ),
    ("urgency", "when: {kind: [inquiry", "when: {kind: [], category: [inquiry", ["取值是空的"]),
    (
        "urgency",
        "{any: [theft, break_in]}",
        "{all: [theft], none: [theft]}",
        ["（行「security」）", "又要有又不要有 theft", "否则永不成立"],
    ),
    ("urgency", "hit: priority", "hit: collect", ["hit 不能是「collect」", "first、unique"]),
    ("urgency", "hit: priority", "hit: priorty", ["不认识的取舍规则「priorty」", "priority"]),
    ("level", "hit: first", "hit: first\npriority: [3, 2, 1]", ["priority 只用于 hit: priority"]),
    (
        "urgency",
        "priority: [critical, urgent, normal, low]",
        "priority: [critical, urgent, normal]",
        ["第 10 行", "列出 tier 的每个取值各一次", "从高到低列出全部取值"],
    ),
    ("urgency", "id: urgency", "id: urgent", ["与文件名不符", "id: urgency"]),
    ("urgency", 'version: "1.0"', "version: 1.0", ["version 应当是文字", "引号"]),
    ("urgency", "effective_from: 2026-01-01", "effective_from: 2026-02-30", [
        "第 8 行", "日期 2026-02-30 不存在", "请写真实的日期",
    ]),
    (
        "urgency",
        "effective_from: 2026-01-01",
        "effective_from: 元旦",
        ["「元旦」不是日期", "2026-01-31"],
    ),
    (
        "urgency",
        "effective_from: 2026-01-01",
        "effective_from: 2026-01-01\neffective_to: 2025-01-01",
        ["失效日期早于生效日期"],
    ),
    ("urgency", "title: 紧急程度", "title: 紧急程度\ntitle: 又一个", ["「title」写了两次", "删去"]),
    (
        "urgency",
        "kind: {type: enum, of: kinds, label",
        "kind: {type: enumm, of: kinds, label",
        ["不认识的类型「enumm」", "enum"],
    ),
    ("urgency", "of: kinds", "of: kindz", ["不在词汇表里", "kinds"]),
    ("urgency", "  raised_tier: {", "  raised_teir: {", ["没有输入「raised_teir」", "raised_tier"]),
    (
        "urgency",
        "category: {type: enum, of: categories",
        "category: {type: enum, of: departments",
        ["输入 category 的类型不是「enum」", "请写成 {type: enum, of: categories}"],
    ),
    (
        "urgency",
        "repeat_count: {type: number",
        "repeat_count: {type: boolean",
        ["输入 repeat_count 的类型不是「boolean」", "请写成 {type: number}"],
    ),
    (
        "urgency",
        "    reason: 污水倒灌\n",
        "    reason: 污水倒灌\n    effective_from: 2025-12-31\n",
        ["（行「sewage-backflow」）", "2025-12-31 不在这张表的有效期内", "2026-01-01"],
    ),
    (
        "urgency",
        "    reason: 污水倒灌\n",
        "    reason: 污水倒灌\n    effective_to: 2026-06-31\n",
        ["第 47 行", "日期 2026-06-31 不存在"],
    ),
    (
        "urgency",
        "    reason: 污水倒灌\n",
        "    reason: 污水倒灌\n    effective_from: 2026-06-01\n    effective_to: 2026-05-31\n",
        ["（行「sewage-backflow」）", "失效日期早于生效日期"],
    ),
    ("deadlines", "      on_site: {limit: 3分钟", "      on_sight: {limit: 3分钟", [
        "（行「critical」）", "未知的时限节点「on_sight」", "on_site",
    ]),
    ("deadlines", "limit: 3分钟", "limit: 三分钟", ["（行「critical」）", "时限「三分钟」看不懂"]),
    ("deadlines", "limit: 3分钟", "limit: 0分钟", ["时限「0分钟」看不懂"]),
    ("deadlines", "limit: 3分钟", "limit: 999999小时", ["超过一年"]),
    ("deadlines", "limit: 3分钟", "limit: 3个服务日", ["要用服务时钟", "clock 改为 service"]),
    ("deadlines", "{limit: 3个服务日", "{limit: 3天", ["有歧义", "3个服务日"]),
    ("deadlines", "notice: 30分钟", "notice: 半小时", ["（行「repair」）", "时限「半小时」看不懂"]),
    (
        "deadlines",
        "wished_time: true, notice: 30分钟",
        "notice: 30分钟",
        ["（行「repair」）", "有 notice 却没有 wished_time", "请补上 wished_time"],
    ),
    (
        "deadlines",
        "最迟 {due} 办结",
        "最迟五天办结",
        ["（行「complaint-level-3」）", "fallback_note 里要有一处 {due}"],
    ),
    ("deadlines", "pauses: true, o", "pauses: maybe, o", ["pauses 的值不对", "true 或 false"]),
    (
        "deadlines",
        "acknowledge: {limit: 3分钟, clock: calendar",
        "acknowledge: {limit: 3分钟, clock: calendar, pauses: true",
        ["（行「critical」）", "首次响应的时限不能暂停"],
    ),
    (
        "deadlines",
        "  acknowledge: {type: limit}",
        "  greeting: {type: limit}\n  acknowledge: {type: limit}",
        ["这张表没有输出「greeting」"],
    ),
    ("deadlines", "clock: calendar", "clock: calender", ["不认识的时钟「calender」", "calendar"]),
    (
        "deadlines",
        "counts_from: completion, origin: S3}\n    r",
        "counts_from: receipt}\n    r",
        ["counts_from 的值不对"],
    ),
    ("deadlines", "e, wished_time: true", "e, wished_time: maybe", ["wished_time 的值不对"]),
    ("deadlines", "level: 3}", "level: 4}", ["未知的处理级别「4」"]),
    ("deadlines", "level: 3}", "level: true}", ["未知的处理级别「True」"]),
    ("level", "outputs:\n  level:", "outputs:\n  grade:", ["缺少输出 level"]),
    ("care", "within_days: 7", "within_days: 七天", ["（行「new-owner」）", "「七天」不是数"]),
    ("fees", "inputs:\n", "inputs: []\nother:\n", ["不认识的键「other」"]),
    ("questions", "supposes: {repeat_count: 3}", "supposes: {repeat_count: x}", ["应当是整数"]),
    (
        "vocabulary",
        "  theft: {label: 失窃, family: security}",
        "  theft: {label: 失窃, family: crime}",
        ["信号 theft 的大类「crime」没有登记", "security"],
    ),
    ("vocabulary", "id: vocabulary", "id: words", ["与文件名不符", "id: vocabulary"]),
    ("vocabulary", "  repair: 报修\n", "", ["诉求类型缺少 repair"]),
    ("vocabulary", "  low: 低", "  low: 低\n  lowest: 最低", ["紧急程度不能新增「lowest」"]),
    ("vocabulary", "  person_trapped: {label", "  hazard: {label", ["信号 hazard 与大类同名"]),
    ("service_calendar", "Asia/Shanghai", "Asia/Shanghia", ["时区「Asia/Shanghia」不存在"]),
    ("service_calendar", "08:30-12:00,", "8点半到12点,", ["时段「8点半到12点」看不懂"]),
    ("service_calendar", "13:30-18:00", "11:30-18:00", ["与前一段重叠"]),
    ("service_calendar", "13:30-18:00", "22:00-06:00", ["结束时间不对", "拆成两段"]),
    ("service_calendar", "weekly: {}", "weekly: {saterday: []}", ["「saterday」", "saturday"]),
    ("service_calendar", "holidays: closed", "holidays: shut", ["statutory_holidays 的值「shut」"]),
    ("service_calendar", '"05-01"', '"02-30"', ["第 20 行", "日期「02-30」不存在"]),
    (
        "service_calendar",
        "closures: []",
        "closures: [{from: 2026-03-02, to: 2026-03-01, reason: 搬迁}]",
        ["停开的结束早于开始"],
    ),
    (
        "service_calendar",
        "overrides: []",
        "overrides: [{date: 下周一, windows: [], reason: 检修}]",
        ["「下周一」不是日期"],
    ),
    ("service_calendar", "第二十条", "20条", ["依据", "写法不对"]),
]  # fmt: skip


def mistake_in(folder: Path) -> str:
    with pytest.raises(MalformedBook) as caught:
        load_rulebook(folder)
    return str(caught.value)


@pytest.mark.parametrize(("name", "old", "new", "expected"), CASES)
def test_a_mistake_is_named_with_its_place_and_its_remedy(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    message = mistake_in(tmp_path)
    assert message.startswith(f"{name}.yaml 第 ")
    assert "\n" not in message
    assert "；" in message
    for part in expected:
        assert part in message


def test_the_line_named_is_the_line_of_the_mistake(tmp_path: Path) -> None:
    text = (SHIPPED / "deadlines.yaml").read_text(encoding="utf-8").replace("4个服务小时", "半天")
    (tmp_path / "deadlines.yaml").write_text(text, encoding="utf-8")
    line = next(n for n, said in enumerate(text.splitlines(), 1) if "半天" in said)
    assert mistake_in(tmp_path).startswith(f"deadlines.yaml 第 {line} 行（行「assistance-reply」）")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "文件是空的"),
        (b"- a\n- b\n", "最外层"),
        ("id: 紧急".encode("gbk"), "不是 UTF-8"),
        (b"\x00\x01\x02", "YAML"),
        (b"id: &a [*a]\n", "YAML"),
        (b"#" * 5_000_000, "超过 4 MB"),
    ],
)
def test_a_file_that_is_no_book_at_all_is_refused(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    (tmp_path / "urgency.yaml").write_bytes(content)
    message = mistake_in(tmp_path)
    assert message.startswith("urgency.yaml")
    assert expected in message


OWN = """
id: own
title: 自家表
version: "1"
effective_from: 2026-01-01
hit: first
inputs:
  level: {type: enum, of: levels}
outputs:
  colour: {type: enum, of: tiers}
rows:
  - {id: all, when: {}, then: {colour: low}, reason: 一律, source: pol-x 第一条}
"""


def test_tables_that_wait_for_each_other_are_named_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    text = (SHIPPED / "level.yaml").read_text(encoding="utf-8")
    reads = text.replace("inputs:\n", "inputs:\n  colour: {type: enum, of: tiers}\n", 1)
    (tmp_path / "level.yaml").write_text(reads, encoding="utf-8")
    message = mistake_in(tmp_path)
    assert "循环引用：" in message
    assert "level" in message
    assert "own" in message
    assert message.endswith("互相等对方的结果；请让其中一张表不再读另一张的输出")


def test_an_output_comes_from_one_table_only(tmp_path: Path) -> None:
    second = OWN.replace("colour: {type: enum, of: tiers}", "tier: {type: enum, of: tiers}")
    (tmp_path / "own.yaml").write_text(second.replace("colour", "tier"), encoding="utf-8")
    assert mistake_in(tmp_path) == (
        "own.yaml 第 10 行：输出「tier」已由 urgency.yaml 给出；"
        "一个输出只能由一张表给出，请删去一处"
    )


def test_more_rows_than_anyone_can_answer_for_are_refused(tmp_path: Path) -> None:
    row = "  - {id: r%d, when: {}, then: {colour: low}, reason: 一律, source: pol-x 第一条}\n"
    text = OWN + "".join(row % number for number in range(9_999))
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert mistake_in(tmp_path) == (
        "own.yaml 第 11 行：有 10000 行，超过 2000 行；请合并条件相近的行；一个条件可以列出多个取值"
    )


def test_a_file_that_no_table_has_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "urgancy.yaml").write_text("id: urgancy\n", encoding="utf-8")
    assert "是不是 urgency.yaml" in mistake_in(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BookMissing, match="读不了规则目录"):
        load_rulebook(tmp_path / "none")


def test_an_empty_folder_gives_the_shipped_rulebook(tmp_path: Path) -> None:
    assert load_rulebook(tmp_path).identity == load_rulebook().identity


def test_a_companys_own_file_replaces_the_shipped_one_and_changes_the_identity(
    tmp_path: Path,
) -> None:
    text = (SHIPPED / "service_calendar.yaml").read_text(encoding="utf-8")
    text = text.replace("[08:30-12:00, 13:30-18:00]", "[09:00-24:00]")
    text = text.replace(
        "closures: []", "closures: [{from: 2026-03-01, to: 2026-03-02, reason: 搬迁}]"
    )
    (tmp_path / "service_calendar.yaml").write_text(text, encoding="utf-8")
    own, shipped = load_rulebook(tmp_path), load_rulebook()
    assert own.calendar.service_day.total_seconds() == 15 * 3600
    assert own.calendar.windows_on(date(2026, 3, 2)) == ()
    assert own.identity.split("+")[0] == shipped.identity.split("+")[0] == "default@1.0"
    assert own.identity != shipped.identity


def test_line_endings_do_not_change_the_identity(tmp_path: Path) -> None:
    content = (SHIPPED / "level.yaml").read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "level.yaml").write_bytes(content)
    assert load_rulebook(tmp_path).identity == load_rulebook().identity
