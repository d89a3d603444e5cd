"""What a pattern cannot match without, and that no search is spared that would find something."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon import codes, homophones, load_yaml, pattern_filter
from assistant.required import Filter, required_grams
from assistant.script import fold
from assistant.training_examples import EXAMPLES

SUITES = EXAMPLES.parents[1] / "eval" / "sets"


@pytest.mark.parametrize(
    ("source", "required"),
    [
        ("走丢", {"走丢"}),
        ("走(?:丢|失)", {"走丢", "走失"}),
        ("(?:走|跑)(?!步)丢", {"走丢", "跑丢"}),
        ("走了?丢", {"走", "丢"}),
        ("着火|冒[黑白]?烟", {"着火", "冒"}),
    ],
)
def test_the_rarest_grams_of_a_pattern_are_known(source: str, required: set[str]) -> None:
    asked = required_grams(source)
    assert asked
    assert set(asked[0]) <= required


@pytest.mark.parametrize("source", [".", "火?", "[^火]", r"\d+", "着火|.", "(?=火)"])
def test_nothing_is_required_where_nothing_is_certain(source: str) -> None:
    assert required_grams(source) == ()
    assert Filter([source]).may_match("") == {0}


@given(
    st.lists(
        st.sampled_from(["火", "着", "(?:火|烟)", "[火水]", "火?", "(?:着火|冒烟)", "(?!火)"]),
        min_size=1,
        max_size=5,
    ),
    st.text(alphabet="着火冒烟水", max_size=8),
)
def test_a_pattern_that_matches_is_never_spared(parts: list[str], text: str) -> None:
    source = "".join(parts)
    if re.search(source, text):
        assert 0 in Filter([source]).may_match(text)


def test_no_pattern_of_the_lexicon_is_spared_on_a_message_that_it_matches() -> None:
    sieve = pattern_filter()
    patterns = [entry.compiled for code in codes() for entry, _ in code.patterns]
    messages = load_yaml(SUITES / "emergencies.yaml")["messages"]
    for message in messages[::4]:
        text = homophones()(fold(message["text"]).text)
        likely = sieve.may_match(text)
        matching = {n for n, pattern in enumerate(patterns) if pattern.search(text)}
        assert matching <= likely, text
