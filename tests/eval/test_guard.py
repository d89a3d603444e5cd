"""The guard's measurement: the files are sound, scores count what they say."""

import json
from pathlib import Path

import pytest

from assistant.types import Violation
from eval.guard import is_caught, is_located, measure
from eval.guard_faults import CLEAN, Trial, wordings
from eval.guard_report import report_html, told
from eval.guard_sets import read_cases, read_trials, shipped
from eval.readers import EvalInputError
from tests.assistant.guard.drafts import fact, passage, triaged

TRIAL = Trial(
    "t", "blame", triaged(), (fact("甲。"), fact("您自己不小心。")), (passage(),), 1, "不小心"
)
BLAMED = Violation(1, 4, 7, "blame", "不小心", "因为")


def test_a_fault_is_caught_in_its_segment_and_located_in_its_words() -> None:
    beside = Violation(1, 0, 2, "blame", "您自", "因为")
    elsewhere = Violation(0, 0, 1, "blame", "甲", "因为")
    assert is_caught(TRIAL, [BLAMED])
    assert is_located(TRIAL, [BLAMED])
    assert is_caught(TRIAL, [beside])
    assert not is_located(TRIAL, [beside])
    assert not is_caught(TRIAL, [elsewhere])


def test_scores_count_by_type_and_keep_what_was_judged_wrongly() -> None:
    sound = Trial("c", CLEAN, triaged(), (fact("甲。"),), (passage(),))
    scores = measure([TRIAL, sound], lambda _trial: [])
    assert (scores.caught.value, scores.false_alarms.value) == (0.0, 0.0)
    assert [miss.trial.id for miss in scores.misses] == ["t"]
    assert "<mark>您自己不小心。</mark>" in report_html({"集": scores})
    assert any("blame" in line for line in told("集", scores))


def test_every_handwritten_draft_names_a_case_a_segment_and_its_faulty_words() -> None:
    cases = read_cases(shipped("guard_cases"))
    for name in ("guard_clean", "guard_faults"):
        for line in shipped(name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert row["case"] in cases
            if row.get("where") is not None:
                assert row["span"] in row["segments"][row["where"]]["text"]


def test_no_wording_of_a_fault_stands_twice() -> None:
    said = [str(item) for items in wordings().values() for item in items]
    assert len(said) == len(set(said))


def test_a_placeholder_is_filled_from_the_decision(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"id": "g1", "message": "灯", "received_at": "2026-11-20T09:00:00+08:00", "sources": []}',
        encoding="utf-8",
    )
    drafts = tmp_path / "drafts.jsonl"
    segments = [
        {"role": "commitment", "text": "{reply_limit}内答复。"},
        {"role": "closing", "text": "{on_site}前到。"},
    ]
    drafts.write_text(json.dumps({"case": "g1", "segments": segments}), encoding="utf-8")
    read = read_cases(cases)
    (trial,), unfilled = read_trials(drafts, read, {"g1": triaged()}, lambda _source: None)
    assert [segment.text for segment in trial.segments] == ["1个服务小时内答复。"]
    assert unfilled == 1


def test_a_draft_of_an_unknown_case_is_refused_with_its_line(tmp_path: Path) -> None:
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text('{"case": "nowhere", "segments": []}', encoding="utf-8")
    with pytest.raises(EvalInputError, match="第 1 行"):
        read_trials(drafts, {}, {}, lambda _source: None)
