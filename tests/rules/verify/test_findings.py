"""Each kind of mistake has one clear line, and its counter-example shows it on the engine."""

from datetime import datetime, timedelta

import pytest

from rules.errors import InvalidFacts
from rules.loading import rulebook_of
from rules.planning import plan
from rules.types import Milestone, Tier
from rules.verify.check import check_book, check_texts
from rules.verify.examples import facts_of
from rules.verify.findings import finding_json
from tests.rules.verify.books import SHIPPED, changed, decided, due, only

NORMAL_REPAIRS = ("when: {kind: repair}", "when: {kind: repair, tier: [normal, low]}")
OWN = """
id: own
title: 自家表
version: "1"
effective_from: 2026-01-01
hit: priority
priority: [critical, urgent, normal, low]
inputs:
  kind: {type: enum, of: kinds, label: 诉求类型}
outputs:
  colour: {type: enum, of: tiers, label: 颜色}
  size: {type: number, label: 大小}
rows:
  - {id: a, when: {kind: repair}, then: {colour: low, size: 1}, reason: 甲, source: pol-x 第一条}
  - {id: b, when: {}, then: {colour: low, size: 2}, reason: 乙, source: pol-x 第二条}
"""


def test_the_shipped_book_has_no_mistake_and_says_what_is_proved() -> None:
    report = check_texts(SHIPPED)
    assert report.findings == ()
    assert report.ok
    assert report.book is not None
    life = len(report.book.vocabulary.family("life_safety"))
    signals = len(report.book.vocabulary.signals)
    rows = sum(len(table.rows) for table in report.book.tables.values())
    assert report.proved[0] == f"{life} 种人身安全信号在任何情形下都是特急"
    assert report.proved[1].startswith(f"{signals} 种信号多一个都不会降级，也不会让任何时限变晚")
    assert f"{rows} 行规则每一行都有起作用的时候" in report.proved
    assert check_book(report.book) == ()


def test_a_gap_names_facts_that_no_row_judges() -> None:
    texts = changed("urgency", ("{kind: [inquiry, suggestion,", "{kind: [suggestion,"))
    finding = only(texts, "gap")
    assert finding.line_of_text == (
        "urgency.yaml：有的情形没有一行适用；请补一行，或放宽已有的行（反例：诉求类型为咨询）"
    )
    assert finding.example is not None
    with pytest.raises(InvalidFacts, match=r"urgency\.yaml 没有一行适用"):
        decided(texts, finding.example["facts"])


def test_a_gap_of_whole_numbers_is_found_to_the_day() -> None:
    texts = changed("fees", ("at_least: 31", "at_least: 32"))
    finding = only(texts, "gap")
    assert finding.line_of_text == (
        "fees.yaml：有的情形没有一行适用；请补一行，或放宽已有的行（反例：逾期天数 31 天）"
    )
    assert rulebook_of(texts).consult("fees", finding.example["inputs"]).decided == ()


def test_every_gap_of_a_single_number_is_named() -> None:
    texts = changed("fees", ("at_least: 31", "at_least: 32"), ("at_least: 61", "above: 61"))
    report = check_texts(texts)
    assert [one.example_words for one in report.findings] == ["逾期天数 31 天", "逾期天数 61 天"]


def test_a_gap_after_a_row_has_ended_is_a_hole_in_the_dates() -> None:
    ends = "reason: 一般的{kind}\n"
    texts = changed("urgency", (ends, ends + "    effective_to: 2026-06-30\n"))
    finding = only(texts, "date-hole")
    assert finding.line_of_text == (
        "urgency.yaml：2026-07-01 起，有的情形没有一行适用；"
        "请补一行，或放宽已有的行（反例：诉求类型为报修）"
    )
    facts = facts_of(finding.example["facts"])
    book = rulebook_of(texts)
    with pytest.raises(InvalidFacts):
        plan(book, facts)
    assert plan(book, facts, facts.received_at - timedelta(days=1)).tier == Tier.NORMAL


