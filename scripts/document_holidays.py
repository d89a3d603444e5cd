"""Writes rules/books/holidays.yaml from chinesecalendar; a test holds the two together."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import chinese_calendar
from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

HEAD = """# 法定节假日与调休上班日：国务院办公厅每年公布的安排，逐年登记。
# 新一年的安排公布后，用 scripts/document_holidays.py 重新生成，或照样手工补一年；
# 没有登记的年份算出的时限标为“暂定”。
# 一天写在它自己的年份下：元旦假期从上年 12 月 30 日开始的，上年、当年各写一段。
# 公司自己的停开日、特别开放日不写在这里，写在 service_calendar.yaml。
id: holidays
title: 法定节假日与调休
version: "{version}"
effective_from: {first}
source: 国务院办公厅年度放假安排
years:
"""


def runs(year: int) -> Iterator[tuple[str, date, date]]:
    """The year's holidays in order: name, first and last day."""
    days = sorted(day for day in holidays if day.year == year)
    # Days in a row keep the same distance to their place in the order.
    placed = enumerate(days)
    for (name, _), run in groupby(
        placed, key=lambda item: (holidays[item[1]], item[1] - timedelta(days=item[0]))
    ):
        listed = [day for _, day in run]
        yield Holiday(name).chinese, listed[0], listed[-1]


def document() -> str:
    """The whole file."""
    years = sorted({day.year for day in holidays})
    lines = [HEAD.format(version=years[-1], first=date(years[0], 1, 1))]
    for year in years:
        lines.append(f"  {year}:\n    holidays:\n")
        lines += [
            f"      - {name} {first}" + (f" 至 {last}\n" if last > first else "\n")
            for name, first, last in runs(year)
        ]
        worked = ", ".join(str(day) for day in sorted(workdays) if day.year == year)
        lines.append(f"    workdays: [{worked}]\n")
    return "".join(lines)


if __name__ == "__main__":
    target = Path(__file__).resolve().parent.parent / "rules" / "books" / "holidays.yaml"
    target.write_text(document(), encoding="utf-8")
    print(f"chinesecalendar {chinese_calendar.__version__}: {target.name}")
