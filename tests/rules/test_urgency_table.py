"""Every row of the urgency table, with its boundaries."""

from datetime import datetime

import pytest

from rules.decide import decide, default_rulebook
from rules.types import Facts, Kind, Tier

RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
LIFE_SAFETY = [
    "person_trapped",
    "fire_or_smoke",
    "gas_leak",
    "electric_shock_or_live_wire",
    "flooding_now",
    "person_injured_or_ill",
    "drowning",
    "violence",
    "self_harm",
    "missing_person",
    "medical_device_without_power",
    "falling_object_hit",
]
HAZARDS = [
    "falling_object",
    "facade_loose",
    "manhole_open",
    "fire_lane_blocked",
    "battery_charging_hazard",
]
SERVICES = [
    "no_water",
    "no_power",
    "no_gas_or_heat",
    "all_lifts_down",
    "lift_fault",
    "entry_door_stuck",
]
THREATS = ["threat_media", "threat_authority", "threat_legal", "threat_fee_refusal"]


def facts(kind: Kind, *signals: str, **more: object) -> Facts:
    return Facts(kind, RECEIVED, frozenset(signals), **more)


def rules_of(given: Facts) -> list[str]:
    fired = (row.rule for row in decide(given).because)
    return [rule.removeprefix("urgency/") for rule in fired if rule.startswith("urgency/")]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("signal", LIFE_SAFETY)
def test_any_life_safety_signal_is_critical_whatever_the_kind(kind: Kind, signal: str) -> None:
    given = facts(kind, signal)
    assert decide(given).tier is Tier.CRITICAL
    assert rules_of(given) == ["life-safety"]


def test_the_life_safety_family_of_the_vocabulary_is_the_twelve_of_the_table() -> None:
    assert default_rulebook().vocabulary.family("life_safety") == set(LIFE_SAFETY)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("signal", "row"),
    [
        *((signal, "hazard") for signal in HAZARDS),
        *((signal, "essential-service") for signal in SERVICES),
        *((signal, "threat") for signal in THREATS),
        ("sewage_backflow", "sewage-backflow"),
        ("active_leak", "active-leak"),
        ("theft", "security"),
        ("break_in", "security"),
    ],
)
def test_hazards_lost_services_intrusion_and_threats_are_urgent(
    kind: Kind, signal: str, row: str
) -> None:
    given = facts(kind, signal)
    assert decide(given).tier is Tier.URGENT
    assert rules_of(given) == [row]


@pytest.mark.parametrize("kind", [Kind.REPAIR, Kind.COMPLAINT])
@pytest.mark.parametrize(
    ("field", "value", "tier", "row"),
    [
        ("repeat_count", 2, Tier.NORMAL, "ordinary"),
        ("repeat_count", 3, Tier.URGENT, "repeat"),
        ("repeat_count", 4, Tier.URGENT, "repeat"),
        ("unattended_days", 6, Tier.NORMAL, "ordinary"),
        ("unattended_days", 7, Tier.URGENT, "unattended"),
        ("unattended_days", 8, Tier.URGENT, "unattended"),
    ],
)
def test_repairs_and_complaints_turn_urgent_at_the_third_report_and_the_seventh_day(
    kind: Kind, field: str, value: int, tier: Tier, row: str
) -> None:
    given = facts(kind, **{field: value})
    assert decide(given).tier is tier
    assert rules_of(given) == [row]


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.REPAIR, Kind.COMPLAINT}))
def test_repetition_and_waiting_leave_other_kinds_as_they_are(kind: Kind) -> None:
    given = facts(kind, "repeat_report", "unattended_days", repeat_count=9, unattended_days=30)
    assert decide(given).tier is decide(facts(kind)).tier


@pytest.mark.parametrize(
    ("given", "tier"),
    [
        (facts(Kind.REPAIR, "group_affected"), Tier.URGENT),
        (facts(Kind.COMPLAINT, "group_affected", category="facilities"), Tier.URGENT),
        (facts(Kind.ASSISTANCE, "group_affected", "no_water"), Tier.URGENT),
        (facts(Kind.COMPLAINT, "group_affected", category="charges"), Tier.NORMAL),
        (facts(Kind.COMPLAINT, "group_affected"), Tier.NORMAL),
        (facts(Kind.ASSISTANCE, "group_affected"), Tier.NORMAL),
        (facts(Kind.INQUIRY, "group_affected"), Tier.LOW),
    ],
)
def test_a_group_makes_it_urgent_only_together_with_a_fault(given: Facts, tier: Tier) -> None:
    assert decide(given).tier is tier
    assert ("group-fault" in rules_of(given)) == (tier is Tier.URGENT)


