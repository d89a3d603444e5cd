"""What fails gives way to the composed sentence; safety steps and promises are never fewer."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.guard import check, mend
from assistant.types import Segment, Violation
from rules.types import Kind
from tests.assistant.guard.drafts import GUARD, fact, passage, triaged

TRIAGE = triaged("电梯困人了快来", Kind.ASSISTANCE, ("person_trapped",), department="engineering")
RESTATE = Segment("您别慌，电梯困人一事我们已经收到。", (), "restate")
SAFETY = Segment(GUARD.phrases.safety["person_trapped"].text, (), "safety")
PROMISE = Segment("人员3分钟内到达现场。", (), "commitment")
CLOSING = Segment("请保持电话畅通。", (), "closing")
COMPOSED = (RESTATE, SAFETY, PROMISE, CLOSING)
WORSE = (
    Segment("您家的事不归我们管。", (), "restate"),
    Segment("可以试着自己扒开门爬出来。", (), "safety"),
    Segment("人员3小时内到达现场。", (), "commitment"),
    Segment("保证修好。", (), "closing"),
    Segment("我们会赔偿您。", (), "next_step"),
)


def judge(segments: Sequence[Segment]) -> Sequence[Violation]:
    return check(segments, [passage()], TRIAGE, GUARD)


def test_a_draft_without_violations_stays_as_it_is() -> None:
    assert mend(COMPOSED, judge(COMPOSED), (), judge) == (COMPOSED, ())


def test_a_failing_segment_gives_way_to_the_composed_one_of_its_role() -> None:
    draft = (RESTATE, SAFETY, WORSE[2], CLOSING)
    assert mend(draft, judge(draft), COMPOSED, judge) == (COMPOSED, ())


def test_what_has_no_counterpart_is_left_out() -> None:
    draft = (*COMPOSED, WORSE[4])
    assert mend(draft, judge(draft), COMPOSED, judge) == (COMPOSED, ())


def test_a_fact_falls_back_to_the_sentence_of_the_same_passage() -> None:
    sound, wrong = fact("高层每平方米每月2.60元。"), fact("高层每平方米每月9.90元。")
    triage = triaged()
    mended, left = mend(
        [wrong], check([wrong], [passage()], triage, GUARD), [sound],
        lambda segments: check(segments, [passage()], triage, GUARD),
    )  # fmt: skip
    assert (mended, left) == ((sound,), ())


@given(st.lists(st.sampled_from((*COMPOSED, *WORSE)), max_size=6))
def test_a_mended_draft_never_has_fewer_safety_steps_or_promises(draft: list[Segment]) -> None:
    mended, _ = mend(draft, judge(draft), COMPOSED, judge)
    if judge(draft):
        for role in ("safety", "commitment"):
            wanted = sum(s.role == role for s in COMPOSED)
            assert sum(s.role == role for s in mended) >= wanted
