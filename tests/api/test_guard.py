"""The check of an edited reply over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings


@pytest.fixture(scope="module")
def client(sample_home_copy: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(sample_home_copy)})
    with TestClient(create_app(settings, pages=False)) as client:
        yield client


def test_an_edited_reply_is_told_what_is_wrong_where_and_why(client: TestClient) -> None:
    text = "您好，水龙头的事已经登记，保证修好。"
    body = {"message": {"text": "厨房水龙头关不紧"}, "text": text}
    (found,) = client.post("/api/v1/draft/check", json=body).json()
    assert found["code"] == "result_promise"
    assert text[found["start"] : found["end"]] == found["text"]
    assert found["label"] == "保证结果"
    assert "保证结果" in found["reason"]


def test_the_composed_reply_is_told_nothing(client: TestClient) -> None:
    message = {"text": "物业费每月收多少？", "received_at": "2026-11-20T09:00:00+08:00"}
    text = client.post("/api/v1/draft", json=message).json()["text"]
    assert client.post("/api/v1/draft/check", json={"message": message, "text": text}).json() == []


def test_an_empty_reply_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/draft/check", json={"message": {"text": "你好"}, "text": ""})
    assert answer.status_code == 422
