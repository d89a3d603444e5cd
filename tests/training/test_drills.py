"""Drills over past cases: the key comes from the rules, and mistakes are explained by them."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from kb.types import Document, DocumentType
from rules.decide import decide
from rules.labels import label
from training.drills import Drill, choose, drill_from, grade
from training.errors import BadAnswer, NothingToTrain
from training.progress import Attempts

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def case(identity: str = "case-1", **fields: str) -> Document:
    metadata = {
        "message": "三次打电话了，12栋楼道积水还没人来",
        "kind": "complaint",
        "category": "management_service",
        "channel": "hotline",
        "received_at": "2026-03-05T08:41:00+08:00",
        "signals": '["repeat_report"]',
        "repeat_count": "3",
    }
    return Document(
        identity, DocumentType.CASE, "楼道积水", "case.md", "hash", metadata=metadata | fields
    )


def drilled(identity: str = "case-1", **fields: str) -> Drill:
    drill = drill_from(case(identity, **fields), decide)
    assert drill is not None
    return drill


def test_the_key_is_what_the_rules_decide_from_the_facts_of_the_case() -> None:
    drill = drilled()
    assert (drill.decision.tier, drill.decision.level) == ("urgent", 3)
    other = drilled(repeat_count="2")
    assert (other.decision.tier, other.decision.level) == ("normal", 2)


def test_the_question_does_not_give_the_key_away() -> None:
    asked = drilled().to_json()
    assert "tier" not in asked
    assert "decision" not in asked
    assert "楼道积水" not in str(asked.get("title", ""))


def test_a_right_answer_is_right_in_every_field() -> None:
    graded = grade(drilled(), "complaint", "urgent", 3, label)
    assert graded.correct
    assert graded.lines()[0] == "全部正确。"


def test_a_wrong_answer_is_explained_by_the_rows_that_fired() -> None:
    graded = grade(drilled(), "complaint", "normal", 2, label)
    assert not graded.correct
    assert [(mark.field, mark.correct) for mark in graded.marks] == [
        ("kind", True),
        ("tier", False),
        ("level", False),
    ]
    told = "\n".join(graded.lines())
    assert "你答一般，应为紧急" in told
    assert "你答二级，应为三级" in told
    # the clauses of both tables that decided
    assert "pol-grading 第四条" in told
    assert "pol-grading 第十条" in told


@pytest.mark.parametrize(
    ("kind", "tier", "level", "words"),
    [
        ("bug", "urgent", 2, "诉求类型"),
        ("repair", "hot", 2, "紧急程度"),
        ("repair", "low", 7, "处理级别"),
    ],
)
def test_a_value_that_does_not_exist_is_refused_with_the_choices(
    kind: str, tier: str, level: int, words: str
) -> None:
    with pytest.raises(BadAnswer, match=words) as error:
        grade(drilled(), kind, tier, level, label)
    assert "可选的是" in str(error.value)


@pytest.mark.parametrize("missing", ["message", "kind", "received_at"])
def test_a_case_without_the_facts_is_no_drill(missing: str) -> None:
    assert drill_from(case(**{missing: ""}), decide) is None


def test_a_case_met_lately_is_not_drawn_while_others_are_left() -> None:
    drills = [drilled("a"), drilled("b"), drilled("c")]
    drawn = {choose(drills, ["a", "b"], Random(n)).case_id for n in range(20)}
    assert drawn == {"c"}
    assert choose(drills, ["a", "b", "c"], Random(1)) in drills


def test_without_cases_there_is_nothing_to_train() -> None:
    with pytest.raises(NothingToTrain, match="没有可以练习的案例"):
        choose([], [], Random(1))


def test_answers_are_kept_by_trainee(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "training.db")
    for number, right in enumerate((True, False, True)):
        attempts.add(
            "甲", f"case-{number}", NOW + timedelta(minutes=number), ("repair", "low", 1), right
        )
    attempts.add("乙", "case-9", NOW, ("repair", "low", 1), False)
    progress = attempts.progress("甲")
    assert (progress.answered, progress.correct) == (3, 2)
    assert attempts.recent("甲", 2) == ["case-2", "case-1"]
    assert attempts.progress("丙").answered == 0
    attempts.close()
