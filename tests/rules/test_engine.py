"""The compiled engine: hit policies, intervals, dates, tables that read one another."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.decide import decide, default_rulebook, trace
from rules.engine import CompiledTables, TableInForce, choose
from rules.errors import InvalidFacts
from rules.inputs import REQUEST
from rules.planning import plan
from rules.types import Facts, Kind, Tier
from tests.rules.books import book_with, edited

BOOK = default_rulebook()
NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
HEAD = """
id: shift
title: 班次
version: "1.0"
effective_from: 2026-01-01
"""


def table(body: str) -> str:
    return HEAD + body


SHIFT = table("""
hit: first
inputs: {signals: {type: signals}, channel: {type: enum, of: channels}}
outputs: {crowded: {type: boolean}, weight: {type: number}}
rows:
  - {id: hotline, when: {channel: hotline}, then: {crowded: true, weight: 2.5},
     reason: 热线, source: pol-grading 第一条}
  - {id: silent, when: {channel: unknown}, then: {crowded: false, weight: 1},
     reason: 渠道未知, source: pol-grading 第一条}
  - {id: other, when: {}, then: {crowded: false, weight: 2}, reason: 其他,
     source: pol-grading 第一条}
""")


@pytest.mark.parametrize(
    ("channel", "crowded", "weight"), [("hotline", True, 2.5), (None, False, 1), ("app", False, 2)]
)
def test_a_company_can_add_a_table_and_read_it_in_others(
    channel: str | None, crowded: bool, weight: float
) -> None:
    level = """
  - {id: heavy, when: {crowded: true, weight: {above: 2}}, then: {level: 3}, reason: 热线忙,
     source: pol-grading 第十条}
rows_end"""
    text = default_rulebook().texts["level.yaml"]
    text = text.replace("rows:", f"rows:{level}", 1).replace("rows_end", "", 1)
    text = text.replace(
        "outputs:",
        "  crowded: {type: boolean, label: 忙}\n  weight: {type: number, label: 权重}\noutputs:",
        1,
    )
    book = book_with(shift=SHIFT, level=text)
    made = plan(book, Facts(Kind.REPAIR, NOON, channel=channel))
    assert (made.inputs["crowded"], made.inputs["weight"]) == (crowded, weight)
    assert made.level == (3 if crowded else 2)
    assert book.order.index("shift") < book.order.index("level")


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ("{at_least: 30}", [30, 31], [29]),
        ("{at_most: 30}", [0, 30], [31]),
        ("{above: 30}", [31], [30]),
        ("{below: 30}", [29], [30]),
        ("{at_least: 3, at_most: 3}", [3], [2, 4]),
        ("3", [3], [2, 4]),
        ("{above: 2.5, below: 4.5}", [3, 4], [2, 5]),
    ],
)
def test_bounds_of_whole_numbers(bounds: str, inside: list[int], outside: list[int]) -> None:
    book = edited("urgency", "repeat_count: {at_least: 3}", f"repeat_count: {bounds}")
    for count in (*inside, *outside):
        made = plan(book, Facts(Kind.REPAIR, NOON, repeat_count=count))
        fired = {row.rule for row in made.because}
        assert ("urgency/repeat" in fired) == (count in inside), count


def test_the_ladder_is_exact_between_numbers_with_fractions() -> None:
    told = [
        [row.id for row in BOOK.consult("ladder", {"tier": "low", "elapsed_percent": x}).decided]
        for x in (79.999999, 80, 80.000001)
    ]
    assert told == [[], ["warn"], ["warn"]]


DATED = """  - id: ordinary
    effective_to: 2026-12-31
    when: {kind: [repair, complaint, assistance]}
    then: {tier: normal}
    reason: 一般的{kind}
    source: pol-grading 第五条
  - id: ordinary-2027
    effective_from: 2027-01-01
    when: {kind: [repair, complaint, assistance]}
    then: {tier: urgent}
    reason: 一般的{kind}
    source: pol-grading 第五条
