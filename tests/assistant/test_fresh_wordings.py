"""What testers wrote in words that the lexicon had not met stays understood."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.lexicon import life_safety_codes
from assistant.signals import detect_critical, detect_signals

FRESH: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("fresh_wordings.yaml").read_text(encoding="utf-8")
)

SUITE = Path(__file__).parents[2] / "eval" / "sets" / "emergencies.yaml"


def rows(table: str) -> list[tuple[str, str]]:
    return [(code, text) for code, texts in FRESH[table].items() for text in texts]


@pytest.mark.parametrize(("code", "text"), rows("present"))
def test_a_danger_told_in_fresh_words_is_found_and_shown(code: str, text: str) -> None:
    found = {signal.code: signal for signal in detect_critical(text)}
    assert code in found
    signal = found[code]
    assert signal.evidence == text[signal.start : signal.end]


@pytest.mark.parametrize("text", FRESH["calm"])
def test_a_calm_message_in_alarming_words_raises_no_alarm(text: str) -> None:
    assert detect_critical(text) == ()


@pytest.mark.parametrize(("code", "text"), rows("counts"))
def test_lesser_signals_in_fresh_words_count_and_raise_no_alarm(code: str, text: str) -> None:
    assert code in {signal.code for signal in detect_signals(text)}
    assert detect_critical(text) == ()


def test_the_suite_of_emergencies_is_told_from_its_near_misses() -> None:
    messages = yaml.safe_load(SUITE.read_text(encoding="utf-8"))["messages"]
    danger = life_safety_codes()
    missed, false = [], []
    for message in messages:
        proved = danger & set(message.get("present") or ())
        found = bool(detect_critical(message["text"]))
        if proved and not found:
            missed.append(message["text"])
        elif found and not proved:
            false.append(message["text"])
    assert missed == []
    assert len(false) <= 6
