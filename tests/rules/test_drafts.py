"""Drafts of a rulebook: what is typed is kept, what can be used becomes part of the book."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.drafts import Draft, Drafts
from rules.errors import DraftMissing, DraftRefused, MalformedBook
from rules.grid_editing import duplicated, with_cell
from rules.grids import Grid
from rules.loading import default_rulebook, shipped_texts

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
CALENDAR = "service_calendar.yaml"


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts", lambda: NOW)


def again(tmp_path: Path) -> Drafts:
    """The same folder, read by a program that was started anew."""
    return Drafts(tmp_path / "drafts", lambda: NOW)


def begun(drafts: Drafts, name: str = "改时限") -> Draft:
    return drafts.begin(name, default_rulebook(), "主管甲")


def with_text(draft: Draft, table: str, line: int, key: str, text: str) -> Grid:
    return with_cell(draft.grid(table), line, key, text)


def test_a_draft_begins_as_the_rulebook_it_was_copied_from(drafts: Drafts, tmp_path: Path) -> None:
    begun(drafts)
    draft = again(tmp_path).open("改时限")
    assert draft.book.digest == default_rulebook().digest
    assert (draft.by, draft.since, draft.base) == ("主管甲", NOW, default_rulebook().identity)
    assert draft.finished


def test_a_right_cell_becomes_part_of_the_book_at_once(drafts: Drafts, tmp_path: Path) -> None:
    draft = begun(drafts)
    drafts.keep_grid(draft.name, with_text(draft, "deadlines", 0, "then.on_site", "5分钟"))
    kept = again(tmp_path).open(draft.name)
    (row,) = [row for row in kept.book.tables["deadlines"].rows if row.id == "critical"]
    assert row.then["on_site"].span.text == "5分钟"
    assert kept.finished


def test_a_wrong_cell_is_kept_as_typed_with_its_problem_at_the_cell(
    drafts: Drafts, tmp_path: Path
) -> None:
    draft = begun(drafts)
    drafts.keep_grid(draft.name, with_text(draft, "deadlines", 0, "then.on_site", "马上到"))
    kept = again(tmp_path).open(draft.name)
    (problem,) = kept.problems["deadlines"]
    assert (problem.line, problem.column) == (0, "then.on_site")
    place = [column.key for column in kept.grid("deadlines").columns].index("then.on_site")
    assert kept.grid("deadlines").lines[0][place] == "马上到"
    assert kept.book.digest == default_rulebook().digest
    (line,) = kept.unfinished()
    assert "马上到" in line


def test_correcting_the_cell_takes_in_all_that_was_typed_meanwhile(drafts: Drafts) -> None:
    draft = begun(drafts)
    wrong = with_text(draft, "deadlines", 0, "then.on_site", "马上到")
    draft = drafts.keep_grid(draft.name, with_cell(wrong, 0, "then.resolve", "12小时"))
    draft = drafts.keep_grid(draft.name, with_text(draft, "deadlines", 0, "then.on_site", "2分钟"))
    assert draft.finished
    then = draft.book.tables["deadlines"].rows[0].then
    assert (then["on_site"].span.text, then["resolve"].span.text) == ("2分钟", "12小时")


def test_a_mistake_in_one_table_does_not_keep_another_from_being_taken_in(drafts: Drafts) -> None:
    draft = begun(drafts)
    drafts.keep_grid(draft.name, with_text(draft, "deadlines", 0, "then.on_site", "马上到"))
    draft = drafts.keep_grid(draft.name, with_text(draft, "urgency", 0, "reason", "人命关天"))
    assert draft.book.tables["urgency"].rows[0].reason == "人命关天"
    assert set(draft.problems) == {"deadlines"}


def test_two_rows_with_one_id_are_a_problem_and_neither_is_lost(drafts: Drafts) -> None:
    draft = begun(drafts)
    grid = duplicated(draft.grid("level"), 0)
    draft = drafts.keep_grid(draft.name, with_cell(grid, 3, "id", "critical"))
    assert draft.problems["level"]
    assert len(draft.grid("level").lines) == len(grid.lines)


def test_a_file_is_kept_as_typed_until_it_loads(drafts: Drafts, tmp_path: Path) -> None:
    draft = begun(drafts)
    text = draft.text(CALENDAR)
    draft = drafts.keep_text(draft.name, CALENDAR, text.replace("08:30-12:00", "08:30-25:00"))
    assert "25:00" in draft.complaints[CALENDAR]
    assert "08:30-25:00" in again(tmp_path).open(draft.name).text(CALENDAR)
    draft = drafts.keep_text(draft.name, CALENDAR, text.replace("08:30-12:00", "08:00-12:00"))
    assert draft.finished
    assert "08:00-12:00" in draft.book.texts[CALENDAR]


def test_a_file_that_the_book_does_not_have_cannot_be_written(drafts: Drafts) -> None:
    draft = begun(drafts)
    with pytest.raises(KeyError):
        drafts.keep_text(draft.name, "../escape.yaml", "id: x")


def test_replacing_the_files_leaves_what_is_unfinished_elsewhere(drafts: Drafts) -> None:
    draft = begun(drafts)
    drafts.keep_grid(draft.name, with_text(draft, "deadlines", 0, "then.on_site", "马上到"))
    texts = shipped_texts()
    texts["urgency.yaml"] = texts["urgency.yaml"].replace("正在漏水", "正在滴水")
    draft = drafts.keep_texts(draft.name, texts)
    assert "正在滴水" in draft.book.texts["urgency.yaml"]
    assert set(draft.problems) == {"deadlines"}


def test_files_that_do_not_load_replace_nothing(drafts: Drafts) -> None:
    draft = begun(drafts)
    with pytest.raises(MalformedBook):
        drafts.keep_texts(draft.name, {**shipped_texts(), "urgency.yaml": "id: urgency"})
    assert drafts.open(draft.name).book.digest == default_rulebook().digest


@pytest.mark.parametrize("name", ["", "  ", "../x", ".hidden", "a/b", "长" * 41, "尾."])
def test_a_name_that_is_no_plain_folder_name_is_refused(drafts: Drafts, name: str) -> None:
    with pytest.raises(DraftRefused, match="不能用"):
        begun(drafts, name)
    assert drafts.names() == ()


def test_a_name_is_used_once(drafts: Drafts) -> None:
    begun(drafts)
    with pytest.raises(DraftRefused, match="已有名为「改时限」的副本"):
        begun(drafts)


def test_a_draft_says_whose_it_is(drafts: Drafts) -> None:
    with pytest.raises(DraftRefused, match="谁在改"):
        drafts.begin("改时限", default_rulebook(), "  ")


def test_a_discarded_draft_is_gone(drafts: Drafts) -> None:
    draft = begun(drafts)
    drafts.discard(draft.name)
    assert drafts.names() == ()
    with pytest.raises(DraftMissing, match="没有名为「改时限」的副本"):
        drafts.open(draft.name)
    with pytest.raises(DraftMissing):
        drafts.discard(draft.name)


def test_a_damaged_draft_is_told_in_one_line_and_can_be_discarded(
    drafts: Drafts, tmp_path: Path
) -> None:
    draft = begun(drafts)
    (tmp_path / "drafts" / draft.name / "draft.json").write_text("{", encoding="utf-8")
    with pytest.raises(DraftMissing, match="已损坏"):
        drafts.open(draft.name)
    drafts.discard(draft.name)
    assert drafts.names() == ()
