"""The command line as a person runs it: real processes, real exit codes, one clear line."""

import json
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from api.doctor import examine
from api.settings import load_settings
from tests.api.command_line import ROOT, Cli, one_line


@pytest.fixture(scope="module")
def cli(sample_home_copy: Path) -> Cli:
    return Cli(sample_home_copy)


def test_a_question_is_answered_for_people_and_for_programs(sample_home_copy: Path) -> None:
    cli = Cli(sample_home_copy, afresh=True)
    told = cli.ok("ask", "物业费逾期45天怎么催缴?")
    assert "上门" in told
    assert "[1]" in told
    body = json.loads(cli.ok("ask", "物业费逾期45天怎么催缴?", "--json"))
    assert set(body) >= {"answer", "abstained", "segments", "citations", "took_ms"}


def test_what_may_answer_is_told_with_where_it_stands(cli: Cli) -> None:
    told = cli.ok("ask", "工单记录公司要留存几年？")
    assert "知识库没有说明" in told
    assert "请核对原文" in told
    assert "保存3年" in told


def test_search_gives_the_fields_of_the_contract(cli: Cli) -> None:
    hits = json.loads(cli.ok("search", "装修时间", "-k", "3", "--json"))
    assert len(hits) == 3
    contract = {"chunk_id", "document_id", "type", "title", "section", "text", "score", "source"}
    assert contract <= set(hits[0])


def test_triage_tells_people_what_and_why(cli: Cli) -> None:
    told = cli.ok("triage", "电梯困人", "--at", "2026-11-20T21:05+08:00")
    assert "特急" in told
    assert "今天21:08前" in told
    assert "pol-grading 第三条" in told


def test_a_file_of_messages_gives_a_json_line_each(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    lines = [
        {"id": "a", "text": "家里有燃气味", "received_at": "2026-11-20T21:05:00+08:00"},
        {"id": "b", "text": "谢谢保洁阿姨,楼道很干净"},
    ]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    results = [json.loads(line) for line in cli.ok("triage", "--file", str(file)).splitlines()]
    assert [(r["id"], r["tier"]) for r in results] == [("a", "critical"), ("b", "low")]


def test_a_message_may_come_from_standard_input(cli: Cli) -> None:
    body = json.loads(cli.ok("triage", "--json", stdin="楼道灯坏了\n"))
    assert body["kind"] == "repair"


def test_a_bad_line_is_named_and_the_rest_goes_through(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"id": "a", "text": "水管漏水"}\nnonsense\n{"id": "c", "text": ""}\n')
    done = cli("triage", "--file", str(file))
    assert done.returncode == 3
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a"]
    complaints = done.stderr.strip().splitlines()
    assert len(complaints) == 2
    assert "第2行" in complaints[0]
    assert "第3行" in complaints[1]


def test_a_draft_can_be_sent_as_it_is(cli: Cli) -> None:
    told = cli.ok("draft", "我家厨房水管爆了一直在喷水,5栋2单元1203,快派人来!")
    assert told.startswith("您好")
    assert "5栋2单元" in told
    body = json.loads(cli.ok("draft", "停车费怎么收?", "--json"))
    assert set(body) >= {"tier", "segments", "commitments", "warnings"}
    assert any(segment["role"] == "fact" for segment in body["segments"])


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        (1, ["ask", "  "], "问题"),
        (1, ["ask", "问" * 2001], "2000"),
        (1, ["triage", ""], "来件"),
        (1, ["triage", "水" * 100001], "100000"),
        (1, ["triage", "水管坏了", "--at", "昨天"], "2026-11-20T09:00"),
        (1, ["triage", "--file", "/nowhere/messages.jsonl"], "没有找到文件"),
        (2, ["triage", "水管坏了", "--file", "x.jsonl"], "只能给一个"),
        (2, ["search"], "query"),
        (1, ["ingest", "/nowhere/folder"], "/nowhere/folder"),
        (1, ["forget", "no-such-document"], "no-such-document"),
        (1, ["models", "pull", "no-such-model"], "no-such-model"),
        (1, ["train", "answer", "case-none", "repair", "low", "1"], "case-none"),
        (1, ["rules", "explain", "repair", "no_such_signal"], "no_such_signal"),
        (1, ["eval", "triage", "--messages", "/x.jsonl", "--labels", "/y.jsonl"], "/x.jsonl"),
        (1, ["eval", "triage", "--emergencies", "/x.yaml"], "/x.yaml"),
        (2, ["eval", "triage", "--messages", "/x.jsonl"], "--labels"),
    ],
)
def test_bad_input_gets_its_line_and_its_exit_code(
    cli: Cli, code: int, arguments: list[str], words: str
) -> None:
    told = cli.fails(code, *arguments).replace(",", "")
    assert words in told
    if code == 1:
        one_line(told)


