"""Evaluation files that are off are refused with file, line and remedy."""

from pathlib import Path

import pytest

from assistant.types import Location
from eval.readers import (
    EvalInputError,
    read_corpus,
    read_emergencies,
    read_examples,
    read_labels,
    read_messages,
    read_queries,
)


def written(folder: Path, text: str) -> Path:
    path = folder / "lines.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_of_the_given_shapes_are_read(tmp_path: Path) -> None:
    corpus = read_corpus(
        written(tmp_path, '{"id": 1, "text": "甲"}\n\n{"id": "b", "text": "乙", "title": "题"}\n')
    )
    assert [(line.id, line.title) for line in corpus] == [("1", ""), ("b", "题")]
    queries = read_queries(written(tmp_path, '{"id": 0, "question": "问", "relevant": [1, "b"]}\n'))
    assert queries[0].relevant == ("1", "b")
    assert read_messages(written(tmp_path, '{"id": "m", "text": "水管漏水"}\n')) == {
        "m": "水管漏水"
    }
    labels = read_labels(
        written(
            tmp_path,
            '{"id": "m", "kind": "repair", "department": "engineering", "tier": "urgent"}\n',
        )
    )
    assert labels[0].tier_alt is None
    assert labels[0].in_scope is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": "a", "text": "甲"}\nnot json\n', "第2行不是合法的 JSON"),
        ('{"id": "a"}\n', "第1行缺少字段 text"),
        ('["a"]\n', "第1行缺少字段 id、text"),
    ],
)
def test_a_line_that_is_off_is_named_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(EvalInputError, match=words):
        read_corpus(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalInputError, match="没有找到文件"):
        read_corpus(tmp_path / "none.jsonl")


def test_examples_are_numbered_and_in_scope_unless_they_say_otherwise(tmp_path: Path) -> None:
    labels = '"kind": "repair", "department": "engineering", "category": null'
    place = '{"building": "8", "unit": null, "floor": null, "room": null, "place": null}'
    path = written(
        tmp_path,
        f'{{"text": "灯坏了", {labels}, "style": "angry", "location": {place}}}\n'
        f'{{"text": "公交改线", {labels}, "in_scope": false}}\n',
    )
    texts, (first, second) = read_examples(path)
    assert texts == {"lines-1": "灯坏了", "lines-2": "公交改线"}
    assert (first.in_scope, first.tier, first.style, first.group) == (True, None, "angry", "lines")
    assert first.location == Location(building="8")
    assert (second.in_scope, second.location, second.style) == (False, None, "plain")


@pytest.mark.parametrize(
    ("kind", "tier", "words"),
    [
        ("repair", '"high"', "标签 m 的紧急程度 high 不认识"),
        ("mend", "null", "标签 m 的类型 mend 不认识"),
    ],
)
def test_an_unknown_code_is_refused(tmp_path: Path, kind: str, tier: str, words: str) -> None:
    line = f'{{"id": "m", "kind": "{kind}", "department": "finance", "tier": {tier}}}\n'
    with pytest.raises(EvalInputError, match=words):
        read_labels(written(tmp_path, line))


def suite(folder: Path, text: str) -> Path:
    path = folder / "suite.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_emergency_suite_is_read(tmp_path: Path) -> None:
    rows = "- {text: 电梯困人, present: [person_trapped], absent: [], style: typo}\n"
    rows += "- {text: 火锅真好吃, present: [], absent: [fire_or_smoke]}\n"
    first, second = read_emergencies(suite(tmp_path, f"messages:\n{rows}"))
    assert (first.id, first.present, first.style) == ("suite-1", {"person_trapped"}, "typo")
    assert (second.text, second.absent, second.style) == ("火锅真好吃", {"fire_or_smoke"}, "plain")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("messages: [", "不是合法的 YAML"),
        ("- a\n", "没有 messages 列表"),
        ("messages:\n- {text: 甲, present: []}\n", "suite-1 要有 text、present、absent"),
        ("messages:\n- {text: 甲, present: [theft], absent: [theft]}\n", "theft 同时列为有和没有"),
    ],
)
def test_a_suite_that_is_off_is_refused_with_place_and_remedy(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(EvalInputError, match=words):
        read_emergencies(suite(tmp_path, text))


def test_a_missing_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalInputError, match="没有找到文件"):
        read_emergencies(tmp_path / "none.yaml")
