"""A book's text is changed by rows: what stays the same keeps its text to the letter."""

import difflib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.editing import apply_cells, edit_head
from rules.errors import MalformedBook, MalformedGrid
from rules.grids import Grid, table_cells
from rules.loading import default_rulebook, rulebook_of, shipped_texts
from rules.reading import parse_book_text
from rules.row_texts import book_text
from rules.rulebook import Rulebook
from rules.yaml_writing import row_text

Lines = list[list[str]]


class Editor:
    """Edits one table of a rulebook as a page would."""

    def __init__(self, table: str, book: Rulebook | None = None) -> None:
        self.book = book or default_rulebook()
        self.table, self.file = table, f"{table}.yaml"
        self.text = self.book.texts[self.file]
        self.grid = table_cells(self.book, table)
        self.keys = [column.key for column in self.grid.columns]

    def after(self, change: Callable[[Lines], Lines | None]) -> str:
        lines = [list(line) for line in self.grid.lines]
        return self.apply(change(lines) or lines)

    def apply(self, lines: Lines) -> str:
        grid = replace(self.grid, lines=tuple(tuple(line) for line in lines))
        return apply_cells(self.text, self.book, self.table, grid)

    def set(self, lines: Lines, row: str, key: str, text: str) -> None:
        next(line for line in lines if line[0] == row)[self.keys.index(key)] = text

    def with_cell(self, row: str, key: str, text: str) -> str:
        return self.after(lambda lines: self.set(lines, row, key, text))

    def difference(self, text: str) -> list[str]:
        """The lines taken out (-) and put in (+)."""
        found = difflib.ndiff(self.text.splitlines(), text.splitlines())
        return [line for line in found if line[0] in "-+"]

    def problem(self, change: Callable[[Lines], Lines | None]) -> str:
        with pytest.raises(MalformedGrid) as caught:
            self.after(change)
        return str(caught.value)


TABLES = tuple(default_rulebook().tables)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_changed_gives_the_same_text(table: str) -> None:
    editor = Editor(table)
    assert editor.after(lambda lines: lines) == editor.text


@pytest.mark.parametrize("table", TABLES)
def test_shipped_rows_written_anew_read_the_same(table: str) -> None:
    editor = Editor(table)
    data = parse_book_text(editor.file, editor.text).data
    cut = book_text(editor.text)
    bodies = "".join(row_text(row, 2) for row in data["rows"])
    assert parse_book_text(editor.file, cut.head + bodies + cut.tail).data == data


def test_deadlines_written_anew_look_as_they_were_written_by_hand() -> None:
    editor = Editor("deadlines")
    rows = parse_book_text(editor.file, editor.text).data["rows"]
    written = {row["id"]: row_text(row, 2) for row in rows}
    for row, slice_ in zip(rows, book_text(editor.text).rows, strict=True):
        if row["id"] != "urgent":  # its conditions are longer than a line
            assert written[row["id"]] == slice_.body


def test_one_cell_changes_one_line() -> None:
    editor = Editor("urgency")
    assert editor.difference(editor.with_cell("repeat", "when.repeat_count", "≥5")) == [
        "-     when: {kind: [repair, complaint], repeat_count: {at_least: 3}}",
        "+     when: {kind: [repair, complaint], repeat_count: {at_least: 5}}",
    ]


def test_the_order_of_conditions_within_a_row_stays() -> None:
    editor = Editor("urgency")
    changed = editor.with_cell("group-fault", "when.signals", "全部：多户受影响；没有：情绪激动")
    assert "- {signals: {all: [group_affected], none: [anger]}, kind: repair}" in changed


def test_other_words_for_the_same_change_nothing() -> None:
    editor = Editor("urgency")
    assert editor.with_cell("repeat", "when.kind", "repair，投诉") == editor.text
    assert editor.with_cell("repeat", "when.repeat_count", "＞＝３次") == editor.text


def test_a_deleted_row_goes_with_its_own_comment_only() -> None:
    editor = Editor("urgency")
    changed = editor.after(lambda lines: [line for line in lines if line[0] != "group-fault"])
    assert [line for line in editor.difference(changed) if line[0] == "+"] == []
    assert "“故障”" not in changed
    assert "# 人工或模型只能往上调" in changed


