"""What is asked for where a message leaves it out, and the time that the rules are given."""

from datetime import datetime

import pytest

from assistant.details import find_details
from assistant.location import default_places, find_location
from assistant.missing import MOST_QUESTIONS, missing_questions
from assistant.signals import detect_signals
from assistant.triage import facts_of, wished_at
from assistant.types import Message
from rules.decide import ask_next, decide, default_rulebook
from rules.types import Kind

AT = datetime.fromisoformat("2026-11-27T10:00:00+08:00")


def asked(
    text: str, kind: Kind, category: str | None = None, sender: str = "", rules: bool = False
) -> str:
    """The questions for a message of a kind, without those of the rules unless wanted."""
    message = Message(text, AT, sender=sender)
    facts = facts_of(message, kind, category, "engineering", detect_signals(text))
    questions = missing_questions(
        message,
        facts,
        decide(facts),
        find_location(text),
        find_details(text, AT),
        default_places(),
        ask_next(facts) if rules else (),
    )
    assert len(questions) <= MOST_QUESTIONS
    return "".join(questions)


def test_a_repair_in_a_flat_needs_door_number_and_time() -> None:
    everything = asked("厨房水龙头拧不紧", Kind.REPAIR)
    assert all(word in everything for word in ("哪一栋", "联系电话", "什么时候上门"))
    assert asked("8栋1单元302水龙头拧不紧，明天下午来，13800138000", Kind.REPAIR) == ""
    assert "哪个单元" in asked("8栋水龙头拧不紧", Kind.REPAIR)
    assert "联系电话" not in asked("水龙头拧不紧", Kind.REPAIR, sender="u1")


def test_nobody_is_asked_for_a_time_when_it_is_urgent_or_in_a_public_place() -> None:
    assert "什么时候上门" not in asked("8栋1单元302漏水", Kind.REPAIR)
    assert "什么时候上门" not in asked("东门的路灯不亮", Kind.REPAIR)


def test_a_complaint_about_a_thing_needs_its_place_and_one_about_manners_none() -> None:
    assert "哪一栋" in asked("路灯坏了半个月", Kind.COMPLAINT, "facilities")
    assert "哪一栋" not in asked("中心花园的路灯坏了半个月", Kind.COMPLAINT, "facilities")
    assert "哪一栋" not in asked("前台态度太差", Kind.COMPLAINT, "management_service")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我的钥匙丢了", "什么时候、在哪里丢的"),
        ("钥匙落在健身广场了", "什么时候丢的"),
        ("昨天下午钥匙掉在东门了", ""),
    ],
)
def test_lost_things_need_where_and_when(text: str, expected: str) -> None:
    told = asked(text, Kind.ASSISTANCE, sender="u1")
    assert ("丢的" in told) == bool(expected)
    assert expected in told
    assert "哪一栋" not in told or not expected


def test_fees_of_one_flat_need_the_flat_and_the_period() -> None:
    assert "哪一室" in asked("我家物业费多收了", Kind.COMPLAINT, "charges")
    assert "哪个月份" in asked("8栋1单元302，我家物业费多收了", Kind.COMPLAINT, "charges")
    assert "费用" not in asked("8栋1单元302上个月物业费多收了我的", Kind.COMPLAINT, "charges")
    assert "费用" not in asked("物业费多少钱一平", Kind.INQUIRY)


def test_matters_of_a_car_need_its_plate_and_those_of_a_bicycle_none() -> None:
    assert "车牌" in asked("有辆车挡住我了", Kind.COMPLAINT, "management_service")
    assert "车牌" not in asked("粤B12345挡住我的车了", Kind.COMPLAINT, "management_service")
    assert "车牌" not in asked("电动车堵在楼道", Kind.COMPLAINT, "management_service")


def test_in_an_emergency_the_place_comes_first_and_no_time_is_asked() -> None:
    questions = asked("着火了", Kind.REPAIR, rules=True)
    assert questions.startswith("请问在哪一栋")
    assert "什么时候" not in questions


def moment(text: str, kind: Kind = Kind.REPAIR) -> str | None:
    message = Message(text, AT)
    at = wished_at(message, kind, find_details(text, AT), default_rulebook().calendar)
    return at.isoformat() if at else None


def test_the_rules_are_given_the_beginning_of_a_wish() -> None:
    assert moment("明天下午三点后来修") == "2026-11-28T15:00:00+08:00"
    assert moment("明天下午来修") == "2026-11-28T13:00:00+08:00"


def test_a_wish_for_whole_days_begins_when_the_desk_opens() -> None:
    assert moment("明天来修") == "2026-11-28T08:30:00+08:00"
    assert moment("周末来修") == "2026-11-28T08:30:00+08:00"


def test_a_wish_that_only_ends_or_is_nobodys_visit_is_not_given_to_the_rules() -> None:
    assert moment("下周一之前修好") is None
    assert moment("随时来修") is None
    assert moment("明天下午给我答复", Kind.COMPLAINT) is None
