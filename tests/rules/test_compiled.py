"""The compiled engine against a reference that tries row after row, on random tables.

The reference states what each condition means once more, in other words than the engine's.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions import Between, Condition, Cut, OneOf, Present
from rules.decide import decide, default_rulebook
from rules.engine import CompiledTables, TableInForce
from rules.errors import InvalidFacts
from rules.planning import plan
from rules.tables import Copied, Field, Hit, Row, Table
from rules.types import Facts, Kind, Tier
from tests.rules.books import book_with

NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
DAY = date(2026, 3, 1)
SIGNALS = ("a", "b", "c", "d")
FIELDS = {
    "colour": Field("colour", "enum", group="colours", optional=True),
    "crowded": Field("crowded", "boolean"),
    "percent": Field("percent", "number"),
    "day": Field("day", "date", optional=True),
    "signals": Field("signals", "signals"),
}
CODES = {"colour": (None, "red", "green", "blue"), "crowded": (False, True)}
RANKS = ("high", "middle", "low")


def codes(column: Field) -> tuple[Any, ...]:
    return CODES[column.name]


def one_of(name: str) -> st.SearchStrategy[Condition]:
    chosen = st.frozensets(st.sampled_from(CODES[name]), min_size=1)
    return chosen.map(lambda found: OneOf(name, found, ""))


def between(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    cut = st.none() | st.builds(Cut, values, st.booleans())
    return st.builds(Between, st.just(name), cut, cut, st.just(""))


SET = st.frozensets(st.sampled_from(SIGNALS), max_size=3)
NUMBERS = st.sampled_from([0, 0.5, 1, 2, 3.5])
DAYS = st.integers(0, 4).map(lambda n: DAY + timedelta(days=n))
CONDITION = st.one_of(
    one_of("colour"),
    one_of("crowded"),
    between("percent", NUMBERS),
    between("day", DAYS),
    st.builds(Present, st.just("signals"), SET, SET, SET, st.just("")),
)
ROWS = st.lists(
    st.tuples(
        st.lists(st.lists(CONDITION, max_size=3).map(tuple), min_size=1, max_size=2).map(tuple),
        st.sampled_from([*RANKS, Copied("rank")]),
    ),
    min_size=1,
    max_size=5,
)
INPUTS = st.fixed_dictionaries(
    {
        "colour": st.sampled_from(CODES["colour"]),
        "crowded": st.booleans(),
        "percent": NUMBERS | st.floats(0, 4),
        "day": st.none() | DAYS,
        "signals": st.frozensets(st.sampled_from((*SIGNALS, "unread"))),
        "rank": st.sampled_from(RANKS),
    }
)


def table(hit: Hit, rows: list[tuple[Any, Any]]) -> Table:
    made = tuple(
        Row(f"r{n}", f"t/r{n}", alternatives, {"result": then}, "", "")
        for n, (alternatives, then) in enumerate(rows)
    )
    inputs = FIELDS | {"rank": Field("rank", "enum", group="ranks")}
    outputs = {"result": Field("result", "enum", group="ranks")}
    return Table("t", "", "1", DAY, None, hit, inputs, outputs, made, RANKS)


def holds(condition: Condition, value: Any) -> bool:
    """What a condition means, said plainly."""
    if isinstance(condition, OneOf):
        return any(code == value and type(code) is type(value) for code in condition.codes)
    if isinstance(condition, Between):
        if value is None:
            return False
        above = condition.low is None or (
            value > condition.low.value if condition.low.above else not value < condition.low.value
        )
        below = condition.high is None or (
            not value > condition.high.value
            if condition.high.above
            else value < condition.high.value
        )
        return above and below
    wanted = len(condition.any_of) == 0 or len(condition.any_of & value) > 0
    return wanted and not condition.all_of - value and not condition.none_of & value


def reference(made: Table, inputs: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The rows that match and those that decide."""
    matched = [
        row
        for row in made.rows
        if any(
            sum(not holds(one, inputs[one.input]) for one in part) == 0 for part in row.alternatives
        )
    ]
    results = {
        row.id: inputs["rank"] if isinstance(row.then["result"], Copied) else row.then["result"]
        for row in matched
    }
    if made.hit is Hit.COLLECT:
        decided = [row.id for row in matched]
    elif made.hit is Hit.PRIORITY:
        best = next((rank for rank in RANKS if rank in results.values()), None)
        decided = [row.id for row in matched if results[row.id] == best]
    else:
        decided = [row.id for row in matched[:1]]
    return [row.id for row in matched], decided