def test_a_row_that_begins_the_day_another_ends_leaves_no_hole() -> None:
    row = SHIPPED["fees.yaml"][SHIPPED["fees.yaml"].index("  - id: formal-notice") :]
    ended = row + "    effective_to: 2026-06-30\n"
    begun = row.replace("formal-notice", "formal-notice-2") + "    effective_from: 2026-07-01\n"
    assert check_texts(changed("fees", (row, ended + begun))).findings == ()
    hole = only(changed("fees", (row, ended + begun.replace("07-01", "07-03"))), "date-hole")
    assert hole.problem == "2026-07-01 至 2026-07-02，有的情形没有一行适用"
    both = only(changed("fees", (row, ended.replace("06-30", "07-01") + begun)), "overlap")
    assert both.problem.startswith("2026-07-01 至 2026-07-01，两行会同时命中")


def test_two_rows_of_a_unique_table_that_match_at_once_are_named() -> None:
    texts = changed("fees", ("at_least: 31", "at_least: 30"))
    finding = only(texts, "overlap")
    assert finding.line_of_text == (
        "fees.yaml 第 32 行（行「telephone」、「visit」）：两行会同时命中，而这张表只许一行命中"
        "（unique）；请让条件互不重叠，如 30 和 31 分开（反例：逾期天数 30 天时两行都命中）"
    )
    matched = rulebook_of(texts).consult("fees", finding.example["inputs"]).matched
    assert tuple(row.id for row in matched) == finding.rows


def test_a_row_that_cannot_match_is_found_through_the_tables_that_it_reads() -> None:
    old = "when: {kind: complaint, repeat_count: {at_least: 3}}"
    texts = changed("level", (old, old.replace("kind", "tier: low, kind")))
    # complaints reported three times then lose their reply as well: another finding
    (finding,) = (one for one in check_texts(texts).findings if one.code == "contradiction")
    assert finding.line_of_text == (
        "level.yaml 第 23 行（行「complaint-repeat」）：这一行的条件不可能成立，永远不会命中；"
        "请改条件，或删去这一行"
    )


def test_a_row_behind_a_wider_one_is_shadowed() -> None:
    old = "  - id: front-line\n    when: {kind: [inquiry, suggestion, praise, other]}"
    texts = changed("level", (old, "  - id: front-line\n    when: {}"))
    finding = only(texts, "shadowed")
    assert finding.rows == ("department",)
    assert finding.problem == "这一行总被前面的「front-line」挡住，从不起作用"
    hits = plan(rulebook_of(texts), facts_of(finding.example["facts"])).hits["level"]
    assert [row.id for row in hits.matched] == ["front-line", "department"]


def test_a_row_that_never_has_the_highest_value_is_found() -> None:
    old = "when: {signals: {any: [sewage_backflow]}}\n    then: {tier: urgent}"
    texts = changed(
        "urgency",
        (old, old.replace("urgent", "low")),
        ("[no_water,", "[sewage_backflow, no_water,"),
    )
    finding = only(texts, "never-decides")
    assert finding.rows == ("sewage-backflow",)
    assert "这一行命中时总有更高的「" in finding.problem
    hits = plan(rulebook_of(texts), facts_of(finding.example["facts"])).hits["urgency"]
    assert "sewage-backflow" in [row.id for row in hits.matched]
    assert "sewage-backflow" not in [row.id for row in hits.decided]


def test_rows_that_decide_at_once_must_say_the_same() -> None:
    finding = only({**SHIPPED, "own.yaml": OWN}, "conflict")
    assert finding.line_of_text == (
        "own.yaml 第 15 行（行「a」、「b」）：两行同为最高却给出不同的大小；"
        "请写成一样，或让条件不重叠（反例：诉求类型为报修时两行都算数）"
    )


def test_outputs_of_an_own_table_that_nothing_reads_are_told_without_refusing_the_book() -> None:
    report = check_texts({**SHIPPED, "own.yaml": OWN.replace("size: 2", "size: 1")})
    assert report.ok
    assert [(one.code, one.severity) for one in report.findings] == [
        ("unread-output", "warning")
    ] * 2
    assert report.findings[0].line_of_text == (
        "own.yaml：输出 colour 没有哪张表读它；请在用到它的表里声明，或删去这个输出"
    )


