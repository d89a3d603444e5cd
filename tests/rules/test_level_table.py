"""Every row of the handling-level table."""

from datetime import datetime

import pytest

from rules.decide import decide
from rules.types import Facts, Kind, Tier

RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
THREATS = ["threat_media", "threat_authority", "threat_legal", "threat_fee_refusal"]


def facts(kind: Kind, *signals: str, **more: object) -> Facts:
    return Facts(kind, RECEIVED, frozenset(signals), **more)


def level_row(given: Facts) -> tuple[int, str]:
    decision = decide(given)
    rows = [row.rule for row in decision.because if row.rule.startswith("level/")]
    assert len(rows) == 1
    return decision.level, rows[0].removeprefix("level/")


@pytest.mark.parametrize("kind", Kind)
def test_every_critical_request_goes_to_the_supervisor(kind: Kind) -> None:
    assert level_row(facts(kind, "gas_leak")) == (3, "critical")
    assert level_row(facts(kind, raised_tier=Tier.CRITICAL)) == (3, "critical")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(Kind.COMPLAINT, repeat_count=2), (2, "department")),
        (facts(Kind.COMPLAINT, repeat_count=3), (3, "complaint-repeat")),
        (facts(Kind.COMPLAINT, "group_affected"), (3, "complaint-group")),
        (facts(Kind.COMPLAINT, "no_water"), (2, "department")),
        (facts(Kind.COMPLAINT, unattended_days=7), (2, "department")),
        (facts(Kind.COMPLAINT, raised_tier=Tier.URGENT), (2, "department")),
        *((facts(Kind.COMPLAINT, threat), (3, "complaint-threat")) for threat in THREATS),
    ],
)
def test_complaints_reach_level_three_by_repetition_threat_or_group(
    given: Facts, expected: tuple[int, str]
) -> None:
    assert level_row(given) == expected


@pytest.mark.parametrize("signal", ["person_injured_or_ill", "falling_object_hit"])
def test_a_complaint_about_an_injury_is_level_three(signal: str) -> None:
    assert level_row(facts(Kind.COMPLAINT, signal))[0] == 3


@pytest.mark.parametrize("kind", [Kind.REPAIR, Kind.ASSISTANCE])
def test_repairs_and_assistance_stay_at_level_two_short_of_critical(kind: Kind) -> None:
    signals = (*THREATS, "group_affected", "no_water")
    assert level_row(facts(kind, *signals, repeat_count=5)) == (2, "department")


@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.SUGGESTION, Kind.PRAISE, Kind.OTHER])
def test_inquiry_suggestion_praise_and_other_are_level_one(kind: Kind) -> None:
    assert level_row(facts(kind)) == (1, "front-line")


@pytest.mark.parametrize("kind", [Kind.REPAIR, Kind.COMPLAINT, Kind.ASSISTANCE])
def test_the_rest_is_level_two(kind: Kind) -> None:
    assert level_row(facts(kind)) == (2, "department")
