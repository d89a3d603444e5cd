"""The table of holidays: equal to chinesecalendar, strict when read, and read by the calendar."""

import runpy
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays

from rules.decide import default_rulebook, load_rulebook
from rules.errors import MalformedBook
from rules.holiday_reading import parse_holidays
from rules.holidays import DayStatus
from rules.loading import SHIPPED
from rules.reading import read_book_file

TABLE = default_rulebook().calendar.holidays
YEARS = sorted({day.year for day in holidays})


@pytest.mark.parametrize("year", YEARS)
def test_every_announced_day_is_as_chinesecalendar_has_it(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        resting, name = chinese_calendar.get_holiday_detail(day)
        expected = DayStatus(bool(name and resting), bool(name and not resting))
        assert TABLE.status(day) == expected, day
        day += timedelta(days=1)


def test_the_file_is_what_the_script_writes() -> None:
    script = SHIPPED.parents[1] / "scripts" / "document_holidays.py"
    written = runpy.run_path(str(script))["document"]()
    assert (SHIPPED / "holidays.yaml").read_text(encoding="utf-8") == written


def test_the_table_knows_the_same_years_and_no_other() -> None:
    assert frozenset(YEARS) == TABLE.years
    assert TABLE.is_announced(2026)
    assert not TABLE.is_announced(2099)
    assert TABLE.status(date(2099, 1, 1)) == DayStatus(announced=False)
    assert TABLE.names[date(2026, 2, 15)] == "春节"
    assert TABLE.source == "国务院办公厅年度放假安排"


NEXT_YEAR = """
id: holidays
version: "2027"
effective_from: 2026-11-01
source: 国务院办公厅年度放假安排
years:
  2026:
    holidays: [元旦 2026-12-30 至 2026-12-31]
  2027:
    holidays:
      - 元旦 2027-01-01 至 2027-01-02
      - 春节 2027-02-06
    workdays: [2027-01-03]
"""


def test_a_holiday_over_the_year_end_is_written_in_both_years(tmp_path: Path) -> None:
    path = tmp_path / "holidays.yaml"
    path.write_text(NEXT_YEAR, encoding="utf-8")
    table = parse_holidays(read_book_file(path))
    days = [date(2026, 12, 29) + timedelta(days=n) for n in range(7)]
    assert [table.status(day).holiday for day in days] == [
        False, True, True, True, True, False, False,
    ]  # fmt: skip
    assert table.status(date(2027, 1, 3)) == DayStatus(makeup=True)
    assert table.status(date(2027, 2, 6)).holiday
    assert table.years == {2026, 2027}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("春节 2027-02-06", "春节 2027-02-30", ["第 12 行", "日期 2027-02-30 不存在"]),
        ("[2027-01-03]", "[2027-02-30]", ["第 13 行", "日期 2027-02-30 不存在"]),
        ("至 2027-01-02", "至 2026-12-02", ["2026-12-02 不在 2027 年", "跨年的假期拆成两段"]),
        ("2027-01-01 至 2027-01-02", "2027-01-02 至 2027-01-01", ["「元旦」的结束早于开始"]),
        ("春节 2027-02-06", "春节 2027-01-02", ["「春节」与「元旦」在 2027-01-02 重叠"]),
        ("春节 2027-02-06", "春节 2027-02-06 至 2027-03-10", ["「春节」超过一个月"]),
        ("春节 2027-02-06", "2027-02-06", ["第 12 行", "看不懂", "请写成「春节 2027-02-15"]),
        ("春节 2027-02-06", "{name: 春节}", ["看不懂"]),
        ("[2027-01-03]", "[2027-01-02]", ["调休上班日 2027-01-02 落在「元旦」假期里"]),
        ("[2027-01-03]", "[2027-01-03, 2027-01-03]", ["2027-01-03 写了两次"]),
        ("[2027-01-03]", "[2026-01-03]", ["2026-01-03 不在 2027 年"]),
        ("[2027-01-03]", "[3]", ["「3」不是日期", "请写成 2027-01-31"]),
        ("[2027-01-03]", "[2027-01-03 08:00:00]", ["不是日期"]),
        ("[2027-01-03]", "2027-01-03", ["workdays 应当是列表"]),
        ("  2027:\n", "  27:\n", ["第 9 行", "年份「27」不对"]),
        ("  2027:\n", '  "2027":\n', ["年份「2027」不对", "四位数字"]),
        ("  2027:\n", "  2026:\n", ["「2026」写了两次"]),
        ("[元旦 2026-12-30 至 2026-12-31]", "[]", ["2026 年没有列出假期", "请整年不写"]),
        ("holidays: [元旦", "holiday: [元旦", ["缺少 holidays"]),
        ("    workdays:", "    workday:", ["不认识的键「workday」", "workdays"]),
        ("years:\n", "years: []\nold:\n", ["不认识的键「old」"]),
        ("source: 国务院办公厅年度放假安排\n", "source: 1\n", ["source 应当是文字"]),
        ("source: 国务院办公厅年度放假安排\n", "", ["缺少 source"]),
        ("effective_from: 2026-11-01", "effective_from: 今年", ["effective_from", "不是日期"]),
        ("id: holidays", "id: days", ["与文件名不符"]),
    ],
)
def test_a_mistake_in_the_holidays_is_named(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert old in NEXT_YEAR
    (tmp_path / "holidays.yaml").write_text(NEXT_YEAR.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MalformedBook) as caught:
        load_rulebook(tmp_path)
    message = str(caught.value)
    assert message.startswith("holidays.yaml 第 ")
    for part in expected:
        assert part in message


def test_years_that_are_no_mapping_are_refused(tmp_path: Path) -> None:
    text = NEXT_YEAR.split("years:")[0] + "years: [2026]\n"
    (tmp_path / "holidays.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MalformedBook, match="年份: 安排"):
        load_rulebook(tmp_path)


def test_a_companys_own_table_changes_decisions_and_identity(tmp_path: Path) -> None:
    (tmp_path / "holidays.yaml").write_text(NEXT_YEAR, encoding="utf-8")
    own, shipped = load_rulebook(tmp_path), load_rulebook()
    assert own.identity != shipped.identity
    assert own.calendar.is_announced(2027)
    assert own.calendar.windows_on(date(2027, 1, 2)) == ()
    assert own.calendar.windows_on(date(2026, 10, 1)) != ()