def test_good_files_go_in_beside_bad_ones(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "good.md").write_text("# 借用工具规定\n\n住户可以在前台借用梯子,当天归还。\n")
    (folder / "empty.md").write_text("")
    (folder / "binary.md").write_bytes(bytes(range(256)) * 40)
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 not a document")
    done = cli("ingest", str(folder))
    assert done.returncode == 3
    complaints = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(complaints) == 3
    for name in ("empty.md", "binary.md", "broken.docx"):
        assert any(name in line for line in complaints)
    assert "梯子" in cli.ok("ask", "前台可以借梯子吗?")


def test_a_folder_is_kept_in_step_and_a_mass_deletion_has_to_be_allowed(
    cli: Cli, tmp_path: Path
) -> None:
    folder = tmp_path / "通知"
    folder.mkdir()
    for month in range(1, 7):
        text = f"# {month}月停水通知\n\n{month}月{month + 3}日清洗水箱,停水{month + 1}小时。\n"
        (folder / f"{month}.md").write_text(text, encoding="utf-8")
    assert "新增 6 份" in cli.ok("ingest", str(folder))
    (folder / "1.md").unlink()
    assert "移除「通知/1.md」" in cli.ok("ingest", str(folder))
    for month in range(2, 6):
        (folder / f"{month}.md").unlink()
    told = one_line(cli.fails(3, "ingest", str(folder)))
    assert "5 份资料中有 4 份" in told
    assert "--allow-mass-deletion" in told
    cli.ok("ingest", "--keep-missing", str(folder))
    cli.fails(2, "ingest", "--keep-missing", "--allow-mass-deletion", str(folder))
    report = json.loads(cli.ok("ingest", "--allow-mass-deletion", str(folder), "--json"))
    assert report["counts"]["removed"] == 4


def test_the_status_of_one_document_tells_its_quality_and_what_was_dropped(
    cli: Cli, tmp_path: Path
) -> None:
    notice = "本站所有文档均由网友上传,如侵犯版权请点击版权申诉,付费下载后不支持退款。"
    file = tmp_path / "网上下载.md"
    text = f"---\nid: pol-web\nversion: '2'\n---\n# 快递柜规定\n\n超过两天收费一元。\n\n{notice}\n"
    file.write_text(text, encoding="utf-8")
    cli.ok("ingest", str(file))
    told = cli.ok("status", "pol-web")
    for words in (
        str(file),
        "版本：2",
        "分（满分 100）",
        "文库网站的声明：",
        notice,
        "文字编码：utf-8",
    ):
        assert words in told
    body = json.loads(cli.ok("status", "pol-web", "--json"))
    assert body["quality"]["score"] < 90
    assert body["quality"]["dropped"][0]["samples"] == [notice]
    assert body["passages"] == 1
    every = cli.ok("status")
    assert "制度 " in every
    assert "平均质量" in every
    whole = json.loads(cli.ok("status", "--json"))
    scores = {item["id"]: item["quality"]["score"] for item in whole["items"]}
    assert scores["pol-web"] == body["quality"]["score"]
    assert whole["alike"] == []
    assert "no-such-document" in one_line(cli.fails(1, "status", "no-such-document"))


def test_a_malformed_rule_book_is_named_by_file_and_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "urgency.yaml").write_text("id: urgency\n  rows: [\n", encoding="utf-8")
    told = one_line(cli.fails(1, "rules", "check", "--folder", str(tmp_path)))
    assert "urgency.yaml" in told
    assert "行" in told


