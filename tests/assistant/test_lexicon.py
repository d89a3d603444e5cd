"""A lexicon file that is wrong says what is wrong, where, and what to do."""

from pathlib import Path

import pytest

from assistant.errors import LexiconDamaged
from assistant.lexicon import codes, compile_pattern, load_yaml


def test_every_code_of_the_lexicon_compiles_and_has_a_label() -> None:
    assert len(codes()) == 36
    assert all(code.patterns and code.label for code in codes())
    for code in codes():
        assert all(expression.compiled for expression, _ in code.patterns)
        assert all(part.compiled for part in (code.unless, code.resolved) if part is not None)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("着火(", "无法解析"), ("<nowhere>着火", "不存在的词组 <nowhere>")],
)
def test_a_bad_pattern_is_named_with_its_file(pattern: str, message: str) -> None:
    with pytest.raises(LexiconDamaged, match=message) as caught:
        compile_pattern(pattern, "life_safety.yaml 的 fire_or_smoke")
    assert "life_safety.yaml" in str(caught.value)


def test_a_pattern_that_yaml_took_for_a_table_asks_for_quotes() -> None:
    with pytest.raises(LexiconDamaged, match="加上引号"):
        compile_pattern({"着火": "了"}, "life_safety.yaml")  # type: ignore[arg-type]


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "words.yaml"
    broken.write_text("a: [", encoding="utf-8")
    with pytest.raises(LexiconDamaged, match=r"words\.yaml"):
        load_yaml(broken)
    with pytest.raises(LexiconDamaged, match=r"missing\.yaml"):
        load_yaml(tmp_path / "missing.yaml")


def test_a_gap_stays_inside_its_clause_and_denies_nothing() -> None:
    pattern = compile_pattern("电梯<g4>困", "test")
    assert pattern.search("电梯里又困")
    assert not pattern.search("电梯,困")
    assert not pattern.search("电梯没困")
    assert compile_pattern("电梯<G4>困", "test").search("电梯,困")
