"""The measures against values worked out by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics import (
    bootstrap,
    class_scores,
    confusion,
    expected_calibration_error,
    macro_f1,
    ndcg,
    paired_difference,
    recall,
    reciprocal_rank,
    reliability,
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
    scores = class_scores(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    assert {one.label: one.f1 for one in scores} == {
        "a": pytest.approx(2 / 3),
        "b": pytest.approx(0.8),
    }
    assert macro_f1(scores) == pytest.approx((2 / 3 + 0.8) / 2)


def test_a_class_that_is_only_predicted_has_no_part_in_the_macro_f1() -> None:
    scores = class_scores(["a", "a"], ["a", "z"])
    assert [(one.label, one.support) for one in scores] == [("a", 2), ("z", 0)]
    assert macro_f1(scores) == pytest.approx(2 / 3)
    assert macro_f1(class_scores([], [])) == 0.0


NAMES = st.sampled_from("abcde")
PAIRS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=60)


@settings(deadline=None)  # the first call imports scikit-learn
@given(PAIRS)
def test_scores_by_class_agree_with_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    truth, predicted = [t for t, _ in pairs], [p for _, p in pairs]
    scores, classes = class_scores(truth, predicted), sorted({*truth, *predicted})
    assert [one.label for one in scores] == classes
    theirs = precision_recall_fscore_support(truth, predicted, labels=classes, zero_division=0.0)
    ours = zip(*[(o.precision, o.recall, o.f1, o.support) for o in scores], strict=True)
    for mine, other in zip(ours, theirs, strict=True):
        assert list(mine) == pytest.approx(list(other))
    found = sorted(set(truth))
    mean = precision_recall_fscore_support(
        truth, predicted, labels=found, average="macro", zero_division=0.0
    )[2]
    assert macro_f1(scores) == pytest.approx(mean)
    counts = confusion(truth, predicted)
    matrix = confusion_matrix(truth, predicted, labels=list("abcde"))
    assert [[counts.get((t, p), 0) for p in "abcde"] for t in "abcde"] == matrix.tolist()


SHARES = st.floats(0, 1)
JUDGED = st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=80)


def split(judged: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [confidence for confidence, _ in judged], [hit for _, hit in judged]


@given(JUDGED)
def test_every_prediction_is_in_one_bin_that_holds_its_confidence(
    judged: list[tuple[float, bool]],
) -> None:
    bins = reliability(*split(judged))
    assert sum(one.count for one in bins) == len(judged)
    for one in bins:
        assert one.low - 1e-12 <= one.confidence <= one.high + 1e-12
        assert 0 <= one.accuracy <= 1


@given(JUDGED)
def test_the_calibration_error_lies_between_the_gap_of_the_means_and_one(
    judged: list[tuple[float, bool]],
) -> None:
    confidences, right = split(judged)
    error = expected_calibration_error(reliability(confidences, right))
    gap = abs(sum(confidences) - sum(right)) / len(judged)
    assert gap - 1e-9 <= error <= 1 + 1e-9


@given(st.lists(st.booleans(), min_size=1))
def test_perfect_predictions_have_no_calibration_error(right: list[bool]) -> None:
    sure = [float(hit) for hit in right]
    assert expected_calibration_error(reliability(sure, right)) == 0.0
    opposite = [not hit for hit in right]
    assert expected_calibration_error(reliability(sure, opposite)) == 1.0


def test_the_calibration_error_weighs_each_bin_by_its_predictions() -> None:
    # 3 at 0.9 of which 2 are right, 1 at 0.5 that is wrong
    bins = reliability([0.9, 0.9, 0.9, 0.5], [True, True, False, False])
    wanted = (3 * abs(2 / 3 - 0.9) + 1 * 0.5) / 4
    assert expected_calibration_error(bins) == pytest.approx(wanted)
    assert expected_calibration_error(()) == 0.0


def test_a_confidence_outside_zero_and_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([1.2], [True])