def test_a_second_process_is_told_who_owns_the_data_folder(cli: Cli) -> None:
    code = (
        "import sys, time; from pathlib import Path; from kb.folder_lock import FolderLock;"
        "from datetime import datetime;"
        f"lock = FolderLock(Path({str(cli.home)!r}), datetime.now()); print('held', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        told = one_line(cli.fails(1, "search", "停车"))
        assert str(owner.pid) in told
        assert owner.stdin is not None
        owner.stdin.close()


def test_a_port_that_is_taken_is_named_before_anything_is_loaded(sample_home_copy: Path) -> None:
    cli = Cli(sample_home_copy, afresh=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = one_line(cli.fails(1, "serve", "--port", str(port)))
    assert f"{port} 端口" in told
    assert "--port" in told


def test_without_models_the_remedy_is_named(tmp_path: Path) -> None:
    told = one_line(Cli(tmp_path).fails(1, "ask", "停车费怎么收?"))
    assert "guanjia models pull multilingual-e5-small" in told


def test_the_rules_explain_themselves(cli: Cli) -> None:
    told = cli.ok("rules", "explain", "repair", "active_leak", "--at", "2026-11-20T09:00+08:00")
    assert "紧急" in told
    assert "pol-grading" in told
    assert "urgency" in cli.ok("rules", "show")
    assert json.loads(cli.ok("rules", "check", "--json"))["ok"]


def test_a_drill_can_be_taken_on_the_command_line(cli: Cli) -> None:
    drill = json.loads(cli.ok("train", "next", "--trainee", "甲", "--json"))
    told = cli.ok("train", "answer", drill["case_id"], "other", "low", "1", "--trainee", "甲")
    assert "应为" in told
    progress = json.loads(cli.ok("train", "progress", "--trainee", "甲", "--json"))
    assert progress["answered"] == 1


def test_the_doctor_finds_a_healthy_house(cli: Cli) -> None:
    findings = json.loads(cli.ok("doctor", "--json"))
    assert all(finding["ok"] for finding in findings)
    parts = [finding["part"] for finding in findings]
    assert parts == ["数据目录", "向量模型", "规则", "节假日", "知识库", "语言模型"]


def test_the_doctor_names_a_year_whose_holidays_are_not_announced(sample_home_copy: Path) -> None:
    settings = load_settings({"GUANJIA_HOME": str(sample_home_copy)})
    told = {f.part: f.text for f in examine(settings, date(2099, 3, 1))}
    assert "2099、2100 年的安排尚未公布" in told["节假日"]
    known = {f.part: f.text for f in examine(settings, date(2025, 3, 1))}
    assert known["节假日"] == "今明两年的安排都已公布"


def test_retrieval_and_triage_are_evaluated_from_files(cli: Cli, tmp_path: Path) -> None:
    files = {
        "corpus": [{"id": "a", "text": "电梯每月保养两次"}, {"id": "b", "text": "绿化每周浇水"}],
        "queries": [{"id": "1", "question": "电梯多久保养", "relevant": ["a"]}],
        "messages": [{"id": "m", "text": "电梯里困人了"}],
        "labels": [
            {"id": "m", "kind": "assistance", "department": "engineering", "tier": "critical"}
        ],
    }
    paths = {}
    for name, rows in files.items():
        paths[name] = tmp_path / f"{name}.jsonl"
        paths[name].write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    told = cli.ok(
        "eval", "retrieval", "--corpus", str(paths["corpus"]), "--queries", str(paths["queries"])
    )
    assert all(arm in told for arm in ("dense", "lexical", "fused", "nDCG@10", "MRR@10"))
    scores = json.loads(
        cli.ok(
            "eval",
            "triage",
            "--messages",
            str(paths["messages"]),
            "--labels",
            str(paths["labels"]),
            "--json",
        )
    )
    assert scores["under"]["value"] == 0.0


def test_triage_is_evaluated_on_an_emergency_suite_with_a_report(cli: Cli, tmp_path: Path) -> None:
    suite, report = tmp_path / "suite.yaml", tmp_path / "report.html"
    rows = (
        "- {text: 电梯里困着两个人快来, present: [person_trapped], absent: []}",
        "- {text: 请问停车月卡怎么办, present: [], absent: [person_trapped], style: formal}",
    )
    suite.write_text("messages:\n" + "\n".join(rows), encoding="utf-8")
    told = cli.ok("eval", "triage", "--emergencies", str(suite), "--report", str(report))
    assert "险情漏判（没有判为特急）：0.000" in told
    assert "误判特急（不是险情却判为特急）：0.000" in told
    assert "公函" in told
    page = report.read_text(encoding="utf-8")
    assert "分诊评测报告" in page
    assert "停车月卡" not in page
