"""Figures of a small history, each computed by hand, and what must hold of any history."""

import json

import pytest

from rules.backtest import Outcome, Past, generate, outcome_json, run
from rules.backtest.limits import dues
from rules.backtest.outcome import Cause, Limits, Shift, Spread
from rules.decide import decide, default_rulebook
from rules.planning import plan
from rules.types import Kind, Milestone, Tier
from tests.rules.backtest.books import at, changed, past

ACK, DISPATCH, VISIT = Milestone.ACKNOWLEDGE, Milestone.DISPATCH, Milestone.ON_SITE
REPLY, RESOLVE, RETURN = Milestone.REPLY, Milestone.RESOLVE, Milestone.RETURN_VISIT
BOOK = default_rulebook()
NEW = changed(
    ("urgency.yaml", "unattended_days: {at_least: 7}", "unattended_days: {at_least: 3}"),
    ("deadlines.yaml", "on_site: {limit: 30分钟", "on_site: {limit: 20分钟"),
    ("deadlines.yaml", "dispatch: {limit: 30分钟", "dispatch: {limit: 45分钟"),
)  # fmt: skip
HISTORY = (
    # due: 10:15, 10:30 (new: 10:45), 4th 10:00, 6th 10:00, 4th 16:00
    past("A", Kind.REPAIR, "03 10:00",
         {ACK: "03 10:10", DISPATCH: "03 10:40", VISIT: "03 15:00", RESOLVE: "03 16:00",
          RETURN: "04 17:00"},
         department="engineering"),
    # due: 23:45, 23:45, 4th 00:00 (new: 23:50), 4th 23:30, nothing before completion
    past("B", Kind.REPAIR, "03 23:30", {ACK: "03 23:40", DISPATCH: "03 23:45", VISIT: "03 23:55"},
         signals=frozenset({"lift_fault"})),
    # due: 09:15, 09:30, 5th 09:00, 7th 09:00, 7th 12:00; urgent under the new book
    past("C", Kind.COMPLAINT, "04 09:00",
         {ACK: "04 09:20", DISPATCH: "04 09:25", REPLY: "05 10:00", RESOLVE: "06 12:00",
          RETURN: "06 18:00"},
         department="cleaning", unattended_days=4),
    # due: 14:00, 14:00, 4th 11:30
    past("D", Kind.INQUIRY, "03 11:30", {ACK: "03 13:50", REPLY: "03 13:50", RESOLVE: "03 13:50"}),
    # due: 7th 17:30, after the end of the history
    past("E", Kind.PRAISE, "06 17:30", {}),
)  # fmt: skip


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run(BOOK, NEW, HISTORY)


def shift(outcome: Outcome, milestone: Milestone) -> Shift:
    return next(one for one in outcome.shifts if one.milestone is milestone)


def test_the_history_ends_with_its_last_event(outcome: Outcome) -> None:
    assert (outcome.since, outcome.until) == (at("03 10:00"), at("06 18:00"))
    assert (outcome.count, outcome.left_out, outcome.changed) == (5, 0, 3)


def test_a_tier_flip_names_its_rows_and_an_example(outcome: Outcome) -> None:
    flows = {(one.before, one.after): one for one in outcome.tiers}
    counts = {ends: one.count for ends, one in flows.items()}
    assert counts == {
        ("urgent", "urgent"): 1,
        ("normal", "urgent"): 1,
        ("normal", "normal"): 1,
        ("low", "low"): 2,
    }
    flip = flows["normal", "urgent"]
    assert flip.examples == ("C",)
    assert flip.causes == (Cause("urgency/ordinary", "urgency/unattended", 1),)
    assert flows["low", "low"].causes == ()


def test_levels_and_departments_stay_where_no_row_of_theirs_changed(outcome: Outcome) -> None:
    for flows in (outcome.levels, outcome.responsible, outcome.leading):
        assert all(one.before == one.after for one in flows)
    assert sum(one.count for one in outcome.levels) == 5


def test_each_moved_limit_is_counted_with_its_minutes(outcome: Outcome) -> None:
    dispatch, visit = shift(outcome, DISPATCH), shift(outcome, VISIT)
    assert (dispatch.same, dispatch.later, dispatch.earlier) == (2, Spread(1, 15, 15, 15), Spread())
    assert (visit.same, visit.earlier, visit.later) == (1, Spread(1, 10, 10, 10), Spread())
    assert dispatch.later_classes == (1, 0, 0, 0, 0, 0)
    assert shift(outcome, ACK).same == 5
    # the reply is promised to ordinary complaints only, and C is urgent now
    assert (shift(outcome, REPLY).same, shift(outcome, REPLY).gone) == (1, 1)
    assert (shift(outcome, RETURN).same, shift(outcome, RETURN).waiting) == (2, 1)


