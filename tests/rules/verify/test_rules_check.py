"""`guanjia rules check` as a person and as a program read it."""

import json
import subprocess
from pathlib import Path

from rules.loading import default_rulebook
from tests.api.command_line import Cli
from tests.rules.verify.books import changed


def check(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return Cli(home)("rules", "check", *arguments)


def test_a_sound_book_is_told_with_what_was_proved(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    book = default_rulebook()
    lines = done.stdout.splitlines()
    life = len(book.vocabulary.family("life_safety"))
    assert lines[0] == f"已证明：{life} 种人身安全信号在任何情形下都是特急。"
    assert lines[-1] == f"规则可用：{book.identity}"


def test_mistakes_go_to_the_error_stream_one_line_each(tmp_path: Path) -> None:
    file = tmp_path / "fees.yaml"
    text = changed("fees", ("at_least: 31", "at_least: 32"), ("at_least: 61", "at_least: 60"))
    file.write_text(text["fees.yaml"], encoding="utf-8")
    done = check(tmp_path, "--file", str(file))
    assert done.returncode == 1
    assert [line.partition("（")[0] for line in done.stderr.splitlines()] == [
        "错误：fees.yaml：有的情形没有一行适用；请补一行，或放宽已有的行",
        "错误：fees.yaml 第 38 行",
    ]
    assert "规则可用" not in done.stdout
    assert "人身安全信号在任何情形下都是特急" in done.stdout


def test_a_program_gets_all_findings_as_json(tmp_path: Path) -> None:
    text = changed("urgency", ("when: {signals: {any: [life_safety]}}", "when: {kind: repair}"))
    (tmp_path / "urgency.yaml").write_text(text["urgency.yaml"], encoding="utf-8")
    done = check(tmp_path, "--folder", str(tmp_path), "--json")
    assert done.returncode == 1
    body = json.loads(done.stdout)
    assert body["ok"] is False
    assert body["rulebook"].startswith("default@")
    assert "floor" in {one["code"] for one in body["findings"]}
    first = body["findings"][0]
    assert {"file", "line", "rows", "problem", "remedy", "example", "text"} <= first.keys()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = check(tmp_path, "--file", str(tmp_path / "none.yaml"))
    assert done.returncode == 1
    assert "none.yaml" in done.stderr
    assert "Traceback" not in done.stderr