def test_the_blank_line_above_a_deleted_row_stays_above_the_next() -> None:
    editor = Editor("urgency")
    changed = editor.after(lambda lines: [line for line in lines if line[0] != "hazard"])
    assert "\n\n  - id: essential-service\n" in changed
    assert "\n\n\n" not in changed


def test_what_stands_free_above_deleted_rows_stays() -> None:
    texts = shipped_texts()
    free = "  # 以下为催缴\n\n  - id: formal-notice"
    texts["fees.yaml"] = texts["fees.yaml"].replace("  - id: formal-notice", free)
    editor = Editor("fees", rulebook_of(texts))
    assert editor.after(lambda lines: lines[:-1]).endswith("origin: S3\n  # 以下为催缴\n\n")
    editor = Editor("urgency")

    def change(lines: Lines) -> Lines:
        editor.set(lines, "essential-service", "reason", "设施中断")
        return [line for line in lines if line[0] != "hazard"]

    assert "\n\n  - id: essential-service\n" in editor.after(change)


def test_a_comment_within_a_row_survives_a_change_of_the_row() -> None:
    editor = Editor("questions")
    changed = editor.with_cell("vulnerable-ill", "reason", "有人受伤即为特急")
    assert editor.difference(changed) == [
        "-     reason: 有人受伤或突发疾病即为特急",
        "+     reason: 有人受伤即为特急",
    ]


def test_rows_move_with_their_comments() -> None:
    editor = Editor("deadlines")
    urgent = [line for line in editor.grid.lines if line[0] == "urgent"]
    others = [line for line in editor.grid.lines if line[0] != "urgent"]
    changed = editor.apply([list(line) for line in (*others, *urgent)])
    rows = parse_book_text(editor.file, changed).data["rows"]
    assert rows[-1]["id"] == "urgent"
    assert "人工调高的，按紧急件办。\n  - id: urgent" in changed
    assert sorted(changed.splitlines()) == sorted(editor.text.splitlines())


def test_a_new_row_is_written_in_the_style_of_the_house() -> None:
    editor = Editor("deadlines")
    cells = {
        "id": "night",
        "when.kind": "报修",
        "when.tier": "紧急",
        "then.on_site": "约定时间（提前30分钟），否则1个服务日；出处：ours",
        "then.resolve": "3个服务日；等住户时暂停；最迟5个服务日（情况复杂的，最迟 {due} 办结）；"
        "注：每个服务日告知一次进展",
        "reason": "夜间报修的时限",
        "source": "pol-grading 第十三条",
        "effective_from": "2026/3/1",
    }
    new = [cells.get(key, "") for key in editor.keys]
    changed = editor.after(lambda lines: [*lines[:1], new, *lines[1:]])
    assert editor.difference(changed) == [
        "+ ",
        "+   - id: night",
        "+     when: {tier: urgent, kind: repair}",
        "+     then:",
        "+       on_site: {limit: 1个服务日, clock: service, wished_time: true, notice: 30分钟,"
        " origin: ours}",
        "+       resolve:",
        "+         limit: 3个服务日",
        "+         clock: service",
        "+         pauses: true",
        "+         fallback: 5个服务日",
        "+         fallback_note: 情况复杂的，最迟 {due} 办结",
        "+         note: 每个服务日告知一次进展",
        "+     reason: 夜间报修的时限",
        "+     source: pol-grading 第十三条",
        "+     effective_from: 2026-03-01",
    ]
    rulebook_of(shipped_texts() | {editor.file: changed})


def test_another_alternative_is_another_line_with_the_same_id() -> None:
    editor = Editor("urgency")
    more = [""] * len(editor.keys)
    more[0], more[editor.keys.index("when.category")] = "hazard", "突发事件"
    changed = editor.after(lambda lines: [*lines[:2], more, *lines[2:]])
    rows = parse_book_text(editor.file, changed).data["rows"]
    assert rows[1]["when"] == [{"signals": {"any": ["hazard"]}}, {"category": "incident"}]