def test_breaches_are_counted_under_either_book(outcome: Outcome) -> None:
    # before: A dispatch and return visit, B completion, C first response and reply;
    # after: A return visit, B visit and completion, C first response
    before, after = outcome.totals()
    assert before == Limits(set=18, missed=5, running=1)
    assert after == Limits(set=17, missed=4, running=1)
    assert before.share == 5 / 17
    assert outcome.totals(milestone=DISPATCH) == (Limits(3, 1), Limits(3, 0))
    assert outcome.totals(milestone=VISIT) == (Limits(2, 0), Limits(2, 1))
    assert outcome.totals(department="engineering") == (Limits(9, 3), Limits(9, 3))
    assert outcome.totals(department="customer_service") == (Limits(9, 2, 1), Limits(8, 1, 1))
    assert outcome.totals(tier="urgent") == (Limits(4, 1), Limits(8, 3))
    visit, dispatch = shift(outcome, VISIT), shift(outcome, DISPATCH)
    assert (visit.newly_breached, visit.newly_kept, visit.breached_examples) == (1, 0, ("B",))
    assert (dispatch.newly_breached, dispatch.newly_kept) == (0, 1)


def test_visits_due_within_half_an_hour_are_counted_by_hour(outcome: Outcome) -> None:
    (rush,) = outcome.rush
    assert (rush.department, rush.hour, rush.before, rush.after) == ("engineering", 23, 1, 1)


def test_a_later_end_of_the_history_decides_what_was_still_running() -> None:
    before, _ = run(BOOK, NEW, HISTORY, until=at("07 17:31")).totals()
    assert before == Limits(set=18, missed=6, running=0)


def test_the_same_book_changes_nothing() -> None:
    outcome = run(BOOK, BOOK, generate(400, 3, BOOK))
    assert (outcome.count, outcome.changed) == (400, 0)
    assert all(one.before == one.after for one in outcome.tiers)
    assert all(not (one.earlier.count or one.later.count or one.new) for one in outcome.shifts)
    assert all(one.before == one.after for one in outcome.breaches)


def test_a_shorter_limit_moves_exactly_the_requests_that_have_it() -> None:
    shorter = changed(
        ("deadlines.yaml", "reply: {limit: 4个服务小时", "reply: {limit: 3个服务小时")
    )
    history = list(generate(600, 5, BOOK))
    outcome = run(BOOK, shorter, history)
    ordinary = [one.facts for one in history if one.facts.kind is Kind.ASSISTANCE]
    affected = sum(decide(facts, BOOK).tier is Tier.NORMAL for facts in ordinary)
    assert affected > 10
    assert outcome.changed == shift(outcome, REPLY).earlier.count == affected
    others = [one for one in outcome.shifts if one.milestone is not REPLY]
    assert sum(one.earlier.count + one.later.count for one in others) == 0


def test_the_counts_agree_with_deciding_every_request_anew() -> None:
    history = list(generate(500, 8, BOOK))
    flips = moved = 0
    for one in history:
        old, new = decide(one.facts, BOOK), decide(one.facts, NEW)
        flips += old.tier is not new.tier
        dues = {limit.milestone: limit.due_at for limit in old.deadlines}
        moved += sum(dues[limit.milestone] != limit.due_at for limit in new.deadlines)
    plain = [Past(one.id, one.facts) for one in history]
    outcome = run(BOOK, NEW, plain)
    assert flips == sum(one.count for one in outcome.tiers if one.before != one.after) > 0
    assert moved == sum(one.earlier.count + one.later.count for one in outcome.shifts) > 0


def test_without_any_completion_every_limit_that_has_ended_was_missed() -> None:
    history = [Past(one.id, one.facts) for one in HISTORY]
    before, _ = run(BOOK, BOOK, history, until=at("20 00:00")).totals()
    # returns count from a completion that never came
    assert before == Limits(set=16, missed=16)


def test_a_signal_that_only_one_book_knows_leaves_the_request_out_by_name() -> None:
    newer = changed(
        ("vocabulary.yaml", "  theft: {", "  drone: {label: 无人机, family: security}\n  theft: {")
    )
    strange = past("X", Kind.COMPLAINT, "04 09:00", {}, signals=frozenset({"drone"}))
    outcome = run(BOOK, newer, [*HISTORY, strange])
    assert (outcome.count, outcome.left_out) == (5, 1)
    (unjudged,) = outcome.unjudged
    assert (unjudged.book, unjudged.count, unjudged.examples) == ("before", 1, ("X",))
    assert "未知信号 drone" in unjudged.problem


def test_a_signal_that_no_book_knows_is_counted_for_both_and_once_as_left_out() -> None:
    strange = past("X", Kind.COMPLAINT, "04 09:00", {}, signals=frozenset({"drone"}))
    outcome = run(BOOK, NEW, [strange])
    assert outcome.left_out == 1
    assert [one.book for one in outcome.unjudged] == ["after", "before"]


