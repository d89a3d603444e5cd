"""The desk's store on a real SQLite file (and on PostgreSQL when an address is given)."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert

from assistant.types import Location, Message, Triage
from desk.errors import NotFound, StageConflict
from desk.store import Desk, migrate
from desk.tables import metadata, requests
from desk.types import Stage
from rules.errors import RecordMissing
from rules.records import canonical, decision_json, facts_from_json
from rules.types import Clock, Deadline, Decision, Facts, Kind, Milestone, Tier

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


def decided(tier: Tier, level: int, limits: tuple[Deadline, ...]) -> Decision:
    department = "engineering"
    return Decision(tier, level, department, department, limits, (), "default@1+abc")


def triaged(
    minutes: int,
    *,
    at: datetime = NINE,
    identity: str | None = None,
    facts: Facts | None = None,
    decision: Decision | None = None,
) -> Triage:
    """A repair whose first response is due after `minutes`, unless decided otherwise."""
    limits = (
        Deadline(
            Milestone.ACKNOWLEDGE,
            at + timedelta(minutes=minutes),
            Clock.SERVICE,
            f"{minutes}分钟",
            "deadlines/repair",
        ),
        Deadline(
            Milestone.RESOLVE,
            at + timedelta(days=3),
            Clock.SERVICE,
            "3个服务日",
            "deadlines/repair",
        ),
        Deadline(
            Milestone.RETURN_VISIT,
            None,
            Clock.CALENDAR,
            "24小时",
            "deadlines/repair",
            note="自办结起算",
            after_completion=timedelta(hours=24),
        ),
    )
    return Triage(
        message=Message("厨房水龙头关不紧", at, id=identity or uuid.uuid4().hex, channel="app"),
        kind=Kind.REPAIR,
        kind_confidence=0.9,
        department="engineering",
        category=None,
        signals=(),
        location=Location(building="3"),
        facts=facts or Facts(Kind.REPAIR, at),
        decision=decision or decided(Tier.NORMAL, 2, limits),
        ask_next=(),
        language="zh",
        script="simplified",
    )


def keep(desk: Desk, triage: Triage) -> str:
    record = {"location": {"building": triage.location.building}, "tier": triage.decision.tier}
    return desk.keep(triage, record, actor="测试").id


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(os.environ.get("GUANJIA_TEST_DATABASE", f"sqlite:///{tmp_path / 'desk.db'}"))
    yield opened
    opened.close()


def test_a_kept_request_comes_back_as_it_was(desk: Desk) -> None:
    request = desk.get(keep(desk, triaged(15)))
    assert (request.kind, request.tier, request.level) == ("repair", "normal", 2)
    assert request.stage is Stage.RECEIVED
    assert request.received_at == NINE
    assert [limit.milestone for limit in request.deadlines] == [
        "acknowledge",
        "resolve",
        "return_visit",
    ]
    assert request.deadlines[-1].after_completion == timedelta(hours=24)
    assert request.triage["tier"] == "normal"


def test_what_a_request_was_decided_by_is_kept_with_it(desk: Desk) -> None:
    triage = triaged(15)
    request_id = keep(desk, triage)
    record = desk.record(request_id)
    assert facts_from_json(record.facts) == triage.facts
    assert record.decision.encode() == canonical(decision_json(triage.decision))
    assert record.rulebook == triage.decision.rulebook


def test_records_come_newest_first_and_no_more_than_asked_for(desk: Desk) -> None:
    days = [keep(desk, triaged(15, at=NINE + timedelta(days=n))) for n in (0, 2, 1)]
    assert [record.id for record in desk.records()] == [days[1], days[2], days[0]]
    assert [record.id for record in desk.records(2)] == [days[1], days[2]]
    assert desk.unrecorded() == 0


def test_the_same_message_is_kept_once(desk: Desk) -> None:
    first = keep(desk, triaged(15, identity="m-1"))
    again = keep(desk, triaged(15, identity="m-1"))
    assert first == again == "m-1"
    assert [event.type for event in desk.history("m-1")] == ["received"]


def test_open_requests_stand_by_time_left(desk: Desk) -> None:
    later, sooner = keep(desk, triaged(60)), keep(desk, triaged(3))
    none = replace(triaged(1), decision=decided(Tier.LOW, 1, ()))
    without = keep(desk, none)
    assert [request.id for request in desk.open_requests()] == [sooner, later, without]


def test_a_met_limit_gives_way_to_the_next(desk: Desk) -> None:
    request_id = keep(desk, triaged(15))
    request = desk.reach(request_id, "acknowledge", at=NINE + timedelta(minutes=4), actor="客服")
    assert request.stage is Stage.RECEIVED
    assert request.next_deadline is not None
    assert request.next_deadline.milestone == "resolve"


def test_a_request_goes_through_its_stages_and_leaves_a_history(desk: Desk) -> None:
    request_id = keep(desk, triaged(15))
    done = NINE + timedelta(hours=2)
    desk.reach(request_id, "dispatch", at=NINE + timedelta(minutes=9), actor="客服")
    desk.reach(request_id, "on_site", at=NINE + timedelta(hours=1), actor="工程")
    completed = desk.reach(
        request_id, "resolve", at=done, actor="工程", follow_up_due=done + timedelta(hours=24)
    )
    assert completed.stage is Stage.COMPLETED
    assert completed.next_deadline is not None
    assert completed.next_deadline.due_at == done + timedelta(hours=24)
    closed = desk.reach(request_id, "return_visit", at=done + timedelta(hours=3), actor="客服")
    assert closed.stage is Stage.RETURNED
    assert desk.open_requests() == []
    assert [event.type for event in desk.history(request_id)] == [
        "received",
        "dispatch",
        "on_site",
        "resolve",
        "return_visit",
    ]


def test_a_step_that_the_stage_forbids_changes_nothing(desk: Desk) -> None:
    request_id = keep(desk, triaged(15))
    with pytest.raises(StageConflict, match="现在是「受理」状态，不能记录「回访」；请刷新"):
        desk.reach(request_id, "return_visit", at=NINE, actor="客服")
    assert desk.get(request_id).stage is Stage.RECEIVED
    assert len(desk.history(request_id)) == 1


def test_an_unknown_request_is_named(desk: Desk) -> None:
    with pytest.raises(NotFound, match="没有编号为 x-9 的来件"):
        desk.get("x-9")


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_requests_from_before_facts_were_recorded_stay_and_say_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    engine = create_engine(url)
    migrate(engine, "0001")
    row = {
        "id": "old", "received_at": "2026-01-05T01:00:00+00:00", "channel": "app", "sender": "",
        "text": "灯坏了", "kind": "repair", "department": "engineering", "tier": "normal",
        "level": 2, "stage": "received", "location": {}, "rulebook": "default@1+abc", "triage": {},
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(requests).values(row))
    engine.dispose()
    desk = Desk(url)
    assert desk.get("old").text == "灯坏了"
    assert (list(desk.records()), desk.unrecorded()) == ([], 1)
    with pytest.raises(RecordMissing, match="没有留下判定依据"):
        desk.record("old")
    desk.close()


def test_an_existing_database_is_opened_again_without_loss(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    first = Desk(url)
    request_id = keep(first, triaged(15))
    first.close()
    second = Desk(url)
    assert second.get(request_id).text == "厨房水龙头关不紧"
    second.close()
