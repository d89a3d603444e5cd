"""No emergency may be missed, and what is none must not raise the alarm."""

import pytest

from assistant.signals import detect_critical, life_safety_codes
from tests.assistant.life_safety_cases import DENIED, OTHERWISE, PAST, PRESENT


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(code, text) for code, texts in table.items() for text in texts]


def found(text: str) -> set[str]:
    return {signal.code for signal in detect_critical(text)}


def test_every_life_safety_signal_has_five_wordings_and_its_counterparts() -> None:
    for table in (PRESENT, DENIED, PAST, OTHERWISE):
        assert set(table) == life_safety_codes()
    assert all(len(texts) >= 5 for texts in PRESENT.values())
    assert all(len(DENIED[code]) >= 2 and len(PAST[code]) >= 2 for code in PRESENT)


@pytest.mark.parametrize(("code", "text"), rows(PRESENT))
def test_a_danger_to_life_is_found_in_any_wording(code: str, text: str) -> None:
    assert code in found(text)


@pytest.mark.parametrize(("code", "text"), rows(DENIED))
def test_a_denied_danger_does_not_count(code: str, text: str) -> None:
    assert code not in found(text)


@pytest.mark.parametrize(("code", "text"), rows(PAST))
def test_a_danger_of_the_past_does_not_count(code: str, text: str) -> None:
    assert code not in found(text)


@pytest.mark.parametrize(("code", "text"), rows(OTHERWISE))
def test_suppositions_figures_of_speech_and_like_words_raise_no_alarm(
    code: str, text: str
) -> None:
    assert found(text) == set()
