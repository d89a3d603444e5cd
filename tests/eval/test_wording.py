"""The blind comparison: nobody sees who wrote what, and every score counts once."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.readers import EvalInputError
from eval.wording import POINTS, Pair, tally, write_sheet

PAIRS = [Pair(f"m{i}", f"来件{i}", f"系统草稿{i}", f"模型改写{i}") for i in range(20)]
DAY = date(2026, 11, 27)


def sheet_of(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "sheet.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def filled(folder: Path, like: str, name: str) -> Path:
    """A reader who prefers the draft that holds `like`, and scores it 5, the other 2."""
    rows = []
    for line in sheet_of(folder):
        liked = "a" if like in line["a"] else "b"
        scores = {side: dict.fromkeys(POINTS, 5 if side == liked else 2) for side in "ab"}
        rows.append({"id": line["id"], "prefer": liked, **scores})
    return written(folder / name, rows)


def written(path: Path, rows: list[Any]) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_sheet(tmp_path / "blind", "某模型", PAIRS, 25)
    return tmp_path / "blind"


def test_the_sides_are_mixed_and_the_sheet_names_nobody(folder: Path) -> None:
    sides = ["模型" in line["a"] for line in sheet_of(folder)]
    assert 0 < sum(sides) < len(sides)
    assert "某模型" not in (folder / "sheet.jsonl").read_text(encoding="utf-8")


def test_drafts_left_as_they_were_count_as_equal(folder: Path) -> None:
    told = tally(folder, [filled(folder, "模型", "one.jsonl")], DAY)
    verdict = told.verdict
    assert (verdict.preferred, verdict.composed, verdict.equal) == (20, 0, 5)
    assert verdict.earned
    assert told.reworded["tone"] == 5
    assert told.composed["tone"] == 2


def test_readers_who_disagree_make_a_draw(folder: Path) -> None:
    sheets = [filled(folder, "模型", "one.jsonl"), filled(folder, "系统", "two.jsonl")]
    verdict = tally(folder, sheets, DAY).verdict
    assert (verdict.preferred, verdict.composed, verdict.equal) == (0, 0, 25)
    assert not verdict.earned


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[:-1], "缺 1 条"),
        (lambda rows: [*rows, rows[0]], "评了两次"),
        (lambda rows: [{**rows[0], "id": "x"}, *rows[1:]], "不在评分表里"),
        (lambda rows: [{**rows[0], "prefer": "c"}, *rows[1:]], "prefer"),
        (lambda rows: [{**rows[0], "a": {"facts": 9}}, *rows[1:]], "1 到 5 分"),
        (lambda rows: ["不是对象", *rows], "第1行"),
    ],
)
def test_a_sheet_that_cannot_count_is_refused_with_its_line(
    folder: Path, change: Any, told: str
) -> None:
    path = filled(folder, "模型", "one.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with pytest.raises(EvalInputError, match=told):
        tally(folder, [written(path, change(rows))], DAY)
