"""The library of wordings: whole, harmless, searchable, and open to a company's own file."""

import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import PhrasesDamaged
from assistant.phrase_reading import problem_of
from assistant.phrase_types import (
    EVERY_KIND,
    PLACEHOLDERS,
    SITUATIONS,
    Wording,
    placeholders,
    with_blanks,
)
from assistant.phrasebook import load_phrasebook, phrasebook
from assistant.script import to_simplified, to_traditional
from rules.types import Kind

TODAY = date(2026, 11, 20)
POLICIES = Path(__file__).parents[2] / "kb/content/policy"
OWN = """version: "2"
effective_from: 2026-10-01
kind: complaint
wordings:
  - id: complaint-closing
    situation: closing
    title: 我们的结尾
    texts:
      - 谢谢您，我们一起把小区弄好。
    use: 投诉回复的最后一句。
    avoid: 不要写成公文。
"""
# files of safety steps hold the numbers to call; a test of their own binds them to the plan
WORDED = [w for w in phrasebook().wordings if w.situation != "safety"]


def write(folder: Path, text: str) -> Path:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_library_holds_every_kind_in_many_situations_and_enough_wordings() -> None:
    assert sum(len(wording.texts) for wording in WORDED) >= 300
    for kind in Kind:
        own = {w.situation for w in WORDED if w.kind in (kind, EVERY_KIND)}
        assert len(own) >= 8, kind
    assert {w.situation for w in phrasebook().wordings} == set(SITUATIONS)


@pytest.mark.parametrize("wording", WORDED, ids=lambda wording: wording.id)
def test_a_wording_states_no_number_time_or_amount_and_says_nothing_forbidden(
    wording: Wording,
) -> None:
    for text in wording.texts:
        assert problem_of(text) is None
        assert not set(string.digits) & set(text)
    assert all((wording.title, wording.use, wording.avoid, wording.version))


@pytest.mark.parametrize(
    "text",
    [
        "我们会在两小时内到场。",
        "师傅明天就来。",
        "上门费30元。",
        "三个工作日内答复您。",
        "再不缴费就停水了。",
        "我们会赔偿您的损失。",
        "这事不归我们管。",
        "我们保证修好。",
        "这次一定会解决。",
        "您误会了。",
        "您好{name}。",
        "您好{matter。",
    ],
)
def test_what_no_wording_may_say_is_found(text: str) -> None:
    assert problem_of(text) is not None


@pytest.mark.parametrize(
    "wording", [w for w in phrasebook().wordings if w.source], ids=lambda wording: wording.id
)
def test_the_clause_that_a_wording_stands_on_exists(wording: Wording) -> None:
    document, clause = wording.source.split(" ")
    text = (POLICIES / f"{document}.md").read_text(encoding="utf-8")
    assert any(line.startswith(f"{clause} ") for line in text.splitlines())


@pytest.mark.parametrize("wording", WORDED, ids=lambda wording: wording.id)
def test_a_wording_survives_the_way_to_traditional_script_and_back(wording: Wording) -> None:
    for text in wording.texts:
        written = to_traditional(text)
        # Taiwan writes 跟著 where the mainland writes 跟着
        assert to_simplified(written).replace("著", "着") == text
        # what a converter makes of 只, 面, 干 and 了 where it takes a word for another
        assert not re.search("隻要|隻能|麵談|乾淨了嗎|衹|明了白|乾什麼", written)
        assert placeholders(written) == placeholders(text)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("anger", range(4))
def test_every_style_card_is_short_enough_for_a_prompt_and_names_no_time(
    kind: Kind, anger: int
) -> None:
    card = phrasebook().style_card(kind, anger)
    assert 80 <= len(card) <= 350
    assert not set(string.digits) & set(card)


@given(st.text(max_size=40), st.sampled_from(list(Kind)), st.integers(0, 3))
def test_a_picked_wording_is_whole_and_the_same_again(key: str, kind: Kind, anger: int) -> None:
    values = {"company": "甲", "estate": "乙", "matter": "停车问题"}
    for situation in SITUATIONS:
        picked = phrasebook().pick(situation, kind, anger, values, key)
        assert "{" not in picked
        assert picked == phrasebook().pick(situation, kind, anger, values, key)


