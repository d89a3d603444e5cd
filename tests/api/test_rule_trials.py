"""A draft is tried on the desk's own requests, and put in force."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.rule_trials import activate_draft, import_sheet, stored_requests, try_out
from api.settings import load_settings
from api.wiring import House
from rules.decide import decide
from rules.drafts import Draft
from rules.errors import DraftMissing, MalformedSheet, NotActivated
from rules.grid_editing import with_cell
from rules.loading import rulebook_of
from rules.sheets import xlsx_bytes
from rules.types import Facts, Kind, Milestone
from tests.desk.test_store import NINE, keep, triaged

LATE = timedelta(minutes=25)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(load_settings({"GUANJIA_HOME": str(tmp_path)}), clock=lambda: NINE)
    yield opened
    opened.close()


def leak_at(house: House, at: datetime) -> str:
    """A kept request about a leak, somebody on the scene after `LATE`."""
    facts = Facts(Kind.REPAIR, at, frozenset({"active_leak"}))
    decision = decide(facts, house.rulebook)
    request_id = keep(house.desk, replace(triaged(15, at=at), facts=facts, decision=decision))
    house.desk.reach(request_id, "on_site", at=at + LATE, actor="工程")
    return request_id


def quicker(house: House, limit: str = "20分钟") -> Draft:
    """A draft with another limit on the scene for urgent requests."""
    draft = house.drafts.begin("快一点", house.rulebook, "主管甲")
    grid = draft.grid("deadlines")
    return house.drafts.keep_grid(draft.name, with_cell(grid, 1, "then.on_site", limit))


def test_stored_requests_become_history_with_their_met_times_oldest_first(house: House) -> None:
    second = leak_at(house, NINE)
    first = leak_at(house, NINE - timedelta(days=1))
    history = stored_requests(house)
    assert [past.id for past in history] == [first, second]
    assert history[1].met[Milestone.ON_SITE] == NINE + LATE
    assert history[1].facts.signals == {"active_leak"}


def test_a_shorter_limit_is_missed_by_the_request_that_met_the_longer_one(house: House) -> None:
    request_id = leak_at(house, NINE)
    trial = try_out(house, quicker(house).book)
    assert trial is not None
    (shift,) = [one for one in trial.outcome.shifts if one.milestone is Milestone.ON_SITE]
    assert (shift.newly_breached, shift.breached_examples) == (1, (request_id,))
    assert request_id in trial.report


def test_without_requests_there_is_no_trial_but_on_made_up_ones(house: House) -> None:
    draft = quicker(house)
    assert try_out(house, draft.book) is None
    trial = try_out(house, draft.book, sample=True)
    assert trial is not None
    assert trial.sample
    assert trial.outcome.changed > 0


def test_an_activated_draft_is_in_force_and_put_away(house: House) -> None:
    draft = quicker(house)
    activate_draft(house, draft.name, "主管甲", "到场提速")
    assert house.rulebook.digest == draft.book.digest
    last = house.archive.activations()[-1]
    assert (last.by, last.why) == ("主管甲", "到场提速")
    with pytest.raises(DraftMissing):
        house.drafts.open(draft.name)


def test_a_draft_with_an_unfinished_cell_is_not_activated(house: House) -> None:
    draft, before = quicker(house, "尽快"), house.rulebook.digest
    with pytest.raises(NotActivated, match="还有格子没填对：「时限」第 2 行"):
        activate_draft(house, draft.name, "主管甲", "到场提速")
    assert house.rulebook.digest == before
    assert house.drafts.names() == (draft.name,)


def test_a_draft_without_a_reason_is_not_activated_and_stays(house: House) -> None:
    draft = quicker(house)
    with pytest.raises(NotActivated, match="为什么"):
        activate_draft(house, draft.name, "主管甲", " ")
    assert house.drafts.names() == (draft.name,)


def test_a_spreadsheet_is_taken_into_the_draft(house: House) -> None:
    draft = house.drafts.begin("表格", house.rulebook, "主管甲")
    texts = dict(draft.book.texts)
    texts["urgency.yaml"] = texts["urgency.yaml"].replace("reason: 正在漏水", "reason: 正在滴水")
    changed = import_sheet(house, draft.name, xlsx_bytes(rulebook_of(texts)))
    assert "正在滴水" in [row.reason for row in changed.book.tables["urgency"].rows]
    assert changed.book.digest == house.drafts.open(draft.name).book.digest


def test_a_file_that_is_no_spreadsheet_changes_nothing(house: House) -> None:
    draft = house.drafts.begin("表格", house.rulebook, "主管甲")
    with pytest.raises(MalformedSheet):
        import_sheet(house, draft.name, b"no spreadsheet")
    assert house.drafts.open(draft.name).book.digest == draft.book.digest
