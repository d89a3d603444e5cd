"""`guanjia rules export` and `import` as a supervisor runs them."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rules.loading import SHIPPED
from tests.api.command_line import Cli, one_line


class Desk:
    """A folder in which a supervisor works, with a data folder that holds nothing yet."""

    def __init__(self, folder: Path) -> None:
        self.cli = Cli(folder / "home")
        self.sheet, self.rules = folder / "rules.xlsx", folder / "my-rules"

    def check(self) -> str:
        return self.cli.ok("rules", "check", "--folder", str(self.rules))

    def export(self, *arguments: str) -> str:
        return self.cli.ok("rules", "export", str(self.sheet), *arguments)

    def import_(self, *arguments: str) -> str:
        return self.cli.ok("rules", "import", str(self.sheet), "--to", str(self.rules), *arguments)

    def refused(self, to: str, *arguments: str) -> str:
        """The one line of an import that must fail, which must have written nothing."""
        folder = self.sheet.with_name(to)
        told = self.cli.fails(
            1, "rules", "import", str(self.sheet), "--to", str(folder), *arguments
        )
        assert not folder.exists()
        return one_line(told)

    def set(self, title: str, place: str, value: str | None) -> None:
        workbook = load_workbook(self.sheet)
        workbook[title][place] = value
        workbook.save(self.sheet)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_supervisor_changes_a_rule_in_a_spreadsheet(desk: Desk) -> None:
    assert "已导出 9 张表" in desk.export()
    desk.set("紧急程度", "E9", "≥5")
    told = desk.import_()
    assert "紧急程度（urgency.yaml）：改动 1 行" in told
    assert "已写入" in told
    assert [one.name for one in desk.rules.iterdir()] == ["urgency.yaml"]
    again = json.loads(desk.export("--folder", str(desk.rules), "--json"))
    assert again["rulebook"] in desk.check()
    assert desk.import_("--folder", str(desk.rules)) == "没有改动，什么都没写。\n"


def test_an_import_tells_programs_what_changed(desk: Desk) -> None:
    exported = json.loads(desk.export("--json"))
    desk.set("版本", "C3", "1.1")
    told = json.loads(desk.import_("--json"))
    assert told["changed"] == [{"file": "rulebook.yaml", "rows": 0}]
    assert told["exported_from"] == exported["rulebook"]
    assert told["rulebook"].startswith("default@1.1+")


def test_a_file_exported_from_other_rules_is_pointed_out(desk: Desk) -> None:
    desk.export()
    desk.set("版本", "C3", "1.1")
    desk.import_()
    desk.set("版本", "C3", "1.2")
    assert "注意：表格是从 default@1.0+" in desk.import_("--folder", str(desk.rules))


def test_an_edit_taken_back_in_the_spreadsheet_is_taken_back_in_the_folder(desk: Desk) -> None:
    first = json.loads(desk.export("--json"))["rulebook"]
    desk.set("紧急程度", "E9", "≥5")
    desk.import_()
    desk.set("紧急程度", "E9", "≥3")
    told = json.loads(desk.import_("--json"))
    assert (told["changed"], told["written"]) == ([], ["urgency.yaml"])
    assert first in desk.check()


def test_a_folder_with_tables_that_the_rules_do_not_have_is_refused(desk: Desk) -> None:
    desk.export()
    desk.rules.mkdir()
    own = (SHIPPED / "fees.yaml").read_text(encoding="utf-8").replace("id: fees", "id: own")
    own = own.replace("overdue_days", "unattended_days").replace("action:", "step:")
    (desk.rules / "own.yaml").write_text(own, encoding="utf-8")
    arguments = ("rules", "import", str(desk.sheet), "--to", str(desk.rules))
    told = one_line(desk.cli.fails(1, *arguments))
    assert "own.yaml 不在要改的规则里；请加上 --folder" in told


def test_a_mistake_in_a_cell_is_one_line_and_nothing_is_written(desk: Desk) -> None:
    desk.export()
    desk.set("紧急程度", "E9", "三次")
    desk.set("版本", "C3", "1.1")
    assert (
        "工作表「紧急程度」E9（行「repeat」）「已反映次数（次）」：「三次」看不懂"
        in desk.refused("none")
    )


def test_tables_that_do_not_agree_are_refused_as_a_whole(desk: Desk) -> None:
    desk.export()
    desk.set("紧急程度", "N9", "2026-06-01")
    desk.import_()
    folder = ("--folder", str(desk.rules))
    desk.export(*folder)
    desk.set("版本", "D4", "2027-01-01")
    told = desk.refused("none", *folder)
    assert "urgency.yaml 第" in told
    assert "（行「repeat」）：effective_from 2026-06-01 不在这张表的有效期内" in told


def test_a_file_that_is_not_there_is_named(desk: Desk) -> None:
    assert "读不了" in desk.refused("none")
