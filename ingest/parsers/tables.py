"""Rows of cells as Markdown tables, and question-and-answer tables recognised by their header."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ingest.types import Block, BlockKind, FaqEntry

Row = Sequence[str]

_COLUMNS: dict[str, tuple[str, ...]] = {
    "question": (
        "问题", "标准问", "标准问题", "问", "常见问题", "主问题", "提问", "question", "q",
        "問題", "標準問", "標準問題", "常見問題",
    ),
    "answer": (
        "答案", "答复", "答", "回答", "回复", "标准答案", "标准答复", "解答", "答复内容", "answer",
        "a", "答覆", "回覆", "標準答案", "回復",
    ),
    "variants": (
        "相似问法", "其他问法", "相似问", "相似问题", "扩展问", "扩展问法", "同义问法", "别名",
        "其它问法", "similar", "variants", "相似問法", "其他問法",
    ),
    "negatives": (
        "近似但不同", "易混问题", "易混淆问题", "反例", "不适用", "negatives", "近似但不同的问题",
    ),
    "references": ("依据", "依据条款", "出处", "来源", "参考", "依據", "references"),
    "category": ("分类", "类别", "问题分类", "问题类别", "类型", "分類", "類別", "category"),
}  # fmt: skip
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names}
_HEADER_DEPTH = 10
_SEPARATORS = re.compile(r"[|\uff5c\n;\uff1b]+")


def cell_text(value: object) -> str:
    """One cell as people read it: whole numbers without `.0`, dates without midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).removesuffix(" 00:00:00")
    return "\n".join(line.strip() for line in text.replace("\r", "\n").split("\n")).strip()


def markdown_table(rows: Sequence[Row]) -> str:
    """A Markdown table; the first row is the header, short rows are filled up."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    width = max((len(row) for row in filled), default=0)
    used = [column for column in range(width) if any(_at(row, column) for row in filled)]
    lines = [
        "| " + " | ".join(_escaped(_at(row, column)) for column in used) + " |" for row in filled
    ]
    if not lines or not used:
        return ""
    return "\n".join([lines[0], "|" + " --- |" * len(used), *lines[1:]])


def table_block(rows: Sequence[Row], page: int | None = None) -> list[Block]:
    """A table as one block below its title rows, or nothing when every cell is empty."""
    titles, below = title_rows(rows)
    text = markdown_table(below)
    above = [Block(BlockKind.PARAGRAPH, title, 0, page) for title in titles]
    return [*above, Block(BlockKind.TABLE, text, 0, page)] if text else above


def title_rows(rows: Sequence[Row]) -> tuple[list[str], Sequence[Row]]:
    """What stands above a table's header: rows with one filled cell, as merged titles have.

    A table of one column has no titles.
    """
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    for index, row in enumerate(filled[:_HEADER_DEPTH]):
        if sum(bool(cell.strip()) for cell in row) > 1:
            titles = ["".join(cell.strip() for cell in above) for above in filled[:index]]
            return [title for title in titles if title], filled[index:]
    return [], filled


def faq_blocks(rows: Sequence[Row], page: int | None = None) -> list[Block] | None:
    """One FAQ block for each row, or None when no header names a question and an answer.

    The header is looked for in the first rows, since files often begin with a title row.
    An empty question continues the answer above it, as merged cells do.
    """
    for index, row in header_candidates(rows):
        columns = header_columns(row, _NAMES)
        if "question" in columns and "answer" in columns:
            return _entries(rows[index + 1 :], columns, page)
    return None


def header_candidates(rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """The first rows, each alone and filled up from the one above, as merged headers need."""
    for index, row in enumerate(rows[:_HEADER_DEPTH]):
        yield index, row
        if index:
            width = max(len(row), len(rows[index - 1]))
            yield index, [_at(row, at) or _at(rows[index - 1], at) for at in range(width)]


def header_columns(row: Row, names: Mapping[str, str]) -> dict[str, list[int]]:
    """For each field that the header cells of a row name, the columns."""
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(row):
        name = re.sub(r"[\s*\uff0a:\uff1a]|[(\uff08].*?[)\uff09]|\d+$", "", cell).lower()
        if name in names:
            columns.setdefault(names[name], []).append(index)
    return columns


def _entries(
    rows: Sequence[Row], columns: Mapping[str, Sequence[int]], page: int | None
) -> list[Block]:
    entries: list[FaqEntry] = []
    category = ""
    for row in rows:
        values = {name: _joined(row, indexes) for name, indexes in columns.items()}
        category = values.get("category") or category
        if not values["question"] and entries and values["answer"]:
            entries[-1] = _continued(entries[-1], values["answer"])
        elif values["question"] and values["answer"]:
            entries.append(_entry(values, category))
    return [Block(BlockKind.FAQ, entry.answer, 0, page, entry) for entry in entries]


def _entry(values: Mapping[str, str], category: str) -> FaqEntry:
    return FaqEntry(
        question=values["question"],
        answer=values["answer"],
        variants=split_values(values.get("variants", "")),
        negatives=split_values(values.get("negatives", "")),
        references=split_references(values.get("references", "")),
        category=category,
    )


def _continued(entry: FaqEntry, answer: str) -> FaqEntry:
    return FaqEntry(
        entry.question,
        f"{entry.answer}\n{answer}",
        entry.variants,
        entry.negatives,
        entry.references,
        entry.category,
    )


def split_values(text: str) -> tuple[str, ...]:
    """Wordings separated by bars, semicolons or line ends, each once."""
    parts = (re.sub(r"^\d+[.、)\uff09]\s*", "", part.strip()) for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def split_references(text: str) -> tuple[str, ...]:
    """References separated like wordings, or by 、 and commas."""
    parts = (part.strip() for part in re.split(r"[|\uff5c\n;\uff1b、,\uff0c]+", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _joined(row: Row, indexes: Sequence[int]) -> str:
    return "\n".join(value for index in indexes if (value := _at(row, index)))


def _at(row: Row, column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _escaped(cell: str) -> str:
    return re.sub(r"\s*\n\s*", ";", cell).replace("|", "/")
