"""`guanjia kb` and `--as-of` as a person uses them, in real processes."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from api.settings import load_settings
from api.wiring import House
from ingest.pipeline import ingest
from tests.api.command_line import Cli, one_line

NEW = """---
id: pol-tools-new
title: 工具借用规定（2026版）
type: policy
effective_from: 2026-03-01
---

第一条 为方便住户修理，制定本规定。

第二条 住户可以在前台借用梯子和电钻，借用时间不超过4小时。
"""
OLD = NEW.replace("new", "old").replace("2026版", "试行").replace("2026-03-01", "2024-01-01")


@pytest.fixture(scope="module")
def cli(sample_home_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "new.md").write_text(NEW, encoding="utf-8")
    (folder / "old.md").write_text(OLD.replace("不超过4", "不超过2"), encoding="utf-8")
    run = Cli(sample_home_copy)
    run.ok("ingest", str(folder))
    return run


def test_today_the_new_version_answers_and_the_past_gets_the_old_one(cli: Cli) -> None:
    question = "借用梯子和电钻可以多长时间?"
    assert "4小时" in cli.ok("ask", question)
    told = cli.ok("ask", question, "--as-of", "2025-06-01")
    assert "2小时" in told
    assert "已被取代" in told
    assert "2024-01-01 起施行" in told
    (citation, *_) = json.loads(cli.ok("ask", question, "--as-of", "2025-06-01", "--json"))[
        "citations"
    ]
    assert (citation["state"], citation["effective_from"]) == ("已被取代", "2024-01-01")


def test_a_search_of_the_past_marks_what_no_longer_holds(cli: Cli) -> None:
    told = cli.ok("search", "借用梯子和电钻", "-k", "2", "--as-of", "2025-06-01")
    assert "pol-tools-old" in told
    assert "【已被取代" in told
    assert "pol-tools-new" not in told
    (hit, *_) = json.loads(cli.ok("search", "借用梯子和电钻", "--json"))
    assert (hit["document_id"], hit["state"]) == ("pol-tools-new", "现行")


def test_the_versions_of_a_document_are_listed_with_their_states(cli: Cli) -> None:
    lines = cli.ok("kb", "versions", "pol-tools-new").splitlines()
    assert [line.split("\t")[0] for line in lines] == ["pol-tools-old", "pol-tools-new"]
    assert "已被取代" in lines[0]
    assert "2026-03-01 由 pol-tools-new 取代" in lines[0]
    body = json.loads(cli.ok("kb", "versions", "pol-tools-old", "--as-of", "2025-01-01", "--json"))
    assert [version["state"] for version in body] == ["现行", "未生效"]


def test_the_status_says_what_each_document_is(cli: Cli) -> None:
    assert "pol-tools-old\tpolicy\t已被取代" in cli.ok("status")
    assert "pol-tools-old\tpolicy\t现行" in cli.ok("status", "--as-of", "2025-01-01")


def test_a_retired_document_is_not_found_until_it_is_put_back(cli: Cli) -> None:
    assert "从 2026-04-01 起停用" in cli.ok("kb", "retire", "pol-tools-new", "--from", "2026-04-01")
    body = json.loads(cli.ok("kb", "versions", "pol-tools-new", "--json"))
    assert [(v["state"], v["effective_to"]) for v in body] == [
        ("已被取代", None),
        ("已停用", "2026-03-31"),
    ]
    assert "pol-tools" not in cli.ok("search", "借用梯子和电钻")
    assert "现行" in cli.ok("kb", "retire", "pol-tools-new", "--undo")
    assert "pol-tools-new" in cli.ok("search", "借用梯子和电钻")


def test_the_check_passes_the_sample_content_and_fails_on_an_error(
    cli: Cli, tmp_path: Path
) -> None:
    assert json.loads(cli.ok("kb", "lint", "--json")) == []
    assert "没有发现问题" in cli.ok("kb", "lint", "--fail-on", "warning")
    faq = "---\nid: faq-tools\ntype: faq\n---\n\n## 梯子能借多久？\n\n- 依据:{0}\n\n{1}\n"
    file = tmp_path / "faq.md"
    answer = "借用梯子和电钻不超过6小时。"
    file.write_text(faq.format("pol-tools-new 第二条", answer), encoding="utf-8")
    cli.ok("ingest", str(file))
    done = cli("kb", "lint")
    assert done.returncode == 1
    for part in ("错误 contradiction", "faq-tools", "6小时", "4小时", "建议：", "错误 1"):
        assert part in done.stdout
    old = faq.format("pol-tools-old 第二条", answer.replace("6", "4"))
    file.write_text(old, encoding="utf-8")
    cli.ok("ingest", str(file))
    assert "警告 superseded-reference" in cli.ok("kb", "lint")
    assert cli("kb", "lint", "--fail-on", "warning").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kb", "versions", "nowhere"], "nowhere"),
        (["kb", "retire", "nowhere"], "nowhere"),
        (["kb", "retire", "pol-tools-new", "--from", "2020-01-01"], "guanjia forget"),
        (["kb", "retire", "pol-tools-new", "--from", "明天"], "2026-11-20"),
        (["ask", "停车怎么收费", "--as-of", "2024-13-01"], "2024-13-01"),
        (["search", "停车", "--as-of", "去年"], "去年"),
    ],
)
def test_a_mistake_gets_its_line(cli: Cli, arguments: list[str], words: str) -> None:
    assert words in one_line(cli.fails(1, *arguments))


def test_a_draft_quotes_the_clause_in_force(
    sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("clause") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    house = House(load_settings({"GUANJIA_HOME": str(home)}))
    folder = tmp_path_factory.mktemp("more")
    (folder / "old.md").write_text(OLD, encoding="utf-8")
    ingest([folder], house.knowledge_base)
    before = house.clause("pol-tools-old 第二条")
    assert before is not None
    assert before.document_id == "pol-tools-old"
    (folder / "new.md").write_text(NEW, encoding="utf-8")
    ingest([folder], house.knowledge_base)
    now = house.clause("pol-tools-old 第二条")
    assert now is not None
    assert now.document_id == "pol-tools-new"
    house.knowledge_base.retire("pol-tools-new", date(2026, 3, 2))
    assert house.clause("pol-tools-new 第二条") is None
    house.close()
