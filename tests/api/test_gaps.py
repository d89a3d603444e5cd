"""What cannot be answered is recorded, listed, drafted, filled in, ingested and then answered."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.server import create_app
from api.settings import load_settings
from api.wiring import House
from assistant.gaps.types import Settled
from assistant.types import Message
from ingest.pipeline import ingest
from kb.errors import NotFound
from kb.types import UNFINISHED, DocumentType
from tests.api.command_line import Cli, one_line
from tests.api.test_http import problem, wait_until_ready

POOL = "小区泳池几点开放？"


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    opened = House(load_settings({"GUANJIA_HOME": str(home)}))
    yield opened
    opened.close()


def test_an_abstention_is_a_gap_and_an_answer_is_none(house: House) -> None:
    assert house.ask("物业费逾期45天怎么催缴?").id == "1"
    declined = house.ask(POOL)
    assert declined.abstained
    (gap,) = house.asked.gaps()
    assert (str(gap.id), gap.question, gap.channels) == (declined.id, POOL, {"http": 1})
    assert gap.nearest


def test_an_inquiry_that_a_draft_cannot_answer_is_a_gap(house: House) -> None:
    moment = datetime.fromisoformat("2026-11-20T09:00+08:00")
    triages = house.triage(
        [Message("请问小区游泳池门票多少钱一次？", moment), Message("3栋电梯坏了", moment)]
    )
    for triage in triages:
        house.draft(triage)
    assert [gap.channels for gap in house.asked.gaps()] == [{"draft": 1}]


def test_a_store_that_fails_costs_no_answer(home: Path) -> None:
    (home / "questions.db").write_bytes(b"no database " * 100)
    opened = House(load_settings({"GUANJIA_HOME": str(home)}))
    answer = opened.ask("物业费逾期45天怎么催缴?")
    opened.close()
    assert answer.segments
    assert answer.id == ""


def test_recording_can_be_switched_off(home: Path) -> None:
    settings = {"GUANJIA_HOME": str(home), "GUANJIA_ASSISTANT__GAPS__RECORD": "false"}
    opened = House(load_settings(settings))
    assert opened.ask(POOL).id == ""
    assert not opened.asked.rate(POOL, False)
    opened.close()
    assert not (home / "questions.db").exists()


def test_a_draft_is_refused_until_it_is_filled_and_then_answers(
    house: House, tmp_path: Path
) -> None:
    for question in (POOL, "请问泳池几点开门|什么时候关", "我姓王，住3栋1单元502，泳池几点开放"):
        house.ask(question)
    (gap,) = house.asked.gaps()
    made = house.asked.draft_faq(gap.id)
    assert made.markdown.startswith("---\nid: faq-gap-")
    assert "- 其他问法：" in made.markdown
    assert "502" not in made.markdown
    assert "- 近似但不同：" in made.markdown
    assert "- 依据：" in made.markdown
    file = tmp_path / "泳池.md"
    file.write_text(made.markdown, encoding="utf-8")
    report = ingest([file], house.knowledge_base)
    (failure,) = report.failures
    assert "泳池.md" in failure.message
    assert "还没有写答案" in failure.message
    assert house.ask(POOL).abstained

    filled = made.markdown[: made.markdown.index(UNFINISHED)] + "泳池每天早上7点到晚上9点开放。\n"
    file.write_text(filled, encoding="utf-8")
    report = ingest([file], house.knowledge_base)
    assert not report.failures
    (document,) = [d for d in house.knowledge_base.documents() if d.id.startswith("faq-gap-")]
    (chunk,) = house.knowledge_base.chunks(document.id)
    assert chunk.type is DocumentType.FAQ
    assert chunk.questions[0] == gap.question.rstrip("？") + "？"
    assert "〔" not in gap.question
    assert len(chunk.questions) == 3
    assert chunk.negatives
    assert all(house.clause(reference) for reference in chunk.references)
    assert "7点" in house.ask(POOL).answer
    assert POOL not in [g.question for g in house.asked.gaps() if g.count == 1]


def test_a_settled_gap_disappears_until_it_is_asked_again(house: House) -> None:
    house.ask(POOL)
    (gap,) = house.asked.gaps()
    assert house.asked.dismiss(gap.id, Settled.RESOLVED).id == gap.id
    assert house.asked.gaps() == []
    house.ask("请问泳池几点开放")
    (again,) = house.asked.gaps()
    assert (again.id, again.returned) == (gap.id, True)
    with pytest.raises(NotFound, match="999"):
        house.asked.dismiss(999)


def test_the_command_line_lists_drafts_and_settles(home: Path, tmp_path: Path) -> None:
    cli = Cli(home)
    assert "没有待补的问题" in cli.ok("kb", "gaps")
    cli.ok("ask", POOL)
    (gap,) = json.loads(cli.ok("kb", "gaps", "--json"))
    assert (gap["question"], gap["channels"]) == (POOL, {"cli": 1})
    told = cli.ok("kb", "gaps")
    assert f"编号 {gap['id']}" in told
    assert "没有说明 1 次" in told
    number, file = str(gap["id"]), tmp_path / "faq.md"
    assert str(file) in cli.ok("kb", "gaps", "--draft", number, "-o", str(file))
    assert UNFINISHED in file.read_text(encoding="utf-8")
    again = one_line(cli.fails(1, "kb", "gaps", "--draft", number, "-o", str(file)))
    assert "已经存在" in again
    assert "还没有写答案" in one_line(cli.fails(1, "ingest", str(file)))
    assert "不用补" in cli.ok("kb", "gaps", "--dismiss", number)
    assert json.loads(cli.ok("kb", "gaps", "--json")) == []
    assert "77" in one_line(cli.fails(1, "kb", "gaps", "--draft", "77"))
    cli.fails(2, "kb", "gaps", "--draft", "1", "--dismiss", "1")
    cli.fails(2, "kb", "gaps", "-o", "x.md")


def test_the_knowledge_base_goes_out_and_in_on_the_command_line(home: Path, tmp_path: Path) -> None:
    cli = Cli(home)
    target = tmp_path / "out"
    made = json.loads(cli.ok("kb", "export", str(target), "--json"))
    assert made["documents"] == len(json.loads(cli.ok("status", "--json"))["items"])
    cli.ok("forget", "pol-parking")
    done = json.loads(cli.ok("kb", "import", str(target), "--replace", "--json"))
    assert (done["added"], done["updated"], done["removed"]) == (1, 0, 0)
    assert done["unchanged"] == made["documents"] - 1
    (target / "documents/policy/pol-parking.json").unlink()
    assert "pol-parking.json" in one_line(cli.fails(1, "kb", "import", str(target)))
    other = tmp_path / "mine"
    other.mkdir()
    (other / "a.txt").write_text("mine")
    assert "a.txt" in one_line(cli.fails(1, "kb", "export", str(other)))


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    settings = load_settings({"GUANJIA_HOME": str(home)})
    with TestClient(create_app(settings, pages=False), raise_server_exceptions=False) as opened:
        wait_until_ready(opened)
        yield opened


def test_feedback_and_gaps_over_http(client: TestClient) -> None:
    asked = {"question": "物业费逾期45天怎么催缴?"}
    answer = client.post("/api/v1/ask", json=asked).json()
    assert 0 < answer["confidence"] <= 1
    body = {**asked, "answer_id": answer["answer_id"], "useful": False, "reason": "想问减免"}
    assert client.post("/api/v1/feedback", json=body).json() == {"recorded": True}
    (gap,) = client.get("/api/v1/kb/gaps").json()
    assert (gap["poor"], gap["reasons"]) == (1, ["想问减免"])
    draft = client.post(f"/api/v1/kb/gaps/{gap['id']}/draft").json()
    assert UNFINISHED in draft["markdown"]
    settled = client.post(f"/api/v1/kb/gaps/{gap['id']}/settle", json={"how": "resolved"})
    assert settled.status_code == 200
    assert client.get("/api/v1/kb/gaps").json() == []
    # without an id the question itself is recorded
    body = {"question": "泳池几点开", "text": "见公告。", "useful": False}
    assert client.post("/api/v1/feedback", json=body).status_code == 201
    assert [g["question"] for g in client.get("/api/v1/kb/gaps").json()] == ["泳池几点开"]


def test_bad_feedback_is_a_problem_document(client: TestClient) -> None:
    assert "至少给一个" in problem(
        client, "POST", "/api/v1/feedback", 422, json={"question": "问", "useful": True}
    )
    for body in (
        {"question": "  ", "text": "答", "useful": True},
        {"question": "问", "text": "答"},
    ):
        problem(client, "POST", "/api/v1/feedback", 422, json=body)
    assert "77" in problem(client, "POST", "/api/v1/kb/gaps/77/draft", 404)
