"""Evaluation files that are off are refused with file, line and remedy."""

from pathlib import Path

import pytest

from eval.readers import EvalInputError, read_corpus, read_labels, read_messages, read_queries


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
