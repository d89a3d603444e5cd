"""Several matters of one message become requests that lead to each other."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Message, Triage
from desk.errors import CorrectionRefused
from desk.revision import proved_dangers
from desk.splitting import Child, child_id, children_of, matters_to_split, parent_of, split
from desk.store import Desk
from desk.types import Request
from rules.decide import default_rulebook
from tests.desk.test_store import NINE, triaged

BOOK = default_rulebook()
LATER = NINE + timedelta(hours=1)
TEXT = "草坪没修剪。电梯里困了人。灯也不亮。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(os.environ.get("GUANJIA_TEST_DATABASE", f"sqlite:///{tmp_path / 'desk.db'}"))
    yield opened
    opened.close()


def part(text: str, kind: str, department: str) -> dict[str, Any]:
    start = TEXT.index(text)
    return {
        "text": text, "start": start, "end": start + len(text),
        "kind": kind, "department": department, "category": None,
    }  # fmt: skip


LAWN = part("草坪没修剪。", "repair", "landscaping")
LIFT = part("电梯里困了人。", "assistance", "engineering")
LAMP = part("灯也不亮。", "repair", "engineering")


def kept(desk: Desk, parts: list[dict[str, Any]], signals: list[dict[str, Any]]) -> Request:
    one = triaged(15)
    one = replace(one, message=replace(one.message, text=TEXT))
    record = {"location": {"building": "3"}, "parts": parts, "signals": signals}
    return desk.keep(one, record, actor="测试")


def child(request: Request, matter: dict[str, Any]) -> Child:
    identity = child_id(request.id, matter["start"], matter["end"])
    triage: Triage = replace(
        triaged(15), message=Message(matter["text"], NINE, id=identity, channel="app")
    )
    return Child(matter["start"], matter["end"], triage, {"location": {}})


def test_the_matter_with_a_danger_stays_wherever_it_stands(desk: Desk) -> None:
    at = TEXT.index("困了人")
    signal = {"code": "person_trapped", "start": at, "end": at + 3}
    request = kept(desk, [LAWN, LIFT, LAMP], [signal])
    assert proved_dangers(request, BOOK) == {"person_trapped"}
    assert matters_to_split(request, BOOK) == [LAWN, LAMP]


def test_without_a_danger_the_matter_stays_that_the_request_was_judged_as(desk: Desk) -> None:
    # kept as a repair of engineering
    assert matters_to_split(kept(desk, [LAWN, LAMP], []), BOOK) == [LAWN]
    assert matters_to_split(kept(desk, [LIFT, LAWN], []), BOOK) == [LAWN]


def test_one_matter_is_not_split(desk: Desk) -> None:
    with pytest.raises(CorrectionRefused, match="只有一件事"):
        matters_to_split(kept(desk, [LAMP], []), BOOK)


def test_splitting_twice_adds_nothing_and_both_ends_know_the_other(desk: Desk) -> None:
    request = kept(desk, [LAWN, LIFT, LAMP], [])
    children = [child(request, LAWN), child(request, LIFT)]
    first = split(desk, request, children, at=LATER, actor="小陈")
    again = split(desk, request, children, at=LATER, actor="小王")

    assert first == again
    assert [one.text for one in first] == [LAWN["text"], LIFT["text"]]
    assert children_of(desk.history(request.id)) == tuple(one.id for one in first)
    assert [parent_of(desk.history(one.id)) for one in first] == [request.id, request.id]
    told = [event for event in desk.history(request.id) if event.type == "split"]
    assert [event.actor for event in told] == ["小陈"]
    assert desk.get(request.id) == request
