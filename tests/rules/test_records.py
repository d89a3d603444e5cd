"""Facts and decisions as canonical JSON: everything is kept, always spelt the same."""

import json
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.decide import decide, default_rulebook
from rules.errors import InvalidFacts
from rules.records import canonical, decision_json, facts_from_json, facts_json
from rules.types import Facts, Kind, Tier

RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00.250000+08:00")
FULL = Facts(
    kind=Kind.COMPLAINT,
    received_at=RECEIVED,
    signals=frozenset({"lift_fault", "anger"}),
    category="facilities",
    repeat_count=3,
    unattended_days=8,
    incident_reports=4,
    suspected_danger=45,
    wished_at=datetime.fromisoformat("2026-11-24T15:00:00+08:00"),
    raised_tier=Tier.URGENT,
    department="engineering",
    channel="hotline",
    estate="东区",
)
SIGNALS = sorted(default_rulebook().vocabulary.signals)


def through_json(value: Any) -> Any:
    return json.loads(canonical(value))


def test_every_fact_comes_back_from_its_record() -> None:
    assert [f.name for f in fields(Facts) if f.name not in facts_json(FULL)] == []
    assert facts_from_json(through_json(facts_json(FULL))) == FULL


@given(
    kind=st.sampled_from(list(Kind)),
    signals=st.frozensets(st.sampled_from(SIGNALS), max_size=6),
    repeats=st.integers(0, 20),
    received=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),
    minutes=st.sampled_from(["+08:00", "+00:00", "-05:30"]),
)
def test_recorded_facts_are_decided_to_the_same_bytes(
    kind: Kind, signals: frozenset[str], repeats: int, received: datetime, minutes: str
) -> None:
    at = datetime.fromisoformat(f"{received.isoformat()}{minutes}")
    facts = Facts(kind, at, signals, repeat_count=repeats)
    again = facts_from_json(through_json(facts_json(facts)))
    assert again == facts
    first, second = (canonical(decision_json(decide(one))) for one in (facts, again))
    assert first == second


def test_values_at_their_default_are_left_out() -> None:
    plain = facts_json(Facts(Kind.REPAIR, RECEIVED))
    assert plain == {"kind": "repair", "received_at": "2026-11-23T10:00:00.250000+08:00"}


def test_a_decision_keeps_limits_reasons_and_the_hash_of_its_book() -> None:
    record = decision_json(decide(FULL))
    assert record["rulebook"] == default_rulebook().identity
    assert record["tier"] == "urgent"
    visit = next(d for d in record["deadlines"] if d["milestone"] == "return_visit")
    assert (visit["due_at"], visit["after_completion"]) == (None, 24 * 3600)
    assert record["because"][0]["outputs"] == {"tier": "urgent"}
    assert through_json(record) == record


def test_the_canonical_form_is_sorted_and_without_spaces() -> None:
    assert canonical({"b": [1, {"d": "无", "c": None}], "a": True}) == (
        '{"a":true,"b":[1,{"c":null,"d":"无"}]}'.encode()
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_one_more_signal_or_minute_is_another_record() -> None:
    base = canonical(facts_json(FULL))
    assert canonical(facts_json(replace(FULL, signals=FULL.signals | {"theft"}))) != base
    assert canonical(facts_json(replace(FULL, repeat_count=4))) != base


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "fax"}, "kind 没有 'fax'"),
        ({"kind": None}, "缺少 kind"),
        ({"received_at": "昨天"}, "received_at 不是时间"),
        ({"received_at": 5}, "received_at 不是时间"),
        ({"received_at": "2026-11-23T10:00:00"}, "没有时区"),
        ({"signals": "lift_fault"}, "信号代码的列表"),
        ({"repeat_count": -1}, "不小于 0"),
        ({"repeat_count": True}, "不小于 0"),
        ({"raised_tier": "highest"}, "raised_tier 没有"),
        ({"category": 3}, "category 应当是文字"),
        ({"mood": "bad"}, "不认识的事实 mood"),
    ],
)
def test_what_cannot_be_facts_is_refused_in_one_line(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidFacts, match=words) as refusal:
        facts_from_json(facts_json(FULL) | change)
    assert "\n" not in str(refusal.value)


def test_facts_that_are_no_object_are_refused() -> None:
    with pytest.raises(InvalidFacts, match="应当是一个对象"):
        facts_from_json(["repair"])
