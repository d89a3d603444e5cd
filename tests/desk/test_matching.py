"""What counts for and against two messages being one matter, and what the CSR is told."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.location import find_location
from assistant.script import fold
from desk.matching import (
    VETOES,
    Matcher,
    Report,
    default_matcher,
    features,
    reasons,
    same_person,
)
from desk.subjects import subjects
from eval.duplicates_fit import FOR

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def report(text: str, minutes: int = 0, sender: str = "", **given: Any) -> Report:
    where = find_location(text)
    fields: dict[str, Any] = {
        "kind": "repair", "department": "engineering", "building": where.building,
        "unit": where.unit, "floor": where.floor, "room": where.room, "place": where.place,
    }  # fmt: skip
    return Report(
        id=f"{sender}-{minutes}",
        at=NINE + timedelta(minutes=minutes),
        subject=subjects().read(fold(text).text),
        sender=sender,
        **fields | given,
    )


LIFT = report("3栋1单元电梯不动了", sender="甲", signals=frozenset({"lift_fault"}))


def likely(new: Report, old: Report, nearness: float = 0.4) -> bool:
    matcher = default_matcher()
    return matcher.probability(features(new, old, nearness)) >= matcher.threshold


def test_the_same_lift_reported_by_a_neighbour_is_one_matter() -> None:
    new = report("三栋一单元电梯坏了", 12, "乙", signals=frozenset({"lift_fault"}))
    assert likely(new, LIFT)
    assert reasons(new, LIFT) == ("同一单元", "都是电梯故障", "相隔12分钟")


def test_the_reasons_name_the_person_the_flat_and_the_thing() -> None:
    old = report("9栋2单元603厨房下水堵了", sender="蒋")
    new = report("9栋2单元603下水还没人来", 3 * 24 * 60, "蒋")
    assert reasons(new, old) == ("同一位住户催问", "同一户", "都说到下水", "相隔3天")


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("2栋1单元2号电梯停了", "2栋1单元1号电梯停了"),
        ("8栋右边电梯停了", "8栋左边那部电梯停了"),
        ("西门道闸坏了", "东门道闸坏了"),
        ("1栋3单元1403水龙头坏了", "1栋3单元301水龙头坏了"),
        ("3栋1单元电梯修好了，谢谢师傅", "3栋1单元电梯不动了"),
        ("请问电梯多久年检一次", "3栋1单元电梯不动了"),
    ],
)
def test_another_one_thanks_and_questions_are_never_the_same(new: str, old: str) -> None:
    found = features(report(new, 5, "乙"), report(old, sender="甲"), 1.0)
    assert any(found[name] for name in VETOES)
    assert default_matcher().probability(found) == 0


def test_water_from_the_flat_above_is_not_another_flats_matter() -> None:
    new = report("楼上502漏水，我家402天花板湿了，10栋3单元", 10, "乙")
    assert not features(new, report("10栋3单元502卫生间漏水", sender="甲"), 0.5)["other_flat"]


def test_a_reminder_that_names_nothing_belongs_to_what_its_writer_reported() -> None:
    old = report("厨房水槽下面漏水，9栋2单元603", sender="蒋")
    assert likely(report("怎么还没人来", 95, "蒋"), old, 0.0)
    assert not likely(report("怎么还没人来", 95, "乙"), old, 0.0)


def test_another_matter_of_the_same_person_is_another_matter() -> None:
    old = report("家里阳台推拉门卡住了，2栋2单元702", sender="姜")
    assert not likely(report("停车月卡扣了两次钱", 300, "姜", department="finance"), old, 0.1)


def test_another_building_is_another_matter() -> None:
    new = report("5栋1单元电梯不动了", 3, "乙", signals=frozenset({"lift_fault"}))
    assert not likely(new, LIFT, 0.6)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"sender": "王"}, {"sender": "王"}, True),
        ({"sender": "王"}, {"sender": "李"}, False),
        ({"sender": ""}, {"sender": ""}, False),
        ({"sender": "13800000000"}, {"contacts": frozenset({"13800000000"})}, True),
        (
            {"sender": "王", "contacts": frozenset({"1"})},
            {"sender": "小王", "contacts": frozenset({"1"})},
            True,
        ),
    ],
)
def test_a_person_is_known_by_name_or_number(
    one: dict[str, Any], other: dict[str, Any], same: bool
) -> None:
    assert same_person(report("水", **one), report("水", **other)) is same


def test_every_weight_has_the_sign_of_its_meaning() -> None:
    matcher = default_matcher()
    assert set(matcher.weights) == set(features(LIFT, LIFT, 1.0)) - VETOES
    assert [n for n, w in matcher.weights.items() if (w < 0 if n in FOR else w > 0)] == []
    assert 0 < matcher.threshold <= matcher.certain < 1


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_nearer_meaning_never_makes_one_matter_less_likely(one: float, other: float) -> None:
    new, matcher = report("三栋电梯坏了", 12, "乙"), default_matcher()
    low, high = sorted((one, other))
    assert matcher.probability(features(new, LIFT, low)) <= matcher.probability(
        features(new, LIFT, high)
    )


def test_a_probability_stays_one_however_large_the_weights() -> None:
    wild = Matcher(1e9, {"nearness": 1e9}, 0.5, 0.5)
    assert wild.probability({"nearness": 1.0, **dict.fromkeys(VETOES, 0.0)}) == pytest.approx(1)
