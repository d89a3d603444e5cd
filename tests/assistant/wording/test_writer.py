"""A draft through a model: every line proved, every failure harmless."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from assistant.errors import LanguageModelUnavailable
from assistant.language.types import Health, Prompt, Status
from assistant.types import Citation, Draft, Segment, Triage, Violation
from assistant.wording.writer import Growing, Proved, Writer
from rules.types import Kind
from tests.assistant.wording.drafts import draft_of, emergency

GOOD = (
    "1|家里漏水一定很着急，给您添麻烦了，很抱歉。\n"
    "2|您报修的3栋漏水问题已经登记好了。\n"
    "3|这次上门费是30元。\n"
)


@dataclass
class Says:
    """A model that says what it is told to, in pieces, and remembers what it was asked."""

    text: str
    fails_after: int | None = None
    is_local: bool = True
    name: str = "说话的模型"
    asked: list[Prompt] = field(default_factory=list)

    def start(self) -> None: ...

    def stream(self, prompt: Prompt, _stop: threading.Event | None = None) -> Iterator[str]:
        self.asked.append(prompt)
        for count, start in enumerate(range(0, len(self.text), 5)):
            if count == self.fails_after:
                raise LanguageModelUnavailable("模型服务断开了")
            yield self.text[start : start + 5]

    def health(self) -> Health:
        return Health(Status.READY)

    def wait_until_ready(self, _seconds: float) -> Health:
        return self.health()

    def close(self) -> None: ...


def allows(
    _segments: Sequence[Segment], _citations: Sequence[Citation], _triage: Triage
) -> Sequence[Violation]:
    return ()


def forbids_trouble(
    segments: Sequence[Segment], _citations: Sequence[Citation], _triage: Triage
) -> Sequence[Violation]:
    return [
        Violation(
            i, s.text.index("麻烦"), s.text.index("麻烦") + 2, "must_not", "麻烦", "不许说麻烦"
        )
        for i, s in enumerate(segments)
        if "麻烦" in s.text
    ]


def style(_kind: Kind, _anger: int) -> str:
    return "诚恳。"


def test_every_line_that_kept_its_facts_takes_the_place_of_its_segment() -> None:
    draft = draft_of(Kind.REPAIR)
    after = Writer(Says(GOOD), allows, style).reword(draft)
    assert after.backend == "说话的模型"
    assert [s.text for s in after.segments[1:4]] == [line[2:] for line in GOOD.splitlines()]
    assert after.segments[0] == draft.segments[0]
    assert [s.citations for s in after.segments] == [s.citations for s in draft.segments]
    assert [s.rules for s in after.segments] == [s.rules for s in draft.segments]
    assert after.segments[4:] == draft.segments[4:]
    assert after.segments[3].text in after.text
    assert after.note == ""


def test_a_line_that_the_guard_blames_stays_as_it_was_composed() -> None:
    draft = draft_of(Kind.REPAIR)
    steps = list(Writer(Says(GOOD), forbids_trouble, style).steps(draft))
    (refused,) = [step for step in steps if isinstance(step, Proved) and not step.accepted]
    assert refused.segment == 1
    assert refused.reason == "不许说麻烦"
    (violation,) = refused.violations
    assert refused.offered.text[violation.start : violation.end] == "麻烦"
    after = steps[-1]
    assert isinstance(after, Draft)
    assert after.segments[1] == draft.segments[1]
    assert after.segments[2] != draft.segments[2]
    assert "不许说麻烦" in after.note


def test_text_is_told_while_it_grows() -> None:
    steps = list(Writer(Says(GOOD), allows, style).steps(draft_of(Kind.REPAIR)))
    grown = "".join(s.text for s in steps if isinstance(s, Growing) and s.segment == 2)
    assert grown
    assert "您报修的3栋漏水问题已经登记好了。".startswith(grown)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", "没有写"),
        ("Sure! Here is the reply:\n1|We are sorry for the trouble.", "外文"),
        ('{"segments": [{"text": "您好"', "没有写"),
        ("给您添麻烦了。" * 100, "没有写"),
        ("1|" + "您好，3栋漏水。" * 9, "太长"),
    ],
)
def test_nonsense_costs_nothing_and_is_told(said: str, told: str) -> None:
    draft = draft_of(Kind.REPAIR)
    after = Writer(Says(said), allows, style).reword(draft)
    assert after.text == draft.text
    assert after.backend == "composed"
    assert told in after.note


def test_a_model_that_dies_midway_keeps_the_lines_it_finished() -> None:
    draft = draft_of(Kind.REPAIR)
    after = Writer(Says(GOOD, fails_after=10), allows, style).reword(draft)
    assert after.segments[1] != draft.segments[1]
    assert after.segments[3] == draft.segments[3]
    assert "模型服务断开了" in after.note


def test_an_emergency_never_reaches_the_model() -> None:
    model = Says(GOOD)
    draft = emergency()
    assert Writer(model, allows, style).reword(draft) is draft
    assert model.asked == []


def test_a_reply_to_traditional_script_comes_back_in_it() -> None:
    draft = draft_of(Kind.REPAIR, script="traditional")
    model = Says(GOOD)
    after = Writer(model, allows, style).reword(draft)
    assert "登記" in after.text
    assert "登记" not in "".join(s.text for s in after.segments[1:4])
    assert "登記" not in model.asked[0].user


def test_a_model_elsewhere_gets_no_personal_data_and_the_reply_has_it_again() -> None:
    text = "我是王小明，住3栋2单元501，水管漏了，电话13812345678"
    draft = draft_of(Kind.REPAIR, text)
    model = Says(GOOD, is_local=False)
    steps = list(Writer(model, allows, style).steps(draft))
    sent = model.asked[0].system + model.asked[0].user
    for private in ("王小明", "501", "13812345678"):
        assert private not in sent
    assert not [s for s in steps if isinstance(s, Growing)]
    assert isinstance(steps[-1], Draft)
    assert steps[-1].backend == model.name
