"""Every row of the time-limit table, and where the clocks turn."""

from datetime import datetime

import pytest

from rules.decide import decide, default_rulebook
from rules.types import Clock, Deadline, Facts, Kind, Milestone, Tier

RECEIVED = "2026-11-23T10:00"  # a Monday, desk open


def facts(kind: Kind, *signals: str, at: str = RECEIVED, **more: object) -> Facts:
    return Facts(kind, datetime.fromisoformat(f"{at}+08:00"), frozenset(signals), **more)


def by_milestone(given: Facts) -> dict[str, Deadline]:
    return {one.milestone.value: one for one in decide(given).deadlines}


def due(given: Facts) -> dict[str, str | None]:
    """Milestone to due time without year and offset."""
    return {
        name: one.due_at and one.due_at.strftime("%m-%d %H:%M")
        for name, one in by_milestone(given).items()
    }


TABLE = [
    (
        "critical",
        facts(Kind.REPAIR, "person_trapped"),
        {
            "acknowledge": "11-23 10:03",
            "dispatch": "11-23 10:03",
            "on_site": "11-23 10:03",
            "resolve": "11-24 10:00",
            "return_visit": None,
        },
    ),
    (
        "urgent",
        facts(Kind.REPAIR, "no_water"),
        {
            "acknowledge": "11-23 10:15",
            "dispatch": "11-23 10:15",
            "on_site": "11-23 10:30",
            "resolve": "11-24 10:00",
            "return_visit": None,
        },
    ),
    (
        "repair",
        facts(Kind.REPAIR),
        {
            "acknowledge": "11-23 10:15",
            "dispatch": "11-23 10:30",
            "on_site": "11-24 10:00",
            "resolve": "11-26 10:00",
            "return_visit": None,
        },
    ),
    (
        "complaint",
        facts(Kind.COMPLAINT),
        {
            "acknowledge": "11-23 10:15",
            "dispatch": "11-23 10:30",
            "reply": "11-24 10:00",
            "resolve": "11-26 10:00",
            "return_visit": None,
        },
    ),
    (
        "complaint-level-3",
        facts(Kind.COMPLAINT, "threat_media"),
        {
            "acknowledge": "11-23 10:15",
            "dispatch": "11-23 10:00",
            "reply": "11-24 10:00",
            "resolve": "11-26 10:00",
            "return_visit": None,
        },
    ),
    (
        "assistance",
        facts(Kind.ASSISTANCE),
        {
            "acknowledge": "11-23 10:15",
            "dispatch": "11-23 10:30",
            "reply": "11-23 15:30",
            "resolve": "11-24 10:00",
        },
    ),
    (
        "inquiry",
        facts(Kind.INQUIRY),
        {"acknowledge": "11-23 11:00", "reply": "11-23 11:00", "resolve": "11-24 10:00"},
    ),
    (
        "suggestion",
        facts(Kind.SUGGESTION),
        {"acknowledge": "11-24 10:00", "reply": "11-26 10:00"},
    ),
    ("praise-other", facts(Kind.PRAISE), {"acknowledge": "11-24 10:00"}),
    ("praise-other", facts(Kind.OTHER), {"acknowledge": "11-24 10:00"}),
]


@pytest.mark.parametrize(("row", "given", "expected"), TABLE)
def test_each_row_gives_its_limits(row: str, given: Facts, expected: dict[str, str | None]) -> None:
    assert due(given) == expected
    rules = {one.milestone: one.rule for one in decide(given).deadlines}
    reply = rules.pop(Milestone.REPLY, f"deadlines/{row}")
    assert set(rules.values()) == {f"deadlines/{row}"}
    assert reply in {f"deadlines/{row}", f"deadlines/{row}-reply"}


def test_every_row_of_the_table_is_exercised_here() -> None:
    rows = {row.rule for row in default_rulebook().tables["deadlines"].rows}
    assert rows == {one.rule for _, given, _ in TABLE for one in decide(given).deadlines}


CLOCKS = {
    "critical": dict.fromkeys(("acknowledge", "dispatch", "on_site", "resolve"), "calendar"),
    "urgent": dict.fromkeys(("acknowledge", "dispatch", "on_site", "resolve"), "calendar"),
    "repair": dict.fromkeys(("acknowledge", "dispatch", "on_site", "resolve"), "service"),
    "complaint": dict.fromkeys(("acknowledge", "dispatch", "reply", "resolve"), "service"),
    "complaint-level-3": {
        "acknowledge": "calendar", "dispatch": "calendar", "reply": "service",
        "resolve": "service",
    },
    "assistance": dict.fromkeys(("acknowledge", "dispatch", "reply", "resolve"), "service"),
    "inquiry": dict.fromkeys(("acknowledge", "reply", "resolve"), "service"),
    "suggestion": dict.fromkeys(("acknowledge", "reply"), "service"),
    "praise-other": {"acknowledge": "service"},
}  # fmt: skip


