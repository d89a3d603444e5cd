"""What was sent instead of a draft is kept, reported, and becomes an FAQ that answers."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from assistant.edits.types import Sent
from ingest.pipeline import ingest
from kb.types import UNFINISHED
from rules.types import Kind
from tests.api.command_line import Cli, one_line
from tests.api.test_http import problem, wait_until_ready

ASKED = "请问小区游泳池门票多少钱一次？"
ANSWER = "小区没有游泳池，会所二楼的恒温水疗池每次三十元，凭门禁卡进入。"
URL = "/api/v1/drafts/sent"


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    opened = House(load_settings({"GUANJIA_HOME": str(home)}))
    yield opened
    opened.close()


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(home)})
    with TestClient(create_app(settings, pages=False), raise_server_exceptions=False) as opened:
        wait_until_ready(opened)
        yield opened


def drafted(client: TestClient, text: str) -> dict:
    made = client.post("/api/v1/draft", json={"text": text}).json()
    wanted = ("kind", "backend", "segments")
    return {"message": text, "draft": made["text"], **{name: made[name] for name in wanted}}


def test_a_reply_that_was_rewritten_becomes_an_faq_that_answers(
    client: TestClient,
    tmp_path: Path,
) -> None:
    body = drafted(client, ASKED)
    second, closing = body["segments"][1], body["segments"][-1]
    own = body["draft"].replace(second["text"], ANSWER)
    made = client.post(URL, json={**body, "sent": own})
    assert made.status_code == 201
    assert made.json()["recorded"]
    assert 0 < made.json()["distance"] < 1

    found = client.get("/api/v1/drafts/edits").json()
    assert found["total"]["count"] == found["kinds"]["inquiry"]["count"] == 1
    assert found["roles"][second["role"]]["touched"] == 1
    assert found["roles"][closing["role"]]["touched"] == 0
    (candidate,) = found["candidates"]
    assert candidate["has_fact"] is False
    assert candidate["answer"] == ANSWER

    path = f"/api/v1/drafts/candidates/{candidate['id']}"
    markdown = client.post(f"{path}/draft").json()["markdown"]
    assert ANSWER in markdown
    file = tmp_path / "faq.md"
    file.write_text(markdown, encoding="utf-8")
    base = client.app.state.house.knowledge_base
    assert "还没有写答案" in ingest([file], base).failures[0].message
    checked = markdown[: markdown.index(UNFINISHED)] + ANSWER + "\n"
    file.write_text(checked, encoding="utf-8")
    assert not ingest([file], base).failures
    assert "三十元" in client.post("/api/v1/ask", json={"question": ASKED}).json()["answer"]

    assert client.post(f"{path}/settle", json={"how": "resolved"}).status_code == 200
    assert client.get("/api/v1/drafts/edits").json()["candidates"] == []
    assert "kb edits" in problem(client, "POST", f"{path}/draft", 404)


def test_a_request_that_is_kept_need_not_be_told_again(client: TestClient) -> None:
    made = client.post("/api/v1/requests", json={"text": ASKED, "id": "m-77"})
    assert made.status_code in (200, 201), made.text
    body = {"draft": "您好。", "sent": ANSWER, "kind": "inquiry", "request_id": "m-77"}
    for _ in range(2):
        assert client.post(URL, json=body).status_code == 201
    found = client.get("/api/v1/drafts/edits").json()
    assert found["total"]["count"] == 1
    assert found["candidates"][0]["question"] == ASKED
    problem(client, "POST", URL, 404, json={**body, "request_id": "nobody"})


def test_what_cannot_be_compared_is_refused_in_one_line(client: TestClient) -> None:
    body = {"draft": "您好。", "sent": "你好。", "kind": "inquiry"}
    segments = [{"role": "fact", "text": "别的话"}]
    assert "别的话" in problem(client, "POST", URL, 422, json={**body, "segments": segments})
    problem(client, "POST", URL, 422, json={**body, "sent": "长" * 5001})
    problem(client, "POST", URL, 422, json={**body, "kind": "gossip"})


def test_nothing_sent_is_kept_where_recording_is_off(house: House) -> None:
    gaps = house.settings.assistant.gaps.model_copy(update={"record": False})
    assistant = house.settings.assistant.model_copy(update={"gaps": gaps})
    house.settings = house.settings.model_copy(update={"assistant": assistant})
    assert house.sent.record(Sent("甲", "乙", Kind.OTHER, "composed", house.now())) is None
    assert not (house.settings.home / "questions.db").exists()


def test_edits_on_the_command_line(house: House, home: Path, tmp_path: Path) -> None:
    house.sent.record(Sent("您好。", ANSWER, Kind.INQUIRY, "composed", house.now(), (), ASKED))
    house.sent.record(Sent("您好。", "您好。", Kind.REPAIR, "composed", house.now()))
    house.close()
    cli = Cli(home)
    told = cli.ok("kb", "edits", "--days", "3")
    assert "咨询\t1 条" in told
    assert "50% 原样发出" in told
    assert ASKED in told
    (candidate,) = json.loads(cli.ok("kb", "edits", "--json"))["candidates"]
    number, file = str(candidate["id"]), tmp_path / "faq.md"
    assert "ingest" in cli.ok("kb", "edits", "--draft", number, "-o", str(file))
    assert ANSWER in file.read_text(encoding="utf-8")
    assert "已经存在" in one_line(cli.fails(1, "kb", "edits", "--draft", number, "-o", str(file)))
    assert "不用补" in cli.ok("kb", "edits", "--dismiss", number)
    assert "没有编号" in one_line(cli.fails(1, "kb", "edits", "--draft", number))
    cli.fails(2, "kb", "edits", "--draft", "1", "--resolve", "1")


def test_a_follow_up_is_asked_whole(client: TestClient) -> None:
    body = {"question": "那押金呢", "turns": ["装修前要办什么手续？"]}
    answer = client.post("/api/v1/ask", json=body).json()
    assert answer["question"] == "那押金呢"
    assert "装修" in answer["asked_as"]
    assert "装修" in "".join(c["title"] for c in answer["citations"])
    alone = client.post("/api/v1/ask", json={"question": "装修押金交多少？"}).json()
    assert alone["asked_as"] == alone["question"]
    problem(client, "POST", "/api/v1/ask", 422, json={**body, "turns": ["问"] * 21})


def test_ask_after_former_questions_says_what_it_asks(home: Path) -> None:
    cli = Cli(home)
    former = ("--after", "装修可以在什么时间施工？", "--after", "谢谢")
    told = cli.ok("ask", "那节假日呢", *former)
    assert told.startswith("按“节假日装修")
    made = json.loads(cli.ok("ask", "那节假日呢", *former, "--json"))
    assert (made["question"], "节假日装修" in made["asked_as"]) == ("那节假日呢", True)


@pytest.mark.parametrize("path", ["/api/v1/drafts/edits?days=0", "/api/v1/drafts/edits?days=x"])
def test_a_wrong_number_of_days_is_a_problem(client: TestClient, path: str) -> None:
    problem(client, "GET", path, 422)
