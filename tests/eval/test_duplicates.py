"""The timelines are well formed, and the desk finds what is one matter on those it never saw."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from api.intake import build_intake
from api.settings import load_settings
from api.wiring import House
from eval.duplicates import Timeline, read_timelines, run_all, score
from eval.readers import EvalInputError

SETS = Path(__file__).resolve().parents[2] / "eval" / "sets" / "duplicates"
HALVES = {name: read_timelines(SETS / f"{name}.jsonl") for name in ("train", "test", "fresh")}
ALL = [timeline for half in HALVES.values() for timeline in half]


def test_there_are_enough_timelines_of_both_kinds() -> None:
    assert len(HALVES["train"]) + len(HALVES["test"]) >= 150
    for half in HALVES.values():
        hard = sum(timeline.about not in ("same", "follow") for timeline in half)
        assert hard >= len(half) / 2 - 1


@pytest.mark.parametrize("timeline", ALL, ids=lambda timeline: timeline.id)
def test_a_timeline_has_two_to_eight_messages_in_the_order_of_time(timeline: Timeline) -> None:
    assert 2 <= len(timeline.messages) <= 8
    times = [message.received_at for message in timeline.messages]
    assert all(before < after for before, after in pairwise(times))
    assert all(matter in set(timeline.matters.values()) for _, matter in timeline.closed)


def test_no_message_is_said_twice_over_the_sets() -> None:
    said = Counter(message.text for timeline in ALL for message in timeline.messages)
    assert [text for text, count in said.items() if count > 2] == []
    by_half = [{m.text for t in half for m in t.messages} for half in HALVES.values()]
    assert not by_half[0] & by_half[1]
    assert not (by_half[0] | by_half[1]) & by_half[2]


@pytest.mark.timeout(900)  # every timeline opens a desk of its own
def test_the_desk_finds_what_is_one_matter(sample_home: Path, tmp_path: Path) -> None:
    timelines = HALVES["test"]
    house = House(load_settings({"GUANJIA_HOME": str(sample_home)}))
    try:
        messages = [message for timeline in timelines for message in timeline.messages]
        triages = {triage.message.id: triage for triage in house.triage(messages)}
        runs = run_all(timelines, triages, tmp_path, lambda desk: build_intake(house, desk))
    finally:
        house.close()
    scores = score(runs)
    assert scores.f1.value >= 0.9, scores.errors
    assert scores.f1.low <= scores.f1.value <= scores.f1.high
    assert scores.incidents_found >= 0.9 * scores.incidents
    assert scores.mixed_incidents <= 3


def test_a_damaged_timeline_is_named(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text('{"id": "x", "messages": [{"text": "水", "received_at": "昨天"}]}')
    with pytest.raises(EvalInputError, match="时间线 x 第1条"):
        read_timelines(file)