@pytest.mark.parametrize(("row", "given", "_expected"), TABLE)
def test_each_limit_runs_on_its_clock(row: str, given: Facts, _expected: object) -> None:
    clocks = {name: one.clock.value for name, one in by_milestone(given).items()}
    clocks.pop("return_visit", None)
    assert clocks == CLOCKS[row]


@pytest.mark.parametrize(("_row", "given", "_expected"), TABLE)
def test_calendar_limits_are_the_same_at_night_and_on_a_holiday(
    _row: str, given: Facts, _expected: object
) -> None:
    day = by_milestone(given)
    night = datetime.fromisoformat("2026-10-02T02:30:00+08:00")
    for name, one in by_milestone(Facts(given.kind, night, given.signals)).items():
        if one.clock is Clock.CALENDAR and one.due_at is not None:
            assert one.due_at - night == day[name].due_at - given.received_at


def test_the_return_visit_counts_from_completion() -> None:
    visit = by_milestone(facts(Kind.REPAIR))["return_visit"]
    assert (visit.due_at, visit.limit, visit.note) == (None, "24小时", "办结后24小时内")


def test_a_wished_time_replaces_the_limit_for_coming() -> None:
    wished = datetime.fromisoformat("2026-11-25T19:00:00+08:00")
    on_site = by_milestone(facts(Kind.REPAIR, wished_at=wished))["on_site"]
    assert (on_site.due_at, on_site.limit, on_site.note) == (wished, "约定时间", "按约定时间")


def test_a_wished_time_in_another_zone_is_shown_in_the_estates() -> None:
    wished = datetime.fromisoformat("2026-11-25T01:00:00+00:00")
    on_site = by_milestone(facts(Kind.REPAIR, wished_at=wished))["on_site"]
    assert on_site.due_at is not None
    assert on_site.due_at.isoformat() == "2026-11-25T09:00:00+08:00"


@pytest.mark.parametrize("wished", ["2026-11-20T09:00:00+08:00", "2026-11-23T10:00:00+08:00"])
def test_a_wished_time_that_is_not_ahead_does_not_count(wished: str) -> None:
    given = facts(Kind.REPAIR, wished_at=datetime.fromisoformat(wished))
    assert due(given)["on_site"] == "11-24 10:00"


def test_a_wished_time_does_not_move_an_urgent_repair() -> None:
    wished = datetime.fromisoformat("2026-11-25T19:00:00+08:00")
    assert due(facts(Kind.REPAIR, "no_water", wished_at=wished))["on_site"] == "11-23 10:30"


def test_an_inquiry_that_cannot_be_answered_gets_a_promised_date_within_a_service_day() -> None:
    reply = by_milestone(facts(Kind.INQUIRY))["reply"]
    assert reply.note == "当时答复不了的，最迟 11月24日 10:00 前告知答复日期"


def test_level_three_complaints_go_to_the_supervisor_at_once_and_are_told_every_day() -> None:
    found = by_milestone(facts(Kind.COMPLAINT, repeat_count=3, at="2026-11-23T22:00"))
    assert found["dispatch"].due_at == datetime.fromisoformat("2026-11-23T22:00:00+08:00")
    assert found["dispatch"].note == "立即报主管"
    assert found["reply"].note == "答复处理方案"
    assert found["resolve"].note == "每个服务日告知一次进展；情况复杂的，最迟 11月28日 18:00 办结"


def test_a_level_three_complaint_with_a_lost_service_keeps_the_stricter_limits() -> None:
    given = facts(Kind.COMPLAINT, "threat_media", "no_water")
    assert due(given) == {
        "acknowledge": "11-23 10:15",
        "dispatch": "11-23 10:00",
        "on_site": "11-23 10:30",
        "reply": "11-24 10:00",
        "resolve": "11-24 10:00",
        "return_visit": None,
    }


def test_a_group_complaint_about_facilities_keeps_both_rows_too() -> None:
    given = facts(Kind.COMPLAINT, "group_affected", category="facilities")
    assert due(given)["on_site"] == "11-23 10:30"
    assert due(given)["reply"] == "11-24 10:00"


