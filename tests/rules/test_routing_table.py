"""Every row of the routing table: who acts first and who leads."""

from datetime import datetime

import pytest

from rules.decide import decide, default_rulebook
from rules.types import Facts, Kind

RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
VOCABULARY = default_rulebook().vocabulary


def facts(kind: Kind, *signals: str, **more: object) -> Facts:
    return Facts(kind, RECEIVED, frozenset(signals), **more)  # type: ignore[arg-type]


TABLE = [
    ("trapped-in-lift", facts(Kind.ASSISTANCE, "person_trapped", "lift_fault"), "engineering"),
    ("utility-danger", facts(Kind.REPAIR, "gas_leak"), "engineering"),
    ("utility-danger", facts(Kind.REPAIR, "flooding_now", "active_leak"), "engineering"),
    ("life-safety", facts(Kind.OTHER, "fire_or_smoke"), "security"),
    ("life-safety", facts(Kind.ASSISTANCE, "person_trapped"), "security"),
    ("crime", facts(Kind.ASSISTANCE, "theft"), "security"),
    ("facade-manhole", facts(Kind.REPAIR, "manhole_open"), "security", "engineering"),
    ("order-hazard", facts(Kind.COMPLAINT, "fire_lane_blocked"), "security"),
    ("service-lost", facts(Kind.COMPLAINT, "no_water", category="charges"), "engineering"),
    ("charges", facts(Kind.COMPLAINT, category="charges"), "customer_service", "finance"),
    (
        "department-complaint",
        facts(Kind.COMPLAINT, department="cleaning"),
        "customer_service",
        "cleaning",
    ),
    ("known-department", facts(Kind.SUGGESTION, department="landscaping"), "landscaping"),
    ("repair", facts(Kind.REPAIR), "engineering"),
    ("repair", facts(Kind.REPAIR, department="customer_service"), "engineering"),
    ("customer-service", facts(Kind.INQUIRY), "customer_service"),
    ("customer-service", facts(Kind.COMPLAINT), "customer_service"),
]


@pytest.mark.parametrize("case", TABLE)
def test_each_row_names_who_acts_first_and_who_leads(case: tuple[object, ...]) -> None:
    row, given, responsible, *leading = case
    decision = decide(given)  # type: ignore[arg-type]
    assert f"routing/{row}" in {one.rule for one in decision.because}
    assert decision.responsible == responsible
    assert decision.leading == (leading[0] if leading else responsible)


def test_every_row_of_the_table_is_exercised_here() -> None:
    assert {case[0] for case in TABLE} == {
        row.id for row in default_rulebook().tables["routing"].rows
    }


@pytest.mark.parametrize("signal", sorted(VOCABULARY.family("life_safety")))
def test_in_danger_somebody_who_can_be_there_in_minutes_acts_first(signal: str) -> None:
    for kind in Kind:
        assert decide(facts(kind, signal)).responsible in {"security", "engineering"}


def test_the_reason_names_the_department_in_chinese() -> None:
    told = {one.rule: one.text for one in decide(TABLE[10][1]).because}  # type: ignore[arg-type]
    assert told["routing/department-complaint"] == "投诉由客服部首问，责任部门保洁牵头"