def test_a_row_without_an_output_that_is_always_read_is_found() -> None:
    old = "{kind: complaint, department: [engineering, cleaning, security, landscaping, finance]}"
    texts = changed("routing", (old, "{kind: complaint}"))
    finding = only(texts, "missing-output")
    assert finding.line_of_text == (
        "routing.yaml 第 69 行（行「department-complaint」）：这一行没有给出牵头部门；请在 then 里"
        "写上 leading；抄输入的（=）请排除未知的情形（反例：诉求类型为投诉）"
    )
    with pytest.raises(InvalidFacts, match=r"routing\.yaml 没有一行适用"):
        decided(texts, finding.example["facts"])


def test_limits_from_receipt_and_from_completion_do_not_mix() -> None:
    old = "counts_from: completion, origin: S3}\n    reason: 特急件"
    texts = changed("deadlines", (old, old.replace("counts_from: completion, ", "")))
    found = [one for one in check_texts(texts).findings if one.code == "conflict"]
    assert found[0].rows == ("critical", "urgent")
    assert found[0].problem == "回访的时限一行从受理起算、一行从办结起算，会同时命中"
    rows = plan(rulebook_of(texts), facts_of(found[0].example["facts"])).hits["deadlines"].decided
    assert {"critical", "urgent"} <= {row.id for row in rows}


def test_every_request_must_be_acknowledged() -> None:
    old = "acknowledge: {limit: 1个服务日, clock: service, origin: ours}\n    reason: 表扬"
    texts = changed("deadlines", (old, old.replace("acknowledge", "reply")))
    finding = only(texts, "no-acknowledge")
    assert finding.line_of_text == (
        "deadlines.yaml：有的诉求没有首次响应时限；请补一行，或在适用的行里写上 acknowledge"
        "（反例：诉求类型为表扬，紧急程度为低，处理级别为一级）"
    )
    assert due(decided(texts, finding.example["facts"]), Milestone.ACKNOWLEDGE) is None


def test_a_life_safety_signal_that_may_be_less_than_critical_breaks_the_floor() -> None:
    old = "when: {signals: {any: [life_safety]}}"
    texts = changed("urgency", (old, old.replace("{sig", "{kind: [repair, complaint], sig")))
    findings = [one for one in check_texts(texts).findings if one.code == "floor"]
    assert findings[0].line_of_text == (
        "urgency.yaml 第 128 行（行「low」）：违反安全底线：有人身安全信号（有人被困）却可能不是"
        "特急；请让得出特急的行列入这个信号，不附带其他条件"
        "（反例：诉求类型为咨询，信号「有人被困」，得到的是低）"
    )
    named = "".join(one.problem for one in findings)
    entries = rulebook_of(SHIPPED).vocabulary.signals.values()
    assert all(one.label in named for one in entries if one.family == "life_safety")
    for one in findings:
        assert decided(texts, one.example["facts"]).tier != Tier.CRITICAL


def test_a_signal_that_lowers_the_tier_is_found_with_facts_before_and_after() -> None:
    texts = changed(
        "urgency", ("{any: [theft, break_in]}", "{any: [theft, break_in], none: [anger]}")
    )
    finding = only(texts, "lowers-tier")
    assert finding.line_of_text == (
        "urgency.yaml 第 55 行（行「security」、「low」）：多一个信号，紧急程度反而降低；"
        "请去掉「没有某信号」（none）或数目上限一类的条件，或把更高的行移到前面"
        "（反例：诉求类型为咨询，信号「失窃」，得紧急；加上「情绪激动」，只得低）"
    )
    before, after = (decided(texts, finding.example[name]).tier for name in ("before", "after"))
    assert (before, after) == (Tier.URGENT, Tier.LOW)


def test_a_count_that_lowers_the_level_is_found() -> None:
    old = "repeat_count: {at_least: 3}"
    texts = changed("level", (old, "repeat_count: {at_least: 3, at_most: 9}"))
    finding = only(texts, "lowers-level")
    assert finding.line_of_text == (
        "level.yaml 第 23 行（行「complaint-repeat」、「department」）：已反映次数变高，处理级别"
        "反而降低；请去掉「没有某信号」（none）或数目上限一类的条件，或把更高的行移到前面"
        "（反例：诉求类型为投诉，已反映次数 3 次，得三级；改为已反映次数 10 次，只得二级）"
    )
    levels = [decided(texts, finding.example[name]).level for name in ("before", "after")]
    assert levels == [3, 2]


