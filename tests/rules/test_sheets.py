"""A rulebook goes to a spreadsheet and back; every kind of mistake is named with its cell."""

import io
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from rules.errors import MalformedSheet, SheetUnwritable
from rules.loading import rulebook_of, shipped_texts
from rules.reading import parse_book_text
from rules.rulebook import Rulebook
from rules.sheets import changed_rows, export_xlsx, exported_from, import_xlsx, xlsx_bytes


@cache
def shipped() -> Rulebook:
    return rulebook_of(shipped_texts())


@cache
def exported() -> bytes:
    return xlsx_bytes(shipped())


def _book() -> Workbook:
    return load_workbook(io.BytesIO(exported()))


def edited(folder: Path, change: Callable[[Workbook], object], content: bytes = b"") -> Path:
    """A copy of the spreadsheet, changed and saved again as another program would."""
    path = folder / "rules.xlsx"
    path.write_bytes(content or exported())
    workbook = load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def untouched(_: Workbook) -> None:
    """Saved again as it was opened."""


def imported(folder: Path, change: Callable[[Workbook], object]) -> dict[str, str]:
    return import_xlsx(edited(folder, change), shipped().texts)


def with_cell(folder: Path, sheet: str, place: str, value: Any) -> dict[str, str]:
    return imported(folder, lambda workbook: workbook[sheet].__setitem__(place, value))


def problems(folder: Path, change: Callable[[Workbook], object]) -> tuple[str, ...]:
    with pytest.raises(MalformedSheet) as caught:
        imported(folder, change)
    return caught.value.problems


def row_of(texts: dict[str, str], file: str, row_id: str) -> dict[str, Any]:
    rows = parse_book_text(file, texts[file]).data["rows"]
    return next(row for row in rows if row["id"] == row_id)


def changed(texts: dict[str, str]) -> list[str]:
    return [name for name, text in texts.items() if text != shipped().texts[name]]


def test_two_exports_of_one_rulebook_are_the_same_bytes() -> None:
    again = exported()
    time.sleep(2.1)  # longer than the resolution of times within a zip file
    assert xlsx_bytes(shipped()) == again


def test_what_was_exported_is_imported_as_the_same_texts(tmp_path: Path) -> None:
    path = tmp_path / "rules.xlsx"
    export_xlsx(shipped(), path)
    assert import_xlsx(path, shipped().texts) == dict(shipped().texts)
    assert [one.name for one in tmp_path.iterdir()] == ["rules.xlsx"]


def test_a_file_that_another_program_saved_again_says_the_same(tmp_path: Path) -> None:
    assert imported(tmp_path, untouched) == dict(shipped().texts)


def test_a_company_s_own_table_and_windows_line_ends_go_there_and_back(tmp_path: Path) -> None:
    own = """id: night
title: "\\"夜间/值班: 安排\\" "
version: "1.0"
effective_from: 2026-01-01
hit: first
inputs:
  wished: {type: boolean, label: 约了时间}
  received_on: {type: date, label: 受理日期}
outputs:
  extra: {type: number, unit: 元}
  calm: {type: boolean, label: 可以等}
  words: {type: text}
rows:
  - id: "007"
    when: {wished: true, received_on: {at_least: 2026-01-01, at_most: 2026-12-31}}
    then: {extra: 1.5, calm: false, words: "=1+1"}
    reason: "  前后有空格 "
    source: pol-grading 第三条
  - id: rest
    when: [{wished: false}, {}]
    then: {extra: 0, calm: true, words: ''}
    reason: 其余
    source: pol-grading 第三条
    effective_to: 2026-06-30
"""
    texts = dict(shipped().texts) | {"night.yaml": own}
    texts["fees.yaml"] = texts["fees.yaml"].replace("\n", "\r\n")
    content = xlsx_bytes(rulebook_of(texts))
    path = edited(tmp_path, untouched, content)
    assert '"夜间 值班  安排"' in load_workbook(path).sheetnames
    assert import_xlsx(path, texts) == texts


