"""Corrections beside what the desk does by itself: bursts, merging, incidents, suspicions."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.desk_flow import (
    belonging,
    correct_request,
    current_incidents,
    merge,
    related,
    split_request,
    undo_correction,
)
from api.triage_learning import corrected_messages
from api.wiring import House
from assistant.learned import gather
from assistant.types import Triage
from desk.types import Request
from rules.types import Facts
from tests.api.test_desk import open_house, replays, say

SMELL = "厨房里有一股怪味，头有点晕"
LAWN = "6栋旁边的草坪好久没修剪了，请安排修剪。"
TWO = f"{LAWN}8栋1单元的电梯困住两个人，请马上来人。"


@pytest.fixture
def house(sample_home: Path, tmp_path: Path) -> Iterator[House]:
    opened = open_house(Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True)))
    yield opened
    opened.close()


def correct(house: House, request_id: str, field: str, value: Any, reason: str = "") -> Request:
    return correct_request(house, request_id, field, value, "小陈", reason)


def suspected(request: Request) -> int:
    assert request.facts is not None
    return int(request.facts.get("suspected_danger", 0))


# -- bursts


def test_what_was_set_right_stays_when_the_writer_goes_on(house: House) -> None:
    first = say(house, "大厅的灯不亮了", 0, "王", "m1").request
    for field, value in (("kind", "complaint"), ("room", "1203"), ("department", "cleaning")):
        correct(house, "m1", field, value)
    correct(house, "m1", "tier", "urgent")
    kept = say(house, "是5栋2单元的", 30, "王", "m2")

    assert kept.appended
    request = kept.request
    assert request.text == "大厅的灯不亮了\n是5栋2单元的"
    assert (request.kind, request.department, request.tier) == ("complaint", "cleaning", "urgent")
    assert (request.location["room"], request.location["building"]) == ("1203", "5")
    # what was understood of it still says so
    assert (request.triage["kind"], request.triage["location"]["room"]) == (first.kind, None)
    assert replays(house) == [()]
    assert undo_correction(house, "m1", "kind", "小陈").kind == first.kind


def test_a_danger_that_the_later_words_prove_counts_whatever_was_set_right(house: House) -> None:
    say(house, "3栋2单元电梯停了", 0, "王", "m1")
    correct(house, "m1", "kind", "inquiry")
    assert say(house, "里面有人出不来", 30, "王", "m2").request.tier == "critical"
    assert replays(house) == [()]


def test_what_is_set_right_while_the_writer_goes_on_is_not_lost(house: House) -> None:
    say(house, "大厅的灯不亮了", 0, "王", "m1")
    real = house.triager

    class Interrupted:
        """Somebody sets the room right just before the longer text is stored."""

        triage = real.triage

        def judged(self, triage: Triage, facts: Facts) -> Triage:
            if not house.corrections.of("m1"):
                correct(house, "m1", "room", "1203")
            return real.judged(triage, facts)

    house.parts["triager"] = Interrupted()
    house.parts.pop("intake")
    kept = say(house, "是5栋2单元的", 30, "王", "m2")
    assert (kept.request.location["room"], kept.request.location["building"]) == ("1203", "5")


# -- merging


def test_a_danger_found_in_a_merged_request_reaches_the_one_it_lives_on_in(house: House) -> None:
    say(house, "6栋楼道灯不亮", 0, "甲", "a")
    say(house, "6栋楼道灯坏了", 600, "乙", "b")
    merge(house, "a", "b", actor="客服")
    correct(house, "b", "signal:electric_shock_or_live_wire", True)
    assert house.desk.get("a").tier == "critical"
    assert replays(house) == [(), ()]


def test_a_raise_is_taken_back_without_losing_what_a_merged_request_gave(house: House) -> None:
    say(house, "6栋楼道灯不亮", 0, "甲", "a")
    say(house, "6栋楼道灯掉下来砸到人了，头在流血", 600, "乙", "b")
    correct(house, "a", "tier", "urgent")
    merge(house, "a", "b", actor="客服")
    assert undo_correction(house, "a", "tier", "小陈").tier == "critical"


# -- incidents


def test_a_correction_keeps_the_count_of_the_incident(house: House) -> None:
    for n, text in enumerate(("东门道闸抬不起来", "东门的道闸坏了抬不了杆", "东门道闸不抬杆")):
        say(house, f"{text}，后面堵了一排车", 120 * n, f"住户{n}", f"m{n}")
    assert house.desk.get("m0").tier == "urgent"
    corrected = correct(house, "m0", "department", "security")
    assert corrected.facts is not None
    assert (corrected.tier, corrected.facts["incident_reports"]) == ("urgent", 3)


# -- several matters


def test_a_matter_of_its_own_is_compared_with_others_and_not_with_its_message(
    house: House,
) -> None:
    say(house, "6栋旁边草坪好久没修剪了，乱糟糟的", 0, "甲", "a")
    say(house, TWO, 600, "乙", "b")
    (lawn,) = split_request(house, "b", "客服")
    assert lawn.text == LAWN
    assert [one.request_id for one in related(house, lawn.id)] == ["a"]
    assert belonging(house, lawn.id).parent == "b"
    assert lawn.id not in [one.request_id for one in related(house, "b")]
    (incident,) = current_incidents(house)
    assert {"a", lawn.id} <= set(incident.requests)
    assert incident.people == 2


def test_the_writer_goes_on_in_the_message_that_was_split(house: House) -> None:
    say(house, TWO, 0, "乙", "b")
    (lawn,) = split_request(house, "b", "客服")
    kept = say(house, "里面有个孩子", 20, "乙", "b2")
    assert (kept.request.id, kept.appended) == ("b", True)
    assert house.desk.get(lawn.id) == lawn


# -- suspicions


def test_the_percentage_of_a_suspicion_is_that_of_any_danger_and_survives_corrections(
    house: House,
) -> None:
    request = say(house, SMELL, 0, "王", "m1").request
    named = {one["code"]: one["confidence"] for one in request.triage["suggested"]}
    percent = suspected(request)
    assert percent > 100 * max(named.values())  # one code has only its share
    assert suspected(correct(house, "m1", "department", "security")) == percent

    *first, last = sorted(named)
    for code in first:
        assert suspected(correct(house, "m1", f"signal:{code}", False, "问过了")) == percent
    rejected = correct(house, "m1", f"signal:{last}", False, "问过了，是下水道返味")
    assert (suspected(rejected), rejected.tier) == (0, "normal")
    reopened = undo_correction(house, "m1", f"signal:{last}", "小陈")
    assert (suspected(reopened), reopened.tier) == (percent, request.tier)

    confirmed = correct(house, "m1", f"signal:{last}", True)
    assert confirmed.facts is not None
    assert last in confirmed.facts["signals"]
    assert (suspected(confirmed), confirmed.tier) == (0, "critical")
    assert suspected(undo_correction(house, "m1", f"signal:{last}", "小陈")) == percent
    assert replays(house) == [()]


def test_what_people_say_of_a_danger_is_learned_with_the_rest(house: House) -> None:
    say(house, SMELL, 0, "王", "m1")
    say(house, "2栋电梯里困了人", 600, "李", "m2")
    say(house, "学校门口马路上的红绿灯坏了", 1200, "张", "m3")
    for signal in house.desk.get("m1").triage["suggested"]:
        correct(house, "m1", f"signal:{signal['code']}", True)
    correct(house, "m2", "signal:person_trapped", False, "已核实，没有人")
    correct(house, "m3", "in_scope", True)
    learned = {one.text: one for one in gather(corrected_messages(house)).examples}

    smell = learned[SMELL]
    assert "gas_leak" in (smell.danger or ())
    assert (smell.kind, smell.in_scope) == (None, None)  # nobody looked at these
    assert learned["2栋电梯里困了人"].danger == ()
    lights = learned["学校门口马路上的红绿灯坏了"]
    assert (lights.in_scope, lights.danger) == (True, None)
