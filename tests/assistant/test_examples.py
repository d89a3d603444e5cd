"""The example messages are what they claim to be: schema, vocabulary, balance, independence."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from rules.types import Kind

EXAMPLES = Path(__file__).parents[2] / "assistant" / "examples"
KINDS = {kind.value for kind in Kind}
DEPARTMENTS = {
    "customer_service",
    "engineering",
    "cleaning",
    "security",
    "landscaping",
    "finance",
}
CATEGORIES = {"facilities", "management_service", "charges", "incident"}
STYLES = {
    "plain",
    "angry",
    "long_winded",
    "elderly",
    "dialect",
    "cantonese",
    "traditional",
    "typo",
    "sarcastic",
    "multi_matter",
    "instructing",
    "formal",
}
LIFE_SAFETY = {
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
}
OTHER_SIGNALS = {
    "falling_object",
    "facade_loose",
    "manhole_open",
    "fire_lane_blocked",
    "battery_charging_hazard",
    "no_water",
    "no_power",
    "no_gas_or_heat",
    "all_lifts_down",
    "lift_fault",
    "entry_door_stuck",
    "sewage_backflow",
    "active_leak",
    "theft",
    "break_in",
    "repeat_report",
    "unattended_days",
    "threat_media",
    "threat_authority",
    "threat_legal",
    "threat_fee_refusal",
    "group_affected",
    "vulnerable_person",
}
FIELDS = {"text", "kind", "department", "category", "style", "batch"}
MAY_HAVE = {"in_scope", "authority", "signals", "location", "details"}
LEAST_PER_KIND = {
    "repair": 250,
    "complaint": 1000,
    "inquiry": 350,
    "assistance": 200,
    "suggestion": 250,
    "praise": 140,
    "other": 150,
}
NEAR_DUPLICATE = 85.0

Record = dict[str, Any]


def read_lines(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def train() -> list[Record]:
    return [
        record for path in sorted(EXAMPLES.glob("train_*.jsonl")) for record in read_lines(path)
    ]


@cache
def heldout() -> list[Record]:
    return [
        record for path in sorted(EXAMPLES.glob("heldout*.jsonl")) for record in read_lines(path)
    ]


@cache
def signals() -> list[Record]:
    return [
        record for path in sorted(EXAMPLES.glob("signals*.jsonl")) for record in read_lines(path)
    ]


def texts(records: list[Record]) -> list[str]:
    return [record["text"] for record in records]


def near_duplicates(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    """Pairs that a reader would take for the same message, without comparing a text to itself."""
    pairs = []
    for text in left:
        for match, _, _ in process.extract(
            text, right, scorer=fuzz.ratio, score_cutoff=NEAR_DUPLICATE, limit=2
        ):
            if match != text or left is not right:
                pairs.append((text, match))
    return pairs


@pytest.mark.parametrize("records", [train(), heldout()], ids=["train", "heldout"])
def test_every_message_has_known_labels_and_a_sensible_length(records: list[Record]) -> None:
    for record in records:
        assert set(record) - MAY_HAVE == FIELDS, record
        assert 1 <= len(record["text"]) <= 350, record
        assert record.get("in_scope", False) is False, record
        assert set(record.get("signals", ["gas_leak"])) <= LIFE_SAFETY, record
        assert record["text"] == record["text"].strip(), record
        assert record["kind"] in KINDS, record
        assert record["department"] in DEPARTMENTS, record
        assert record["style"] in STYLES, record


@pytest.mark.parametrize("records", [train(), heldout()], ids=["train", "heldout"])
def test_complaints_and_only_complaints_carry_a_category(records: list[Record]) -> None:
    for record in records:
        if record["kind"] == "complaint":
            assert record["category"] in CATEGORIES, record
        else:
            assert record["category"] is None, record


def test_each_training_file_holds_the_kind_it_is_named_after() -> None:
    for kind in KINDS:
        records = read_lines(EXAMPLES / f"train_{kind}.jsonl")
        assert {record["kind"] for record in records} == {kind}


def test_training_has_enough_of_every_kind_and_of_what_is_out_of_scope() -> None:
    kinds = Counter(record["kind"] for record in train())
    assert all(kinds[kind] >= least for kind, least in LEAST_PER_KIND.items())
    assert sum("in_scope" in record for record in train()) >= 250


def test_training_covers_every_department_category_and_style() -> None:
    departments = Counter(record["department"] for record in train())
    categories = Counter(record["category"] for record in train())
    styles = Counter(record["style"] for record in train())
    assert len(train()) >= 2400
    assert set(departments) == DEPARTMENTS
    assert min(departments.values()) >= 180
    assert all(categories[category] >= 90 for category in CATEGORIES)
    assert set(styles) == STYLES
    assert min(styles.values()) >= 60
    assert styles["formal"] >= 200


def test_every_department_is_complained_about_in_every_category_in_training() -> None:
    seen = {(r["department"], r["category"]) for r in train() if r["kind"] == "complaint"}
    assert seen == {(d, c) for d in DEPARTMENTS for c in CATEGORIES}


def test_heldout_has_enough_of_everything() -> None:
    kinds = Counter(record["kind"] for record in heldout())
    assert len(heldout()) >= 580
    assert {record["style"] for record in heldout()} == STYLES
    assert {record["department"] for record in heldout()} == DEPARTMENTS
    assert {r["category"] for r in heldout() if r["category"]} == CATEGORIES
    assert min(kinds.values()) >= 40
    assert sum("location" in record for record in heldout()) >= 200


def test_train_and_heldout_are_different_batches() -> None:
    assert not {r["batch"] for r in train()} & {r["batch"] for r in heldout()}


def test_no_heldout_message_resembles_a_training_message() -> None:
    assert near_duplicates(texts(heldout()), texts(train())) == []


@pytest.mark.parametrize("records", [train(), heldout()], ids=["train", "heldout"])
def test_no_message_occurs_twice_in_its_set(records: list[Record]) -> None:
    own = texts(records)
    assert len(set(own)) == len(own)
    assert near_duplicates(own, own) == []


def test_messages_about_danger_are_alike_only_where_they_are_a_pair() -> None:
    """Many were written in pairs that differ in a word and in whether somebody is in danger."""
    own = texts(signals())
    assert len(set(own)) == len(own)
    alike = {one for pair in near_duplicates(own, own) for one in pair}
    assert len(alike) <= 0.1 * len(own)


def test_no_message_names_a_telephone_number_that_could_be_somebody_s() -> None:
    invented = ("1390000", "1370000")
    for record in [*train(), *heldout(), *signals()]:
        digits = "".join(c if c.isdigit() else " " for c in record["text"]).split()
        assert all(len(run) <= 5 or run.startswith(invented) for run in digits), record


def test_every_signal_line_uses_known_codes_and_never_contradicts_itself() -> None:
    for record in signals():
        present, absent = record["present"], record["absent"]
        assert set(record) - {"values"} == {"text", "present", "absent"}, record
        assert set(present) | set(absent) <= LIFE_SAFETY | OTHER_SIGNALS, record
        assert not set(present) & set(absent), record
        assert len(set(present)) == len(present), record
        assert len(set(absent)) == len(absent), record
        values = record.get("values", {})
        assert set(values) <= set(present) & {"repeat_report", "unattended_days"}, record
        assert all(isinstance(value, int) and value > 0 for value in values.values()), record


@pytest.mark.parametrize("code", sorted(LIFE_SAFETY | OTHER_SIGNALS))
def test_each_signal_has_enough_wordings_that_prove_it_and_that_do_not(code: str) -> None:
    least_present, least_absent = (8, 6) if code in LIFE_SAFETY else (5, 3)
    assert sum(code in record["present"] for record in signals()) >= least_present
    assert sum(code in record["absent"] for record in signals()) >= least_absent
