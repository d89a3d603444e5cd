"""Drafts reworded by the real small model, from the file to the stream."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings
from assistant.language.build import gguf_file
from tests.api.test_language import PREFIX, state_of, value
from tests.language_model import NAME

MESSAGE = {
    "text": "3栋2单元的楼道灯坏了两天，晚上回家摸黑，麻烦来修一下",
    "received_at": "2026-11-24T10:20:00+08:00",
}
EMERGENCY = {"text": "5栋电梯停在3楼，里面困了人，快来！"}


@pytest.fixture(scope="module")
def client(
    sample_home: Path, llm_models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    import shutil

    home = tmp_path_factory.mktemp("reworded") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    settings = load_settings(
        {
            "GUANJIA_HOME": str(home),
            f"{PREFIX}BACKEND": "gguf",
            f"{PREFIX}MODEL": str(gguf_file(NAME, llm_models_dir)),
            f"{PREFIX}THREADS": "1",
            f"{PREFIX}CONTEXT": "2048",
            f"{PREFIX}FIRST_TOKEN_SECONDS": "300",
            f"{PREFIX}TOTAL_SECONDS": "600",
        }
    )
    with TestClient(create_app(settings, pages=False)) as opened:
        state_of(opened, ("ready",))
        yield opened


def events(client: TestClient, message: dict[str, str], wording: str) -> list[tuple[str, Any]]:
    answer = client.post(f"/api/v1/draft/stream?wording={wording}", json=message)
    assert answer.status_code == 200
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    return [(name[7:], json.loads(data[6:])) for name, data in blocks]


def test_the_composed_draft_comes_at_once_and_the_models_lines_after_it(
    client: TestClient,
) -> None:
    told = events(client, MESSAGE, "model")
    names = [name for name, _ in told]
    assert names[0] == "triage"
    assert names[-1] == "draft"
    composed = [value for name, value in told if name == "segment"]
    draft = told[-1][1]
    assert len(draft["segments"]) == len(composed)
    judged = [value for name, value in told if name == "reworded"]
    assert judged, names
    assert names.index("segment") < names.index("reworded")
    for one in judged:
        now = draft["segments"][one["segment"]]
        before = composed[one["segment"]]
        assert now == (one["now"] if one["accepted"] else before)
        assert one["accepted"] or one["reason"]
        assert now["citations"] == before["citations"]
    promises = [s for s in draft["segments"] if s["role"] == "commitment"]
    assert promises == [s for s in composed if s["role"] == "commitment"]
    assert draft["violations"] == []
    metrics = client.get("/metrics").text
    assert value(metrics, "guanjia_llm_first_token_seconds_count") >= 1
    assert value(metrics, "guanjia_llm_tokens_per_second_count") >= 1


def test_a_model_that_was_not_compared_words_nothing_unasked(client: TestClient) -> None:
    told = events(client, MESSAGE, "auto")
    assert [name for name, _ in told if name in ("delta", "reworded")] == []
    assert told[-1][1]["backend"] == "composed"


def test_an_emergency_is_answered_without_the_model(client: TestClient) -> None:
    told = events(client, EMERGENCY, "model")
    draft = told[-1][1]
    assert draft["backend"] == "composed"
    assert [s["role"] for s in draft["segments"]].count("safety") >= 1
    assert draft["violations"] == []


def test_a_server_killed_in_the_middle_costs_only_its_lines(client: TestClient) -> None:
    killed = False
    names = []
    body = {**MESSAGE, "text": "2栋楼道灯坏了，另外物业费什么时候交？"}
    with client.stream("POST", "/api/v1/draft/stream?wording=model", json=body) as answer:
        for line in answer.iter_lines():
            if line.startswith("event: "):
                names.append(line[7:])
            if names and names[-1] == "segment" and not killed:
                _kill_model(client)
                killed = True
            if line.startswith("data: ") and names[-1] == "draft":
                draft = json.loads(line[6:])
    assert killed
    assert draft["text"]
    assert names[-1] == "draft"


def _kill_model(client: TestClient) -> None:
    """Kill the process of the model, as an operating system short of memory would."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"gguf_server" in command and int(parent) == os.getpid():
            os.kill(int(folder.name), signal.SIGKILL)
    del client
