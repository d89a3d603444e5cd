"""Triage scores against a set small enough to count by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.types import Location, Message, Triage
from eval.readers import LabelLine
from eval.triage import score
from rules.types import Decision, Facts, Kind, Tier

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def result(identity: str, kind: Kind, department: str, tier: Tier) -> Triage:
    return Triage(
        Message("…", NOW, id=identity),
        kind,
        0.9,
        department,
        None,
        (),
        Location(),
        Facts(kind, NOW),
        Decision(tier, 2, department, department, (), (), "b@1"),
        (),
        "zh",
        "simplified",
    )


def label(identity: str, kind: str, department: str, tier: str, **more: str) -> LabelLine:
    return LabelLine(
        identity,
        kind,
        more.get("kind_alt"),
        department,
        more.get("department_alt"),
        None,
        tier,
        more.get("tier_alt"),
        True,
    )


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
    scores = score(RESULTS, LABELS)
    assert scores.under.value == pytest.approx(1 / 3)
    assert scores.over.value == 0.0


def test_strict_takes_the_first_label_and_lenient_either() -> None:
    fields = {field.field: field for field in score(RESULTS, LABELS).fields}
    assert fields["kind"].strict.value == pytest.approx(2 / 3)
    assert fields["kind"].lenient.value == 1.0
    assert fields["department"].lenient.value == pytest.approx(2 / 3)
    assert fields["tier"].strict.value == pytest.approx(1 / 3)
    assert fields["kind"].confusion == {("repair", "repair"): 2, ("repair", "complaint"): 1}


def test_a_label_without_its_result_is_an_error() -> None:
    with pytest.raises(KeyError):
        score({}, LABELS)
