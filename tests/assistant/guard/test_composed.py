"""Drafts that the product composes are never blamed, whatever the message and the hour."""

from pathlib import Path

import pytest

from api.settings import load_settings
from api.wiring import House
from assistant.guard import check, check_text
from eval.guard import measure
from eval.guard_faults import clean, faulty
from eval.guard_sets import messages

EVERY = 12  # one message in so many


@pytest.fixture(scope="module")
def house(sample_home_copy: Path) -> House:
    return House(load_settings({"GUANJIA_HOME": str(sample_home_copy)}))


def test_composed_drafts_pass_and_faults_in_them_are_caught(house: House) -> None:
    triages = house.triage(messages()[::EVERY])
    drafts = [house.drafter.draft(triage) for triage in triages]
    blamed = {
        draft.triage.message.text: found
        for draft in drafts
        if (found := check(draft.segments, draft.citations, draft.triage, house.guard))
        or (found := check_text(draft.text, draft.triage, draft.citations, house.guard))
    }
    assert blamed == {}
    trials = [*faulty(drafts, 7, 6), *clean(drafts, 7)]
    scores = measure(trials, lambda t: check(t.segments, t.citations, t.triage, house.guard))
    assert scores.caught.value >= 0.97
    assert scores.false_alarms.value <= 0.02
