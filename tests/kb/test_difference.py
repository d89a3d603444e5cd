from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kb.difference import compare
from kb.types import Chunk, DocumentType, chunk_id


def passages(*texts: str, **said: tuple[str, ...]) -> list[Chunk]:
    """Passages of one document, each under its first word."""
    made = []
    for ordinal, text in enumerate(texts):
        section = (text.split(" ")[0],)
        i = chunk_id("pol", section, text, texts[:ordinal].count(text))
        made.append(Chunk(i, "pol", DocumentType.POLICY, "规定", section, ordinal, text, **said))
    return made


def test_what_is_equal_stays_and_one_word_is_a_change() -> None:
    found = compare(
        passages("第一条 制定本规定。", "第二条 梯子借2小时。"),
        passages("第一条 制定本规定。", "第二条 梯子借4小时。"),
    )
    assert [chunk.text for chunk in found.stays] == ["第一条 制定本规定。"]
    (change,) = found.changed
    assert (change.before.text, change.after.text) == (
        "第二条 梯子借2小时。",
        "第二条 梯子借4小时。",
    )
    assert (found.gone, found.come) == ((), ())


def test_a_clause_is_followed_through_a_new_number() -> None:
    found = compare(
        passages("第一条 梯子可以借用两小时。", "第二条 电钻晚上不借。"),
        passages(
            "第一条 借用前先登记姓名和房号。",
            "第二条 梯子可以借用两小时。",
            "第三条 电钻晚上不借。",
        ),
    )
    pairs = [(c.before.section[0], c.after.section[0]) for c in found.changed]
    assert pairs == [("第一条", "第二条"), ("第二条", "第三条")]
    assert [chunk.section[0] for chunk in found.come] == ["第一条"]


def test_a_clause_that_is_written_anew_is_a_change_of_that_clause() -> None:
    found = compare(passages("第一条 甲乙丙丁。"), passages("第一条 完全不同的另外一段话。"))
    assert len(found.changed) == 1


def test_other_wordings_of_the_same_answer_are_a_change() -> None:
    before = passages("问 答。", questions=("怎么问",))
    after = [replace(before[0], questions=("怎么问", "还能怎么问"))]
    assert compare(before, after).stays == ()
    assert compare(before, after).changed[0].after == after[0]


@given(*[st.lists(st.sampled_from(["a 甲", "b 乙", "a 丙丁", "c 戊"]), max_size=6)] * 2)
def test_every_passage_is_told_of_once(before: list[str], after: list[str]) -> None:
    old, new = passages(*before), passages(*after)
    found = compare(old, new)
    befores = [*found.stays, *(c.before for c in found.changed), *found.gone]
    afters = [*found.stays, *(c.after for c in found.changed), *found.come]
    assert sorted(c.id for c in befores) == sorted(c.id for c in old)
    assert sorted(c.id for c in afters) == sorted(c.id for c in new)
