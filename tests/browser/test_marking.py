import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from api.pages.marking import Mark, changed, excerpt, marked, quoted

_TAG = re.compile(r"<mark [^>]*>|</mark>")
_MARKS = st.lists(
    st.builds(
        Mark,
        st.integers(-3, 40),
        st.integers(-3, 40),
        st.sampled_from(["life_safety", "person", "<x>"]),
        st.text(max_size=4),
    ),
    max_size=5,
)


@given(st.text(max_size=40), _MARKS)
def test_marking_keeps_every_character_and_lets_no_markup_through(
    text: str, marks: list[Mark]
) -> None:
    html = marked(text, marks)
    bare = _TAG.sub("", html)
    assert "<" not in bare
    assert unescape(bare) == text


def test_where_marks_overlap_the_graver_family_gives_the_colour_and_both_are_named() -> None:
    html = marked("老人困在电梯", [Mark(0, 3, "person", "老人"), Mark(2, 6, "life_safety", "被困")])
    assert (
        '<mark class="sign sign-life_safety" data-tip="老人 / 被困" tabindex="0">困</mark>' in html
    )


def test_a_quote_is_marked_where_it_stands_word_for_word() -> None:
    assert ">第二句。</mark>" in quoted("第一句。第二句。", ["第二句。"])
    assert "<mark" not in quoted("第一句。", ["不在里面"])


def test_an_excerpt_is_one_line_and_no_longer_than_asked() -> None:
    assert excerpt("一\n二  三", 10) == "一 二 三"
    assert len(excerpt("长" * 50, 20)) == 20


def test_a_changed_number_is_marked_whole() -> None:
    assert changed("存放48小时。", "存放24小时。") == (
        "存放<del>48</del>小时。",
        "存放<ins>24</ins>小时。",
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_texts_are_whole_beside_each_other_and_let_no_markup_through(
    before: str, after: str
) -> None:
    old, new = changed(before, after)
    for html, text in ((old, before), (new, after)):
        bare = re.sub("</?(?:del|ins)>", "", html)
        assert "<" not in bare
        assert unescape(bare) == text