def test_the_first_sheet_says_which_rulebook_how_tables_decide_and_how_to_write() -> None:
    rows = _book()["说明"].iter_rows(values_only=True)
    said = "\n".join(" ".join(str(cell) for cell in row if cell) for row in rows)
    assert f"规则书 {shipped().identity}" in said
    assert f"内容指纹 {shipped().digest}" in said
    assert "紧急程度 命中的行里取最高的一级" in said
    assert "任一：停水、停电" in said


def test_a_table_s_sheet_is_ready_to_be_edited() -> None:
    sheet = _book()["紧急程度"]
    assert [cell.value for cell in sheet[2]][:2] == ["行", "条件：诉求类型"]
    assert sheet.row_dimensions[1].hidden
    assert sheet.freeze_panes == "B3"
    assert sheet.column_dimensions["E"].number_format == "@"
    lists = {str(one.sqref)[0]: one for one in sheet.data_validations.dataValidation}
    assert lists["J"].formula1 == '"特急,紧急,一般,低"'
    assert not lists["B"].showErrorMessage


def test_vocabulary_and_calendar_are_there_to_be_looked_at() -> None:
    book = _book()
    for title, file in (("词汇", "vocabulary.yaml"), ("服务日历", "service_calendar.yaml")):
        assert str(book[title]["A1"].value).startswith("只供查看")
        assert file in str(book[title]["A1"].value)
    assert ("信号", "no_water", "停水", "基本生活设施中断") in [
        row[:4] for row in book["词汇"].iter_rows(values_only=True)
    ]


def test_a_change_reaches_the_one_file_it_concerns(tmp_path: Path) -> None:
    texts = with_cell(tmp_path, "紧急程度", "E9", "≥5")
    assert changed(texts) == ["urgency.yaml"]
    assert row_of(texts, "urgency.yaml", "repeat")["when"]["repeat_count"] == {"at_least": 5}
    assert changed_rows(shipped().texts["urgency.yaml"], texts["urgency.yaml"]) == 1
    rulebook_of(texts)


HANDLED = [
    ("full-width digits", "E9", "≥５"),
    ("spaces around", "E9", "  ≥ 5  "),
    ("a unit", "E9", "≥5次"),
]


@pytest.mark.parametrize(("what", "place", "value"), HANDLED)
def test_ways_of_typing_are_understood(tmp_path: Path, what: str, place: str, value: str) -> None:
    texts = with_cell(tmp_path, "紧急程度", place, value)
    assert row_of(texts, "urgency.yaml", "repeat")["when"]["repeat_count"] == {"at_least": 5}, what


def test_a_number_may_be_a_number_or_text(tmp_path: Path) -> None:
    for value in (5, "5", 5.0):
        texts = with_cell(tmp_path, "紧急程度", "E9", value)
        assert row_of(texts, "urgency.yaml", "repeat")["when"]["repeat_count"] == 5