def test_a_deadline_that_gets_later_is_shown_at_a_moment_of_the_books_own_calendar() -> None:
    limit = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
    texts = changed("deadlines", NORMAL_REPAIRS, (limit, limit.replace("30分钟", "30小时")))
    # who comes answers on the scene: replies get later with it, which is a finding of its own
    finding, reply, *_ = check_texts(texts).findings
    assert "加上「高空坠物或抛物」，到场30小时；" in reply.example_words
    assert finding.line_of_text == (
        "deadlines.yaml 第 84 行（行「repair」、「urgent」）：多一个信号（共 20 种信号如此），"
        "到场的时限反而变晚或消失；请给后一种情形补上不更晚的时限（反例：诉求类型为报修，限1个服务日；"
        "加上「高空坠物或抛物」，30小时；2026-01-03 22:00 收到的就是如此）"
    )
    first, second = (decided(texts, finding.example[name]) for name in ("before", "after"))
    assert due(first, Milestone.ON_SITE) < due(second, Milestone.ON_SITE)


def test_a_deadline_that_only_outlasts_a_wished_time_is_found() -> None:
    limit = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
    texts = changed("deadlines", NORMAL_REPAIRS, (limit, limit.replace("30分钟", "45分钟")))
    finding = only(texts, "later-deadline")
    assert "诉求类型为报修，住户约了时间，限1个服务日；加上" in finding.example_words
    first, second = (decided(texts, finding.example[name]) for name in ("before", "after"))
    assert due(first, Milestone.ON_SITE) < due(second, Milestone.ON_SITE)


def test_a_deadline_that_vanishes_is_found() -> None:
    on_site = "      on_site: {limit: 30分钟, clock: calendar, origin: ours}\n"
    texts = changed("deadlines", NORMAL_REPAIRS, (on_site, ""))
    found = [one for one in check_texts(texts).findings if "答复" in one.problem]
    assert found[0].rows == ("inquiry-reply",)
    assert found[0].example_words == (
        "诉求类型为咨询，限1个服务小时；加上「高空坠物或抛物」，没有时限；"
        "2026-01-01 10:00 收到的就是如此"
    )
    second = decided(texts, found[0].example["after"])
    assert due(second, Milestone.REPLY) is None


def test_a_limit_that_begins_to_pause_counts_as_later() -> None:
    pauses = "resolve: {limit: 24小时, clock: calendar, pauses: true, origin: ours}\n"
    row = "resolve: {limit: 3个服务日, clock: service, pauses: true, origin: ours}"
    steady = row.replace("3个服务日, clock: service, pauses: true", "24小时, clock: calendar")
    texts = changed("deadlines", NORMAL_REPAIRS, (row, steady))
    finding = check_texts(texts).findings[0]
    assert pauses in texts["deadlines.yaml"]
    assert "限24小时；加上「有人被困」，24小时，可暂停" in finding.example_words
    assert finding.example_words.endswith("换一份服务日历或一经暂停就会显出来")


def test_a_table_that_runs_out_is_a_warning() -> None:
    head = "effective_from: 2026-01-01"
    report = check_texts(changed("care", (head, f"{head}\neffective_to: 2026-12-31")))
    assert report.ok
    assert [one.line_of_text for one in report.findings] == [
        "care.yaml：2026-12-31 到期后没有接续，之后仍按到期那天的行判定；"
        "请在到期前换上新表，或删去 effective_to"
    ]


def test_a_question_that_can_never_raise_the_tier_is_a_warning() -> None:
    report = check_texts(changed("questions", ("{repeat_count: 3}", "{repeat_count: 2}")))
    assert [one.line_of_text for one in report.findings] == [
        "questions.yaml 第 107 行（行「complaint-repeat」）：这句追问答「是」也从不升级，"
        "永远不会问出口；请核对 supposes 和 when，或删去这一行"
    ]