@given(st.sampled_from(Hit), ROWS, st.lists(INPUTS, min_size=1, max_size=6))
def test_the_engine_finds_what_the_reference_finds(
    hit: Hit, rows: list[tuple[Any, Any]], many: list[dict[str, Any]]
) -> None:
    made = table(hit, rows)
    compiled = CompiledTables([TableInForce(made, made.rows)], made.inputs, codes)
    for inputs in (*many, *many):  # the second time from memory
        hits = compiled.evaluate([inputs[name] for name in compiled.supplied]).hits["t"]
        found = [row.id for row in hits.matched], [row.id for row in hits.decided]
        assert found == reference(made, inputs)
        for row in made.rows:
            assert row.matches(inputs) == (row.id in found[0])


def test_the_signals_that_rows_want_and_refuse_are_told_apart() -> None:
    wanted = Present("signals", frozenset("ab"), frozenset("c"), frozenset("d"), "")
    cases = {"ac": True, "abc": True, "c": False, "ab": False, "acd": False, "": False}
    for present, expected in cases.items():
        assert wanted.matches(frozenset(present)) is expected
    assert Present("signals", frozenset(), frozenset("a"), frozenset(), "").matches(frozenset("a"))


@pytest.mark.parametrize("count", [3, 4, 30])
def test_words_follow_the_facts_though_the_rows_are_the_same(count: int) -> None:
    (first, *_) = decide(Facts(Kind.REPAIR, NOON, repeat_count=count)).because
    assert first.text == f"同一件事已反映 {count} 次"


def test_words_name_the_signals_of_this_request_only() -> None:
    for signal, label in (("no_water", "停水"), ("no_power", "停电"), ("no_water", "停水")):
        (first, *_) = decide(Facts(Kind.REPAIR, NOON, frozenset({signal, "anger"}))).because
        assert first.text == f"基本生活设施中断：{label}"
    both = decide(Facts(Kind.REPAIR, NOON, frozenset({"no_water", "no_power"}))).because[0]
    assert both.text == "基本生活设施中断：停水、停电"


def test_copied_outputs_follow_the_facts_though_the_rows_are_the_same() -> None:
    for department in ("cleaning", "landscaping", "finance", "cleaning"):
        made = plan(default_rulebook(), Facts(Kind.INQUIRY, NOON, department=department))
        assert (made.responsible, made.leading) == (department, department)
    for raised in (Tier.NORMAL, Tier.URGENT, Tier.NORMAL, Tier.LOW):
        made = plan(default_rulebook(), Facts(Kind.INQUIRY, NOON, raised_tier=raised))
        assert made.tier is raised


def test_whether_a_time_was_wished_can_be_a_condition() -> None:
    text = default_rulebook().texts["level.yaml"]
    row = (
        "rows:\n  - {id: booked, when: {wished: true}, then: {level: 2}, reason: 有约,"
        " source: pol-grading 第九条}\n"
    )
    declared = "  wished: {type: boolean, label: 有约定时间}\noutputs:"
    text = text.replace("outputs:", declared, 1).replace("rows:\n", row, 1)
    book = book_with(level=text)
    assert plan(book, Facts(Kind.INQUIRY, NOON, wished_at=NOON)).level == 2
    assert plan(book, Facts(Kind.INQUIRY, NOON)).level == 1


def test_every_signal_may_be_present_at_once() -> None:
    book = default_rulebook()
    everything = Facts(Kind.REPAIR, NOON, frozenset(book.vocabulary.signals))
    assert plan(book, everything).tier is Tier.CRITICAL


def test_unknown_signals_are_listed() -> None:
    with pytest.raises(InvalidFacts, match=r"^未知信号 nobody、nothing；"):
        decide(Facts(Kind.REPAIR, NOON, frozenset({"nothing", "nobody"})))


def test_missing_inputs_are_listed() -> None:
    with pytest.raises(InvalidFacts, match="缺少输入 elapsed_percent、tier；"):
        default_rulebook().consult("ladder", {})


def test_a_table_that_stands_alone_can_be_asked_as_of_a_day() -> None:
    row = "  - id: visit\n    when: {overdue_days: {at_least: 31, at_most: 60}}"
    old, new = "at_most: 60", "at_most: 45"
    text = default_rulebook().texts["fees.yaml"]
    start = text.index(row)
    end = text.index("  - id: formal-notice")
    until = text[start:end].replace("    when:", "    effective_to: 2026-06-30\n    when:", 1)
    since = (
        text[start:end]
        .replace("id: visit", "id: visit-2")
        .replace("    when:", "    effective_from: 2026-07-01\n    when:", 1)
        .replace(old, new)
    )
    book = book_with(fees=text[:start] + until + since + text[end:])
    inputs = {"overdue_days": 50}
    assert [row.id for row in book.consult("fees", inputs, date(2026, 6, 30)).decided] == ["visit"]
    assert book.consult("fees", inputs, date(2026, 7, 1)).decided == ()
    assert book.consult("fees", inputs).decided == ()
