"""Triage scores against a set small enough to count by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.types import Details, Location, Opinion, Wish
from eval.triage import grouped, score, wrong_fields
from rules.decide import decide
from rules.types import Facts, Kind, Tier
from tests.eval.triage_results import NOW, label, result


def judge(facts: Facts) -> Tier:
    return decide(facts).tier


RESULTS = {
    "a": result("a", Kind.REPAIR, "engineering", Tier.URGENT),
    "b": result("b", Kind.COMPLAINT, "cleaning", Tier.NORMAL),
    "c": result("c", Kind.REPAIR, "security", Tier.LOW),
}
LABELS = [
    label("a", "repair", "engineering", "normal", tier_alt="urgent"),
    label("b", "repair", "engineering", "urgent", kind_alt="complaint"),
    label("c", "repair", "security", "low"),
]


def test_a_tier_counts_as_under_only_below_both_labels() -> None:
    scores = score(RESULTS, LABELS, judge)
    assert scores.under.value == pytest.approx(1 / 3)
    assert scores.over.value == 0.0
    assert scores.tiers_labelled == 3


def test_a_tier_counts_as_over_only_above_both_labels() -> None:
    high = {"a": result("a", tier=Tier.CRITICAL), "b": result("b", tier=Tier.URGENT)}
    labels = [label("a", tier_alt="urgent"), label("b", tier_alt="urgent")]
    assert score(high, labels, judge).over.value == 0.5


def test_without_a_labelled_tier_the_rules_judge_the_labelled_kind() -> None:
    """An inquiry taken for a repair is judged too high; one taken rightly cannot be wrong."""
    taken = {
        "a": result("a", Kind.REPAIR, tier=Tier.NORMAL),
        "b": result("b", Kind.REPAIR, tier=Tier.URGENT, codes=("no_water",)),
        "c": result("c", Kind.INQUIRY, tier=Tier.LOW),
    }
    labels = [label("a", "inquiry", tier=None), label("b", tier=None), label("c", tier=None)]
    scores = score(taken, labels, judge)
    assert scores.tiers_labelled == 0
    assert (scores.over.value, scores.under.value) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_strict_takes_the_first_label_and_lenient_either() -> None:
    scores = score(RESULTS, LABELS, judge)
    kind, department = scores.field("kind"), scores.field("department")
    assert kind.strict.value == pytest.approx(2 / 3)
    assert kind.lenient.value == 1.0
    assert department.lenient.value == pytest.approx(2 / 3)
    assert scores.field("tier").strict.value == pytest.approx(1 / 3)
    assert kind.confusion == {("repair", "repair"): 2, ("repair", "complaint"): 1}


def test_the_second_opinion_counts_for_the_best_of_two() -> None:
    close = (Opinion("complaint", 0.5), Opinion("repair", 0.4))
    taken = {
        "a": result("a", Kind.COMPLAINT, kinds=close),
        "b": result("b", Kind.REPAIR, kinds=(Opinion("repair", 0.9),)),
    }
    kind = score(taken, [label("a"), label("b")], judge).field("kind")
    assert kind.strict.value == 0.5
    assert kind.top2 is not None
    assert kind.top2.value == 1.0
    assert kind.shown == 1.5
    assert kind.calibration is not None
    # the wrong one said 0.5, the right one 0.9
    assert kind.calibration.ece == pytest.approx((0.5 + 0.1) / 2)


def test_a_field_without_opinions_has_no_calibration() -> None:
    department = score(RESULTS, LABELS, judge).field("department")
    assert department.calibration is None
    assert department.top2 is None


def test_scope_is_scored_where_it_is_not_disputed() -> None:
    taken = {name: result(name, in_scope=name == "a") for name in "abc"}
    labels = [label("a"), label("b", in_scope=False), label("c", in_scope=None)]
    scope = score(taken, labels, judge).field("in_scope")
    assert scope.confusion == {("in", "in"): 1, ("out", "out"): 1}


def test_a_place_is_exact_only_when_all_five_fields_are() -> None:
    said = Location(building="8", room="301")
    taken = {
        "a": result("a", location=said),
        "b": result("b", location=replace(said, unit="2")),
        "c": result("c", location=said),
    }
    labels = [label("a", location=said), label("b", location=said), label("c")]
    scores = score(taken, labels, judge)
    assert (scores.places_labelled, scores.place_exact.value) == (2, 0.5)
    places = {one.field: one for one in scores.places}
    assert places["building"].found.value == 1.0
    assert places["unit"].right.value == 0.5
    assert places["unit"].correct is not None
    assert places["unit"].correct.value == 0.0


def test_a_place_said_in_other_words_counts_as_exact() -> None:
    taken = {"a": result("a", location=Location(floor="-1", room="西", place="地下车库"))}
    labels = [label("a", location=Location(floor="B1", room="西户", place="地库入口"))]
    scores = score(taken, labels, judge)
    assert scores.place_exact.value == 1.0
    assert all(one.right.value == 1.0 for one in scores.places)


def test_contacts_are_compared_by_digits_and_wishes_by_their_words() -> None:
    wish = Wish("明天上午", 0, 4, NOW, NOW + timedelta(hours=3))
    taken = {
        "a": result("a", details=Details(contacts=("13900000000",), wish=wish)),
        "b": result("b"),
    }
    labels = [
        label("a", details={"contact": "139-0000-0000", "wished": "明天上午九点"}),
        label("b", details={"wished": "周末"}),
    ]
    details = {one.field: one for one in score(taken, labels, judge).details}
    assert details["contact"].found.value == 1.0
    assert details["wished"].found.value == 0.5


def test_groups_hold_every_message_once() -> None:
    labels = [replace(one, style=style) for one, style in zip(LABELS, "xyx", strict=True)]
    groups = grouped(RESULTS, labels, judge, lambda x: x.style)
    assert [(name, one.messages) for name, one in groups.items()] == [("x", 2), ("y", 1)]


def test_what_is_wrong_is_wrong_by_both_labels() -> None:
    assert wrong_fields(RESULTS["a"], LABELS[0]) == {}
    assert wrong_fields(RESULTS["b"], LABELS[1]) == {
        "department": ("engineering", "cleaning"),
        "tier": ("urgent", "normal"),
    }


def test_a_label_without_its_result_is_an_error() -> None:
    with pytest.raises(KeyError):
        score({}, LABELS, judge)