def test_a_further_line_may_repeat_what_the_first_one_says() -> None:
    editor = Editor("urgency")
    copy = list(editor.grid.lines[1])
    copy[editor.keys.index("when.signals")] = ""
    copy[editor.keys.index("when.category")] = "突发事件"
    changed = editor.after(lambda lines: [*lines[:2], copy, *lines[2:]])
    assert len(parse_book_text(editor.file, changed).data["rows"][1]["when"]) == 2


def test_empty_lines_do_not_count() -> None:
    editor = Editor("fees")
    blank = ["", " ", *[""] * (len(editor.keys) - 2)]
    assert editor.after(lambda lines: [blank, *lines, blank]) == editor.text


def test_windows_line_ends_stay() -> None:
    book = rulebook_of(shipped_texts())
    text = book.texts["fees.yaml"].replace("\n", "\r\n")
    editor = Editor("fees")
    lines = [list(line) for line in editor.grid.lines]
    editor.set(lines, "visit", "reason", "上门")
    grid = replace(editor.grid, lines=tuple(map(tuple, lines)))
    changed = apply_cells(text, book, "fees", grid)
    assert changed.count("\r\n") == changed.count("\n") == text.count("\n")
    assert "reason: 上门\r\n" in changed


def test_rows_in_brackets_are_written_out() -> None:
    texts = shipped_texts()
    head, _, rows = texts["fees.yaml"].partition("rows:\n")
    data = parse_book_text("fees.yaml", texts["fees.yaml"]).data["rows"]
    listed = ", ".join(row_text(row, 0)[2:].strip().replace("\n", ", ") for row in data)
    assert rows
    texts["fees.yaml"] = f"{head}rows: [{{{listed.replace(', id:', '}, {id:')}}}]\n# 完\n"
    editor = Editor("fees", rulebook_of(texts))
    changed = editor.with_cell("visit", "reason", "上门")
    assert "\n  - id: visit\n" in changed
    assert changed.endswith("# 完\n")


def test_a_text_that_cannot_be_changed_by_rows_is_refused() -> None:
    texts = shipped_texts()
    # the second row is written with an anchor of the first
    texts["fees.yaml"] = (
        texts["fees.yaml"]
        .replace("origin: S3\n  - id: reminder", "origin: &from S3\n  - id: reminder")
        .replace("第七条\n    origin: S3", "第七条\n    origin: *from")
    )
    editor = Editor("fees", rulebook_of(texts))
    with pytest.raises(MalformedBook, match=r"fees\.yaml：文件的写法特殊，不能逐行修改；请直接改"):
        editor.after(lambda lines: lines[1:])


def test_texts_of_every_kind_can_be_written() -> None:
    editor = Editor("care")
    for text in (
        "a: b # c",
        "'",
        '"',
        "- x",
        "{y}",
        "=z",
        "true",
        "1.0",
        "2026-01-01",
        "x\ny",
        "~",
    ):
        changed = editor.with_cell("survey", "then.note", text)
        rows = parse_book_text(editor.file, changed).data["rows"]
        (survey,) = (row for row in rows if row["id"] == "survey")
        assert survey["then"]["note"] == text


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(TABLES), st.randoms(use_true_random=False))
def test_any_choice_and_order_of_rows_reads_as_chosen(table: str, random: object) -> None:
    from random import Random

    assert isinstance(random, Random)
    editor = Editor(table)
    ids = list(dict.fromkeys(line[0] for line in editor.grid.lines))
    chosen = random.sample(ids, random.randint(1, len(ids)))
    lines = [list(line) for one in chosen for line in editor.grid.lines if line[0] == one]
    data = parse_book_text(editor.file, editor.text).data
    rows = {row["id"]: row for row in data["rows"]}
    assert parse_book_text(editor.file, editor.apply(lines)).data == {
        **data,
        "rows": [rows[one] for one in chosen],
    }