@pytest.mark.parametrize("fault", SERVICES)
def test_a_vulnerable_person_with_a_fault_is_urgent_and_said_so(fault: str) -> None:
    given = facts(Kind.REPAIR, "vulnerable_person", fault)
    assert decide(given).tier is Tier.URGENT
    assert rules_of(given) == ["essential-service", "vulnerable-fault"]


@pytest.mark.parametrize(("kind", "tier"), [(Kind.REPAIR, Tier.NORMAL), (Kind.INQUIRY, Tier.LOW)])
def test_a_vulnerable_person_alone_changes_nothing(kind: Kind, tier: Tier) -> None:
    assert decide(facts(kind, "vulnerable_person", "anger")).tier is tier


@pytest.mark.parametrize("kind", [Kind.REPAIR, Kind.COMPLAINT, Kind.ASSISTANCE])
def test_other_repairs_complaints_and_assistance_are_normal(kind: Kind) -> None:
    assert decide(facts(kind)).tier is Tier.NORMAL
    assert rules_of(facts(kind)) == ["ordinary"]


@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.SUGGESTION, Kind.PRAISE, Kind.OTHER])
def test_inquiry_suggestion_praise_and_other_are_low(kind: Kind) -> None:
    assert decide(facts(kind)).tier is Tier.LOW
    assert rules_of(facts(kind)) == ["low"]


@pytest.mark.parametrize("raised", [Tier.NORMAL, Tier.URGENT, Tier.CRITICAL])
def test_a_person_may_raise_the_tier_and_the_decision_says_so(raised: Tier) -> None:
    given = facts(Kind.INQUIRY, raised_tier=raised)
    assert decide(given).tier is raised
    assert rules_of(given) == ["raised"]


def test_a_wish_for_a_lower_tier_is_without_effect() -> None:
    given = facts(Kind.REPAIR, "person_trapped", raised_tier=Tier.LOW)
    assert decide(given).tier is Tier.CRITICAL
    assert rules_of(given) == ["life-safety"]


def test_all_rows_of_the_winning_tier_are_named_with_what_was_seen() -> None:
    given = facts(Kind.COMPLAINT, "no_water", "no_power", "threat_media", repeat_count=4)
    said = {row.rule: row.text for row in decide(given).because}
    assert said["urgency/essential-service"] == "基本生活设施中断：停水、停电"
    assert said["urgency/threat"] == "诉求可能升级：扬言找媒体"
    assert said["urgency/repeat"] == "同一件事已反映 4 次"
    assert "urgency/ordinary" not in said


@pytest.mark.parametrize(
    ("given", "urgent"),
    [
        (facts(Kind.REPAIR, incident_reports=3), True),
        (facts(Kind.ASSISTANCE, incident_reports=3), True),
        (facts(Kind.REPAIR, incident_reports=2), False),
        (facts(Kind.COMPLAINT, category="facilities", incident_reports=3), True),
        (facts(Kind.COMPLAINT, category="incident", incident_reports=9), True),
        (facts(Kind.COMPLAINT, category="charges", incident_reports=9), False),
        (facts(Kind.INQUIRY, incident_reports=9), False),
    ],
)
def test_an_incident_that_three_people_report_is_urgent(given: Facts, urgent: bool) -> None:
    assert (rules_of(given) == ["incident"]) is urgent
    assert (decide(given).tier is Tier.URGENT) is urgent


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("percent", "rules", "tier"),
    [
        (29, [], None),
        (30, ["suspected-danger"], Tier.URGENT),
        (49, ["suspected-danger"], Tier.URGENT),
        (50, ["suspected-life-safety"], Tier.CRITICAL),
        (100, ["suspected-life-safety"], Tier.CRITICAL),
    ],
)
def test_a_suspicion_of_danger_raises_as_far_as_it_is_sure(
    kind: Kind, percent: int, rules: list[str], tier: Tier | None
) -> None:
    given = facts(kind, suspected_danger=percent)
    assert rules_of(given) == (rules or rules_of(facts(kind)))
    assert decide(given).tier is (tier or decide(facts(kind)).tier)


def test_a_suspicion_takes_nothing_from_what_is_proven() -> None:
    given = facts(Kind.COMPLAINT, "gas_leak", suspected_danger=30)
    assert decide(given).tier is Tier.CRITICAL
    assert rules_of(given) == ["life-safety"]


def test_every_row_of_the_table_is_exercised_here() -> None:
    rows = {row.id for row in default_rulebook().tables["urgency"].rows}
    assert rows == {
        "life-safety", "hazard", "essential-service", "sewage-backflow", "active-leak", "security",
        "repeat", "unattended", "threat", "group-fault", "vulnerable-fault", "ordinary", "low",
        "raised", "incident", "suspected-danger", "suspected-life-safety",
    }  # fmt: skip
