"""What becomes of the deadlines when a request's tier or kind changes."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks import Pause, running
from rules.deadlines import deadlines
from rules.decide import default_rulebook
from rules.durations import Limit, parse_span
from rules.planning import LimitRow, plan
from rules.recomputation import recompute
from rules.types import Clock, Deadline, Facts, Kind, Milestone, Tier
from tests.rules.books import PlanOf
from tests.rules.walking import FEWER

BOOK = default_rulebook()
CALENDAR = BOOK.calendar
RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
MINUTE = timedelta(minutes=1)
SIGNALS = st.sampled_from([frozenset[str](), frozenset({"no_water"}), frozenset({"gas_leak"})])


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


def facts(kind: Kind, *signals: str, wished: str | None = None) -> Facts:
    return Facts(kind, RECEIVED, frozenset(signals), wished_at=at(wished) if wished else None)


def limited(tier: Tier, **limits: Limit) -> PlanOf:
    """A plan with just these limits, from a row named after the tier."""
    rule = f"t/{tier}"
    rows = tuple((Milestone(name), (LimitRow(limit, rule),)) for name, limit in limits.items())
    return PlanOf(rows, tier)


def changed(
    before: Facts, after: Facts, when: str, met: frozenset[Milestone] = frozenset(),
    pauses: tuple[Pause, ...] = (),
) -> dict[str, Deadline]:  # fmt: skip
    old = plan(BOOK, before)
    promised = deadlines(old, before, CALENDAR)
    found = recompute(
        promised, old.tier, plan(BOOK, after), after, at(when), CALENDAR, met=met, pauses=pauses
    )
    return {one.milestone: one for one in found}


def due_at(found: dict[str, Deadline]) -> dict[str, str]:
    return {
        name: one.due_at.strftime("%dT%H:%M")
        for name, one in found.items()
        if one.due_at is not None
    }


def test_a_raise_counts_from_the_change_and_never_moves_a_promise_back() -> None:
    found = changed(facts(Kind.REPAIR), facts(Kind.REPAIR, "no_water"), "23T11:00")
    assert due_at(found) == {
        "acknowledge": "23T10:15",  # a breach stays a breach
        "dispatch": "23T10:30",
        "on_site": "23T11:30",  # 30 minutes from the change, sooner than one service day
        "resolve": "24T11:00",
    }
    assert found["on_site"].rule == "deadlines/urgent"
    assert found["acknowledge"].rule == "deadlines/repair"
    assert found["return_visit"].after_completion == timedelta(hours=24)


def test_a_raise_keeps_a_sooner_promise() -> None:
    found = changed(facts(Kind.INQUIRY), facts(Kind.INQUIRY, "no_water"), "23T10:50")
    assert due_at(found) == {
        "acknowledge": "23T11:00",
        "dispatch": "23T11:05",  # newly arisen: from the change
        "on_site": "23T11:20",
        "reply": "23T11:00",  # urgent has no such limit, but it was promised
        "resolve": "24T10:00",
    }


def test_what_was_met_stays_as_it_was() -> None:
    met = frozenset({Milestone.ON_SITE})
    found = changed(facts(Kind.REPAIR), facts(Kind.REPAIR, "no_water"), "23T11:00", met)
    assert due_at(found)["on_site"] == "24T10:00"
    found = changed(facts(Kind.REPAIR), facts(Kind.INQUIRY), "23T11:00", met)
    assert due_at(found)["on_site"] == "24T10:00"


def test_a_corrected_kind_counts_from_receipt_and_drops_what_has_no_limit_any_more() -> None:
    found = changed(facts(Kind.REPAIR), facts(Kind.COMPLAINT), "24T15:00")
    assert due_at(found) == {
        "acknowledge": "23T10:15",
        "dispatch": "23T10:30",
        "reply": "24T10:00",
        "resolve": "26T10:00",
    }


def test_a_lowered_tier_counts_from_receipt() -> None:
    found = changed(facts(Kind.REPAIR, "no_water"), facts(Kind.REPAIR), "23T16:00")
    assert due_at(found)["on_site"] == "24T10:00"
    assert due_at(found)["resolve"] == "26T10:00"


def test_pauses_so_far_move_only_limits_that_pause() -> None:
    pauses = (Pause(at("23T10:00"), at("23T12:00")),)
    stops = Limit(parse_span("1个服务日", Clock.SERVICE), pauses=True)
    runs = Limit(parse_span("1个服务小时", Clock.SERVICE))
    now = limited(Tier.NORMAL, acknowledge=runs, resolve=stops)
    before = facts(Kind.REPAIR)
    found = recompute((), Tier.NORMAL, now, before, at("23T14:00"), CALENDAR, pauses=pauses)
    assert [one.due_at for one in found] == [at("23T11:00"), at("24T12:00")]


def test_a_limit_held_up_by_an_open_pause_has_no_due_time_and_says_so() -> None:
    now = limited(Tier.NORMAL, resolve=Limit(parse_span("4小时", Clock.CALENDAR), pauses=True))
    waiting = (Pause(at("23T11:00")),)
    before = facts(Kind.REPAIR)
    (held,) = recompute((), Tier.NORMAL, now, before, at("23T12:00"), CALENDAR, pauses=waiting)
    assert held == Deadline(
        Milestone.RESOLVE,
        None,
        Clock.CALENDAR,
        "4小时",
        "t/normal",
        False,
        "等待期间暂停计时，恢复后再定",
    )
    raised = limited(Tier.URGENT, resolve=Limit(parse_span("1小时", Clock.CALENDAR), pauses=True))
    over = (Pause(at("23T11:00"), at("23T12:30")),)
    (again,) = recompute(
        (held,), Tier.NORMAL, raised, before, at("23T12:00"), CALENDAR, pauses=over
    )
    assert again.due_at == at("23T13:30")


def test_a_pause_never_heals_nor_shifts_what_was_promised_on_a_raise() -> None:
    promised = limited(Tier.NORMAL, resolve=Limit(parse_span("1小时", Clock.CALENDAR)))
    before = facts(Kind.REPAIR)
    old = deadlines(promised, before, CALENDAR)
    raised = limited(Tier.URGENT, resolve=Limit(parse_span("2小时", Clock.CALENDAR), pauses=True))
    for waiting in ((), (Pause(at("23T10:30")),)):
        found = recompute(
            old, Tier.NORMAL, raised, before, at("23T10:30"), CALENDAR, pauses=waiting
        )
        assert found == old


def test_at_equal_due_times_a_raise_keeps_what_was_promised() -> None:
    old = limited(Tier.NORMAL, reply=Limit(parse_span("2小时", Clock.CALENDAR)))
    new = limited(Tier.URGENT, reply=Limit(parse_span("1小时", Clock.CALENDAR)))
    before = facts(Kind.REPAIR)
    promised = deadlines(old, before, CALENDAR)
    assert recompute(promised, Tier.NORMAL, new, before, at("23T11:00"), CALENDAR) == promised
    sooner = recompute(promised, Tier.NORMAL, new, before, at("23T10:59"), CALENDAR)
    assert [(one.rule, one.due_at) for one in sooner] == [("t/urgent", at("23T11:59"))]


def test_what_rests_on_a_year_not_announced_is_provisional_after_pauses_too() -> None:
    now = limited(Tier.NORMAL, resolve=Limit(parse_span("4小时", Clock.SERVICE), pauses=True))
    for year, provisional in ((2098, True), (2025, False)):
        received = datetime.fromisoformat(f"{year}-03-03T10:00:00+08:00")
        pauses = (Pause(received + 30 * MINUTE, received + 45 * MINUTE),)
        (found,) = recompute(
            (), Tier.NORMAL, now, Facts(Kind.REPAIR, received), received, CALENDAR, pauses=pauses
        )
        assert found.due_at == received + timedelta(hours=5, minutes=45)
        assert found.provisional is provisional


@pytest.mark.parametrize(
    ("old", "new", "takes_new"),
    [
        (("24小时", Clock.CALENDAR), ("12小时", Clock.CALENDAR), True),
        (("24小时", Clock.CALENDAR), ("24小时", Clock.CALENDAR), False),
        (("24小时", Clock.CALENDAR), ("48小时", Clock.CALENDAR), False),
        (("24小时", Clock.SERVICE), ("24小时", Clock.CALENDAR), True),
        (("12小时", Clock.SERVICE), ("24小时", Clock.CALENDAR), False),  # nobody can tell
        (("24小时", Clock.CALENDAR), ("1小时", Clock.SERVICE), False),  # nor here
    ],
)
def test_of_two_limits_from_completion_a_raise_keeps_the_one_that_never_ends_later(
    old: tuple[str, Clock], new: tuple[str, Clock], takes_new: bool
) -> None:
    first, second = (Limit(parse_span(*one), from_completion=True) for one in (old, new))
    before = facts(Kind.REPAIR)
    promised = deadlines(limited(Tier.NORMAL, return_visit=first), before, CALENDAR)
    raised = limited(Tier.URGENT, return_visit=second)
    found = recompute(promised, Tier.NORMAL, raised, before, at("23T11:00"), CALENDAR)
    assert found == (deadlines(raised, before, CALENDAR) if takes_new else promised)


@pytest.mark.parametrize("completion_first", [True, False])
def test_a_promised_time_is_not_traded_for_one_that_counts_from_completion(
    completion_first: bool,
) -> None:
    limits = [
        limited(
            tier, return_visit=Limit(parse_span("24小时", Clock.CALENDAR), from_completion=late)
        )
        for tier, late in zip(
            (Tier.NORMAL, Tier.URGENT), (completion_first, not completion_first), strict=True
        )
    ]
    before = facts(Kind.REPAIR)
    promised = deadlines(limits[0], before, CALENDAR)
    assert recompute(promised, Tier.NORMAL, limits[1], before, RECEIVED, CALENDAR) == promised


def test_a_wished_time_still_goes_before_the_limit_after_a_correction() -> None:
    before = facts(Kind.COMPLAINT, wished="25T15:00")
    found = changed(before, facts(Kind.REPAIR, wished="25T15:00"), "23T11:00")
    assert due_at(found)["on_site"] == "25T15:00"


def test_of_two_times_in_the_hour_that_comes_twice_the_first_is_the_sooner() -> None:
    """Python compares times of one zone by the wall clock: 01:10 again is after 01:50."""
    from rules.calendar import ServiceCalendar
    from tests.rules.test_service_calendar import HOLIDAYS, NEW_YORK

    calendar = ServiceCalendar(NEW_YORK, HOLIDAYS)
    received = datetime.fromisoformat("2026-11-01T01:20:00-04:00")
    before = Facts(Kind.REPAIR, received)
    soon, late = (parse_span(text, Clock.CALENDAR) for text in ("30分钟", "50分钟"))
    rows = (LimitRow(Limit(late), "t/late"), LimitRow(Limit(soon), "t/soon"))
    both = PlanOf(((Milestone.REPLY, rows),), Tier.NORMAL)
    (found,) = deadlines(both, before, calendar)
    assert found.rule == "t/soon"
    raised = limited(Tier.URGENT, reply=Limit(late))
    assert recompute((found,), Tier.NORMAL, raised, before, received, calendar) == (found,)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Facts, Facts, datetime, frozenset[Milestone]]:
    received = RECEIVED + draw(st.integers(0, 7 * 1440)) * MINUTE
    before, after = (Facts(draw(st.sampled_from(Kind)), received, draw(SIGNALS)) for _ in range(2))
    met = draw(st.frozensets(st.sampled_from(Milestone), max_size=3))
    return before, after, received + draw(st.integers(0, 4 * 1440)) * MINUTE, met


@given(changes())
@FEWER
def test_a_raise_never_makes_anything_promised_later(
    change: tuple[Facts, Facts, datetime, frozenset[Milestone]],
) -> None:
    before, after, when, met = change
    old, new = plan(BOOK, before), plan(BOOK, after)
    promised = deadlines(old, before, CALENDAR)
    found = recompute(promised, old.tier, new, after, when, CALENDAR, met=met)
    kept = {one.milestone: one for one in found}
    for one in promised:
        if one.milestone in met:
            assert kept[one.milestone] == one
        elif new.tier.rank > old.tier.rank and one.due_at is not None:
            due = kept[one.milestone].due_at
            assert due is not None
            assert due <= one.due_at
    assert {milestone for milestone, _ in new.limits} <= kept.keys()
    assert list(kept) == [milestone for milestone in Milestone if milestone in kept]


@given(changes())
@FEWER
def test_doing_it_again_changes_nothing(
    change: tuple[Facts, Facts, datetime, frozenset[Milestone]],
) -> None:
    before, after, when, met = change
    old, new = plan(BOOK, before), plan(BOOK, after)
    once = recompute(
        deadlines(old, before, CALENDAR), old.tier, new, after, when, CALENDAR, met=met
    )
    assert recompute(once, old.tier, new, after, when, CALENDAR, met=met) == once


@given(changes(), st.integers(0, 1440), st.integers(0, 1440))
@FEWER
def test_a_correction_loses_no_elapsed_time(
    change: tuple[Facts, Facts, datetime, frozenset[Milestone]], since: int, wait: int
) -> None:
    before, after, when, _ = change
    begin = before.received_at + since * MINUTE
    pauses = (Pause(begin, begin + wait * MINUTE),)
    old, new = plan(BOOK, before), plan(BOOK, after)
    if new.tier.rank > old.tier.rank:
        return
    found = recompute(
        deadlines(old, before, CALENDAR), old.tier, new, after, when, CALENDAR, pauses=pauses
    )
    limits = {(milestone, row.rule): row.limit for milestone, rows in new.limits for row in rows}
    assert [one.milestone for one in found] == [milestone for milestone, _ in new.limits]
    for one in found:
        if one.due_at is not None:
            limit = limits[one.milestone, one.rule]
            span, stops = limit.span, limit.pauses
            ran = running(
                after.received_at, one.due_at, span.clock, CALENDAR, pauses if stops else ()
            )
            assert ran == span.time + span.service_days * CALENDAR.service_day