def test_a_percentage_counts_in_per_cent(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        cell = next(cell for row in workbook["客户关怀"] for cell in row if cell.value == "20")
        cell.value, cell.number_format = 0.29, "0%"

    texts = imported(tmp_path, change)
    assert row_of(texts, "care.yaml", "survey")["then"]["share_percent"] == 29


@pytest.mark.parametrize(
    "value", [datetime(2026, 3, 1), date(2026, 3, 1), "2026/3/1", "2026年3月1日"]
)
def test_a_date_may_be_a_date_or_text(tmp_path: Path, value: Any) -> None:
    texts = with_cell(tmp_path, "紧急程度", "N9", value)
    assert row_of(texts, "urgency.yaml", "repeat")["effective_from"] == date(2026, 3, 1)


def test_columns_may_stand_in_another_order_and_rows_be_left_empty(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["缴费提醒与催缴"]
        for row in range(1, sheet.max_row + 1):
            second, third = sheet.cell(row, 2), sheet.cell(row, 3)
            second.value, third.value = third.value, second.value
        sheet.insert_rows(4, 2)

    assert changed(imported(tmp_path, change)) == []


def test_the_hidden_row_may_be_gone_and_sheets_renamed(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        workbook["缴费提醒与催缴"].delete_rows(1)
        workbook["紧急程度"].title = "我的紧急程度"

    assert changed(imported(tmp_path, change)) == []


def test_a_table_whose_sheet_is_missing_and_empty_sheets_change_nothing(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        workbook.remove(workbook["分派"])
        workbook.create_sheet("Sheet1")

    assert changed(imported(tmp_path, change)) == []


def test_versions_titles_and_dates_are_changed_in_their_sheet(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["版本"]
        sheet["C3"], sheet["B3"], sheet["C4"] = "1.1", "example", "2.0"
        sheet["E4"] = datetime(2027, 12, 31)

    texts = imported(tmp_path, change)
    assert changed(texts) == ["rulebook.yaml", "urgency.yaml"]
    book = rulebook_of(texts)
    assert book.name == "example@1.1"
    assert (book.tables["urgency"].version, book.tables["urgency"].effective_to) == (
        "2.0",
        date(2027, 12, 31),
    )


def set_cell(sheet: str, place: str, value: Any) -> Callable[[Workbook], object]:
    return lambda workbook: workbook[sheet].__setitem__(place, value)


def on(sheet: str, change: Callable[[Worksheet], object]) -> Callable[[Workbook], object]:
    return lambda workbook: change(workbook[sheet])


U = "紧急程度"
REFUSED: list[tuple[Callable[[Workbook], object], str]] = [
    (
        set_cell(U, "E9", "三次"),
        "工作表「紧急程度」E9（行「repeat」）「已反映次数（次）」：「三次」看不懂",
    ),
    (
        set_cell(U, "C5", "停水"),
        "C5（行「essential-service」）「投诉类别」：不认识的投诉类别「停水」",
    ),
    (
        set_cell(U, "J5", "很急"),
        "J5（行「essential-service」）「紧急程度」：不认识的紧急程度「很急」",
    ),
    (set_cell(U, "K5", None), "K5（行「essential-service」）「原因」：没有填原因"),
    (set_cell(U, "A5", None), "A5「行」：没有行 id"),
    (set_cell(U, "A7", "hazard"), "A7（行「hazard」）「行」：行 id「hazard」重复"),
    (set_cell(U, "A5", "hazard"), "行 id「hazard」已在上面用过；同一行的另一组条件请清空这一格"),
    (set_cell(U, "E9", "=1+4"), "工作表「紧急程度」E9「已反映次数（次）」：这是公式；请复制后"),
    (set_cell(U, "E9", "#N/A"), "E9「已反映次数（次）」：这是错误值 #N/A"),
    (
        set_cell(U, "E9", datetime(2026, 1, 30)),
        "E9「已反映次数（次）」：被表格软件当成了日期（2026-01-30）",
    ),
    (
        set_cell(U, "N9", datetime(2026, 1, 30, 8)),
        "N9「生效日期」：「2026-01-30 08:00:00」带了时间",
    ),
    (set_cell(U, "N9", 46023), "N9（行「repeat」）「生效日期」：「46023」不是日期"),
    (
        set_cell(U, "N9", "2020-01-01"),
        "N9（行「repeat」）「生效日期」：effective_from 2020-01-01 不在",
    ),
    (on(U, lambda sheet: sheet.merge_cells("B5:B6")), "工作表「紧急程度」B5:B6：单元格合并了"),
    (
        on(U, lambda sheet: sheet.delete_cols(11)),
        "工作表「紧急程度」：缺少「原因」列（reason）",
    ),
    (set_cell(U, "P2", "备注"), "工作表「紧急程度」P 列：不认识的列「备注」；请删去这一列"),
    (set_cell(U, "P7", "x"), "工作表「紧急程度」P 列：不认识的列「」"),
    (set_cell(U, "P1", "when.kind"), "工作表「紧急程度」P 列：「」和 B 列重复"),
    (set_cell(U, "A20000", "x"), "工作表「紧急程度」有 20000 行，超过 10000 行"),
    (on(U, lambda sheet: sheet.delete_rows(3, 99)), "工作表「紧急程度」：一行也没有"),
    (
        lambda workbook: workbook.create_sheet("我的").append(["x"]),
        "不认识的工作表「我的」；请删去",
    ),
    (lambda workbook: workbook.copy_worksheet(workbook[U]), "是同一张表；请删去一个"),
    (set_cell("版本", "D4", "明年"), "工作表「版本」D4「生效日期」：「明年」不是日期"),
    (set_cell("版本", "C4", None), "工作表「版本」C4：「版本」是空的；请填上"),
    (set_cell("版本", "A4", "紧急"), "工作表「版本」A4：没有「紧急」这张表；请改回原来的代码"),
    (set_cell("版本", "E4", "2025-01-01"), "工作表「版本」E4：失效日期早于生效日期"),
    (on("版本", lambda sheet: sheet.delete_cols(3)), "工作表「版本」：缺少「版本」列"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_a_mistake_is_named_with_its_cell(
    tmp_path: Path, change: Callable[[Workbook], object], message: str
) -> None:
    told = problems(tmp_path, change)
    assert any(message in one for one in told), told
    assert all(len(one.splitlines()) == 1 for one in told)


def test_all_mistakes_of_a_file_are_told_together(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        workbook[U]["E9"] = "三次"
        workbook[U]["E10"] = "=1"
        workbook["时限"]["K3"] = "尽快"

    told = problems(tmp_path, change)
    assert len(told) == 3
    assert "工作表「时限」K3（行「critical」）「首次响应」：时限「尽快」看不懂" in told[-1]


def test_what_follows_from_an_unreadable_cell_is_not_told_again(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        workbook[U]["A9"] = workbook[U]["J10"] = "=1"

    assert [one.partition("「行」")[0] for one in problems(tmp_path, change)] == [
        "工作表「紧急程度」A9",
        "工作表「紧急程度」J10「紧急程度」：这是公式；请复制后「选择性粘贴 → 数值」",
    ]


def test_a_file_without_any_table_is_refused(tmp_path: Path) -> None:
    def change(workbook: Workbook) -> None:
        for title in workbook.sheetnames[1:]:
            workbook.remove(workbook[title])

    assert problems(tmp_path, change) == (
        "表格里没有一张规则表；请用 guanjia rules export 导出的文件来改",
    )


def test_a_file_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.xlsx"
    path.write_bytes(b"PK but no spreadsheet")
    with pytest.raises(MalformedSheet, match="不是 xlsx 表格；请用 Excel 或 WPS 打开，另存为"):
        import_xlsx(path, shipped().texts)
    with pytest.raises(MalformedSheet, match=r"读不了 .*请检查文件名和权限"):
        import_xlsx(tmp_path / "none.xlsx", shipped().texts)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SheetUnwritable, match=r"写不了 .*请检查文件夹和权限"):
        export_xlsx(shipped(), tmp_path / "none" / "rules.xlsx")
    with pytest.raises(SheetUnwritable, match=r"请以 \.xlsx 结尾"):
        export_xlsx(shipped(), tmp_path / "rules.xls")


def test_a_file_says_which_rulebook_it_was_exported_from(tmp_path: Path) -> None:
    path = edited(tmp_path, untouched)
    assert exported_from(path) == shipped().identity
    assert exported_from(edited(tmp_path, lambda workbook: workbook.remove(workbook["说明"]))) == ""