def test_two_messages_are_seldom_worded_alike() -> None:
    said = {
        phrasebook().pick("empathy", Kind.COMPLAINT, 0, {}, f"来件{number}") for number in range(20)
    }
    assert len(said) == 3


def test_a_search_finds_by_words_kind_and_situation() -> None:
    library = phrasebook()
    assert library.search() == list(library.wordings)
    found = library.search("道歉", "complaint", "empathy")
    assert found
    assert {w.kind for w in found} == {"complaint"}
    assert all("道歉" in f"{w.title}{w.texts}{w.use}" for w in found)
    assert library.search("多次反映")[0].situation == "repeated"
    assert library.search("礼物")[0].id == "praise-gift"
    assert library.search("禮物") == library.search("礼物")
    assert library.search("宇宙飞船") == []


def test_what_a_csr_copies_has_no_brace_left() -> None:
    known = {"company": "安和物业", "estate": "澜庭雅苑"}
    for wording in phrasebook().wordings:
        for text in wording.texts:
            copied = with_blanks(text, known)
            assert "{" not in copied
            assert copied.count("【") == len(placeholders(text) - known.keys())
    assert set(PLACEHOLDERS) >= {p for w in WORDED for t in w.texts for p in placeholders(t)}


def test_a_company_replaces_an_entry_by_its_id_and_adds_others(tmp_path: Path) -> None:
    added = OWN.replace("complaint-closing", "our-closing")
    library = load_phrasebook(write(tmp_path, OWN), TODAY)
    assert library.pick("closing", Kind.COMPLAINT, 0, {}, "x") == "谢谢您，我们一起把小区弄好。"
    assert len(library.wordings) == len(phrasebook().wordings)
    assert [w.version for w in library.wordings if w.own] == ["2"]
    library = load_phrasebook(write(tmp_path, added), TODAY)
    assert len(library.wordings) == len(phrasebook().wordings) + 1


def test_a_file_that_is_not_yet_in_force_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, OWN)
    assert not any(w.own for w in load_phrasebook(tmp_path, date(2026, 9, 30)).wordings)
    assert any(w.own for w in load_phrasebook(tmp_path, date(2026, 10, 1)).wordings)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("谢谢您，我们", "谢谢您，{owner}", 9, "不认识的占位符 {owner}"),
        ("谢谢您，我们", "24小时内我们", 9, "数字、时间或金额"),
        ("谢谢您，我们", "三天之内我们", 9, "“三天”"),
        ("谢谢您，我们", "我们赔偿您，", 9, "不能对住户说的话“赔偿”"),
        ("situation: closing", "situation: goodbye", 6, "situation 的值“goodbye”不能用"),
        ("kind: complaint", "kind: anger", 5, "kind 的值“anger”不能用"),
        ("    use: 投诉回复的最后一句。\n", "", 5, "缺少 use"),
        ("    avoid:", "    avoids:", 11, "不认识的键“avoids”"),
        ('version: "2"\n', "", 1, "缺少 version"),
        ("2026-10-01", "2026-13-45", 1, "effective_from"),
        ("texts:\n      - 谢谢", "texts: 谢谢", 8, "texts 不是列表"),
        ("- 谢谢您，", "- 谢谢：您: ", 9, "这种说法不是文字"),
        ("- id: complaint-closing", "- id: 结尾", 5, "id 的值“结尾”不能用"),
        ("    use:", "    anger: [2, 1]\n    use:", 10, "anger 不对"),
        ("    use:", "    source: 第三条\n    use:", 10, "source 的值“第三条”不能用"),
        ("    title:", "   title:", 7, "不是合法的 YAML"),
        ("wordings:", "words:", 4, "不认识的键“words”"),
    ],
)
def test_a_mistake_in_a_file_is_one_line_with_file_row_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in OWN
    with pytest.raises(PhrasesDamaged) as raised:
        load_phrasebook(write(tmp_path, OWN.replace(old, new)), TODAY)
    told = str(raised.value)
    assert "\n" not in told
    assert f"own.yaml 第 {line} 行：" in told
    assert words in told
    assert "；" in told


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_file_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("own")
    told = ""
    try:
        load_phrasebook(write(folder, text), TODAY)
    except PhrasesDamaged as error:
        told = str(error)
    assert "\n" not in told
    assert not told or "own.yaml 第 " in told
