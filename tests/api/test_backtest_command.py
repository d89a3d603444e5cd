"""`rules backtest` and `rules history` as a person runs them."""

import json
import subprocess
from pathlib import Path

import pytest

from rules.loading import default_rulebook, shipped_texts
from rules.sheets import export_xlsx
from tests.api.command_line import Cli

UNKNOWN_TIER = shipped_texts()["urgency.yaml"].replace("tier: critical}", "tier: criticall}")


def guanjia(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return Cli(home)("rules", *map(str, arguments))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.jsonl"
    done = guanjia(tmp_path, "history", "--count", 400, "--seed", 3, "--out", path, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"path": str(path), "count": 400, "seed": 3}
    return path


@pytest.fixture
def new_book(tmp_path: Path) -> Path:
    """A table under another name: what it replaces is said by its id."""
    text = shipped_texts()["urgency.yaml"]
    path = tmp_path / "new.yaml"
    path.write_text(text.replace("repeat_count: {at_least: 3}", "repeat_count: {at_least: 2}"))
    return path


def test_a_second_run_gives_the_same_report_to_the_byte(
    tmp_path: Path, history: Path, new_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = []
    for seed in ("1", "2"):
        report = tmp_path / f"{seed}.html"
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        done = Cli(tmp_path, afresh=True)(
            "rules", "backtest", "--book", str(new_book), "--history", str(history),
            "--report", str(report),
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert "紧急程度升高" in done.stdout
        reports.append(report.read_bytes())
    assert reports[0] == reports[1]


def test_programs_get_the_figures_as_json(tmp_path: Path, history: Path, new_book: Path) -> None:
    done = guanjia(tmp_path, "backtest", "--book", new_book, "--history", history, "--json")
    told = json.loads(done.stdout)
    assert told["count"] == 400
    assert told["problems"] == []
    moved = sum(one["count"] for one in told["tiers"] if one["before"] != one["after"])
    assert 0 < moved <= told["changed"]
    assert any("urgency" in line for line in told["changes"])


def test_a_folder_can_be_tried_against_another(tmp_path: Path, history: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, version in ((old, "7.0"), (new, "8.0")):
        folder.mkdir()
        text = shipped_texts()["rulebook.yaml"].replace('"1.0"', f'"{version}"')
        (folder / "rulebook.yaml").write_text(text)
    done = guanjia(
        tmp_path, "backtest", "--book", new, "--against", old, "--history", history, "--json"
    )
    told = json.loads(done.stdout)
    assert told["before"].startswith("default@7.0")
    assert told["after"].startswith("default@8.0")
    assert told["changed"] == 0


def test_a_workbook_with_nothing_changed_changes_nothing(tmp_path: Path, history: Path) -> None:
    workbook = tmp_path / "rules.xlsx"
    export_xlsx(default_rulebook(), workbook)
    done = guanjia(tmp_path, "backtest", "--book", workbook, "--history", history)
    assert (done.returncode, done.stderr) == (0, "")
    assert "结果全部相同" in done.stdout


def test_lines_that_cannot_be_used_are_named_and_the_rest_is_judged(
    tmp_path: Path, history: Path, new_book: Path
) -> None:
    lines = history.read_text().splitlines()
    history.write_text("\n".join([lines[0], "{", *lines[1:]]))
    report = tmp_path / "out.html"
    done = guanjia(
        tmp_path, "backtest", "--book", new_book, "--history", history, "--report", report
    )
    assert done.returncode == 3
    assert done.stderr.startswith("第 2 行：不是完整的 JSON")
    assert "400 件诉求" in done.stdout
    assert "第 2 行" in report.read_text()


@pytest.mark.parametrize(
    ("book", "told"),
    [(UNKNOWN_TIER, "bad.yaml 第 25 行"), ("rows: [", "bad.yaml"), (None, "读不了规则文件")],
)
def test_a_broken_book_is_one_clear_line_and_nothing_is_written(
    tmp_path: Path, history: Path, book: str | None, told: str
) -> None:
    path, report = tmp_path / "bad.yaml", tmp_path / "out.html"
    if book is not None:
        path.write_text(book)
    done = guanjia(tmp_path, "backtest", "--book", path, "--history", history, "--report", report)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert told in done.stderr
    assert not report.exists()


def test_one_table_given_twice_is_refused(tmp_path: Path, history: Path, new_book: Path) -> None:
    done = guanjia(
        tmp_path, "backtest", "--book", new_book, "--book", new_book, "--history", history
    )
    assert done.returncode == 1
    assert "同一张表" in done.stderr


def test_a_missing_history_is_one_clear_line(tmp_path: Path, new_book: Path) -> None:
    done = guanjia(tmp_path, "backtest", "--book", new_book, "--history", tmp_path / "none.jsonl")
    assert done.returncode == 1
    assert "读不了历史文件" in done.stderr
