"""The HTTP interface over a real house: the sample knowledge base, the encoder, SQLite."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings

LIFT = "3栋2单元电梯停在5楼不动,里面有人出不来"


@pytest.fixture(scope="module")
def client(sample_home_copy: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(sample_home_copy)})
    with TestClient(create_app(settings, pages=False), raise_server_exceptions=False) as opened:
        wait_until_ready(opened)
        yield opened


def wait_until_ready(client: TestClient) -> None:
    for _ in range(600):
        answer = client.get("/readyz")
        if answer.status_code == 200:
            return
        time.sleep(0.1)
    pytest.fail(f"the house is not ready: {answer.text}")


def problem(client: TestClient, method: str, path: str, status: int, **request: object) -> str:
    """The detail of the problem document that a request must be answered with."""
    answer = client.request(method, path, **request)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} == set(body)
    assert body["status"] == status
    assert "\n" not in body["detail"]
    return str(body["detail"])


def test_health_and_readiness_are_told_apart(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["status"] == "ready"


def test_a_question_is_answered_with_sources(client: TestClient) -> None:
    body = client.post("/api/v1/ask", json={"question": "物业费逾期45天怎么催缴?"}).json()
    assert not body["abstained"]
    assert "上门" in body["answer"]
    assert body["segments"][0]["citations"] == [0]
    assert body["citations"][0]["document_id"]


def test_a_day_of_the_past_is_answered_from_what_held_then(client: TestClient) -> None:
    long_ago = {"question": "物业费逾期45天怎么催缴?", "as_of": "2020-01-01"}
    assert client.post("/api/v1/ask", json=long_ago).json()["abstained"]
    asked = {"q": "装修时间", "as_of": "2020-01-01", "type": "policy"}
    assert client.get("/api/v1/search", params=asked).json() == []
    (hit, *_) = client.get("/api/v1/search", params=asked | {"as_of": "2026-06-01"}).json()
    assert (hit["state"], hit["effective_from"]) == ("现行", "2026-01-01")
    assert "as_of" in problem(
        client, "GET", "/api/v1/search", 422, params=asked | {"as_of": "昨天"}
    )


def test_the_versions_of_a_document_and_the_findings_are_listed(client: TestClient) -> None:
    (version,) = client.get("/api/v1/documents/pol-fees/versions").json()
    assert (version["id"], version["state"]) == ("pol-fees", "现行")
    assert "nowhere" in problem(client, "GET", "/api/v1/documents/nowhere/versions", 404)
    assert client.get("/api/v1/kb/lint").json() == []


def test_what_is_not_there_is_declined(client: TestClient) -> None:
    body = client.post("/api/v1/ask", json={"question": "小区泳池几点开放?"}).json()
    assert body["abstained"]
    assert body["citations"] == []
    assert body["nearest"]


def test_what_may_answer_comes_with_its_citation(client: TestClient) -> None:
    body = client.post("/api/v1/ask", json={"question": "工单记录公司要留存几年？"}).json()
    assert (body["abstained"], body["segments"], body["citations"]) == (True, [], [])
    first = body["possible"][0]
    assert "保存3年" in first["text"]
    assert first["text"] in first["citation"]["text"]


def test_a_search_can_be_held_to_a_type(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "电梯困人", "type": "case", "k": 3}).json()
    assert hits
    assert {hit["type"] for hit in hits} == {"case"}


def test_triage_has_every_field_of_the_contract(client: TestClient) -> None:
    message = {"text": LIFT, "received_at": "2026-11-20T21:05:00+08:00"}
    body = client.post("/api/v1/triage", json=message).json()
    contract = (
        "id kind kind_confidence department category signals location tier level responsible "
        "leading deadlines because rulebook ask_next language script"
    )
    assert set(contract.split()) <= set(body)
    assert body["tier"] == "critical"
    assert body["level"] == 3
    assert body["location"]["building"] == "3"
    trapped = next(s for s in body["signals"] if s["code"] == "person_trapped")
    assert LIFT[trapped["start"] : trapped["end"]] == trapped["evidence"]
    due = {d["milestone"]: d["due_at"] for d in body["deadlines"]}
    assert due["on_site"] == "2026-11-20T21:08:00+08:00"


def test_a_draft_streams_its_segments_and_then_the_whole(client: TestClient) -> None:
    answer = client.post("/api/v1/draft/stream", json={"text": LIFT})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    assert names[0] == "triage"
    assert names[-1] == "draft"
    segments = [json.loads(lines[1].removeprefix("data: ")) for lines in events[1:-1]]
    whole = json.loads(events[-1][1].removeprefix("data: "))
    assert segments == whole["segments"]
    assert any(segment["role"] == "safety" for segment in segments)


def test_a_kept_request_goes_to_completion(client: TestClient) -> None:
    kept = client.post("/api/v1/requests", json={"text": "6栋1单元楼道灯坏了", "channel": "app"})
    assert kept.status_code == 201
    request_id = kept.json()["id"]
    assert request_id in [r["id"] for r in client.get("/api/v1/requests").json()]
    path = f"/api/v1/requests/{request_id}"
    step = {"milestone": "resolve", "actor": "工程甲"}
    assert client.post(f"{path}/milestones", json=step).json()["stage"] == "completed"
    body = client.get(path).json()
    visit = next(d for d in body["deadlines"] if d["milestone"] == "return_visit")
    assert visit["due_at"] is not None
    assert [event["type"] for event in body["history"]] == ["received", "resolve"]
    detail = problem(client, "POST", f"{path}/milestones", 409, json=step)
    assert "请刷新" in detail


def test_a_drill_is_drawn_answered_and_counted(client: TestClient) -> None:
    drill = client.get("/api/v1/training/next", params={"trainee": "甲"}).json()
    assert drill["message"]
    graded = client.post(
        "/api/v1/training/answers",
        json={
            "case_id": drill["case_id"],
            "kind": "other",
            "tier": "low",
            "level": 1,
            "trainee": "甲",
        },
    ).json()
    assert not graded["correct"]
    assert graded["because"]
    progress = client.get("/api/v1/training/progress", params={"trainee": "甲"}).json()
    assert progress == {"trainee": "甲", "answered": 1, "correct": 0}


def test_a_document_is_uploaded_found_and_forgotten(client: TestClient) -> None:
    text = "# 儿童阅览室开放规定\n\n儿童阅览室每周六上午九点到十一点开放。"
    files = {"files": ("阅览室.md", text.encode(), "text/markdown")}
    added = client.post("/api/v1/documents", files=files)
    assert added.status_code == 201, added.text
    document_id = added.json()["documents"][0]["id"]
    answer = client.post("/api/v1/ask", json={"question": "儿童阅览室什么时候开放?"}).json()
    assert "九点到十一点" in answer["answer"]
    assert client.delete(f"/api/v1/documents/{document_id}").status_code == 204
    again = client.post("/api/v1/ask", json={"question": "儿童阅览室什么时候开放?"}).json()
    assert "九点到十一点" not in again["answer"]


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "words"),
    [
        ("POST", "/api/v1/ask", 422, {"question": "  "}, "问题"),
        ("POST", "/api/v1/ask", 422, {"question": "问" * 2001}, "2000"),
        ("POST", "/api/v1/ask", 422, {"q": "问"}, "question"),
        ("POST", "/api/v1/triage", 422, {"text": ""}, "来件"),
        ("POST", "/api/v1/triage", 422, {"text": "水" * 100001}, "100000"),
        ("POST", "/api/v1/triage", 422, {"text": "水管坏了", "channel": "fax"}, "channel"),
        ("GET", "/api/v1/documents/none", 404, None, "none"),
        ("GET", "/api/v1/requests/none", 404, None, "none"),
        ("GET", "/api/v1/nowhere", 404, None, "没有找到"),
    ],
)
def test_bad_input_is_a_problem_document_of_one_line(
    client: TestClient, method: str, path: str, status: int, body: object, words: str
) -> None:
    assert words in problem(client, method, path, status, json=body).replace(",", "")


def test_a_message_of_twenty_thousand_characters_is_triaged(client: TestClient) -> None:
    body = client.post("/api/v1/triage", json={"text": "楼道灯坏了。" * 3333}).json()
    assert body["kind"] in ("repair", "complaint")


def test_every_route_has_a_summary_and_every_body_an_example(client: TestClient) -> None:
    spec = client.get("/openapi.json").json()
    operations = [
        (path, operation)
        for path, methods in spec["paths"].items()
        for operation in methods.values()
        if path.startswith("/api/v1")
    ]
    assert len(operations) >= 15
    assert [path for path, operation in operations if not operation.get("summary")] == []
    bodies = {
        schema["$ref"].rpartition("/")[2]
        for _, operation in operations
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in (schema := content["schema"])
    }
    schemas = spec["components"]["schemas"]
    inputs = {name for name in bodies if name.endswith("In")}
    assert inputs
    assert [name for name in inputs if not schemas[name].get("examples")] == []


def test_requests_are_counted_by_route(client: TestClient) -> None:
    client.get("/api/v1/requests/none")
    text = client.get("/metrics").text
    assert 'guanjia_requests_total{route="/api/v1/requests/{request_id}",status="404"}' in text
