"""Speech that no list holds is judged by a model whose numbers ship and can be made again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard import Code, check, check_text
from assistant.guard.speech import OF_TONE, runs_of, shipped_speech
from assistant.guard.speech_training import FINE, fit, read_sentences
from assistant.phrase_types import PLACEHOLDER
from assistant.types import Segment
from tests.assistant.guard.drafts import GUARD, passage, triaged

SENTENCES = read_sentences()


def blamed(text: str, role: str = "next_step") -> list[str]:
    segments = [Segment(text, (), role)]
    return [v.text for v in check(segments, [], triaged(), GUARD) if v.code == Code.RISKY]


def a_suspicion() -> str:
    """A labelled sentence that only the model finds."""
    return next(
        one.text
        for one in SENTENCES
        if one.label != FINE and blamed(one.text) and not one.text.startswith("您")
    )


def test_the_shipped_numbers_are_those_that_training_gives() -> None:
    made, shipped = fit(SENTENCES), shipped_speech()
    for one in SENTENCES[::20]:
        logit, fault = shipped.judged(one.said)
        again, same = made.judged(one.said)
        assert again == pytest.approx(logit, abs=0.25)  # the solver stops near the best
        assert same == fault or logit <= shipped.threshold  # of what is fine none is likely


def test_sentences_of_an_unknown_hand_are_told_apart_and_their_fault_is_named() -> None:
    batch = SENTENCES[-1].batch
    # every second of the other hands' sentences: quicker, and a little worse than what ships
    model = fit([one for one in SENTENCES if one.batch != batch][::2])
    threshold = shipped_speech().threshold
    judged = [(one.label, *model.judged(one.said)) for one in SENTENCES if one.batch == batch]
    fine = [logit > threshold for label, logit, _ in judged if label == FINE]
    blamed = [
        label == fault for label, logit, fault in judged if label != FINE and logit > threshold
    ]
    assert sum(fine) / len(fine) <= 0.02
    assert len(blamed) / (len(judged) - len(fine)) >= 0.3
    assert sum(blamed) / len(blamed) >= 0.8


@pytest.mark.parametrize("wording", GUARD.phrases.wordings, ids=lambda one: one.id)
def test_no_sentence_of_the_library_is_suspected(wording) -> None:  # type: ignore[no-untyped-def]
    for text in wording.texts:
        assert blamed(PLACEHOLDER.sub("8栋2单元的电梯问题", text)) == []


def test_what_the_resident_said_is_not_suspected() -> None:
    suspicion = a_suspicion()
    assert blamed(suspicion)
    assert blamed(f"您反映{suspicion}") == []


def test_what_a_passage_says_is_not_suspected_in_a_text_that_a_person_left() -> None:
    suspicion = a_suspicion()
    found = check_text(suspicion, triaged(), [passage(suspicion)], GUARD)
    assert Code.RISKY not in {v.code for v in found}


def test_a_suspicion_does_not_repeat_what_a_list_found_in_the_same_words() -> None:
    threat = Segment("再不缴费，我们只能停您家的水。", (), "next_step")
    found = check([threat], [], triaged(), GUARD)
    assert [v.code for v in found] == [Code.CUT_SERVICES]


def test_a_lists_finding_is_dropped_where_the_sentence_sounds_fine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = [Segment("电梯年检停梯期间，缴费请改到一楼大堂的临时桌。", (), "closing")]
    assert not {v.code for v in check(said, [], triaged(), GUARD)} & OF_TONE
    monkeypatch.setattr("assistant.guard.speech._FINE", -math.inf)
    assert {v.code for v in check(said, [], triaged(), GUARD)} & OF_TONE


def test_money_that_nothing_backs_is_found_however_kindly_it_is_promised() -> None:
    said = [Segment("三月份多收的已经核实，七个服务日内按原路退回您的账户。", (), "next_step")]
    assert Code.COMPENSATION in {v.code for v in check(said, [], triaged(), GUARD)}


@given(st.text(st.sampled_from("您我们物业不管就交费水电停责任保证。，；!？abc 1一"), max_size=60))
def test_any_text_is_judged_and_what_is_blamed_stands_in_it(text: str) -> None:
    for violation in check([Segment(text, (), "next_step")], [], triaged(), GUARD):
        if violation.code == Code.RISKY:
            assert text[violation.start : violation.end] == violation.text != ""


@given(st.text(max_size=30))
def test_runs_are_never_longer_than_three_characters(text: str) -> None:
    assert all(1 <= len(run) <= 3 for run in runs_of(text))
