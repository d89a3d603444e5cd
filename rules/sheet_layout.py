"""How a rulebook is laid out in a spreadsheet: sheets, header rows, and what the first one says.

A table's sheet has codes in its hidden first row (`table:ID`, then a key per column), labels in
the second, and lines from the third on. View-only sheets begin with `VIEW_ONLY`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rules.cell_words import text_cell
from rules.grids import Column
from rules.reading import parse_book_text
from rules.rulebook import Rulebook
from rules.tables import Hit
from rules.vocabulary import GROUPS

TABLE_MARK = "table:"
VERSIONS_MARK = "versions"
VIEW_ONLY = "只供查看"
FIRST_LINE = 3
NOTES_TITLE, VERSIONS_TITLE, VOCABULARY_TITLE = "说明", "版本", "词汇"
VERSION_COLUMNS = (
    Column("file", "表", "id"),
    Column("title", "名称", "text"),
    Column("version", "版本", "text"),
    Column("effective_from", "生效日期", "date"),
    Column("effective_to", "失效日期", "date"),
    Column("hit", "取舍规则（只供查看）", "text"),
)
HIT_WORDS: Mapping[Hit, str] = {
    Hit.FIRST: "从上往下，第一个命中的行算数，所以行的先后有意义",
    Hit.UNIQUE: "每种情形只能有一行命中",
    Hit.PRIORITY: "命中的行里取最高的一级",
    Hit.COLLECT: "命中的行全部算数",
}
_KINDS = {"condition": "条件：", "output": "结果："}
_NOTES = (
    "怎样改",
    "每张表一个工作表，一行是一条规则；改好后用 guanjia rules import 导入，有错会指出是哪一格。",
    "第一行是隐藏的代码，请不要删改；列的先后可以换，不要合并单元格，不要写公式。",
    "「版本」表里可以改各表的名称、版本和生效、失效日期。改了规则请提高版本号。",
    "词汇、服务日历、节假日只供查看，要改请改对应的 yaml 文件。",
    "",
    "条件怎么写",
    "空格子：不限。同一行的各格要同时满足。",
    "满足几组条件之一：用几行，写同一个行 id，后面几行只填条件。",
    "取值：报修　或　报修、投诉；可以不填的输入不知道时：未知。",
    "数：3　≥3　>3　≤30　<30　1–30　-15–0；日期：2026-01-01–2026-12-31　≥2026-01-01。",
    "是非：是　否。",
    "信号：任一：停水、停电；全部：多户受影响；没有：情绪激动。只写「停水、停电」就是任一。",
    "大类名等于列出该类全部信号：任一：人身安全　或　任一：大类：人身安全。",
    "",
    "结果怎么写",
    "取值：紧急；与某个输入相同：同：人工或模型建议的等级。空格子：这一行不给这个结果。",
    "时限：3分钟　立即　15分钟（服务时间）　1个服务日　办结后24小时",
    "约定时间：约定时间（提前30分钟），否则1个服务日",
    "后面可以加，用分号隔开：等住户时暂停；最迟5个服务日（情况复杂的，最迟 {due} 办结）；"
    "注：每个服务日告知一次进展；出处：ours",
    "追问的假设：信号：有人被困；已反映次数：3；无人处理天数：7",
    "文字里有分号、引号或首尾空格时，整段放在英文双引号里。",
    "依据：pol-grading 第三条，多处用顿号隔开。",
)


def header(column: Column) -> str:
    """What stands above a column of a table's sheet."""
    return _KINDS.get(column.kind, "") + column.label


def sheet_titles(book: Rulebook) -> dict[str, str]:
    """The sheet of each table: its title as far as a spreadsheet allows it."""
    taken = {NOTES_TITLE, VERSIONS_TITLE, VOCABULARY_TITLE}
    taken |= {title for title, _ in other_sheets(book)}
    result = {}
    for table in book.tables.values():
        title = _sheet_title(table.title)
        if title in taken:
            title = _sheet_title(f"{title[:12]} {table.id}")
        taken.add(title)
        result[table.id] = title
    return result


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", title).strip()[:31] or "表"


def notes(book: Rulebook) -> Iterator[tuple[str, ...]]:
    """The lines of the first sheet: which rulebook, how tables decide, the grammar of cells."""
    yield (f"{VIEW_ONLY}：这份表格从管家的规则书导出，各表可以改好后再导入",)
    yield ("规则书", book.identity)
    yield ("内容指纹", book.digest)
    yield ()
    for table in book.tables.values():
        yield (table.title, HIT_WORDS[table.hit])
    yield ()
    for line in _NOTES:
        yield (line,)


def version_lines(book: Rulebook) -> Iterator[tuple[str, ...]]:
    """The head of the rulebook and of each table, a text per column of `VERSION_COLUMNS`."""
    for name in ("rulebook", *book.tables):
        data = parse_book_text(f"{name}.yaml", book.texts[f"{name}.yaml"]).data
        hit = HIT_WORDS[book.tables[name].hit] if name in book.tables else ""
        title = text_cell(data["name"] if name == "rulebook" else data["title"])
        dates = (data[key] if data.get(key) else "" for key in ("effective_from", "effective_to"))
        yield (name, title, text_cell(data["version"]), *map(str, dates), hit)


def vocabulary_lines(book: Rulebook) -> Iterator[tuple[str, ...]]:
    """All signals with their families, then the other codes."""
    yield (f"{VIEW_ONLY}：要增加或改名，请改 vocabulary.yaml",)
    yield ("组", "代码", "名称", "大类")
    vocabulary = book.vocabulary
    for code, entry in vocabulary.signals.items():
        yield ("信号", code, entry.label, vocabulary.label(entry.family, "families"))
    for group, codes in vocabulary.groups.items():
        for value, label in codes.items():
            yield (GROUPS[group], str(value), label)


def other_sheets(book: Rulebook) -> list[tuple[str, list[tuple[str, ...]]]]:
    """The rulebook's further files (service calendar, holidays), to be looked at: title, lines."""
    sheets = []
    for file, text in book.texts.items():
        name = file.removesuffix(".yaml")
        if name in book.tables or name in ("rulebook", "vocabulary"):
            continue
        data = parse_book_text(file, text).data
        lines: list[tuple[str, ...]] = [(f"{VIEW_ONLY}：要改请改 {file}",)]
        lines += [(place, said) for place, said in _flat(data, "")]
        sheets.append((_sheet_title(str(data.get("title", name))), lines))
    return sheets


def _flat(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """The values of a file with their places, such as `weekly.sunday`."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from _flat(one, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, one in enumerate(value, 1):
            yield from _flat(one, f"{place} {number}")
    elif isinstance(value, list):
        yield place, "、".join(map(str, value)) or "无"
    else:
        yield place, "无" if value is None or value == {} else str(value)
