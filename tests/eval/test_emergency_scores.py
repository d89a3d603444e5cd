"""Scores of emergency suites against suites small enough to count by hand."""

import pytest

from assistant.types import Opinion
from eval.emergencies import grouped_emergencies, score_emergencies, wrong_signals
from eval.readers import EmergencyLine
from rules.types import Tier
from tests.eval.triage_results import result

LIFE_SAFETY = {"fire_or_smoke", "gas_leak", "person_trapped"}


def line(identity: str, present: str = "", absent: str = "", style: str = "plain") -> EmergencyLine:
    return EmergencyLine(
        identity, "…", frozenset(present.split()), frozenset(absent.split()), style
    )


LINES = [
    line("fire", "fire_or_smoke", style="typo"),
    line("gas", "gas_leak"),
    line("lift", "person_trapped lift_fault"),
    line("hotpot", absent="fire_or_smoke"),
    line("drill", absent="fire_or_smoke gas_leak"),
    line("leak", "active_leak", absent="no_water"),
]
RESULTS = {
    "fire": result("fire", tier=Tier.CRITICAL, codes=("fire_or_smoke",)),
    "gas": result("gas", tier=Tier.URGENT, suggested=(Opinion("gas_leak", 0.8),)),
    "lift": result("lift", tier=Tier.NORMAL),
    "hotpot": result("hotpot", tier=Tier.CRITICAL, codes=("fire_or_smoke",)),
    "drill": result("drill", suggested=(Opinion("fire_or_smoke", 0.6),)),
    "leak": result("leak", tier=Tier.URGENT, codes=("active_leak",)),
}
SCORES = score_emergencies(RESULTS, LINES, LIFE_SAFETY)


def test_an_emergency_is_missed_when_it_is_not_critical() -> None:
    assert SCORES.missed.value == pytest.approx(2 / 3)
    assert SCORES.unheeded.value == pytest.approx(1 / 3)
    assert SCORES.unproved.value == pytest.approx(2 / 3)


def test_only_messages_without_danger_can_be_falsely_critical() -> None:
    assert SCORES.false_critical.value == 0.5


def test_a_signal_is_judged_where_a_list_names_it() -> None:
    signals = {one.code: one for one in SCORES.signals}
    assert signals["fire_or_smoke"].precision.value == 0.5
    assert signals["fire_or_smoke"].recall.value == 1.0
    assert signals["lift_fault"].recall.value == 0.0
    assert signals["active_leak"].precision.value == 1.0


def test_suspicions_are_judged_at_each_threshold() -> None:
    at = {one.threshold: one for one in SCORES.suspicions}
    assert [at[level].messages for level in (0.5, 0.7, 0.9)] == [2, 1, 0]
    assert (at[0.5].precision.value, at[0.7].precision.value) == (0.5, 1.0)
    assert at[0.7].rescued.value == 0.5


def test_the_styles_hold_every_message_once() -> None:
    styles = grouped_emergencies(RESULTS, LINES, LIFE_SAFETY)
    assert {name: one.messages for name, one in styles.items()} == {"plain": 5, "typo": 1}


def test_what_was_missed_and_what_was_false_is_named() -> None:
    assert wrong_signals(RESULTS["lift"], LINES[2]) == {"missed": ("lift_fault", "person_trapped")}
    assert wrong_signals(RESULTS["hotpot"], LINES[3]) == {"false": ("fire_or_smoke",)}
    assert wrong_signals(RESULTS["fire"], LINES[0]) == {}
