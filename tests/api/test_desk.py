"""Duplicates, incidents, merging and bursts through the real house, HTTP and the command line."""

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.desk_flow import current_incidents, keep_message, merge, related, unmerge
from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from assistant.types import Message
from desk.errors import MergeConflict, StageConflict
from desk.intake import Kept
from desk.types import Stage
from rules.replay import replay
from tests.api.test_cli import Cli, one_line
from tests.api.test_http import problem, wait_until_ready

NINE = datetime.fromisoformat("2026-11-20T09:00+08:00")


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    opened = open_house(home)
    yield opened
    opened.close()


def open_house(home: Path) -> House:
    return House(load_settings({"GUANJIA_HOME": str(home)}), clock=lambda: NINE)


def say(house: House, text: str, seconds: float = 0, sender: str = "", identity: str = "") -> Kept:
    message = Message(text, NINE + timedelta(seconds=seconds), identity, "wechat", sender)
    (triage,) = house.triage([message])
    return keep_message(house, triage, actor="测试")


def replays(house: House) -> list[tuple[str, ...]]:
    return [replay(record, house.archive).differences for record in house.desk.records()]


def types(house: House, request_id: str) -> list[str]:
    return [event.type for event in house.desk.history(request_id)]


# -- duplicates


def test_a_second_report_is_offered_with_its_reasons(house: House) -> None:
    first = say(house, "3栋1单元电梯停在6楼不动了", sender="赵", identity="a")
    second = say(house, "三栋一单元电梯坏了，按了没反应", 720, "钱", "b")
    (found,) = second.related
    assert found.request_id == first.request.id
    assert found.reasons == ("同一单元", "都是电梯故障", "相隔12分钟")
    assert [one.request_id for one in related(house, "a")] == ["b"]


def test_a_closed_request_is_offered_no_more(house: House) -> None:
    say(house, "3栋1单元电梯停在6楼不动了", sender="赵", identity="a")
    house.desk.reach("a", "resolve", at=NINE, actor="工程")
    assert say(house, "3栋1单元电梯又停了", 3600, "钱").related == ()


def test_what_is_older_than_the_window_is_not_offered(house: House) -> None:
    say(house, "3栋1单元电梯停在6楼不动了", sender="赵", identity="a")
    day = 24 * 3600
    assert say(house, "3栋1单元电梯停在6楼不动了", 7 * day, "钱", "b").related
    assert "a" not in [
        r.request_id for r in say(house, "3栋1单元电梯停了", 7 * day + 60, "孙").related
    ]


def test_a_restart_finds_the_same_and_encodes_nothing_again(home: Path) -> None:
    before = open_house(home)
    say(before, "3栋1单元电梯停在6楼不动了", sender="赵", identity="a")
    say(before, "三栋一单元电梯坏了", 300, "钱", "b")
    offered = related(before, "b")
    before.close()
    after = open_house(home)
    encoded: list[str] = []
    real = after.encoder.encode_queries

    class Counting:
        name, dimension = after.encoder.name, after.encoder.dimension

        def encode_queries(self, texts):  # type: ignore[no-untyped-def]
            encoded.extend(texts)
            return real(texts)

    after.parts["encoder"] = Counting()
    assert related(after, "b") == offered
    assert len(encoded) == 1  # the question itself; the two kept vectors come from the table
    after.close()


# -- incidents


def test_three_people_make_an_incident_that_raises_all_of_them(house: House) -> None:
    texts = (
        "东门道闸抬不起来，堵了一排车",
        "东门的道闸坏了抬不了杆",
        "东门道闸不抬杆，后面全是车",
    )
    kept = [say(house, text, 120 * n, f"住户{n}", f"m{n}") for n, text in enumerate(texts)]
    assert kept[0].incident is None
    assert kept[2].incident is not None
    assert kept[2].incident.people == 3
    requests = [house.desk.get(f"m{n}") for n in range(3)]
    assert [requests[n].facts["incident_reports"] for n in (0, 2)] == [3, 3]  # type: ignore[index]
    assert {request.tier for request in requests} == {"urgent"}
    (event,) = [e for e in house.desk.history("m0") if "before" in e.data]
    assert event.type == "incident"
    assert event.data["people"] == 3
    assert event.data["before"]["tier"] == kept[0].request.tier == "normal"
    assert [one.requests for one in current_incidents(house)] == [("m0", "m1", "m2")]
    assert replays(house) == [(), (), ()]


