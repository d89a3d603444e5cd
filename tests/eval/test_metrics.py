"""The measures against values worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    bootstrap,
    f1_by_class,
    macro_f1,
    ndcg,
    paired_difference,
    recall,
    reciprocal_rank,
    wilson,
)


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    assert ndcg(["x", "a", "y"], {"a"}) == pytest.approx(1 / math.log2(3))
    both = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert ndcg(["a", "x", "b"], {"a", "b"}) == pytest.approx(both)


def test_only_the_first_k_count() -> None:
    ranked = [str(n) for n in range(20)]
    assert ndcg(ranked, {"10"}, k=10) == 0.0
    assert recall(ranked, {"4", "5"}, k=5) == 0.5
    assert reciprocal_rank(ranked, {"3", "9"}) == 0.25
    assert reciprocal_rank(ranked, {"11"}, k=10) == 0.0


def test_more_relevant_than_k_can_still_be_perfect() -> None:
    assert ndcg(["a", "b"], {"a", "b", "c"}, k=2) == 1.0


def test_the_bootstrap_holds_the_mean_and_is_repeatable() -> None:
    values = [0.0, 1.0] * 50
    first, second = bootstrap(values), bootstrap(values)
    assert first == second
    assert first.low < first.value == 0.5 < first.high
    # the standard error of the mean is 0.05: the interval is near ±1.96 of it
    assert first.high - first.low == pytest.approx(4 * 0.049, abs=0.02)


def test_a_paired_difference_of_equals_is_nothing() -> None:
    difference = paired_difference([0.2, 0.9, 0.4], [0.2, 0.9, 0.4])
    assert (difference.low, difference.value, difference.high) == (0.0, 0.0, 0.0)


def test_an_empty_list_has_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap([])


def test_wilson_agrees_with_a_published_example() -> None:
    # 15 of 20: Newcombe 1998, method 3, gives 0.531 to 0.888
    interval = wilson(15, 20)
    assert (interval.low, interval.high) == (
        pytest.approx(0.531, abs=1e-3),
        pytest.approx(0.888, abs=1e-3),
    )


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_stays_within_zero_and_one(successes: int, failures: int) -> None:
    interval = wilson(successes, successes + failures)
    assert 0 <= interval.low <= interval.high <= 1


def test_f1_counts_both_kinds_of_mistake() -> None:
    truth, predicted = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    assert f1_by_class(truth, predicted) == {"a": pytest.approx(2 / 3), "b": pytest.approx(0.8)}
    assert macro_f1(truth, predicted) == pytest.approx((2 / 3 + 0.8) / 2)
