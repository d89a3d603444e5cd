"""Limits reckoned by hand, from the command line and over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app
from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from tests.api.test_http import problem

BEFORE = {"kind": "repair", "received_at": "2026-11-23T10:00:00+08:00"}
AFTER = BEFORE | {"signals": ["flooding_now"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    house = House(load_settings({"GUANJIA_HOME": str(home)}))
    # not started: the thread that loads the models would log into what the commands print
    yield TestClient(create_app(house.settings, house, pages=False), raise_server_exceptions=False)
    house.close()


def told(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["rules", *arguments], env={"GUANJIA_HOME": str(home)})
    assert done.exit_code == 0, done.output
    return done.output


def test_a_limit_from_the_eve_of_a_holiday_ends_after_it(home: Path, client: TestClient) -> None:
    said = told(home, "due", "1个服务小时", "--at", "2026-09-30T17:59")
    assert said == "2026-10-08 09:29 前\n"
    body = {"limit": "1个服务小时", "at": "2026-09-30T17:59:00+08:00"}
    found = client.post("/api/v1/rules/due", json=body).json()
    assert (found["due_at"], found["provisional"]) == ("2026-10-08T09:29:00+08:00", False)


def test_waiting_for_the_resident_is_taken_out(home: Path, client: TestClient) -> None:
    pause = "2026-11-23T10:30/2026-11-23T11:30"
    said = told(home, "due", "1个服务小时", "--at", "2026-11-23T10:00", "--pause", pause)
    assert said == "2026-11-23 12:00 前\n"
    body = {"limit": "1天", "clock": "calendar", "at": "2026-11-23T10:00:00+08:00"}
    open_ended = body | {"pauses": ["2026-11-23T11:00:00+08:00/"]}
    assert client.post("/api/v1/rules/due", json=open_ended).json()["due_at"] is None


def test_a_limit_that_reaches_a_year_not_announced_says_so(home: Path) -> None:
    said = told(home, "due", "1个服务日", "--at", "2099-01-05T10:00")
    assert said.endswith("前（暂定，放假安排未公布）\n")


def test_both_clocks_are_read_between_two_moments(home: Path, client: TestClient) -> None:
    said = told(home, "elapsed", "2026-09-30T17:30", "2026-10-08T10:00")
    assert said.splitlines() == ["自然时间 184.50 小时", "服务时间 2.00 小时（0.25 个服务日）"]
    body = {"start": "2026-11-23T10:00:00+08:00", "end": "2026-11-23T14:00:00+08:00"}
    found = client.post("/api/v1/rules/elapsed", json=body).json()
    assert (found["calendar_seconds"], found["service_seconds"]) == (14_400, 9_000)


def test_a_raised_request_keeps_what_is_done_and_gets_nothing_later(
    home: Path, client: TestClient
) -> None:
    body: dict[str, Any] = {
        "before": BEFORE, "after": AFTER, "changed_at": "2026-11-23T15:00:00+08:00",
        "met": ["acknowledge"],
    }  # fmt: skip
    found = client.post("/api/v1/rules/recompute", json=body).json()
    due = {one["milestone"]: one["due_at"] for one in found["after"]}
    assert found["tier"] == {"before": "normal", "after": "critical"}
    assert due["acknowledge"] == "2026-11-23T10:15:00+08:00"
    assert due["on_site"] == "2026-11-23T15:03:00+08:00"
    assert due["return_visit"] is None
    said = told(
        home, "recompute", "--before", json.dumps(BEFORE), "--after", json.dumps(AFTER),
        "--changed-at", "2026-11-23T15:00", "--met", "acknowledge",
    )  # fmt: skip
    assert said.startswith("紧急程度：一般 → 特急\n")
    assert "到场：2026-11-23T15:03:00+08:00（原为 2026-11-24T10:00:00+08:00）" in said


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("due", {"limit": "半天"}, "时限「半天」看不懂"),
        ("due", {"limit": "1天", "clock": "lunar"}, "时钟没有 'lunar'"),
        (
            "due",
            {"limit": "1天", "clock": "calendar", "pauses": ["昨天"]},
            "等待时段 '昨天' 看不懂",
        ),
        (
            "recompute",
            {"before": BEFORE, "after": AFTER, "changed_at": BEFORE["received_at"], "met": ["x"]},
            "时限节点没有 'x'",
        ),
        (
            "recompute",
            {"before": BEFORE | {"kind": "x"}, "after": AFTER, "changed_at": "2026-11-23T15:00Z"},
            "kind 没有 'x'",
        ),
    ],
)
def test_what_cannot_be_read_is_named(
    client: TestClient, path: str, body: dict[str, Any], expected: str
) -> None:
    assert expected in problem(client, "POST", f"/api/v1/rules/{path}", 422, json=body)