"""


def test_rows_apply_from_their_first_to_their_last_day() -> None:
    text = BOOK.texts["urgency.yaml"]
    start, end = text.index("  - id: ordinary"), text.index("  - id: low")
    book = book_with(urgency=text[:start] + DATED + text[end:])
    last = datetime.fromisoformat("2026-12-31T23:59:59+08:00")
    first = datetime.fromisoformat("2027-01-01T00:00:00+08:00")
    elsewhere = datetime.fromisoformat("2026-12-31T16:00:00+00:00")  # the same moment as `first`
    assert decide(Facts(Kind.REPAIR, last), book).tier is Tier.NORMAL
    assert decide(Facts(Kind.REPAIR, first), book).tier is Tier.URGENT
    assert decide(Facts(Kind.REPAIR, elsewhere), book).tier is Tier.URGENT
    # a moment can be asked for: the request of last year by the rows of this one
    assert decide(Facts(Kind.REPAIR, last), book, as_of=first).tier is Tier.URGENT
    assert [one.since for one in book.editions] == [date(2026, 1, 1), date(2027, 1, 1)]
    rules = {row.rule for row in trace(Facts(Kind.REPAIR, first), book)}
    assert "urgency/ordinary-2027" in rules
    assert "urgency/ordinary" not in rules


def test_outside_its_dates_a_table_keeps_its_nearest_rows() -> None:
    book = edited("urgency", "effective_from: 2026-01-01", "effective_from: 2026-03-01")
    early = datetime.fromisoformat("2025-06-01T09:00:00+08:00")
    assert decide(Facts(Kind.REPAIR, early), book).tier is Tier.NORMAL


def test_a_table_that_ended_keeps_its_last_rows() -> None:
    ended = "effective_from: 2026-01-01\neffective_to: 2026-06-30"
    book = edited("urgency", "effective_from: 2026-01-01", ended)
    assert decide(Facts(Kind.REPAIR, NOON, frozenset({"gas_leak"})), book).tier is Tier.CRITICAL


def test_the_day_of_receipt_can_be_a_condition() -> None:
    text = BOOK.texts["level.yaml"].replace(
        "outputs:", "  received_on: {type: date, label: 受理日}\noutputs:", 1
    )
    row = (
        "rows:\n  - {id: launch, when: {kind: inquiry, received_on: {at_least: 2026-12-01,"
        " at_most: 2026-12-07}}, then: {level: 2}, reason: 上线首周, source: pol-grading 第九条}\n"
    )
    book = book_with(level=text.replace("rows:\n", row, 1))
    days = {11: 1, 12: 2}
    for month, level in days.items():
        at = datetime.fromisoformat(f"2026-{month}-07T23:59:00+08:00")
        assert decide(Facts(Kind.INQUIRY, at), book).level == level


def test_an_unknown_code_is_refused_rather_than_ignored() -> None:
    with pytest.raises(InvalidFacts, match=r"plumbing.*不在词汇表里"):
        decide(Facts(Kind.REPAIR, NOON, department="plumbing"))


def test_a_request_without_any_row_is_refused_with_the_table_to_mend() -> None:
    text = BOOK.texts["level.yaml"]
    book = book_with(level=text[: text.index("  - id: department\n")])
    with pytest.raises(InvalidFacts, match=r"level\.yaml 没有一行适用"):
        decide(Facts(Kind.REPAIR, NOON), book)


def test_a_missing_input_of_a_table_that_stands_alone_is_named() -> None:
    with pytest.raises(InvalidFacts, match="ladder 表缺少输入 elapsed_percent"):
        BOOK.consult("ladder", {"tier": "low"})


FACTS = st.builds(
    Facts,
    kind=st.sampled_from(Kind),
    received_at=st.just(NOON),
    signals=st.frozensets(st.sampled_from(sorted(BOOK.vocabulary.signals)), max_size=8),
    category=st.sampled_from([None, *BOOK.vocabulary.codes("categories")]),
    department=st.sampled_from([None, *BOOK.vocabulary.codes("departments")]),
    repeat_count=st.integers(0, 8),
    unattended_days=st.integers(0, 12),
    raised_tier=st.sampled_from([None, *Tier]),
    wished_at=st.sampled_from([None, NOON]),
)


@given(FACTS)
def test_compiled_tables_find_what_trying_row_by_row_finds(facts: Facts) -> None:
    made = plan(BOOK, facts)
    for name in BOOK.deciding:
        table = BOOK.tables[name]
        matched = tuple(row for row in table.rows if row.matches(made.inputs))
        assert made.hits[name].matched == matched
        assert made.hits[name].decided == choose(table, matched, made.inputs)


@given(FACTS)
def test_the_trace_agrees_with_the_decision(facts: Facts) -> None:
    decided = {row.rule for row in trace(facts) if row.decided}
    assert decided == {row.rule for row in plan(BOOK, facts).because}
    for row in trace(facts):
        assert bool(row.failed) == (row.status == "unmatched")
        assert bool(row.policy) == (row.status in ("overridden", "not_tried"))


def test_a_full_memory_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.engine._MOST_REMEMBERED", 2)
    tables = [TableInForce(BOOK.tables[name], BOOK.tables[name].rows) for name in BOOK.deciding]
    small = CompiledTables(tables, REQUEST, BOOK.codes)
    for kind in Kind:
        for signal in ("gas_leak", "no_water", "theft"):
            facts = Facts(kind, NOON, frozenset({signal}))
            expected = plan(BOOK, facts)
            found = small.evaluate(expected.values)
            assert found.outputs == expected.verdict.found.outputs


UNIQUE = """
hit: unique
inputs: {repeat_count: {type: number, unit: 次}}
outputs: {round: {type: enum, of: levels}}
rows:
  - {id: few, when: {repeat_count: {at_most: 2}}, then: {round: 1}, reason: 少,
     source: pol-a 第一条}
  - {id: many, when: {repeat_count: {at_least: 3}}, then: {round: 2}, reason: 多,
     source: pol-a 第一条}
"""


@pytest.mark.parametrize(("count", "expected"), [(0, 1), (2, 1), (3, 2), (99, 2)])
def test_under_unique_the_only_row_decides(count: int, expected: int) -> None:
    book = book_with(shift=table(UNIQUE))
    assert plan(book, Facts(Kind.REPAIR, NOON, repeat_count=count)).inputs["round"] == expected


def test_under_priority_all_rows_of_the_highest_value_decide() -> None:
    facts = Facts(Kind.REPAIR, NOON, frozenset({"no_water", "theft"}))
    hits = plan(BOOK, facts).hits["urgency"]
    assert [row.id for row in hits.decided] == ["essential-service", "security"]
    assert [row.id for row in hits.matched] == ["essential-service", "security", "ordinary"]


@pytest.mark.parametrize(
    ("raised", "rows"),
    [
        (Tier.LOW, ["essential-service"]),
        (Tier.URGENT, ["essential-service", "raised"]),
        (Tier.CRITICAL, ["raised"]),
    ],
)
def test_an_output_can_copy_an_input_and_is_ranked_by_it(raised: Tier, rows: list[str]) -> None:
    facts = Facts(Kind.REPAIR, NOON, frozenset({"no_water"}), raised_tier=raised)
    assert [row.id for row in plan(BOOK, facts).hits["urgency"].decided] == rows
