"""Preview, replace, retire, reinstate over HTTP; who did it is in the log."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings
from tests.api.test_http import problem, wait_until_ready

KITES = """---
id: pol-kites
title: 风筝管理办法
type: policy
---

第一条 风筝只在东门草坪放。

第二条 大风天停放，每次最多放2小时。
"""
NEW = KITES.replace("2小时", "3小时") + "\n第三条 线不得横过道路。\n"


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("care") / "home"
    return Path(shutil.copytree(sample_home, target, symlinks=True))


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(home)})
    with TestClient(create_app(settings, pages=False), raise_server_exceptions=False) as opened:
        wait_until_ready(opened)
        yield opened


@pytest.fixture
def kites(client: TestClient) -> Iterator[str]:
    """A stored document of these tests' own."""
    assert client.post("/api/v1/documents", files=files("风筝.md", KITES)).status_code == 201
    yield "pol-kites"
    client.delete("/api/v1/documents/pol-kites")


def files(name: str, content: str, field: str = "files") -> Any:
    return {field: (name, content.encode(), "text/markdown")}


def stored(client: TestClient) -> Any:
    return client.get("/api/v1/documents").json(), client.get("/api/v1/status").json()


def test_a_preview_tells_everything_and_stores_nothing(client: TestClient) -> None:
    before = stored(client)
    given = [
        ("files", ("风筝.md", KITES.encode(), "text/markdown")),
        ("files", ("坏的.pdf", b"%PDF", "application/pdf")),
    ]
    answer = client.post("/api/v1/documents/preview", files=given)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    (document,) = body["documents"]
    assert (document["action"], document["state"]) == ("add", "现行")
    assert document["document"]["id"] == "pol-kites"
    assert [chunk["section"] for chunk in document["chunks"]] == [["第一条"], ["第二条"]]
    assert document["difference"] is None
    assert [failure["source"] for failure in body["failures"]] == ["upload/坏的.pdf"]
    assert stored(client) == before


def test_a_preview_says_what_would_be_superseded_and_what_would_contradict(
    client: TestClient,
) -> None:
    head = "---\ntitle: 停车管理规定（2099版）\ntype: policy\neffective_from: 2099-01-01\n---\n"
    new = f"{head}\n第一条 甲。"
    body = client.post("/api/v1/documents/preview", files=files("新.md", new)).json()
    (document,) = body["documents"]
    assert document["supersedes"] == [
        {"document_id": "pol-parking", "title": "停车管理规定", "since": "2099-01-01"}
    ]
    assert [version["state"] for version in document["family"]] == ["现行", "未生效"]
    faq = (
        "---\ntype: faq\n---\n\n## 地下车位管理费多少？\n\n- 依据：pol-parking 第三条\n\n"
        "地下车位管理费每个每月95元。\n"
    )
    body = client.post("/api/v1/documents/preview", files=files("问.md", faq)).json()
    assert "contradiction" in {finding["code"] for finding in body["findings"]}


def test_a_document_is_replaced_under_its_id_and_the_difference_is_told(
    client: TestClient, kites: str
) -> None:
    upload = files("另一个名字.txt", NEW.split("---\n")[-1], "file")
    with structlog.testing.capture_logs() as logs:
        answer = client.put(f"/api/v1/documents/{kites}", files=upload, params={"actor": "主管甲"})
    assert answer.status_code == 200, answer.text
    difference = answer.json()["difference"]
    assert len(difference["stays"]) == 1
    assert "3小时" in difference["changed"][0]["after"]["text"]
    assert [chunk["section"] for chunk in difference["come"]] == [["第三条"]]
    chunks = client.get(f"/api/v1/documents/{kites}").json()["chunks"]
    assert len(chunks) == 3
    assert {"event": "documents taken in", "actor": "主管甲", "documents": [kites]}.items() <= logs[
        -1
    ].items()


def test_a_file_that_cannot_replace_changes_nothing(client: TestClient, kites: str) -> None:
    path = f"/api/v1/documents/{kites}"
    same = files("风筝.md", KITES, "file")
    assert "完全相同" in problem(client, "PUT", path, 422, files=same)
    other = files("别.md", NEW.replace("pol-kites", "pol-other"), "file")
    assert "pol-other" in problem(client, "PUT", path, 422, files=other)
    assert "nowhere" in problem(client, "PUT", "/api/v1/documents/nowhere", 404, files=other)
    broken = {"file": ("坏.pdf", b"%PDF", "application/pdf")}
    assert "坏.pdf" in problem(client, "PUT", path, 422, files=broken)
    assert len(client.get(path).json()["chunks"]) == 2


def test_a_document_is_retired_and_reinstated(client: TestClient, kites: str) -> None:
    path = f"/api/v1/documents/{kites}"
    with structlog.testing.capture_logs() as logs:
        body = client.post(f"{path}/retire", json={"actor": "主管甲"}).json()
        assert body["state"] == "已停用"
        assert client.post(f"{path}/reinstate", json={}).json()["state"] == "现行"
    assert [(log["event"], log["actor"]) for log in logs] == [
        ("document retired", "主管甲"),
        ("document reinstated", "api"),
    ]
    later = client.post(f"{path}/retire", json={"from": "2099-01-01"}).json()
    assert (later["state"], later["effective_to"]) == ("现行", "2098-12-31")
    assert "nowhere" in problem(client, "POST", "/api/v1/documents/nowhere/retire", 404, json={})
    past = {"from": "2020-01-01"}
    assert "pol-fees" in problem(
        client, "POST", "/api/v1/documents/pol-fees/retire", 422, json=past
    )


def test_two_files_of_one_name_are_refused(client: TestClient) -> None:
    given = [("files", ("甲/风筝.md", KITES.encode())), ("files", ("风筝.md", NEW.encode()))]
    detail = problem(client, "POST", "/api/v1/documents/preview", 422, files=given)
    assert "都叫「风筝.md」" in detail
