"""Limits prepared for a calendar, and which of several limits a plan needs."""

from datetime import datetime, timedelta

import pytest

from rules.deadlines import deadlines
from rules.decide import default_rulebook
from rules.durations import Limit, parse_span
from rules.planning import plan
from rules.schedule import Form, LimitRow, Limits
from rules.types import Clock, Facts, Kind, Milestone
from tests.rules.books import PlanOf, book_with, edited

BOOK = default_rulebook()
NIGHT = datetime.fromisoformat("2026-11-23T22:00:00+08:00")
QUARTER = Limit(parse_span("15分钟", Clock.CALENDAR))
DAY = Limit(parse_span("1个服务日", Clock.SERVICE), note="回电")
VISIT = Limit(parse_span("2个服务日", Clock.SERVICE), from_completion=True)
WISHED = Limit(parse_span("1个服务日", Clock.SERVICE), wished_time=True)
PROMISED = Limit(
    parse_span("1个服务小时", Clock.SERVICE), fallback=parse_span("1天", Clock.CALENDAR)
)


def limits(*given: Limit) -> Limits:
    rows = tuple(LimitRow(limit, f"t/r{place}") for place, limit in enumerate(given))
    return Limits([(Milestone.REPLY, rows)])


@pytest.mark.parametrize(
    ("given", "wished", "form"),
    [
        ((QUARTER,), False, Form.CALENDAR),
        ((DAY,), False, Form.SERVICE),
        ((DAY,), True, Form.SERVICE),
        ((VISIT,), False, Form.READY),
        ((WISHED,), False, Form.SERVICE),
        ((WISHED,), True, Form.ASKED),
        ((PROMISED,), False, Form.ASKED),
        ((QUARTER, DAY), False, Form.ASKED),
    ],
)
def test_only_what_depends_on_more_than_its_length_is_asked_each_time(
    given: tuple[Limit, ...], wished: bool, form: Form
) -> None:
    (step,) = limits(*given).steps(BOOK.calendar, wished)
    assert step[0] is form
    if form is Form.ASKED:
        assert [row.limit for row in step[-1]] == list(given)
    elif form is not Form.READY:
        assert step[-1] is None


def test_a_step_knows_its_length_words_and_row() -> None:
    (step,) = limits(DAY).steps(BOOK.calendar, False)
    hours = timedelta(hours=8)
    assert step[1:7] == (
        Milestone.REPLY, hours, hours // timedelta(microseconds=1), "1个服务日", "t/r0", "回电",
    )  # fmt: skip


def test_steps_are_made_once_for_each_calendar() -> None:
    prepared = limits(DAY)
    other = edited("service_calendar", "[08:30-12:00, 13:30-18:00]", "[09:00-12:00]").calendar
    first = prepared.steps(BOOK.calendar, False)
    assert prepared.steps(BOOK.calendar, False) is first
    assert prepared.steps(other, False)[0][2] == timedelta(hours=3)
    assert prepared.steps(BOOK.calendar, False) is first


def test_at_night_only_the_calendar_clock_runs() -> None:
    due = {}
    for name, limit in {"calendar": QUARTER, "service": DAY}.items():
        (found,) = deadlines(PlanOf(limits(limit)), Facts(Kind.REPAIR, NIGHT), BOOK.calendar)
        due[name] = found.due_at
    assert due["calendar"] == NIGHT + timedelta(minutes=15)
    assert due["service"] == datetime.fromisoformat("2026-11-24T18:00:00+08:00")


def test_a_limit_that_another_always_precedes_is_left_out_wherever_it_stands() -> None:
    text = BOOK.texts["deadlines.yaml"]
    start, end = text.index("  - id: critical\n"), text.index("  # 投诉只因多次反映")
    last = book_with(deadlines=f"{text[:start]}{text[end:].rstrip()}\n\n{text[start:end]}")
    gas = Facts(Kind.REPAIR, NIGHT, frozenset({"gas_leak"}))
    for book in (BOOK, last):
        found = {name: [row.rule for row in rows] for name, rows in plan(book, gas).limits}
        assert found[Milestone.ON_SITE] == ["deadlines/critical"]
        assert found[Milestone.ACKNOWLEDGE] == ["deadlines/critical"]


def test_limits_of_which_neither_always_comes_first_both_stay() -> None:
    stuck = Facts(Kind.ASSISTANCE, NIGHT, frozenset({"entry_door_stuck"}))
    found = dict(plan(BOOK, stuck).limits)
    rules = [row.rule for row in found[Milestone.RESOLVE]]
    assert rules == ["deadlines/urgent", "deadlines/assistance"]


def test_of_equal_limits_the_first_row_stays() -> None:
    found = dict(plan(BOOK, Facts(Kind.REPAIR, NIGHT, frozenset({"no_water"}))).limits)
    assert [row.rule for row in found[Milestone.RETURN_VISIT]] == ["deadlines/urgent"]