def test_no_limit_gets_later_by_an_incident(house: House) -> None:
    first = say(house, "东门道闸抬不起来，堵了一排车", 0, "甲", "a").request
    for n in (1, 2, 3):
        say(house, "东门道闸坏了，抬不起来", 300 * n, f"住户{n}")
    before = {limit.milestone: limit.due_at for limit in first.deadlines if limit.due_at}
    after = {limit.milestone: limit.due_at for limit in house.desk.get("a").deadlines}
    assert house.desk.get("a").tier == "urgent"
    for milestone, due in before.items():
        assert (after[milestone] or due) <= due
    assert any((after[m] or due) < due for m, due in before.items())


def test_one_person_who_writes_three_times_is_no_incident(house: House) -> None:
    for n in range(3):
        kept = say(house, "东门道闸抬不起来，堵了一排车", 600 * n, "甲")
        assert kept.incident is None
    assert kept.request.tier == "normal"


def test_reports_that_arrive_together_are_all_counted(house: House) -> None:
    _ = house.intake, house.triager, house.archive
    threads = [
        threading.Thread(target=say, args=(house, "东门道闸坏了，抬不起来", n, f"住户{n}"))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (incident,) = current_incidents(house)
    assert incident.people == 6
    assert {request.tier for request in house.desk.open_requests()} == {"urgent"}


# -- merging


def test_a_merge_takes_the_higher_tier_and_the_earlier_limits(house: House) -> None:
    say(house, "6栋楼道灯不亮", 0, "甲", "a")
    say(house, "6栋楼道灯掉下来砸到人了，头在流血", 600, "乙", "b")
    low, high = house.desk.get("a"), house.desk.get("b")
    assert (low.tier, high.tier) == ("normal", "critical")
    merged = merge(house, "a", "b", actor="客服")
    assert merged.tier == "critical"
    due = {limit.milestone: limit.due_at for limit in merged.deadlines}
    for limit in (*low.deadlines, *high.deadlines):
        if limit.due_at is not None:
            assert (due[limit.milestone] or NINE) <= limit.due_at
    assert house.desk.get("b").stage is Stage.MERGED
    assert house.desk.get("b").text == high.text
    assert types(house, "a")[-2:] == ["took_over", "judged_again"]
    assert replays(house) == [(), ()]


def test_what_was_merged_is_parted_again_at_its_former_stage(house: House) -> None:
    say(house, "6栋楼道灯不亮", 0, "甲", "a")
    say(house, "6栋楼道灯坏了", 600, "乙", "b")
    house.desk.reach("b", "dispatch", at=NINE, actor="客服")
    merge(house, "a", "b", actor="客服")
    assert [request.id for request in house.desk.open_requests()] == ["a"]
    assert unmerge(house, "b", actor="客服").stage is Stage.DISPATCHED
    assert types(house, "b")[-2:] == ["merged", "unmerged"]
    with pytest.raises(StageConflict, match="没有并入别的来件"):
        unmerge(house, "b", actor="客服")


def test_a_merge_that_cannot_be_says_why(house: House) -> None:
    for n, name in enumerate("abc"):
        say(house, "6栋楼道灯不亮", 600 * n, f"住户{n}", name)
    with pytest.raises(MergeConflict, match="不能并入自己"):
        merge(house, "a", "a", actor="客服")
    merge(house, "a", "b", actor="客服")
    with pytest.raises(MergeConflict, match="绕成圈"):
        merge(house, "b", "a", actor="客服")
    with pytest.raises(StageConflict, match="来件 b 现在是「并单」状态，在 a 里"):
        merge(house, "c", "b", actor="客服")
    house.desk.reach("a", "resolve", at=NINE, actor="工程")
    with pytest.raises(StageConflict, match="来件 a 现在是「完成」状态，不能合并"):
        merge(house, "a", "c", actor="客服")


def test_of_two_who_merge_at_once_one_succeeds(house: House) -> None:
    from desk.merging import Merging

    for n, name in enumerate("abc"):
        say(house, "6栋楼道灯不亮", 600 * n, f"住户{n}", name)
    outcomes: list[str] = []

    def press(into: str, request_id: str) -> None:
        try:
            Merging(house.desk.engine).merge(into, request_id, at=NINE, actor="客服")
            outcomes.append("merged")
        except (StageConflict, MergeConflict):
            outcomes.append("refused")

    pairs = [("a", "c"), ("b", "c"), ("c", "a"), ("a", "c")]
    threads = [threading.Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes).count("merged") in (1, 2)  # c into one, or a into c
    stages = {name: house.desk.get(name).stage for name in "abc"}
    roots = {Merging(house.desk.engine).root(name) for name in "abc"}
    assert all(stages[root] is Stage.RECEIVED for root in roots)
    merged = sum(stage is Stage.MERGED for stage in stages.values())
    assert merged == outcomes.count("merged")


def test_later_words_of_a_merged_requests_writer_reach_the_other(house: House) -> None:
    say(house, "6栋楼道灯不亮", 0, "甲", "a")
    say(house, "6栋楼道灯坏了", 600, "乙", "b")
    merge(house, "a", "b", actor="客服")
    later = say(house, "灯掉下来砸到人了，头在流血", 630, "乙", "b2")
    assert (later.request.id, later.appended) == ("b", True)
    assert house.desk.get("a").tier == "critical"
    told = [e.data for e in house.desk.history("a") if e.type == "appended"]
    assert told[0]["from"] == "b"
    assert "头在流血" in told[0]["text"]
    assert replays(house) == [(), ()]


def test_a_report_like_a_merged_one_is_offered_the_request_it_lives_on_in(house: House) -> None:
    say(house, "6栋楼道灯不亮", 0, "甲", "a")
    say(house, "6栋楼道的声控灯坏了", 600, "乙", "b")
    merge(house, "a", "b", actor="客服")
    assert [one.request_id for one in say(house, "6栋楼道声控灯坏了", 1200, "丙").related] == ["a"]


# -- bursts


def test_messages_within_seconds_become_one_request_judged_as_a_whole(house: House) -> None:
    first = say(house, "在吗", 0, "王", "m1")
    second = say(house, "3栋2单元电梯停了", 20, "王", "m2")
    third = say(house, "里面有人出不来", 45, "王", "m3")
    assert [kept.appended for kept in (first, second, third)] == [False, True, True]
    request = house.desk.get("m1")
    assert request.text == "在吗\n3栋2单元电梯停了\n里面有人出不来"
    assert (first.request.tier, request.tier) == ("low", "critical")
    assert types(house, "m1") == ["received", "appended", "appended"]
    assert replays(house) == [()]
    assert say(house, "里面有人出不来", 45, "王", "m3").request.id == "m1"
    assert len(house.desk.open_requests()) == 1


def test_a_message_that_takes_nothing_back_leaves_the_tier(house: House) -> None:
    say(house, "电梯困人了，3栋2单元", 0, "王", "m1")
    kept = say(house, "没事了，人出来了", 30, "王", "m2")
    assert kept.request.tier == "critical"
    assert replays(house) == [()]


@pytest.mark.parametrize(("seconds", "appended"), [(60, True), (61, False), (-60, True)])
def test_the_window_holds_at_the_desk_too(house: House, seconds: int, appended: bool) -> None:
    say(house, "3栋2单元灯坏了", 0, "王", "m1")
    assert say(house, "五楼的", seconds, "王", "m2").appended is appended


def test_a_message_that_arrives_late_stands_where_it_was_said(house: House) -> None:
    say(house, "一", 0, "王", "m1")
    say(house, "三", 40, "王", "m3")
    assert say(house, "二", 20, "王", "m2").request.text == "一\n二\n三"


def test_others_and_the_nameless_are_not_joined(house: House) -> None:
    say(house, "3栋2单元灯坏了", 0, "王", "m1")
    assert not say(house, "3栋2单元灯坏了", 5, "李", "m2").appended
    assert not say(house, "3栋2单元灯坏了", 6, "", "m3").appended
    assert not say(house, "3栋2单元灯坏了", 7, "", "m4").appended


def test_a_burst_goes_on_after_a_restart_and_not_after_closing(home: Path) -> None:
    before = open_house(home)
    say(before, "3栋2单元灯坏了", 0, "王", "m1")
    before.close()
    after = open_house(home)
    assert say(after, "五楼的", 30, "王", "m2").appended
    after.desk.reach("m1", "resolve", at=NINE, actor="工程")
    assert not say(after, "又坏了", 50, "王", "m3").appended
    after.close()


# -- interfaces


def test_http_keeps_offers_merges_and_parts(home: Path) -> None:
    settings = load_settings({"GUANJIA_HOME": str(home)})
    app = create_app(settings, pages=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        wait_until_ready(client)
        lines = [("a", "甲", "3栋1单元电梯不动了"), ("b", "乙", "三栋一单元电梯坏了")]
        for identity, sender, text in lines:
            body = {"id": identity, "sender": sender, "text": text, "channel": "app"}
            kept = client.post("/api/v1/requests", json=body).json()
        assert [one["request_id"] for one in kept["related"]] == ["a"]
        assert kept["incident"]["people"] == 2
        (found,) = client.get("/api/v1/requests/a/duplicates").json()
        assert found["request_id"] == "b"
        assert client.get("/api/v1/incidents").json()[0]["requests"] == ["a", "b"]
        done = client.post("/api/v1/requests/a/merge", json={"request_id": "b"})
        assert done.json()["id"] == "a"
        page = client.get("/api/v1/requests/b").json()
        assert (page["stage"], page["merged_into"]) == ("merged", "a")
        assert client.get("/api/v1/requests/a").json()["merged"] == ["b"]
        again = problem(client, "POST", "/api/v1/requests/b/merge", 409, json={"request_id": "a"})
        assert "绕成圈" in again
        assert client.post("/api/v1/requests/b/unmerge", json={}).json()["stage"] == "received"
        for path in ("duplicates", "merge", "unmerge"):
            method = "GET" if path == "duplicates" else "POST"
            body = {"request_id": "a"} if path == "merge" else {}
            assert "x-9" in problem(client, method, f"/api/v1/requests/x-9/{path}", 404, json=body)


def test_the_command_line_shows_offers_merges_and_parts(home: Path) -> None:
    cli = Cli(home)
    assert "没有未办结的来件" in cli.ok("desk", "list")
    assert "没有多人报告的事件" in cli.ok("desk", "incidents")
    opened = open_house(home)
    say(opened, "3栋1单元电梯不动了", 0, "甲", "a")
    say(opened, "三栋一单元电梯坏了", 120, "乙", "b")
    opened.close()
    assert [line["id"] for line in json.loads(cli.ok("desk", "list", "--json"))] == ["a", "b"]
    assert "同一单元、都是电梯故障、相隔2分钟" in cli.ok("desk", "duplicates", "b")
    assert "3栋1单元 · 电梯故障  2 人报告" in cli.ok("desk", "incidents")
    assert "b 已并入 a" in cli.ok("desk", "merge", "a", "b", "--by", "客服甲")
    assert "已并入：a" in cli.ok("desk", "show", "b")
    assert json.loads(cli.ok("desk", "show", "a", "--json"))["merged"] == ["b"]
    assert "没有编号为 x" in one_line(cli.fails(1, "desk", "merge", "a", "x"))
    assert "不能并入自己" in one_line(cli.fails(1, "desk", "merge", "a", "a"))
    assert "不能合并" in one_line(cli.fails(1, "desk", "merge", "a", "b"))
    assert "已拆开" in cli.ok("desk", "unmerge", "b")
    assert "没有编号为 x" in one_line(cli.fails(1, "desk", "show", "x"))


def test_a_file_of_chat_lines_is_joined_on_request(home: Path, tmp_path: Path) -> None:
    rows = [("1", "王", 0, "在吗"), ("2", "李", 5, "家里没水了"), ("3", "王", 20, "电梯困人了")]
    lines = [
        {
            "id": identity, "sender": sender, "text": text, "channel": "wechat",
            "received_at": (NINE + timedelta(seconds=seconds)).isoformat(),
        }
        for identity, sender, seconds, text in rows
    ]  # fmt: skip
    file = tmp_path / "chat.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    told = Cli(home).ok("triage", "--file", str(file), "--join")
    found = [json.loads(line) for line in told.splitlines()]
    assert [(one["id"], one["ids"], one["tier"]) for one in found] == [
        ("1", ["1", "3"], "critical"),
        ("2", ["2"], "urgent"),
    ]
    assert "--file" in Cli(home).fails(2, "triage", "在吗", "--join")
