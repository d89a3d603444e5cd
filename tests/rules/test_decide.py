"""The front door: identity, trace, labels, explanation, bad facts."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from rules.decide import decide, default_rulebook, trace
from rules.errors import InvalidFacts
from rules.explain import explain
from rules.labels import label, labels, signal_family
from rules.show import book_json, book_lines
from rules.types import Facts, Kind, Milestone, Tier

RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
LIFT = Facts(Kind.REPAIR, RECEIVED, frozenset({"lift_fault", "vulnerable_person"}))


def test_every_decision_names_its_rulebook() -> None:
    assert decide(LIFT).rulebook == default_rulebook().identity
    name, digest = decide(LIFT).rulebook.split("+")
    assert name == "default@1.0"
    assert len(digest) == 12


def test_because_names_the_rows_with_reason_source_and_outputs() -> None:
    urgency, _, level, routing, limits, repair = decide(LIFT).because
    assert urgency.rule == "urgency/essential-service"
    assert (urgency.text, urgency.source) == ("基本生活设施中断：电梯故障", "pol-grading 第四条")
    assert urgency.outputs == {"tier": "urgent"}
    assert (level.rule, level.outputs) == ("level/department", {"level": 2})
    assert (limits.rule, limits.outputs["on_site"]) == ("deadlines/urgent", "30分钟")
    assert (routing.rule, routing.text) == ("routing/service-lost", "电梯故障由工程部负责")
    assert repair.rule == "deadlines/repair"


def test_a_caller_cannot_change_later_decisions() -> None:
    with pytest.raises(TypeError):
        decide(LIFT).because[0].outputs["tier"] = "low"  # type: ignore[index]
    assert decide(LIFT).because[0].outputs == {"tier": "urgent"}


def test_the_trace_shows_every_row_as_matched_overridden_or_missed() -> None:
    rows = {row.rule: row for row in trace(LIFT)}
    tables = default_rulebook().tables
    expected = sum(len(tables[name].rows) for name in ("urgency", "level", "routing", "deadlines"))
    assert len(rows) == expected
    states = {rule: (row.matched, row.decided) for rule, row in rows.items()}
    assert states["urgency/vulnerable-fault"] == (True, True)
    assert states["urgency/ordinary"] == (True, False)
    assert states["urgency/security"] == (False, False)
    assert rows["urgency/repeat"].words == "诉求类型为报修或投诉，且已反映次数至少 3 次"
    assert not any(row.decided and not row.matched for row in rows.values())


def test_an_unknown_signal_is_refused_rather_than_ignored() -> None:
    with pytest.raises(InvalidFacts, match="未知信号 person_traped"):
        decide(Facts(Kind.REPAIR, RECEIVED, frozenset({"person_traped"})))


@pytest.mark.parametrize("field", ["received_at", "wished_at"])
def test_a_time_without_offset_is_refused(field: str) -> None:
    times = {"received_at": RECEIVED, field: datetime(2026, 11, 23, 10)}
    with pytest.raises(InvalidFacts, match="没有时区"):
        decide(Facts(Kind.REPAIR, **times))


def test_many_threads_get_the_same_decisions() -> None:
    signals = sorted(default_rulebook().vocabulary.signals)
    given = [
        Facts(kind, RECEIVED, frozenset({first, second}))
        for kind in Kind
        for first in signals[:12]
        for second in signals[12:24]
    ]
    expected = [decide(one) for one in given]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(decide, given)) == expected


def test_explain_tells_rows_sources_deadlines_and_the_next_tier_each_way() -> None:
    said = "\n".join(explain(LIFT))
    assert "紧急程度：紧急" in said
    assert "电梯故障（依据 pol-grading 第四条，规则 urgency/essential-service）" in said
    assert "到场：30分钟（自然时间），2026-11-23 10:30 前（规则 deadlines/urgent）" in said
    assert "有下列情形之一，升为特急：" in said
    assert "核实下列情形均不存在，才是一般：" in said


def test_explain_offers_nothing_above_critical_and_nothing_below_low() -> None:
    critical = "\n".join(explain(Facts(Kind.REPAIR, RECEIVED, frozenset({"gas_leak"}))))
    assert "升为" not in critical
    assert "才是一般" in critical
    assert "才是" not in "\n".join(explain(Facts(Kind.INQUIRY, RECEIVED)))


def test_explain_marks_provisional_times() -> None:
    late = Facts(Kind.REPAIR, datetime.fromisoformat("2099-01-05T10:00:00+08:00"))
    assert "暂定（放假安排未公布）" in "\n".join(explain(late))


@pytest.mark.parametrize(
    ("code", "group", "expected"),
    [
        (Kind.REPAIR, None, "报修"),
        ("critical", None, "特急"),
        (Tier.LOW, None, "低"),
        (2, "levels", "二级"),
        (Milestone.ON_SITE, None, "到场"),
        ("service", "clocks", "服务时间"),
        ("person_trapped", None, "有人被困"),
        ("security", "departments", "秩序安保"),
        ("security", "families", "治安"),
        ("facilities", None, "设备设施"),
        ("wechat", None, "微信"),
        ("no_such_code", None, "no_such_code"),
        ("repair", "tiers", "repair"),
    ],
)
def test_codes_have_chinese_labels(code: str | int, group: str | None, expected: str) -> None:
    assert label(code, group) == expected


def test_a_group_lists_its_labels_in_order() -> None:
    assert list(labels("tiers")) == ["critical", "urgent", "normal", "low"]
    assert labels("signals")["gas_leak"] == "燃气泄漏"
    assert signal_family("gas_leak") == "life_safety"
    assert signal_family("nothing") is None


def test_a_rulebook_can_be_shown_as_lines_and_as_json() -> None:
    book = default_rulebook()
    shown = json.loads(json.dumps(book_json(book), ensure_ascii=False))
    assert shown["rulebook"] == book.identity
    assert [table["id"] for table in shown["tables"]] == list(book.tables)
    assert shown["calendar"]["windows"] == ["08:30-12:00", "13:30-18:00"]
    text = "\n".join(book_lines(book))
    for table in book.tables.values():
        assert all(f"  {row.id}：" in text for row in table.rows)
    assert "到场 约定时间，否则1个服务日（服务时间）" in text
    assert "raised：人工或模型建议的等级为特急或紧急或一般或低 → 人工或模型建议的等级" in text


def test_deciding_imports_nothing_heavy() -> None:
    code = (
        "import sys; from rules.decide import decide, default_rulebook; default_rulebook();"
        "heavy = {'pydantic', 'torch', 'numpy', 'chinese_calendar', 'typer', 'sklearn'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