REFUSED = [
    (
        "hazard",
        "when.kind",
        "保修",
        "第 2 行（行「hazard」）「诉求类型」列：不认识的诉求类型「保修」",
    ),
    ("hazard", "when.signals", "任一：停水；没有：停水", "「信号」列：又要有又不要有 no_water"),
    ("hazard", "then.tier", "很急", "「紧急程度」列：不认识的紧急程度「很急」"),
    ("hazard", "then.tier", "", "「紧急程度」列：没有填结果；请填上结果"),
    ("hazard", "reason", "", "（行「hazard」）「原因」列：没有填原因；请填上原因"),
    ("hazard", "source", " ", "「依据」列：没有填依据；请填上依据"),
    (
        "hazard",
        "source",
        "规定三",
        "「依据」列：依据「规定三」写法不对；请写成「pol-grading 第三条」",
    ),
    ("hazard", "reason", "有 {没有}", "「原因」列：reason 里的 {没有} 不是输入"),
    ("hazard", "effective_from", "明天", "「生效日期」列：「明天」不是日期"),
    ("hazard", "effective_from", "2020-01-01", "「生效日期」列：effective_from 2020-01-01 不在"),
    ("hazard", "id", "", "第 2 行「行」列：没有行 id；请写上"),
    ("hazard", "id", "ordinary", "「行」列：行 id「ordinary」重复；请换一个 id"),
    (
        "hazard",
        "id",
        "life-safety",
        "「紧急程度」列：行 id「life-safety」已在上面用过；同一行的另一组",
    ),
]


@pytest.mark.parametrize(("row", "key", "text", "message"), REFUSED)
def test_a_cell_that_cannot_be_used_is_named(row: str, key: str, text: str, message: str) -> None:
    editor = Editor("urgency")
    told = editor.problem(lambda lines: editor.set(lines, row, key, text))
    assert told.startswith(("「紧急程度」第 ", "有 2 处要改：（1）「紧急程度」第 "))
    assert message in told


def test_the_mistake_of_an_alternative_is_told_at_its_line() -> None:
    editor = Editor("deadlines")

    def change(lines: Lines) -> None:
        lines[3][editor.keys.index("when.signals")] = "任一：停水；没有：停水"

    assert "第 4 行（行「urgent」）「信号」列：又要有又不要有" in editor.problem(change)


def test_all_mistakes_are_told_together() -> None:
    editor = Editor("urgency")

    def change(lines: Lines) -> None:
        editor.set(lines, "hazard", "when.kind", "保修")
        editor.set(lines, "repeat", "when.repeat_count", "三次")

    told = editor.problem(change)
    assert told.startswith("有 2 处要改：（1）「紧急程度」第 2 行")
    assert "（2）「紧急程度」第 7 行（行「repeat」）「已反映次数（次）」列：「三次」看不懂" in told


def test_no_row_at_all_is_refused() -> None:
    assert "一行也没有；请至少保留一行" in Editor("fees").problem(lambda lines: lines[:0] or [[""]])


def test_a_missing_column_is_named() -> None:
    editor = Editor("fees")
    grid = Grid("fees", editor.grid.columns[:-1], tuple(line[:-1] for line in editor.grid.lines))
    with pytest.raises(MalformedGrid, match="缺少「失效日期」列"):
        apply_cells(editor.text, editor.book, "fees", grid)


def test_the_head_is_changed_in_place() -> None:
    editor = Editor("fees")
    changes = {"version": "1.1", "title": "催缴: 新", "effective_to": date(2026, 12, 31)}
    changed = edit_head(editor.text, editor.file, changes)
    assert editor.difference(changed) == [
        "- title: 缴费提醒与催缴",
        "+ title: '催缴: 新'",
        '- version: "1.0"',
        '+ version: "1.1"',
        "+ effective_to: 2026-12-31",
    ]
    assert edit_head(changed, editor.file, {"effective_to": None}).count("effective_to") == 0


def test_a_head_that_stays_the_same_keeps_its_text() -> None:
    editor = Editor("fees")
    same = {"version": "1.0", "effective_from": date(2026, 1, 1), "effective_to": None}
    assert edit_head(editor.text, editor.file, same) == editor.text
