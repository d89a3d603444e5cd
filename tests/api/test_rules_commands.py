"""Versions of the rulebook from the command line, and a house that follows them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from api.doctor import Finding, examine
from api.settings import load_settings
from api.wiring import House
from rules.loading import default_rulebook, shipped_texts
from tests.api.command_line import Cli, one_line
from tests.desk.test_store import NINE, triaged

ON_SITE = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
BY = ("--by", "主管甲", "--why", "到场提速")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


def lay(folder: Path, minutes: int = 20) -> Path:
    """A folder with the company's own deadlines."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "deadlines.yaml"
    text = shipped_texts()["deadlines.yaml"]
    assert ON_SITE in text
    file.write_text(text.replace(ON_SITE, ON_SITE.replace("30", str(minutes))), encoding="utf-8")
    return file


def rules_finding(home: Path) -> Finding:
    settings = load_settings({"GUANJIA_HOME": str(home)})
    return next(f for f in examine(settings, NINE.date()) if f.part == "规则")


def test_a_version_is_compared_activated_listed_and_taken_back(cli: Cli, tmp_path: Path) -> None:
    own = lay(tmp_path / "own")
    told = "deadlines 行 urgent：到场 由 30分钟 改为 20分钟"
    assert told in cli.ok("rules", "diff", "current", str(own))
    assert told in cli.ok("rules", "diff", "shipped", str(own.parent))
    done = json.loads(cli.ok("rules", "activate", "--folder", str(own.parent), *BY, "--json"))
    assert (done["activation"]["by"], done["activation"]["why"]) == ("主管甲", "到场提速")
    assert "到场 20分钟" in cli.ok("rules", "show")

    listed = json.loads(cli.ok("rules", "versions", "--json"))
    assert [one["in_force"] for one in listed["versions"]] == [False, True]
    first = listed["versions"][0]["version"]
    (change,) = json.loads(cli.ok("rules", "diff", first, "--json"))["changes"]
    assert (change["file"], change["row"], change["kind"]) == ("deadlines", "urgent", "changed")
    assert "没有不同" in cli.ok("rules", "diff", "current")

    cli.ok("rules", "activate", "--version", first, "--by", "主管乙", "--why", "恢复")
    assert "主管乙：恢复" in cli.ok("rules", "versions")
    assert default_rulebook().identity in cli.ok("rules", "show")


def test_the_companys_own_folder_is_activated_by_default(cli: Cli) -> None:
    cli.ok("rules", "versions")
    lay(cli.home / "rulebooks")
    done = cli("rules", "versions")
    assert done.returncode == 0
    assert "改动尚未启用：deadlines.yaml" in one_line(done.stderr)
    finding = rules_finding(cli.home)
    assert not finding.ok
    assert "改动尚未启用" in finding.text
    cli.ok("rules", "activate", *BY)
    assert rules_finding(cli.home).ok


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        (1, ["activate", "--by", " ", "--why", "试试"], "写明谁启用、为什么"),
        (1, ["activate", "--version", "ffff", *BY], "没有规则版本「ffff」"),
        (1, ["activate", "--version", "ffff", "--folder", ".", *BY], "只能用一种"),
        (1, ["activate", "--file", "none.yaml", *BY], "没有文件 none.yaml"),
        (1, ["activate", *BY], "已在使用"),
        (1, ["diff", "nope"], "没有规则版本「nope」"),
        (1, ["replay", "none"], "没有编号为 none 的来件"),
    ],
)
def test_a_mistake_is_one_clear_line(cli: Cli, code: int, arguments: list[str], words: str) -> None:
    assert words in one_line(cli.fails(code, "rules", *arguments))


def test_a_file_that_fails_the_check_is_not_activated(cli: Cli, tmp_path: Path) -> None:
    file = lay(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("20分钟", "20分种"), encoding="utf-8")
    told = one_line(cli.fails(1, "rules", "activate", "--file", str(file), *BY))
    assert "没有启用，原来的规则继续有效：deadlines.yaml" in told
    assert default_rulebook().identity in cli.ok("rules", "show")


def test_all_requests_are_replayed_and_a_forged_one_is_named(cli: Cli, tmp_path: Path) -> None:
    from rules.decide import decide
    from rules.types import Facts, Kind

    house = House(load_settings({"GUANJIA_HOME": str(cli.home)}))
    for name, minutes in (("a", 1), ("b", 2)):
        facts = Facts(Kind.REPAIR, NINE + timedelta(minutes=minutes), frozenset({"active_leak"}))
        kept = triaged(15, identity=name, facts=facts, decision=decide(facts, house.rulebook))
        house.desk.keep(kept, {"location": {}}, actor="测试")
    house.close()
    cli.ok("rules", "activate", "--folder", str(lay(tmp_path / "own").parent), *BY)
    assert "重判 2 件：相同 2，不同 0" in cli.ok("rules", "replay", "--all")
    assert "重判相同" in cli.ok("rules", "replay", "a")
    forge(cli.home, "b", "30分钟", "60分钟")
    done = cli("rules", "replay", "--all", "--json")
    assert done.returncode == 1
    results = {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert (results["a"]["same"], results["b"]["same"]) == (True, False)
    assert any("到场时限：原判60分钟" in words for words in results["b"]["differences"])
    assert cli("rules", "replay", "b").returncode == 1


def forge(home: Path, request_id: str, old: str, new: str) -> None:
    """Change a stored decision behind the desk's back."""
    import sqlite3

    connection = sqlite3.connect(home / "desk.db")
    with connection:
        connection.execute(
            "UPDATE requests SET decision = replace(decision, ?, ?) WHERE id = ?",
            (old, new, request_id),
        )
    connection.close()


def test_a_house_follows_an_activation_and_knows_what_was_in_force(tmp_path: Path) -> None:
    house = House(load_settings({"GUANJIA_HOME": str(tmp_path)}), clock=lambda: NINE)
    before = house.rulebook
    later = NINE + timedelta(days=1)
    own = lay(tmp_path / "own").read_text(encoding="utf-8")
    texts = house.archive.over_current({"deadlines.yaml": own})
    version = house.archive.activate(texts, "主管甲", "到场提速", later)
    assert house.rulebook.digest == version.digest
    assert house.book_as_of(NINE).digest == before.digest
    assert house.book_as_of(later).digest == version.digest
