"""What probabilities say to a person: seconds that are close, dangers that are feared."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.classifier import Prediction
from assistant.opinions import CLOSE, LEAST_DANGER, closest, danger_percent, suspected
from assistant.types import Opinion, Signal

GAS = Signal("gas_leak", "煤气漏了", 0, 4)
ANGER = Signal("anger", "气死", 0, 2, 2)
SHARES = {"drowning": 0.6, "person_trapped": 0.3, "violence": 0.1}


def feared(danger: float) -> Prediction:
    return Prediction({}, {}, {}, 1.0, danger, SHARES)


def test_a_second_opinion_is_told_where_it_is_close() -> None:
    near = {"repair": 0.5, "complaint": 0.4, "inquiry": 0.1}
    assert closest(near, "repair") == (Opinion("repair", 0.5), Opinion("complaint", 0.4))
    far = {"repair": 0.9, "complaint": 0.06, "inquiry": 0.04}
    assert closest(far, "repair") == (Opinion("repair", 0.9),)


def test_a_likelier_one_is_told_behind_the_one_that_counts() -> None:
    assert closest({"inquiry": 0.8, "assistance": 0.2}, "assistance") == (
        Opinion("assistance", 0.2),
        Opinion("inquiry", 0.8),
    )


@given(st.floats(0.0, 1.0))
def test_two_of_two_are_close_exactly_within_the_margin(first: float) -> None:
    told = closest({"a": first, "b": 1.0 - first}, "a")
    assert (len(told) == 2) is (first - (1.0 - first) <= CLOSE)


def test_what_is_feared_is_named_by_its_likeliest_codes() -> None:
    assert suspected(feared(0.8), [ANGER]) == (
        Opinion("drowning", 0.48),
        Opinion("person_trapped", 0.24),
    )
    assert danger_percent(feared(0.8), [ANGER]) == 80


def test_a_slight_fear_is_none() -> None:
    assert suspected(feared(LEAST_DANGER - 0.01), []) == ()
    assert danger_percent(feared(LEAST_DANGER - 0.01), []) == 0


def test_where_words_prove_a_danger_nothing_is_suspected_beside_it() -> None:
    assert suspected(feared(0.99), [GAS]) == ()
    assert danger_percent(feared(0.99), [GAS]) == 0
