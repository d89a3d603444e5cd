"""Scores of answers count what they say they count, and the report is whole and safe."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Answer, Citation, Possible, Segment
from eval.answers import AskedLine, Judged, evaluate, judge, read_questions, score
from eval.answers_laws import law_questions
from eval.answers_report import Measured, answers_json, report_html, told
from eval.metrics import Interval
from eval.readers import EvalInputError

TWO = AskedLine("t", "门禁卡和上门费 <script>", "two", (("a", "b"), ("c",)), (("20元",), ("30元",)))
NOTHING = AskedLine("n", "泳池几点开", "absent")


def answered(text: str, *cited: str) -> Answer:
    citations = tuple(Citation(name, name, name, (), text, name) for name in cited)
    segments = (Segment(text, tuple(range(len(cited)))),)
    return Answer("", text, False, segments, citations)


SILENT = Answer("", "知识库没有说明这个问题。", True, (), ())


def judged(line: AskedLine, answer: Answer) -> Judged:
    return judge(line, answer, lambda citation: citation.document_id)


@pytest.mark.parametrize(
    ("line", "answer", "fault", "right", "found", "backed"),
    [
        (TWO, answered("门禁卡二十元，上门费30元。", "b", "c"), None, 2, 2, 2),
        (TWO, answered("20元", "a", "b"), "facts", 2, 1, 1),
        (TWO, answered("20元，30元", "a", "x"), "extra", 1, 2, 1),
        (TWO, answered("20元，30元", "a"), "missing", 1, 2, 1),
        (TWO, answered("20元，30元", "x"), "beside", 0, 2, 0),
        (TWO, SILENT, "declined", 0, 0, 0),
        (NOTHING, answered("六点", "a"), "answered", 0, 0, 0),
        (NOTHING, SILENT, None, 0, 0, 0),
    ],
)
def test_an_answer_is_judged_by_its_facts_and_citations(
    line: AskedLine, answer: Answer, fault: str | None, right: int, found: int, backed: int
) -> None:
    one = judged(line, answer)
    assert (one.fault, one.right, one.found, one.backed) == (fault, right, found, backed)


def test_what_is_shown_for_a_person_to_judge_counts_as_shown_and_not_as_found() -> None:
    source = Citation("a", "a", "a", (), "门禁卡20元。", "a")
    hinted = replace(SILENT, possible=(Possible("门禁卡20元。", source),))
    one = judged(TWO, hinted)
    assert (one.found, one.shown, one.fault) == (0, 1, "declined")
    assert judged(TWO, SILENT).shown == 0
    assert judged(TWO, answered("20元，30元", "a", "c")).shown == 2


def test_a_passage_that_only_a_conflict_names_is_not_counted_as_cited() -> None:
    citations = tuple(Citation(name, name, name, (), "", name) for name in "ab")
    answer = Answer("", "20元", False, (Segment("20元", (0,)),), citations)
    assert judged(TWO, answer).cited == ("a",)


def value(interval: Interval | None) -> float:
    assert interval is not None
    return interval.value


def test_abstaining_is_scored_as_the_positive_class() -> None:
    scores = score(
        [
            judged(NOTHING, SILENT),
            judged(NOTHING, answered("六点", "a")),
            judged(TWO, SILENT),
            judged(TWO, answered("20元，30元", "a", "c")),
        ]
    )
    assert value(scores.abstention_precision) == 0.5
    assert value(scores.abstention_recall) == 0.5
    assert value(scores.abstention_f1) == 0.5
    assert value(scores.facts) == 0.5
    assert value(scores.citation_precision) == 1.0
    assert value(scores.citation_recall) == 0.5
    assert value(scores.cited_at_all) == pytest.approx(2 / 3)


def test_what_the_questions_cannot_show_is_not_told() -> None:
    measured = Measured("法规", (judged(TWO, answered("20元", "a")),))
    assert measured.scores.abstention_f1 is None
    assert not any("弃答 F1" in line for line in told(measured))


outcomes = st.lists(
    st.tuples(st.sampled_from([TWO, NOTHING]), st.sampled_from(["", "a", "x"])), min_size=1
)


@given(outcomes)
def test_every_figure_lies_in_its_interval_and_between_0_and_1(
    found: list[tuple[AskedLine, str]],
) -> None:
    scores = score([judged(ln, answered("20元", c) if c else SILENT) for ln, c in found])
    for name in ("abstention_f1", "facts", "citation_precision", "citation_recall"):
        interval = getattr(scores, name)
        if interval is not None:
            assert 0 <= interval.low <= interval.value + 1e-9
            assert interval.value <= interval.high + 1e-9 <= 1 + 2e-9


def test_a_model_may_put_answers_into_other_words_before_they_are_judged() -> None:
    def reword(question: str, answer: Answer) -> Answer:
        return SILENT if question == TWO.question else answer

    found = evaluate([TWO], lambda _: answered("20元", "a"), lambda c: c.document_id, reword=reword)
    assert found[0].fault == "declined"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": "1", "question": "问", "answerable": True}, "relevant"),
        ({"id": "1", "question": "问", "answerable": False, "relevant": [["a"]]}, "relevant"),
        ({"id": "1", "question": "问", "answerable": True, "relevant": ["a"]}, "列表"),
        ({"id": "1", "question": "问"}, "answerable"),
    ],
)
def test_a_malformed_line_is_refused_in_one_line(
    tmp_path: Path, line: dict[str, object], said: str
) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(EvalInputError, match=said) as caught:
        read_questions(file)
    assert "\n" not in str(caught.value)


def test_only_housing_questions_are_asked_of_the_laws(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "question": "房", "relevant": [7, 8], "property": True},
        {"id": 2, "question": "车", "relevant": [9], "property": False},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    (tmp_path / "queries.jsonl").write_text(text, encoding="utf-8")
    assert [(q.id, q.relevant) for q in law_questions(tmp_path)] == [("1", (("7", "8"),))]


class Page(HTMLParser):
    """Collects the tags of a page and what they would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_report_shows_the_worst_first_runs_nothing_and_loads_nothing() -> None:
    bad = (judged(TWO, SILENT), judged(NOTHING, answered("六点", "a")))
    html = report_html([Measured("自带", bad)])
    page = Page(html)
    assert "script" not in page.tags
    assert page.loads == []
    assert html.index("不该答却答了</td>") < html.index("能答却没有答</td>")
    assert html == report_html([Measured("自带", bad)])


def test_questions_of_others_are_listed_by_id_alone() -> None:
    hidden = Measured("法规", (judged(TWO, SILENT),), shown=False)
    assert TWO.question not in report_html([hidden])
    assert TWO.question.split()[0] not in json.dumps(answers_json([hidden]), ensure_ascii=False)
