"""Sources that disagree are named, sources that agree are cited together."""

from pathlib import Path

import pytest

from assistant.answering import answer
from assistant.settings import AnswerSettings
from eval.wordings import lines
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from tests.kb.samples import policy

# whether it is likely enough to be answered is tested elsewhere
EVERYTHING = AnswerSettings(least_probability=0.0)
DISAGREEING = (
    ("门禁卡补办每张收费20元。", "门禁卡补办每张收费35元。", "补办门禁卡多少钱", "20元", "35元"),
    ("维修完成后24小时内回访。", "维修完成后48小时内回访。", "维修完成后多久回访", "24", "48"),
    ("施工时间为8:30至18:00。", "施工时间为9:00至17:30。", "施工时间是几点", "8:30", "9:00"),
    ("垃圾清运费每平方米3元。", "垃圾清运费每平方米5元。", "垃圾清运费多少", "3元", "5元"),
    (
        "动用维修资金须经三分之二以上业主同意。",
        "动用维修资金须经四分之三以上业主同意。",
        "动用维修资金要几分之几业主同意",
        "三分之二",
        "四分之三",
    ),
)
AGREEING = (
    ("高层物业费每平方米每月2.60元。", "洋房物业费每平方米每月3.20元。", "高层物业费多少钱一平"),
    ("门禁卡补办每张收费20元。", "补办一张门禁卡收费二十元。", "补办门禁卡每张多少钱"),
    ("维修完成后24小时内电话回访。", "投诉办结后48小时内上门回访。", "维修完成后多久回访"),
    ("月租车位提前5天提醒续费。", "月租车位费每月180元。", "月租车位多少钱"),
)


@pytest.mark.parametrize(("here", "there", "question", "one", "other"), DISAGREEING)
def test_two_values_of_one_thing_are_both_named(
    encoder: Encoder, tmp_path: Path, here: str, there: str, question: str, one: str, other: str
) -> None:
    with KnowledgeBase(tmp_path, encoder) as base:
        base.put([policy("a", here, title="甲规定"), policy("b", there, title="乙规定")])
        found = answer(question, base, encoder, EVERYTHING)
    assert found.segments
    (conflict,) = found.conflicts
    assert all(part in conflict.text for part in (one, other, "《甲规定》", "《乙规定》"))
    assert "\n" not in conflict.text
    assert {found.citations[i].document_id for i in conflict.citations} == {"a", "b"}
    assert conflict.segments == (0,)


@pytest.mark.parametrize(("here", "there", "question"), AGREEING)
def test_figures_of_other_things_or_the_same_figure_are_no_conflict(
    encoder: Encoder, tmp_path: Path, here: str, there: str, question: str
) -> None:
    with KnowledgeBase(tmp_path, encoder) as base:
        base.put([policy("a", here, title="甲规定"), policy("b", there, title="乙规定")])
        found = answer(question, base, encoder, EVERYTHING)
    assert found.segments
    assert found.conflicts == ()


def test_what_two_documents_say_alike_is_said_once_and_cites_both(
    encoder: Encoder, tmp_path: Path
) -> None:
    text = "门禁卡补办每张收费20元。"
    with KnowledgeBase(tmp_path, encoder) as base:
        base.put([policy("a", text, title="甲规定"), policy("b", f"业主的{text}", title="乙规定")])
        found = answer("补办门禁卡每张多少钱", base, encoder)
    assert len(found.segments) == 1
    cited = {found.citations[i].document_id for i in found.segments[0].citations}
    assert cited == {"a", "b"}


def test_one_document_does_not_contradict_itself(encoder: Encoder, tmp_path: Path) -> None:
    with KnowledgeBase(tmp_path, encoder) as base:
        base.put([policy("a", "门禁卡补办每张收费20元。", "门禁卡补办每张收费35元。")])
        assert answer("补办门禁卡每张多少钱", base, encoder).conflicts == ()


@pytest.mark.slow
def test_the_sample_content_disagrees_with_itself_nowhere(
    encoder: Encoder, sample_home: Path
) -> None:
    with KnowledgeBase(sample_home, encoder) as base:
        chunks = [chunk for document in base.documents() for chunk in base.chunks(document.id)]
        asked = [question for chunk in chunks for question in chunk.questions[:1]]
        asked += [line["question"] for line in lines("wordings.jsonl")]
        found = {q: answer(q, base, encoder).conflicts for q in asked}
    assert len(asked) > 400
    assert {q: c for q, c in found.items() if c} == {}
