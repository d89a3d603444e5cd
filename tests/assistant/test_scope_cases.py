"""Every frame that takes the force from a mention, tried on both sides of its edge."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.signals import detect_critical

CASES: dict[str, Any] = {
    frame: cases
    for file in sorted(Path(__file__).parent.glob("scope_cases*.yaml"))
    for frame, cases in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}


@pytest.mark.parametrize("text", [text for frame in CASES.values() for text in frame["calm"]])
def test_a_danger_inside_a_frame_raises_no_alarm(text: str) -> None:
    assert detect_critical(text) == ()


@pytest.mark.parametrize(
    ("code", "text"), [case for frame in CASES.values() for case in frame["danger"]]
)
def test_a_danger_that_only_looks_framed_raises_the_alarm(code: str, text: str) -> None:
    assert code in {signal.code for signal in detect_critical(text)}