def test_a_complaint_left_alone_for_a_week_is_gone_to() -> None:
    given = facts(Kind.COMPLAINT, unattended_days=7)
    found = due(given)
    assert (found["on_site"], found["resolve"]) == ("11-23 10:30", "11-24 10:00")
    assert "reply" not in found  # whoever comes answers there


def test_a_complaint_urgent_only_by_repetition_or_threat_has_no_scene_to_go_to() -> None:
    for given in (
        facts(Kind.COMPLAINT, repeat_count=3),
        facts(Kind.COMPLAINT, "threat_media"),
    ):
        assert "on_site" not in due(given)
        assert due(given)["resolve"] == "11-26 10:00"


def test_an_urgent_call_for_help_is_done_as_early_as_a_plain_one() -> None:
    early = facts(Kind.ASSISTANCE, "entry_door_stuck", at="2026-11-23T08:30")
    assert due(early)["resolve"] == "11-23 18:00"  # one service day ends before 24 hours do


def test_a_raised_inquiry_gets_the_limits_of_its_new_tier() -> None:
    assert due(facts(Kind.INQUIRY, raised_tier=Tier.NORMAL))["reply"] == "11-23 11:00"
    assert due(facts(Kind.INQUIRY, raised_tier=Tier.URGENT))["on_site"] == "11-23 10:30"


@pytest.mark.parametrize(
    ("at", "acknowledge"),
    [
        ("2026-11-23T08:00", "11-23 08:45"),  # before opening
        ("2026-11-23T11:45", "11-23 12:00"),  # ends with the window
        ("2026-11-23T11:46", "11-23 13:31"),  # crosses lunch
        ("2026-11-23T12:30", "11-23 13:45"),  # during lunch
        ("2026-11-23T17:45", "11-23 18:00"),
        ("2026-11-23T17:59", "11-24 08:44"),
        ("2026-11-23T18:00", "11-24 08:45"),
        ("2026-11-28T10:00", "11-28 10:15"),  # a Saturday is open
        ("2026-09-30T17:59", "10-08 08:44"),  # the eve of the National Day week
        ("2026-10-03T10:00", "10-08 08:45"),
        ("2026-10-10T17:50", "10-11 08:35"),  # a make-up Saturday, then Sunday
        ("2026-02-14T17:50", "02-24 08:35"),  # a make-up Saturday, then Spring Festival
    ],
)
def test_the_service_clock_runs_only_in_service_hours(at: str, acknowledge: str) -> None:
    assert due(facts(Kind.REPAIR, at=at))["acknowledge"] == acknowledge


@pytest.mark.parametrize(
    ("at", "on_site", "resolve"),
    [
        ("2026-11-23T20:00", "11-24 18:00", "11-26 18:00"),  # after hours: whole days that follow
        ("2026-11-23T12:30", "11-24 12:00", "11-26 12:00"),
        ("2026-09-30T10:00", "10-08 10:00", "10-10 10:00"),
    ],
)
def test_a_service_day_ends_at_the_same_place_of_the_next_service_day(
    at: str, on_site: str, resolve: str
) -> None:
    found = due(facts(Kind.REPAIR, at=at))
    assert (found["on_site"], found["resolve"]) == (on_site, resolve)


def test_limits_that_reach_into_a_year_not_announced_are_provisional() -> None:
    found = by_milestone(facts(Kind.REPAIR, at="2099-12-30T10:00"))
    assert all(one.provisional for one in found.values() if one.due_at is not None)


def test_only_the_limits_that_cross_the_year_end_are_provisional() -> None:
    found = by_milestone(facts(Kind.REPAIR, at="2026-12-31T10:00"))
    assert not found["acknowledge"].provisional
    assert not found["return_visit"].provisional
    if not found["resolve"].provisional:
        pytest.skip("chinesecalendar already knows 2027: the boundary moved")
    assert found["on_site"].due_at == datetime.fromisoformat("2027-01-02T10:00:00+08:00")


def test_calendar_limits_are_never_provisional() -> None:
    found = decide(facts(Kind.REPAIR, "no_water", at="2099-12-31T23:50")).deadlines
    assert not any(one.provisional for one in found)


def test_milestones_come_in_their_natural_order() -> None:
    found = [one.milestone for one in decide(facts(Kind.REPAIR)).deadlines]
    assert found == [one for one in Milestone if one in found]
