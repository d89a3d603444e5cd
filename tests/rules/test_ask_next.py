"""Which questions are worth asking."""

from datetime import datetime

import pytest

from rules.decide import ask_next, decide, default_rulebook
from rules.types import Facts, Kind, Tier

RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


def facts(kind: Kind, *signals: str, **more: object) -> Facts:
    return Facts(kind, RECEIVED, frozenset(signals), **more)


@pytest.mark.parametrize(
    ("signal", "question"),
    [
        ("lift_fault", "轿厢里有没有人被困？"),
        ("all_lifts_down", "轿厢里有没有人被困？"),
        ("active_leak", "漏水有没有靠近插座、电箱或电器？"),
        ("sewage_backflow", "水是不是还在大量往外涌、关不住？"),
        ("no_gas_or_heat", "有没有闻到燃气味？"),
        ("no_power", "家里有没有靠电运转的医疗设备，比如呼吸机、制氧机？"),
        ("no_power", "有没有闻到焦味，或看到冒烟、打火？"),
        ("entry_door_stuck", "有没有人被关在里面出不来？"),
        ("falling_object", "有没有砸到人？"),
        ("facade_loose", "有没有砸到人？"),
        ("manhole_open", "有没有人摔下去或受伤？"),
        ("fire_lane_blocked", "附近有没有起火，或有消防车、救护车被堵住？"),
        ("battery_charging_hazard", "电池有没有发烫、冒烟或起火？"),
        ("theft", "对方还在现场吗，有没有动手？"),
        ("vulnerable_person", "家里的老人、孩子或病人现在身体有没有不舒服？"),
    ],
)
def test_a_signal_leads_to_its_question(signal: str, question: str) -> None:
    assert question in ask_next(facts(Kind.REPAIR, signal))


def test_an_ordinary_repair_is_asked_about_services_and_neighbours() -> None:
    assert ask_next(facts(Kind.REPAIR, department="engineering")) == (
        "现在有没有漏水、停水或停电？",
        "只有您一户这样，还是整个单元都受影响？",
    )


def test_an_ordinary_complaint_is_asked_how_often_it_was_reported() -> None:
    assert ask_next(facts(Kind.COMPLAINT)) == ("这件事之前反映过几次？",)


@pytest.mark.parametrize("known", [{"repeat_count": 1}, {"repeat_count": 2}, {"repeat_count": 3}])
def test_a_number_that_was_said_is_not_asked_again(known: dict[str, int]) -> None:
    assert ask_next(facts(Kind.COMPLAINT, **known)) == ()


def test_a_quarrel_is_asked_about_violence_before_the_number_of_reports() -> None:
    assert ask_next(facts(Kind.COMPLAINT, department="security")) == (
        "现场有没有人动手或受伤？",
        "这件事之前反映过几次？",
    )


@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.SUGGESTION, Kind.PRAISE, Kind.OTHER])
def test_a_plain_inquiry_suggestion_or_praise_is_asked_nothing(kind: Kind) -> None:
    assert ask_next(facts(kind)) == ()


def test_nothing_is_asked_once_the_tier_is_critical() -> None:
    assert ask_next(facts(Kind.REPAIR, "lift_fault", "person_trapped")) == ()
    assert ask_next(facts(Kind.REPAIR, "lift_fault", raised_tier=Tier.CRITICAL)) == ()


def test_at_most_two_questions_are_asked_whatever_was_said() -> None:
    every = set(default_rulebook().vocabulary.signals) - default_rulebook().vocabulary.family(
        "life_safety"
    )
    assert len(ask_next(facts(Kind.REPAIR, *every))) == 2


def test_every_question_can_still_raise_the_tier_of_some_request() -> None:
    book = default_rulebook()
    for row in book.tables["questions"].rows:
        supposed = row.then["supposes"]
        given = facts(
            Kind.COMPLAINT,
            *supposed.get("signals", ()),
            repeat_count=supposed.get("repeat_count", 0),
            category="facilities",
        )
        assert decide(given).tier.rank > Tier.NORMAL.rank, row.rule
