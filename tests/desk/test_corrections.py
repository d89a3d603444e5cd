"""What people set right in kept requests, judged again by the shipped rulebook."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.types import Location, Message, Opinion, Signal, Triage
from desk.corrections import Corrections
from desk.errors import ChangedMeanwhile, CorrectionRefused
from desk.revision import FIELDS, SIGNAL, in_force, revise
from desk.store import Desk
from desk.types import Request
from rules.decide import decide, default_rulebook
from rules.errors import RecordMissing
from rules.records import canonical, decision_json, facts_from_json
from rules.types import Facts, Kind

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
LATER = NINE + timedelta(hours=1)
BOOK = default_rulebook()
SIGNALS = sorted(BOOK.vocabulary.signals)
DANGERS = BOOK.vocabulary.family("life_safety")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    file = tmp_path_factory.mktemp("desk") / "desk.db"
    opened = Desk(os.environ.get("GUANJIA_TEST_DATABASE", f"sqlite:///{file}"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def corrections(desk: Desk) -> Corrections:
    return Corrections(desk)


def kept(desk: Desk, *codes: str, kind: Kind = Kind.REPAIR, suspected: int = 0) -> Request:
    """A request whose words prove the signals `codes`."""
    facts = Facts(
        kind, NINE, frozenset(codes), department="engineering", suspected_danger=suspected
    )
    text = "、".join(codes) or "楼道灯不亮"
    signals = tuple(Signal(c, c, text.index(c), text.index(c) + len(c)) for c in codes)
    triage = Triage(
        message=Message(text, NINE, id=uuid.uuid4().hex, channel="app"),
        kind=kind,
        kind_confidence=0.9,
        department="engineering",
        category=None,
        signals=signals,
        location=Location(building="3"),
        facts=facts,
        decision=decide(facts, BOOK),
        ask_next=(),
        language="zh",
        script="simplified",
        suggested=(Opinion("gas_leak", suspected / 100),) if suspected else (),
    )
    return desk.keep(triage, record_of(triage), actor="测试")


def record_of(triage: Triage) -> dict[str, Any]:
    """As much of the triage output as corrections read."""
    return {
        "location": {n: getattr(triage.location, n) for n in triage.location.__slots__},
        "category": triage.category,
        "in_scope": triage.in_scope,
        "signals": [{"code": s.code, "start": s.start, "end": s.end} for s in triage.signals],
        "suggested": [{"code": o.code, "confidence": o.confidence} for o in triage.suggested],
        "details": {"contacts": ["13800000000"], "plates": [], "wish": None},
        "deadlines": [
            {"milestone": str(d.milestone), "rule": d.rule} for d in triage.decision.deadlines
        ],
    }


def correct(
    corrections: Corrections, request: Request, field: str, value: Any, reason: str = ""
) -> Request:
    return corrections.correct(
        request.id, field, value, book=BOOK, at=LATER, actor="小陈", reason=reason
    )


def undo(corrections: Corrections, request: Request, field: str) -> Request:
    return corrections.undo(request.id, field, book=BOOK, at=LATER, actor="小陈")


def assert_replays(request: Request) -> None:
    """The stored decision is to the byte what the stored facts are judged to be."""
    assert request.facts is not None
    again = decide(facts_from_json(request.facts), BOOK)
    assert request.decision == canonical(decision_json(again)).decode()
    assert (request.tier, request.level) == (again.tier, again.level)


def test_a_corrected_kind_is_judged_again_and_what_it_was_judged_by_stays_in_the_history(
    desk: Desk, corrections: Corrections
) -> None:
    before = kept(desk)
    after = correct(corrections, before, "kind", "inquiry")

    assert (before.kind, before.tier) == ("repair", "normal")
    assert (after.kind, after.tier, after.level) == ("inquiry", "low", 1)
    assert_replays(after)
    event = desk.history(before.id)[-1]
    assert (event.type, event.actor) == ("corrected", "小陈")
    assert event.data["facts"] == before.facts
    assert event.data["decision"] == before.decision
    assert after.triage == before.triage


def test_a_correction_can_be_taken_back_and_again(desk: Desk, corrections: Corrections) -> None:
    request = kept(desk)
    correct(corrections, request, "department", "cleaning")
    correct(corrections, request, "department", "security")
    assert undo(corrections, request, "department").department == "cleaning"
    back = undo(corrections, request, "department")
    assert back.department == "engineering"
    assert (back.facts, back.decision) == (request.facts, request.decision)
    with pytest.raises(CorrectionRefused, match="没有可以撤销"):
        undo(corrections, request, "department")
    # nothing was erased
    assert [one.undoes is None for one in corrections.of(request.id)] == [True, True, False, False]


def test_setting_what_holds_already_leaves_no_trace(desk: Desk, corrections: Corrections) -> None:
    request = kept(desk, "active_leak")
    for field, value in (("kind", "repair"), ("signal:active_leak", True), ("building", "3")):
        assert correct(corrections, request, field, value) == request
    assert corrections.of(request.id) == []


def test_a_signal_that_was_overlooked_raises_and_the_limits_count_from_then(
    desk: Desk, corrections: Corrections
) -> None:
    raised = correct(corrections, kept(desk), "signal:person_trapped", True)
    assert raised.tier == "critical"
    due = {limit.milestone: limit.due_at for limit in raised.deadlines}
    assert due["on_site"] == LATER + timedelta(minutes=3)
    assert undo(corrections, raised, "signal:person_trapped").tier == "normal"


def test_a_danger_that_the_words_prove_needs_a_reason_to_be_called_wrong_and_stays_critical(
    desk: Desk, corrections: Corrections
) -> None:
    request = kept(desk, "fire_or_smoke")
    with pytest.raises(CorrectionRefused, match="写明原因"):
        correct(corrections, request, "signal:fire_or_smoke", False, "  ")
    after = correct(corrections, request, "signal:fire_or_smoke", False, "说的是烟花")
    assert (after.tier, after.facts, after.decision) == (
        "critical",
        request.facts,
        request.decision,
    )
    standing = in_force(corrections.of(request.id))["signal:fire_or_smoke"]
    assert (standing.before, standing.after, standing.reason) == (True, False, "说的是烟花")


def test_an_ordinary_signal_found_by_mistake_is_taken_out(
    desk: Desk, corrections: Corrections
) -> None:
    request = kept(desk, "active_leak")
    assert request.tier == "urgent"
    after = correct(corrections, request, "signal:active_leak", False)
    assert after.tier == "normal"
    assert_replays(after)


def test_a_suspicion_can_be_confirmed_or_rejected(desk: Desk, corrections: Corrections) -> None:
    request = kept(desk, suspected=40)
    assert request.tier == "urgent"
    with pytest.raises(CorrectionRefused, match="写明原因"):
        correct(corrections, request, "signal:gas_leak", False)
    assert correct(corrections, request, "signal:gas_leak", True).tier == "critical"
    undo(corrections, request, "signal:gas_leak")
    # said to be absent although it counted as absent: the suspicion is what is rejected
    rejected = correct(corrections, request, "signal:gas_leak", False, "问的是开户")
    assert rejected.tier == "normal"
    assert undo(corrections, request, "signal:gas_leak").tier == "urgent"


def test_the_tier_can_only_be_raised_by_hand(desk: Desk, corrections: Corrections) -> None:
    request = kept(desk)
    with pytest.raises(CorrectionRefused, match="只能调高"):
        correct(corrections, request, "tier", "low")
    raised = correct(corrections, request, "tier", "urgent")
    assert raised.tier == "urgent"
    assert_replays(raised)
    assert undo(corrections, request, "tier").tier == "normal"


def test_only_a_complaint_has_a_category_and_gets_it_back(
    desk: Desk, corrections: Corrections
) -> None:
    request = kept(desk)
    with pytest.raises(CorrectionRefused, match="只有投诉"):
        correct(corrections, request, "category", "charges")
    correct(corrections, request, "kind", "complaint")
    assert correct(corrections, request, "category", "charges").category == "charges"
    assert correct(corrections, request, "kind", "repair").category is None
    assert undo(corrections, request, "kind").category == "charges"


def test_places_contacts_and_wishes_are_set_without_judging_twice(
    desk: Desk, corrections: Corrections
) -> None:
    request = kept(desk)
    assert correct(corrections, request, "room", " 1203 ").location["room"] == "1203"
    assert correct(corrections, request, "building", "").location["building"] is None
    contact = correct(corrections, request, "contact", "139 0000-0000")
    assert contact.decision == request.decision
    wished = correct(corrections, request, "wish", "2026-11-21T15:00:00+08:00")
    assert wished.facts is not None
    assert wished.facts["wished_at"] == "2026-11-21T15:00:00+08:00"
    assert_replays(wished)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("colour", "red", "没有名为 colour"),
        ("kind", "wish", "inquiry、repair"),
        ("signal:ghost", True, "没有名为 ghost"),
        ("signal:theft", "yes", "true"),
        ("in_scope", "no", "true 或 false"),
        ("wish", "明天下午", "2026-11-20T09:00:00"),
        ("wish", "2026-11-20T09:00:00", "2026-11-20T09:00:00"),
        ("contact", "call me", "数字"),
        ("place", "长" * 41, "40"),
        ("room", 5, "文字"),
    ],
)
def test_what_is_no_value_of_its_field_is_refused_in_one_line(
    desk: Desk, corrections: Corrections, field: str, value: Any, words: str
) -> None:
    request = kept(desk)
    with pytest.raises(CorrectionRefused, match=words):
        correct(corrections, request, field, value)
    assert corrections.of(request.id) == []
    assert desk.get(request.id) == request


def test_of_two_who_correct_at_once_one_is_told(desk: Desk, corrections: Corrections) -> None:
    request = kept(desk)

    class Interrupted(Desk):
        """Somebody else corrects between reading and writing."""

        def get(self, request_id: str) -> Request:
            seen = super().get(request_id)
            if not interruptions:
                interruptions.append(request_id)
                correct(corrections, request, "department", "cleaning")
            return seen

    interruptions: list[str] = []
    slow = Interrupted(str(desk.engine.url.render_as_string(hide_password=False)))
    with pytest.raises(ChangedMeanwhile, match="刷新"):
        Corrections(slow).correct(
            request.id, "department", "security", book=BOOK, at=LATER, actor="小王"
        )
    slow.close()
    assert desk.get(request.id).department == "cleaning"


def test_a_completed_request_keeps_its_met_limits_and_the_moment_of_its_return_visit(
    desk: Desk, corrections: Corrections
) -> None:
    request = kept(desk)
    done = NINE + timedelta(minutes=30)
    due = done + timedelta(hours=24)
    desk.reach(request.id, "resolve", at=done, actor="小王", follow_up_due=due)
    before = {d.milestone: d for d in desk.get(request.id).deadlines}
    after = correct(corrections, request, "tier", "critical")
    limits = {d.milestone: d for d in after.deadlines}
    assert limits["resolve"] == before["resolve"]
    assert limits["return_visit"].due_at == due


def test_a_request_without_facts_says_that_it_cannot_be_corrected(desk: Desk) -> None:
    old = replace(kept(desk), facts=None)
    with pytest.raises(RecordMissing, match="登记得早"):
        revise(old, "kind", "inquiry", [], BOOK, LATER)


CHOICES = st.one_of(
    st.tuples(st.just("kind"), st.sampled_from([str(kind) for kind in Kind])),
    st.tuples(st.just("department"), st.sampled_from(BOOK.vocabulary.codes("departments"))),
    st.tuples(st.just("category"), st.sampled_from(BOOK.vocabulary.codes("categories"))),
    st.tuples(st.just("tier"), st.sampled_from(BOOK.vocabulary.codes("tiers"))),
    st.tuples(st.sampled_from([SIGNAL + code for code in SIGNALS]), st.booleans()),
    st.tuples(st.just("in_scope"), st.booleans()),
    st.tuples(st.just("room"), st.sampled_from(["101", "1203", None])),
    st.tuples(st.just("undo"), st.sampled_from([*FIELDS, *(SIGNAL + c for c in SIGNALS[:8])])),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SIGNALS), unique=True, max_size=3), st.lists(CHOICES, max_size=8))
def test_whatever_is_corrected_the_floor_holds_and_everything_can_be_taken_back(
    desk: Desk,
    corrections: Corrections,
    codes: list[str],
    steps: list[tuple[str, Any]],
) -> None:
    request = kept(desk, *codes)
    for field, value in steps:
        try:
            now = (
                undo(corrections, request, value)
                if field == "undo"
                else correct(corrections, request, field, value, "试试")
            )
        except CorrectionRefused:
            continue
        assert_replays(now)
        if DANGERS & set(codes):
            assert now.tier == "critical"
    while standing := in_force(corrections.of(request.id)):
        undo(corrections, request, next(iter(standing)))
    back = desk.get(request.id)
    assert (back.facts, back.decision, back.location) == (
        request.facts,
        request.decision,
        request.location,
    )
    told = [event for event in desk.history(request.id) if event.type == "corrected"]
    assert len(told) == len(corrections.of(request.id))
