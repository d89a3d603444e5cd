"""Two sets of messages written before they were tried: dangers are found, everyday matters pass."""

from pathlib import Path

import pytest

from assistant.lexicon import load_yaml
from assistant.signals import detect_critical, life_safety_codes

FOLDER = Path(__file__).parent
SETS = ["everyday_and_danger.yaml", "everyday_and_danger_2.yaml"]


def told(file: str, table: str) -> list[tuple[str, str]]:
    content = load_yaml(FOLDER / file)[table]
    assert set(content) == life_safety_codes()
    return [(code, text) for code, texts in content.items() for text in texts]


@pytest.mark.parametrize("file", SETS)
def test_everyday_matters_raise_no_alarm(file: str) -> None:
    false = [text for _, text in told(file, "calm") if detect_critical(text)]
    assert len(false) <= 1, false  # a kettle boiled dry: its smell is that of a fire


@pytest.mark.parametrize("file", SETS)
def test_a_danger_in_ordinary_words_is_found_and_known_for_what_it_is(file: str) -> None:
    missed = [
        (code, text)
        for code, text in told(file, "danger")
        if code not in {signal.code for signal in detect_critical(text)}
    ]
    assert len(missed) <= 1, missed
