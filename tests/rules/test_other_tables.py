"""Ladder, fees, care and targets: values and boundaries."""

from pathlib import Path

import pytest

from rules.decide import default_rulebook
from rules.engine import output

BOOK = default_rulebook()
POLICIES = Path(__file__).parents[2] / "kb" / "content" / "policy"


def outputs(table: str, name: str, **inputs: object) -> list[object]:
    return [output(row, name, inputs) for row in BOOK.consult(table, inputs).decided]


@pytest.mark.parametrize("tier", ["urgent", "normal", "low"])
@pytest.mark.parametrize(
    ("percent", "told"),
    [
        (79.9, []),
        (80, ["handler"]),
        (99.9, ["handler"]),
        (100, ["handler", "supervisor"]),
        (199.9, ["handler", "supervisor"]),
        (200, ["handler", "supervisor", "project_manager"]),
    ],
)
def test_the_ladder_climbs_at_80_100_and_200_percent(
    tier: str, percent: float, told: list[str]
) -> None:
    assert outputs("ladder", "notify", tier=tier, elapsed_percent=percent) == told


def test_a_critical_breach_goes_straight_to_the_project_manager() -> None:
    assert outputs("ladder", "notify", tier="critical", elapsed_percent=99.9) == ["handler"]
    told = outputs("ladder", "notify", tier="critical", elapsed_percent=100)
    assert told == ["handler", "project_manager"]


@pytest.mark.parametrize(
    ("days", "action"),
    [
        (-400, ["none"]),
        (-16, ["none"]),
        (-15, ["reminder"]),
        (0, ["reminder"]),
        (1, ["telephone"]),
        (30, ["telephone"]),
        (31, ["visit"]),
        (60, ["visit"]),
        (61, ["formal_notice"]),
        (400, ["formal_notice"]),
    ],
)
def test_fee_collection_moves_on_after_30_and_60_days(days: int, action: list[str]) -> None:
    assert outputs("fees", "action", overdue_days=days) == action


def test_no_stage_of_fee_collection_cuts_a_service() -> None:
    actions = {row.then["action"] for row in BOOK.tables["fees"].rows}
    assert actions == {"none", "reminder", "telephone", "visit", "formal_notice"}


def test_care_visits_and_surveys_are_as_planned() -> None:
    assert outputs("care", "within_days", occasion="new_owner") == [7]
    assert outputs("care", "every", occasion="building") == ["quarter"]
    assert outputs("care", "action", occasion="special_care") == ["regular_visit"]
    assert outputs("care", "every", occasion="special_care") == ["month"]
    assert outputs("care", "share_percent", occasion="survey") == [20]
    assert outputs("care", "within_days", occasion="low_score") == [3]


def test_targets_are_as_planned() -> None:
    rows = {row.id: row.then for row in BOOK.tables["targets"].rows}
    assert {name: then.get("at_least", then.get("at_most")) for name, then in rows.items()} == {
        "satisfaction": 95,
        "response-minutes": 15,
        "completion-rate": 98,
        "complaints-handled": 100,
        "return-visit-satisfaction": 95,
        "major-complaints": 0,
        "fee-collection": 96,
        "training-coverage": 100,
    }


@pytest.mark.parametrize("table", BOOK.tables)
def test_every_source_names_a_clause_that_exists(table: str) -> None:
    for row in BOOK.tables[table].rows:
        for source in row.source.split("、"):
            document, clause = source.split()
            text = (POLICIES / f"{document}.md").read_text(encoding="utf-8")
            assert f"\n{clause} " in text, f"{row.rule} cites {source}"


@pytest.mark.parametrize(
    "table", ["urgency", "level", "routing", "deadlines", "ladder", "fees", "care", "targets"]
)
def test_every_row_says_where_its_value_comes_from(table: str) -> None:
    for row in BOOK.tables[table].rows:
        cells = [value.origin for value in row.then.values() if hasattr(value, "span")]
        assert row.origin or (cells and all(cells)), row.rule