def test_a_clause_that_the_knowledge_base_lacks_is_found_when_a_look_up_is_given() -> None:
    asked: list[str] = []

    def exists(source: str) -> bool:
        asked.append(source)
        return source != "pol-fees 第十四条"

    report = check_texts(SHIPPED, exists)
    assert [one.line_of_text for one in report.findings] == [
        "fees.yaml 第 26 行（行「telephone」）：知识库里没有依据「pol-fees 第十四条」；"
        "请改为现有的条款，或先补上文件"
    ]
    assert not report.ok
    assert "pol-grading 第三条" in asked


def test_a_file_that_cannot_be_read_is_one_finding_at_its_place() -> None:
    report = check_texts(changed("level", ("{tier: critical}", "{teir: critical}")))
    assert report.book is None
    assert [one.line_of_text for one in report.findings] == [
        "level.yaml 第 18 行（行「critical」）：条件用了没有声明的输入「teir」；"
        "是不是 tier，或在 inputs 里声明"
    ]


def test_a_missing_file_is_one_finding() -> None:
    report = check_texts({name: text for name, text in SHIPPED.items() if name != "fees.yaml"})
    assert report.findings[0].line_of_text == (
        "规则书：规则书缺少文件 fees.yaml；请补上或从自带规则复制"
    )
    assert not report.ok


def test_a_table_past_all_proof_is_refused_in_words() -> None:
    signals = list(rulebook_of(SHIPPED).vocabulary.signals)
    pairs = zip(signals, signals[len(signals) // 2 :], strict=False)
    rows = "".join(
        f"  - {{id: p{at}, when: {{signals: {{all: [{one}, {other}]}}}},"
        f" then: {{leading: {'security' if at % 2 else 'cleaning'},"
        f" responsible: {'finance' if at % 3 else 'security'}}},"
        " reason: 复杂, source: pol-x 第一条}\n"
        for at, (one, other) in enumerate(pairs)
    )
    finding = only(changed("routing", ("rows:\n", "rows:\n" + rows)), "too-complex")
    assert finding.problem == "条件太复杂，证明不完"


def test_a_day_of_receipt_is_an_input_like_any_other() -> None:
    inputs = ("  kind: {type", "  received_on: {type: date, label: 受理日}\n  kind: {type")
    row = "when: {signals: {any: [theft, break_in]}}"
    dated = "when: {received_on: {at_most: 2026-05-31}, signals: {any: [life_safety]}}"
    texts = changed("urgency", inputs, ("when: {signals: {any: [life_safety]}}", dated))
    findings = [one for one in check_texts(texts).findings if one.code == "floor"]
    assert row in texts["urgency.yaml"]
    facts = facts_of(findings[0].example["facts"])
    assert facts.received_at >= datetime.fromisoformat("2026-06-01T00:00:00+08:00")
    assert decided(texts, findings[0].example["facts"]).tier != Tier.CRITICAL


def test_a_table_that_asks_for_a_wished_time_is_proved_with_and_without_one() -> None:
    inputs = ("inputs:\n", "inputs:\n  wished: {type: boolean, label: 约了时间}\n")
    calm = "  - id: calm\n    when: {kind: repair, wished: true, tier: [normal, low]}\n" + (
        "    then: {on_site: {limit: 5分钟, clock: calendar}}\n    reason: 约了的\n"
        "    source: pol-grading 第十三条\n"
    )
    texts = changed("deadlines", inputs, ("  - id: repair\n", calm + "  - id: repair\n"))
    finding = only(texts, "later-deadline")
    assert "约了时间" in finding.example_words
    first, second = (decided(texts, finding.example[name]) for name in ("before", "after"))
    assert facts_of(finding.example["before"]).wished_at is not None
    assert due(first, Milestone.ON_SITE) < due(second, Milestone.ON_SITE)


def test_a_finding_is_plain_json() -> None:
    finding = only(changed("fees", ("at_least: 31", "at_least: 32")), "gap")
    body = finding_json(finding)
    assert body["text"] == finding.line_of_text
    assert body["example"] == {"inputs": {"overdue_days": 31}}
    assert (body["code"], body["severity"], body["rows"]) == ("gap", "error", [])
