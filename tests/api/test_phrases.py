"""The library of wordings from the command line and over HTTP. No model is needed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from assistant.errors import PhrasesDamaged
from tests.api.command_line import Cli, one_line
from tests.api.test_http import problem
from tests.assistant.test_phrases import OWN

PATH = "/api/v1/phrases"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "phrases").mkdir()
    return tmp_path


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    app = create_app(load_settings({"GUANJIA_HOME": str(home)}), pages=False)
    # without its lifespan, so that no model is loaded
    yield TestClient(app, raise_server_exceptions=False)
    app.state.house.close()


def test_wordings_are_found_by_words_and_shown_ready_to_copy(home: Path) -> None:
    run = Cli(home)
    told = run.ok("kb", "phrases", "转达", "--kind", "praise", "--situation", "restate")
    assert "【部门】部门" in told
    assert "注意：" in told
    assert "依据：pol-grading 第十九条" in told
    assert told.strip().splitlines()[-1] == "共 1 条，5 种说法。"
    greeting = json.loads(run.ok("kb", "phrases", "--situation", "greeting", "--json"))
    assert "您好，这里是安和物业澜庭雅苑客户服务中心。" in greeting[0]["ready"]
    assert greeting[0]["kind_label"] == "通用"


def test_nothing_found_and_a_wrong_filter_are_one_clear_line(home: Path) -> None:
    run = Cli(home)
    assert "没有找到话术" in one_line(run.ok("kb", "phrases", "宇宙飞船"))
    assert run.ok("kb", "phrases", "宇宙飞船", "--json").strip() == "[]"
    assert "诉求类型" in one_line(run.fails(1, "kb", "phrases", "--kind", "anger"))
    assert "情形" in one_line(run.fails(1, "kb", "phrases", "--situation", "goodbye"))


def test_a_mistake_in_the_companys_own_file_is_one_line_on_the_command_line(home: Path) -> None:
    (home / "phrases/own.yaml").write_text(OWN.replace("谢谢您", "24小时内"), encoding="utf-8")
    told = one_line(Cli(home).fails(1, "kb", "phrases"))
    assert "own.yaml 第 9 行" in told
    assert "事实来自资料" in told


def test_http_gives_wordings_filtered_and_refuses_an_unknown_kind(client: TestClient) -> None:
    every = client.get(PATH).json()
    assert len(every) > 100
    found = client.get(PATH, params={"q": "道歉", "kind": "complaint"}).json()
    assert found
    assert {entry["kind"] for entry in found} <= {"complaint", "all"}
    situations = client.get(PATH, params={"situation": "gift"}).json()
    assert [entry["id"] for entry in situations] == ["praise-gift"]
    assert "anger" in problem(client, "GET", f"{PATH}?kind=anger", 422)
    assert "goodbye" in problem(client, "GET", f"{PATH}?situation=goodbye", 422)


def test_http_shows_the_companys_own_wording_and_says_so(home: Path, client: TestClient) -> None:
    (home / "phrases/own.yaml").write_text(OWN, encoding="utf-8")
    (entry,) = (e for e in client.get(PATH).json() if e["own"])
    assert (entry["id"], entry["version"]) == ("complaint-closing", "2")
    assert entry["effective_from"] == "2026-10-01"


def test_a_damaged_file_is_a_503_with_its_row(home: Path, client: TestClient) -> None:
    (home / "phrases/own.yaml").write_text(OWN.replace("use:", "uses:"), encoding="utf-8")
    assert "own.yaml 第 10 行" in problem(client, "GET", PATH, 503)


def test_the_drafter_speaks_with_the_companys_own_wordings(home: Path) -> None:
    (home / "phrases/own.yaml").write_text(OWN, encoding="utf-8")
    house = House(load_settings({"GUANJIA_HOME": str(home)}))
    assert house.drafter.phrases is house.phrases
    assert house.drafter.phrases.pick("closing", "complaint", 0, {}, "x").startswith("谢谢您，我们")
    (home / "phrases/own.yaml").write_text("- x", encoding="utf-8")
    broken = House(load_settings({"GUANJIA_HOME": str(home)}))
    with pytest.raises(PhrasesDamaged):
        _ = broken.drafter
