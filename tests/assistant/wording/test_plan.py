"""What a model may reword, and what a wording must keep."""

import pytest

from assistant.wording.plan import REWORDED, lines_of, unfaithful
from rules.types import Kind
from tests.assistant.wording.drafts import draft_of, emergency

COMPOSED = "接下来我们会做到：今天15:10前派单给工程部门，3个服务日内办结。"


def test_only_feelings_the_matter_and_facts_go_to_the_model_each_under_a_number() -> None:
    draft = draft_of(Kind.REPAIR)
    lines = lines_of(draft)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert {line.segment.role for line in lines} <= REWORDED
    assert all(draft.segments[line.index] is line.segment for line in lines)
    assert not REWORDED & {"greeting", "safety", "commitment"}


def test_an_emergency_is_never_reworded() -> None:
    assert lines_of(emergency()) == ()


@pytest.mark.parametrize(
    ("reworded", "told"),
    [
        ("", "没有写"),
        ("今天15:10前我们派单给工程部门，3个服务日内办结", "没有写完"),
        ("我们会尽快派单给工程部门，尽早给您办好这件事。", "15:10"),
        ("今天15:10前派单给工程部门，尽快办结这件事情。", "3个服务日"),
        ("好的。", "太短"),
        ("我们" * 60 + "。", "太长"),
        ("We will dispatch 今天15:10前派单，3个服务日内办结。", "外文"),
    ],
)
def test_a_wording_that_lost_something_is_told_why(reworded: str, told: str) -> None:
    assert told in (unfaithful(COMPOSED, reworded) or "")


def test_a_wording_that_kept_all_may_stand() -> None:
    assert unfaithful(COMPOSED, "我们今天15:10前就派单给工程部门，3个服务日内给您办结。") is None


def test_reciting_the_message_is_no_naming_of_the_matter() -> None:
    composed = "您在篮球场的报修，我们已经登记。"
    assert "太远" in (unfaithful(composed, "灯杆晃得厉害，手一推就摇个不停。", "restate") or "")
    assert unfaithful("给您添麻烦了，很抱歉。", "灯杆晃让您担心了，抱歉。", "empathy") is None
