"""Corrections over HTTP and on the command line: set right, taken back, masked, learned from."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.cli import main
from api.desk_flow import correct_request, keep_message
from api.incoming import message_from
from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from kb.encoder import Encoder
from rules.replay import replay
from tests.api.test_http import problem, wait_until_ready

ROOT = Path(__file__).parents[2]
LAMP = {
    "text": "3栋2单元501门口的灯不亮，电话13812345678",
    "received_at": "2026-11-20T10:00:00+08:00",
}


@pytest.fixture(scope="module")
def client(sample_home_copy: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(sample_home_copy)})
    with TestClient(create_app(settings, pages=False), raise_server_exceptions=False) as opened:
        wait_until_ready(opened)
        yield opened


def kept(client: TestClient, **message: str) -> str:
    answer = client.post("/api/v1/requests", json={**LAMP, **message})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def set_right(client: TestClient, request_id: str, field: str, value: Any, reason: str = "") -> Any:
    body = {"field": field, "value": value, "actor": "小陈", "reason": reason}
    answer = client.post(f"/api/v1/requests/{request_id}/corrections", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_field_is_set_right_and_taken_back(client: TestClient) -> None:
    request_id = kept(client)
    assert set_right(client, request_id, "department", "cleaning")["department"] == "cleaning"
    undone = client.post(
        f"/api/v1/requests/{request_id}/corrections/undo",
        json={"field": "department", "actor": "小王"},
    )
    assert undone.json()["department"] == "engineering"
    rows = client.get(f"/api/v1/requests/{request_id}/corrections").json()
    assert [(row["before"], row["after"], row["actor"]) for row in rows] == [
        ("engineering", "cleaning", "小陈"),
        ("cleaning", "engineering", "小王"),
    ]
    assert rows[1]["undoes"] == rows[0]["id"]


def test_what_leaves_the_desk_is_masked(client: TestClient) -> None:
    set_right(client, kept(client), "kind", "suggestion")
    (row,) = client.get("/api/v1/corrections").json()
    assert row["kind"] == "suggestion"
    assert row["corrected"] == ["kind"]
    assert "13812345678" not in json.dumps(row)
    assert "501" not in row["text"]


def test_a_correction_that_is_not_possible_is_a_problem_of_one_line(client: TestClient) -> None:
    request_id = kept(client, text="电梯困人")
    path = f"/api/v1/requests/{request_id}/corrections"
    body = {"field": "signal:person_trapped", "value": False, "actor": "小陈"}
    assert "写明原因" in problem(client, "POST", path, 422, json=body)
    body = {"field": "tier", "value": "low", "actor": "小陈"}
    assert "只能调高" in problem(client, "POST", path, 422, json=body)
    nowhere = "/api/v1/requests/none/corrections"
    assert "none" in problem(client, "POST", nowhere, 404, json=body)
    assert "none" in problem(client, "GET", nowhere, 404)
    split = f"/api/v1/requests/{request_id}/split"
    assert "只有一件事" in problem(client, "POST", split, 422, json={"actor": "小陈"})


def test_a_corrected_request_is_replayed_to_the_byte(client: TestClient) -> None:
    request_id = kept(client)
    set_right(client, request_id, "kind", "complaint")
    set_right(client, request_id, "tier", "critical")
    house: House = client.app.state.house  # type: ignore[attr-defined]
    assert replay(house.desk.record(request_id), house.archive).same


# -- on the command line


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which messages were corrected against all sense."""
    target = tmp_path_factory.mktemp("learning") / "home"
    shutil.copytree(sample_home, target, symlinks=True)
    house = House(load_settings({"GUANJIA_HOME": str(target)}))
    texts = ("厨房水管漏水了请来修", "电梯坏了不动了", "楼道灯不亮了麻烦修一下", LAMP["text"])
    messages = [message_from({"text": text}, house.now()) for text in texts]
    for triage in house.triage(messages):
        request = keep_message(house, triage, actor="小陈").request
        correct_request(house, request.id, "kind", "praise", "小陈")
    house.close()
    return target


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"GUANJIA_HOME": str(home)},
        check=False,
        input="楼道灯坏了",
    )


def test_corrections_are_listed_and_exported_masked(home: Path, tmp_path: Path) -> None:
    told = run(home, "triage", "corrections")
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("改了类型 → 表扬·工程") == 4
    assert "13812345678" not in told.stdout
    file = tmp_path / "taught.jsonl"
    assert run(home, "triage", "corrections", "--export", str(file)).returncode == 0
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["praise"] * 4
    assert "13812345678" not in file.read_text(encoding="utf-8")
    refused = run(home, "triage", "corrections", "--export", "/nowhere/taught.jsonl")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_worse_model_is_refused_with_one_line_and_the_old_one_stays(
    home: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = home / "models" / "triage-classifier.npz"
    before = model.read_bytes()
    # in this process, with the encoder that remembers: to encode all examples takes minutes
    monkeypatch.setattr("kb.encoder.load_encoder", lambda *_place, **_settings: encoder)
    monkeypatch.setenv("GUANJIA_HOME", str(home))
    monkeypatch.setenv("GUANJIA_ASSISTANT__RETRAINING__MOST_LOST", "0")
    monkeypatch.setattr("sys.argv", ["guanjia", "triage", "retrain"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 1, told
    assert "变差，不能替换" in told.out
    assert told.err.splitlines()[-1].startswith("错误：没有替换模型：")
    assert model.read_bytes() == before
    assert not list(model.parent.glob("*corrections*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("triage", "电梯困人"), "特急"),
        (("triage",), "报修"),
        (("triage", "--json"), '"kind": "repair"'),
        (("triage", "--", "retrain"), "处理"),
        (("triage", "--help"), "rollback"),
        (("triage", "--help"), "--file"),
    ],
)
def test_a_message_is_triaged_as_ever_beside_the_new_commands(
    home: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run(home, *arguments)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout


def test_without_a_previous_model_rolling_back_is_one_clear_line(home: Path) -> None:
    done = run(home, "triage", "rollback")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "没有上一个" in done.stderr


def test_without_corrections_there_is_nothing_to_train(sample_home: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_home, tmp_path / "home", symlinks=True)
    done = run(tmp_path / "home", "triage", "retrain")
    assert (done.returncode, done.stderr) == (0, "")
    assert "不用重新训练" in done.stdout
