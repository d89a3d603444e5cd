"""Corrected messages become examples: masked, once each, and never against another."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.learned import Corrected, gather
from assistant.training_examples import Example, load_examples
from assistant.training_set import same_text, training_digest, training_set

START = datetime.fromisoformat("2026-11-20T09:00:00+08:00")


def corrected(
    text: str,
    kind: str = "repair",
    department: str = "engineering",
    *,
    set_by_person: Iterable[str] = ("kind", "department"),
    after: int = 0,
    danger: tuple[str, ...] | None = None,
    **more: Any,
) -> Corrected:
    labels = {"kind": kind, "department": department, "category": None, "in_scope": True, **more}
    at = START + timedelta(minutes=after)
    return Corrected(text, at, labels, frozenset(set_by_person), danger=danger)


def test_a_corrected_message_becomes_a_masked_example() -> None:
    gathered = gather([corrected("3栋2单元501的窗户关不严，电话13812345678，我姓李")])
    (example,) = gathered.examples
    assert (example.kind, example.department) == ("repair", "engineering")
    assert "13812345678" not in example.text
    assert "501" not in example.text
    assert "窗户关不严" in example.text


def test_the_same_text_counts_once_however_it_is_written() -> None:
    gathered = gather([corrected("窗户关不严。", after=1), corrected(" 窗户关不严。\n")])
    assert len(gathered.examples) == 1
    assert gathered.left_out == ()


def test_of_what_nobody_set_the_newest_message_counts() -> None:
    gathered = gather(
        [
            corrected("窗户关不严", "complaint", "cleaning", set_by_person=["kind"], after=1),
            corrected("窗户关不严", "repair", "security", set_by_person=["department"], after=2),
        ]
    )
    (example,) = gathered.examples
    assert (example.kind, example.department) == ("complaint", "security")


def test_a_text_that_people_set_differently_is_left_out_and_told() -> None:
    gathered = gather(
        [corrected("窗户关不严", "repair"), corrected("窗户关不严", "complaint", after=5)]
    )
    assert gathered.examples == ()
    assert gathered.left_out == (("窗户关不严", "类型被改成了不同的结果"),)


def test_what_was_corrected_beside_the_labels_teaches_the_classifier_nothing() -> None:
    assert gather([corrected("窗户关不严", set_by_person=["room", "signal:theft"])]) == gather([])


def test_of_a_judged_danger_the_danger_alone_is_learned() -> None:
    (example,) = gather(
        [corrected("屋里有怪味", set_by_person=["signal:gas_leak"], danger=("gas_leak",))]
    ).examples
    assert example == Example("屋里有怪味", danger=("gas_leak",))


def test_a_danger_and_a_label_of_one_text_are_learned_together() -> None:
    (example,) = gather(
        [
            corrected("屋里有怪味", set_by_person=["signal:gas_leak"], danger=()),
            corrected("屋里有怪味", "complaint", set_by_person=["kind", "in_scope"], after=1),
        ]
    ).examples
    assert (example.kind, example.danger, example.in_scope) == ("complaint", (), True)


def test_a_danger_that_people_judge_differently_is_left_out_and_told() -> None:
    gathered = gather(
        [
            corrected("屋里有怪味", set_by_person=["signal:gas_leak"], danger=dangers)
            for dangers in (("gas_leak",), ())
        ]
    )
    assert gathered.left_out == (("屋里有怪味", "人身安全信号被改成了不同的结果"),)


def test_what_asks_for_nothing_is_in_scope_only_where_somebody_said_so() -> None:
    unsaid = gather([corrected("谢谢啦，就这样", "other")]).examples[0]
    said = gather([corrected("谢谢啦，就这样", "other", set_by_person=["in_scope"])]).examples[0]
    assert (unsaid.in_scope, said.in_scope) == (None, True)


def test_a_message_of_the_fixed_test_is_never_learned() -> None:
    tested = load_examples("heldout.jsonl")[0]
    gathered = gather([corrected(tested.text)])
    assert gathered.examples == ()
    assert "固定测试" in gathered.left_out[0][1]


def test_a_message_of_personal_data_alone_is_left_out() -> None:
    assert "没有内容" in gather([corrected("13812345678")]).left_out[0][1]


def test_only_a_complaint_keeps_a_category() -> None:
    told = {"set_by_person": ["category"], "category": "charges"}
    one = gather([corrected("这笔费用不对", "complaint", "finance", **told)]).examples[0]
    other = gather([corrected("这笔费用不对", "inquiry", "finance", **told)]).examples[0]
    assert (one.category, other.category) == ("charges", None)


def test_a_correction_takes_the_place_of_a_shipped_example() -> None:
    shipped = load_examples()
    mine = Example(shipped[0].text, "other", "customer_service")
    learned = training_set([mine])
    assert (
        len(learned)
        == len(shipped) - sum(same_text(one.text) == same_text(mine.text) for one in shipped) + 1
    )
    assert [one for one in learned if same_text(one.text) == same_text(mine.text)] == [mine]
    assert training_set([]) == shipped


def test_every_set_of_corrections_has_its_own_name() -> None:
    first, second = Example("甲", "other", "finance"), Example("甲", "other", "cleaning")
    names = {training_digest(rows) for rows in ([], [first], [second], [first, second])}
    assert len(names) == 4
    assert training_digest([first]) == training_digest([first])


KINDS = st.sampled_from(["repair", "complaint", "inquiry"])


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), KINDS, st.integers(0, 9)), max_size=12))
def test_no_text_is_both_learned_and_left_out_and_none_is_lost(
    rows: list[tuple[str, str, int]],
) -> None:
    gathered = gather(corrected(f"{name}灯坏了", kind, after=after) for name, kind, after in rows)
    learned = [one.text for one in gathered.examples]
    left = [text for text, _ in gathered.left_out]
    assert sorted(learned + left) == sorted({f"{name}灯坏了" for name, _, _ in rows})
    for text in learned:
        assert len({kind for name, kind, _ in rows if f"{name}灯坏了" == text}) == 1