def test_rows_that_begin_after_the_history_are_named_and_can_be_tried() -> None:
    row = "    when: {kind: [repair, complaint], unattended_days: {at_least: 7}}\n"
    dated = changed(
        ("urgency.yaml", row, row.replace("7", "3") + "    effective_from: 2026-06-01\n")
    )
    outcome = run(BOOK, dated, HISTORY)
    assert outcome.dormant == ("urgency/unattended",)
    assert outcome.changed == 0
    tried = run(BOOK, dated, HISTORY, as_of=at("03 12:00").replace(year=2026, month=7))
    assert tried.dormant == ()
    assert tried.changed == 1


def test_a_limit_that_a_book_adds_or_drops_is_new_or_gone() -> None:
    text = BOOK.texts["deadlines.yaml"]
    repair = text[text.index("  - id: repair") : text.index("  - id: complaint\n")]
    lines = repair.splitlines(keepends=True)
    shorter = "".join(line for line in lines if "return_visit" not in line)
    without = changed(("deadlines.yaml", repair, shorter))
    gone = shift(run(BOOK, without, HISTORY[:1]), RETURN)
    assert (gone.gone, gone.new, gone.same) == (1, 0, 0)
    back = shift(run(without, BOOK, HISTORY[:1]), RETURN)
    assert (back.gone, back.new, back.same) == (0, 1, 0)
    assert run(without, BOOK, HISTORY[:1]).totals(milestone=RETURN) == (Limits(), Limits(1, 1))


def test_another_calendar_moves_limits_of_equal_length() -> None:
    early = changed(
        ("service_calendar.yaml", "[08:30-12:00, 13:30-18:00]", "[08:00-12:00, 13:30-17:30]")
    )
    night = past("N", Kind.SUGGESTION, "03 20:00", {})
    outcome = run(BOOK, early, [night])
    # one service day, whatever its length, ends with the last window of the 4th
    assert shift(outcome, ACK).earlier == Spread(1, 30, 30, 30)


def test_an_estate_is_judged_by_its_own_calendar() -> None:
    history = [
        past("N", Kind.SUGGESTION, "03 20:00", {}, estate="north"),
        past("S", Kind.SUGGESTION, "03 20:00", {}, estate="south"),
    ]
    north = "estates:\n  north: {windows: [08:30-12:00, 13:30-17:30]}\n"
    own = changed(("service_calendar.yaml", "estates: {}\n", north))
    moved = shift(run(BOOK, own, history), ACK)
    assert (moved.same, moved.earlier) == (1, Spread(1, 30, 30, 30))


def test_waiting_for_the_resident_moves_only_limits_that_pause() -> None:
    pauses = [("03 11:00", "05 11:00")]
    met = {ACK: "03 10:05", RESOLVE: "07 12:00"}
    late = past("P", Kind.REPAIR, "03 10:00", met, pauses=pauses)
    # 3 service days end on the 6th at 10:00; two whole days of waiting are two service days
    before, _ = run(BOOK, BOOK, [late]).totals(milestone=RESOLVE)
    assert before == Limits(set=1, missed=0)
    before, _ = run(BOOK, BOOK, [past("P", Kind.REPAIR, "03 10:00", met)]).totals(milestone=RESOLVE)
    assert before == Limits(set=1, missed=1)


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "04 10:00"),
        ([("03 12:00", "03 13:00")], "04 11:00"),
        ([("03 08:00", "03 11:00")], "04 11:00"),
        ([("04 10:00", "04 12:00")], "04 10:00"),
        ([("03 20:00", "04 20:00"), ("05 09:00", "05 10:00")], "05 11:00"),
    ],
)
def test_a_pause_counts_from_receipt_on_and_only_before_the_limit_has_ended(
    pauses: list[tuple[str, str]], due: str
) -> None:
    urgent = past(
        "P", Kind.REPAIR, "03 10:00", {}, signals=frozenset({"lift_fault"}), pauses=pauses
    )
    assert dues(plan(BOOK, urgent.facts), urgent, BOOK.calendar)[RESOLVE] == at(due)


def test_an_empty_history_has_an_outcome_too() -> None:
    outcome = run(BOOK, NEW, [])
    assert (outcome.count, outcome.since, outcome.until) == (0, None, None)
    assert outcome.days == 1


def test_the_outcome_as_plain_values_holds_the_same_figures(outcome: Outcome) -> None:
    plain = outcome_json(outcome)
    assert plain["until"] == "2025-03-06T18:00:00+08:00"
    assert plain["count"] == 5
    flip = next(one for one in plain["tiers"] if one["before"] != one["after"])
    assert (flip["count"], flip["examples"]) == (1, ("C",))
    assert json.dumps(plain, ensure_ascii=False).count("urgency/unattended") == 1
