"""No emergency may be missed, and what is none must not raise the alarm."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.signals import detect_critical, life_safety_codes

CASES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("life_safety_cases.yaml").read_text(encoding="utf-8")
)


def rows(table: str) -> list[tuple[str, str]]:
    return [(code, text) for code, texts in CASES[table].items() for text in texts]


def found(text: str) -> set[str]:
    return {signal.code for signal in detect_critical(text)}


def test_every_life_safety_signal_has_five_wordings_and_its_counterparts() -> None:
    for table in ("present", "denied", "past", "otherwise"):
        assert set(CASES[table]) == life_safety_codes()
    assert all(len(texts) >= 5 for texts in CASES["present"].values())
    for table in ("denied", "past", "otherwise"):
        assert all(len(texts) >= 2 for texts in CASES[table].values())


@pytest.mark.parametrize(("code", "text"), rows("present"))
def test_a_danger_to_life_is_found_in_any_wording(code: str, text: str) -> None:
    assert code in found(text)


@pytest.mark.parametrize("text", CASES["in_danger"])
def test_a_call_for_help_is_never_missed(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(("code", "text"), rows("denied"))
def test_a_denied_danger_does_not_count(code: str, text: str) -> None:
    assert code not in found(text)


@pytest.mark.parametrize(("code", "text"), rows("past"))
def test_a_danger_of_the_past_does_not_count(code: str, text: str) -> None:
    assert code not in found(text)


@pytest.mark.parametrize("text", [text for _, text in rows("otherwise")] + CASES["harmless"])
def test_suppositions_figures_of_speech_and_everyday_messages_raise_no_alarm(text: str) -> None:
    assert found(text) == set()
