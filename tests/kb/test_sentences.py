from hypothesis import given
from hypothesis import strategies as st

from kb.sentences import sentences, windows


def test_sentences_end_with_their_marks_and_with_lines() -> None:
    found = [s.text for s in sentences("他说:“行!”然后走了。\n一、受理\n  二、派单")]
    assert found == ["他说:“行!”", "然后走了。", "一、受理", "二、派单"]


def test_a_long_sentence_is_cut_at_its_semicolons() -> None:
    text = f"{'甲' * 80}；{'乙' * 80}。"
    assert [s.text[0] for s in sentences(text)] == ["甲", "乙"]


@given(st.text(alphabet="甲乙。!;； \n“”)", max_size=300))
def test_every_sentence_is_found_at_its_offsets_and_no_character_is_lost(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    assert "".join("".join(s.text for s in found).split()) == "".join(text.split())


@given(st.text(alphabet="甲乙丙。!\n ", max_size=400), st.integers(10, 60))
def test_windows_keep_to_their_limit_and_lose_nothing(text: str, limit: int) -> None:
    found = windows(text, limit)
    assert all(len(window) <= limit for window in found)
    assert "".join("".join(found).split()) == "".join(text.split())
