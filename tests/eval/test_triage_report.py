"""The report and the lines of a triage evaluation: complete, safe, and silent about outsiders."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.types import Location, Opinion
from eval.readers import EmergencyLine
from eval.triage_outcome import Evaluation, evaluate, evaluation_json
from eval.triage_report import report_html
from eval.triage_sets import TriageSet, shipped_set
from eval.triage_words import STYLES, told
from rules.decide import decide
from rules.types import Kind, Tier
from tests.eval.triage_results import label, result

LABELS = (
    label("a", "repair", location=Location(building="8"), group="one"),
    label("b", "complaint", category="charges", style="angry", group="two"),
    label("c", "inquiry", department="finance", tier="low", in_scope=False, group="two"),
)
EMERGENCIES = (
    EmergencyLine("e", "…", frozenset({"gas_leak"}), frozenset()),
    EmergencyLine("f", "…", frozenset(), frozenset({"fire_or_smoke"}), "typo"),
)
TEXTS = {name: f"第{name}条 <script>" for name in "abcef"}
RESULTS = {
    "a": result("a", departments=(Opinion("engineering", 0.7),)),
    "b": result("b", departments=(Opinion("engineering", 0.6),)),
    "c": result("c", Kind.INQUIRY, "finance", Tier.LOW, departments=(Opinion("finance", 0.8),)),
    "e": result("e"),
    "f": result("f", tier=Tier.CRITICAL, codes=("fire_or_smoke",)),
}


def outcome(shipped: bool = True) -> Evaluation:
    given = TriageSet(TEXTS, LABELS, EMERGENCIES, shipped)
    return evaluate(RESULTS, given, lambda facts: decide(facts).tier, {"gas_leak", "fire_or_smoke"})


class Tags(HTMLParser):
    """Collects what a page loads or runs, and whether its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_is_one_page_that_loads_and_runs_nothing() -> None:
    page = Tags()
    page.feed(report_html(outcome()))
    assert page.open == []
    assert {"svg", "table"} <= page.found
    assert not {"script", "link", "img"} & page.found
    assert page.addresses == []


def test_equal_outcomes_give_the_same_report() -> None:
    assert report_html(outcome()) == report_html(outcome())


def test_the_report_begins_with_what_was_judged_too_low() -> None:
    html = report_html(outcome())
    places = [html.index(words) for words in ("漏判（偏低）", "漏判：没有判为特急", "可靠性曲线")]
    assert places == sorted(places)
    assert "混淆表" in html
    assert "按说法" in html


def test_the_lines_for_people_begin_with_what_was_judged_too_low() -> None:
    lines = list(told(outcome()))
    assert lines[1].startswith("漏判")
    assert lines[2].startswith("过判")
    assert any("险情漏判（没有判为特急）：1.000" in line for line in lines)
    assert any("管不了" in line for line in lines)


@pytest.mark.parametrize("shipped", [True, False])
def test_texts_are_shown_only_of_messages_that_ship(shipped: bool) -> None:
    found = outcome(shipped)
    pages = [report_html(found), json.dumps(evaluation_json(found), ensure_ascii=False)]
    assert [("第b条" in page, "第e条" in page) for page in pages] == [(shipped, shipped)] * 2
    assert all(one.id in pages[0] for one in (*found.misjudged, *found.misread))


def test_the_json_holds_the_scores_at_the_top_and_everything_else_beside_them() -> None:
    value = json.loads(json.dumps(evaluation_json(outcome())))
    assert value["messages"] == 3
    assert value["emergencies"]["missed"]["value"] == 1.0
    assert {one["id"] for one in value["misread"]} == {"e", "f"}
    assert set(value["by_style"]) == {"plain", "angry"}
    kind = next(one for one in value["fields"] if one["field"] == "kind")
    assert {"true": "complaint", "predicted": "repair", "count": 1} in kind["confusion"]
    assert kind["calibration"]["bins"]


def test_a_set_without_emergencies_or_without_labels_is_reported_too() -> None:
    full = TriageSet(TEXTS, LABELS, EMERGENCIES, True)
    for given in (replace(full, labels=()), replace(full, emergencies=())):
        found = evaluate(RESULTS, given, lambda facts: decide(facts).tier, {"gas_leak"})
        assert list(told(found))
        assert "分诊评测报告" in report_html(found)


def test_the_shipped_sets_are_read_and_every_style_has_its_name() -> None:
    given = shipped_set()
    assert len(given.labels) >= 500
    assert given.shipped
    assert {x.style for x in (*given.labels, *given.emergencies)} <= set(STYLES)
    assert {x.group for x in given.labels} >= {"heldout", "heldout_2"}
