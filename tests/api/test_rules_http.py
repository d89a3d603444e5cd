"""The rules over HTTP: a version is checked, activated, followed at once, and replayed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings
from rules.loading import default_rulebook, shipped_texts
from tests.api.test_http import problem, wait_until_ready

ON_SITE = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
LEAK = {"text": "3栋2单元501厨房漏水", "received_at": "2026-11-20T10:00:00+08:00"}
FACTS = {"kind": "repair", "signals": ["active_leak"], "received_at": "2026-11-20T10:00:00+08:00"}


@pytest.fixture(scope="module")
def client(sample_home_copy: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(sample_home_copy)})
    with TestClient(create_app(settings, pages=False), raise_server_exceptions=False) as opened:
        wait_until_ready(opened)
        yield opened


def with_on_site(minutes: int) -> dict[str, str]:
    """The deadlines with another limit on the scene for urgent requests."""
    text = shipped_texts()["deadlines.yaml"]
    assert ON_SITE in text
    return {"deadlines.yaml": text.replace(ON_SITE, ON_SITE.replace("30", str(minutes)))}


def activate(client: TestClient, **body: Any) -> Any:
    answer = client.post("/api/v1/rules/activate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def on_site(decision: dict[str, Any]) -> str:
    (limit,) = (one for one in decision["deadlines"] if one["milestone"] == "on_site")
    return str(limit["limit"])


def test_the_shipped_books_are_the_first_version(client: TestClient) -> None:
    body = client.get("/api/v1/rules/versions").json()
    first = body["versions"][0]
    assert first["rulebook"] == default_rulebook().identity
    assert (first["activations"][0]["by"], first["activations"][0]["why"]) == ("系统", "首次启用")
    assert body["notice"] == ""


def test_a_mistake_in_a_file_is_found_and_nothing_changes(client: TestClient) -> None:
    before = client.get("/api/v1/rules").json()["rulebook"]
    bad = {"deadlines.yaml": with_on_site(20)["deadlines.yaml"].replace("20分钟", "20分种")}
    body = client.post("/api/v1/rules/check", json={"files": bad}).json()
    assert not body["ok"]
    assert "deadlines.yaml" in body["findings"][0]["text"]
    told = {"files": bad, "by": "主管甲", "why": "到场提速"}
    detail = problem(client, "POST", "/api/v1/rules/activate", 409, json=told)
    assert detail.startswith("没有启用，原来的规则继续有效：deadlines.yaml")
    assert client.get("/api/v1/rules").json()["rulebook"] == before


def test_good_files_pass_the_check_without_being_activated(client: TestClient) -> None:
    body = client.post("/api/v1/rules/check", json={"files": with_on_site(20)}).json()
    assert body["ok"]
    assert body["rulebook"] != client.get("/api/v1/rules").json()["rulebook"]


def test_an_activation_is_followed_at_once_and_the_past_is_reproduced(client: TestClient) -> None:
    kept = client.post("/api/v1/requests", json=LEAK).json()
    before = client.get("/api/v1/rules/versions").json()["rulebook"]
    assert on_site(client.post("/api/v1/triage", json=LEAK).json()) == "30分钟"
    done = activate(client, files=with_on_site(20), by="主管甲", why="到场提速")
    assert done["activation"]["by"] == "主管甲"

    triaged = client.post("/api/v1/triage", json=LEAK).json()
    assert on_site(triaged) == "20分钟"
    assert triaged["rulebook"] == done["rulebook"]
    assert triaged["responsible"] == "engineering"
    assert triaged["leading"]

    path = f"/api/v1/rules/requests/{kept['id']}"
    assert kept["rulebook"] == before
    replayed = client.post(f"{path}/replay").json()
    assert replayed["same"], replayed["differences"]
    assert replayed["stored"] == replayed["computed"]
    traced = client.get(f"{path}/trace").json()
    assert traced["rulebook"] == before
    assert on_site(traced) == "30分钟"
    assert any(row["status"] == "decided" for row in traced["trace"])

    changes = client.get("/api/v1/rules/diff", params={"before": before}).json()["changes"]
    assert [one["words"] for one in changes] == ["deadlines 行 urgent：到场 由 30分钟 改为 20分钟"]
    old = client.get("/api/v1/rules", params={"version": before.partition("+")[2]}).json()
    assert old["rulebook"] == before


def test_changed_files_are_tried_on_the_requests_of_the_desk(client: TestClient) -> None:
    kept = client.post("/api/v1/requests", json=LEAK | {"text": "8栋1单元602厨房漏水"}).json()
    step = {"milestone": "acknowledge", "actor": "客服甲"}
    client.post(f"/api/v1/requests/{kept['id']}/milestones", json=step)
    body = {"files": with_on_site(10), "limit": 100}
    told = client.post("/api/v1/rules/backtest", json=body).json()
    assert told["count"] >= 1
    assert any("改为 10分钟" in change["words"] for change in told["changes"])
    assert told["summary"]
    bad = {"files": {"deadlines.yaml": "id: deadlines\n"}}
    assert "deadlines" in problem(client, "POST", "/api/v1/rules/backtest", 422, json=bad)


def test_an_earlier_version_is_taken_up_again(client: TestClient) -> None:
    before = client.get("/api/v1/rules/versions").json()
    other = next(one for one in before["versions"] if not one["in_force"])
    done = activate(client, version=other["version"], by="主管乙", why="恢复原来的时限")
    assert done["rulebook"] == other["rulebook"]


def test_facts_are_explained_by_any_version(client: TestClient) -> None:
    body = client.post("/api/v1/rules/explain", json={"facts": FACTS}).json()
    assert body["tier"] == "urgent"
    assert body["trace"]
    assert body["explanation"][0].startswith("规则书：")
    assert body["ask_next"]
    by_moment = {"facts": FACTS, "as_of": "2020-01-01T00:00:00+08:00"}
    past = client.post("/api/v1/rules/explain", json=by_moment).json()
    assert past["rulebook"] == default_rulebook().identity
    shipped = {"facts": FACTS, "version": "shipped"}
    assert client.post("/api/v1/rules/explain", json=shipped).json() == body | {
        "rulebook": default_rulebook().identity,
        "explanation": [
            f"规则书：{default_rulebook().identity}",
            *body["explanation"][1:],
        ],
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "words"),
    [
        ("GET", "?version=ffffffffffff", 404, None, "ffffffffffff"),
        ("GET", "/diff?before=nope", 404, None, "nope"),
        ("POST", "/requests/none/replay", 404, None, "none"),
        ("GET", "/requests/none/trace", 404, None, "none"),
        ("POST", "/explain", 422, {"facts": {"kind": "fax"}}, "kind"),
        ("POST", "/explain", 422, {"facts": FACTS | {"signals": ["nope"]}}, "未知信号 nope"),
        ("POST", "/explain", 404, {"facts": FACTS, "version": "nope"}, "nope"),
        ("POST", "/activate", 409, {"by": "甲", "why": "乙"}, "files 和 version"),
        ("POST", "/activate", 409, {"files": {}, "by": " ", "why": "乙"}, "写明谁启用"),
        ("POST", "/activate", 409, {"files": {"../x.yaml": ""}, "by": "甲", "why": "乙"}, "文件名"),
        ("POST", "/activate", 409, {"files": {}, "by": "甲", "why": "乙"}, "已在使用"),
    ],
)
def test_a_mistake_is_a_problem_document_of_one_line(
    client: TestClient, method: str, path: str, status: int, body: object, words: str
) -> None:

    assert words in problem(client, method, f"/api/v1/rules{path}", status, json=body)
