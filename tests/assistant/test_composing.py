"""The composed draft reads as one letter: whole, without doubles, every fact and time backed."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.settings import load_settings
from api.wiring import House
from assistant.composing.facts import resident_view, told
from assistant.phrasebook import phrasebook
from assistant.rendering import say_moment
from assistant.script import detect_script
from assistant.types import (
    Answer,
    Authority,
    Citation,
    Conflict,
    Draft,
    Location,
    Message,
    Part,
    Segment,
    Signal,
    Triage,
)
from kb.encoder import Encoder
from rules.decide import decide
from rules.labels import labels, signal_family
from rules.types import Facts, Kind
from tests.assistant.test_drafting import CLAUSE, KNOWS, NOW, SILENT, make, signal, triaged

HELD_OUT = Path(__file__).parents[2] / "assistant/examples"
# every n-th message, so that all kinds and styles are among them
STRIDE = 5
CITY = Authority("urban_management", "城市管理局", "12345 政务服务便民热线")
SIGNALS = sorted(str(code) for code in labels("signals"))
_MOMENT = re.compile(r"(?:今天|明天|(?:\d{4}年)?\d+月\d+日)\d\d:\d\d")
_BROKEN = re.compile(r"[，、：；。]{2}|[？！]。|[，、；]$|[，。；：]\s|\{|\}|\s$|^\s|None")


def check(draft: Draft) -> None:
    """What holds for every draft."""
    for segment, after in pairwise((*draft.segments, None)):
        assert segment is not None
        assert segment.text.strip()
        assert not _BROKEN.search(segment.text), segment.text
        # 答复如下： stands only before an answer
        answered = after is not None and after.role == "fact"
        assert segment.text[-1] in ("。？！：" if answered else "。？！"), segment.text
    assert draft.segments[0].role == "greeting"
    assert draft.segments[-1].role == "closing"
    sentences = [s for s in re.split(r"[。？！\n]", draft.text) if len(s) > 5]
    assert len(sentences) == len(set(sentences)), draft.text
    check_facts(draft)
    check_times(draft)
    if draft.triage.script == "traditional":
        assert detect_script(draft.text) == "traditional"


def check_facts(draft: Draft) -> None:
    """Facts are cited, and no number in one is missing from its passages."""
    for segment in draft.segments:
        if segment.role == "fact":
            passages = "".join(draft.citations[i].text for i in segment.citations)
            assert segment.citations
            assert set(re.findall(r"\d+", segment.text)) <= set(re.findall(r"\d+", passages))
    cited = {i for segment in draft.segments for i in segment.citations}
    assert cited == set(range(len(draft.citations)))


def check_times(draft: Draft) -> None:
    """Times are the decision's, each commitment names the rules behind it."""
    triage = draft.triage
    now = triage.message.received_at
    decided = {say_moment(limit.due_at, now) for limit in triage.decision.deadlines if limit.due_at}
    rules = {limit.rule for limit in triage.decision.deadlines}
    for segment in draft.segments:
        moments = set(_MOMENT.findall(segment.text))
        if segment.role == "commitment":
            assert moments <= decided
            assert segment.rules
            assert set(segment.rules) <= rules
        elif segment.role != "fact":
            assert not moments


@pytest.fixture(scope="module")
def drafts(sample_home: Path, encoder: Encoder) -> Iterator[list[Draft]]:
    """Drafts for held-out messages by the whole house."""
    files = sorted(HELD_OUT.glob("heldout*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [json.loads(line)["text"] for line in lines[::STRIDE]]
    house = House(load_settings({"GUANJIA_HOME": str(sample_home)}), lambda: NOW)
    house.parts["encoder"] = encoder
    triages = house.triage([Message(text, NOW, f"m-{i}") for i, text in enumerate(texts)])
    yield [house.drafter.draft(triage) for triage in triages]
    house.close()


def test_every_held_out_message_gets_a_whole_draft(drafts: list[Draft]) -> None:
    assert len(drafts) > 100
    assert {draft.triage.kind for draft in drafts} == set(Kind)
    for draft in drafts:
        check(draft)


def test_drafts_are_as_long_as_their_kind_bears(drafts: list[Draft]) -> None:
    lengths: dict[Kind, list[int]] = {}
    for draft in drafts:
        if draft.triage.decision.tier != "critical":
            lengths.setdefault(draft.triage.kind, []).append(len(draft.text))
    middle = {kind: sorted(found)[len(found) // 2] for kind, found in lengths.items()}
    assert 60 <= middle[Kind.INQUIRY] <= 160, middle
    assert 120 <= middle[Kind.COMPLAINT] <= 225, middle
    assert middle[Kind.PRAISE] <= 100, middle
    assert max(max(found) for found in lengths.values()) <= 360


def test_no_two_neighbours_are_answered_in_identical_words(drafts: list[Draft]) -> None:
    texts = [draft.text for draft in drafts if draft.triage.kind is Kind.COMPLAINT]
    assert len(set(texts)) == len(texts)


@st.composite
def triages(draw: st.DrawFn) -> Triage:
    """Any combination of kind, signals, place, scope, parts and questions."""
    codes = draw(st.lists(st.sampled_from(SIGNALS), unique=True, max_size=5))
    text = "第三次说了，等了五天，3栋的灯坏了，路边车太多，停车费多少钱"
    values = {"anger": draw(st.integers(0, 3)), "repeat_report": 3, "unattended_days": 5}
    spans = {"repeat_report": "第三次", "unattended_days": "等了五天"}
    signals = tuple(signal(text, c, spans.get(c, "灯坏了"), values.get(c)) for c in codes)
    kind = draw(st.sampled_from(list(Kind)))
    script = draw(st.sampled_from(["simplified", "traditional"]))
    asked = ("请问是几室？", "方便留一个联系电话吗？")[: draw(st.integers(0, 2))]
    department = draw(st.sampled_from(sorted(str(code) for code in labels("departments"))))
    found = triaged(
        text,
        kind,
        signals,
        location=draw(
            st.sampled_from([Location(), Location(building="3"), Location(place="东门")])
        ),
        ask_next=asked,
        script=script,
        department=department,
    )
    facts = replace(found.facts, incident_reports=draw(st.integers(0, 3)))
    parts = tuple(
        Part(said, text.index(said), text.index(said) + len(said), part, "engineering")
        for said, part in (("3栋的灯坏了", Kind.REPAIR), ("停车费多少钱", Kind.INQUIRY))
    )
    return replace(
        found,
        facts=facts,
        decision=decide(facts),
        in_scope=draw(st.booleans()),
        authority=draw(st.sampled_from([None, CITY])),
        parts=draw(st.sampled_from([(), parts])),
    )


@given(triages(), st.sampled_from([KNOWS, SILENT]))
def test_whatever_a_message_is_its_draft_is_whole(triage: Triage, answer: Answer) -> None:
    check(make(answer).draft(triage))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("anger", range(4))
@pytest.mark.parametrize("answer", [KNOWS, SILENT], ids=["known", "unknown"])
def test_every_kind_at_every_degree_of_anger_gets_a_whole_draft(
    kind: Kind, anger: int, answer: Answer
) -> None:
    text = "你们到底怎么回事"
    triage = triaged(text, kind, (signal(text, "anger", "到底", anger),))
    check(make(answer).draft(triage))


def test_a_matter_of_another_authority_is_named_with_its_contact_and_nothing_is_pushed_away() -> (
    None
):
    text = "外面马路的路灯黑了"
    found = replace(triaged(text, Kind.COMPLAINT), in_scope=False, authority=CITY)
    draft = make(KNOWS).draft(found)
    assert "城市管理局" in draft.text
    assert "12345" in draft.text
    assert "办结" not in draft.text
    assert any("城市管理局" in warning for warning in draft.warnings)


@pytest.mark.parametrize("kind", [Kind.PRAISE, Kind.OTHER])
def test_thanks_and_chat_are_sent_to_no_authority(kind: Kind) -> None:
    found = replace(triaged("交警同志真辛苦", kind), in_scope=False, authority=CITY)
    assert "城市管理局" not in make().draft(found).text


def test_a_danger_on_the_spot_is_seen_to_whoever_is_responsible() -> None:
    text = "马路上的井盖没了"
    found = triaged(text, Kind.REPAIR, (signal(text, "manhole_open", "井盖没了"),))
    draft = make().draft(replace(found, in_scope=False, authority=CITY))
    assert "人员到场" in draft.text


@pytest.mark.parametrize(
    ("evidence", "said"),
    [("打了5次电话", "您5次"), ("第四次打电话", "您第四次"), ("又打电话", "反映")],
)
def test_a_repeated_report_is_answered_with_its_count_as_it_was_said(
    evidence: str, said: str
) -> None:
    text = f"{evidence}了，楼上还在漏水"
    signals = (signal(text, "repeat_report", evidence, 5), signal(text, "active_leak", "在漏水"))
    draft = make().draft(triaged(text, Kind.COMPLAINT, signals))
    assert said in draft.text


@pytest.mark.parametrize(
    ("code", "words", "degree"),
    [("threat_media", "找电视台", (2, 3)), ("unattended_days", "一个星期没人修", (1, 1))],
)
def test_who_was_let_down_is_not_thanked_as_if_nothing_had_happened(
    code: str, words: str, degree: tuple[int, int]
) -> None:
    text = "电梯坏了一个星期没人修，再不修我找电视台"
    found = triaged(text, Kind.COMPLAINT, (signal(text, code, words, 7),))
    said = next(s.text for s in make().draft(found).segments if s.role == "empathy")
    (entry,) = (w for w in phrasebook().wordings if said in w.texts)
    assert degree[0] <= entry.anger[0] <= degree[1]


def test_several_matters_are_each_named() -> None:
    text = "楼道灯不亮，垃圾没人倒"
    parts = (
        Part("楼道灯不亮", 0, 5, Kind.REPAIR, "engineering"),
        Part("垃圾没人倒", 6, 11, Kind.COMPLAINT, "cleaning"),
    )
    draft = make().draft(replace(triaged(text, Kind.COMPLAINT), parts=parts))
    assert "照明问题和环境卫生问题" in draft.text


def test_the_question_in_a_mixed_message_is_answered() -> None:
    asked = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return KNOWS

    text = "楼道灯不亮，上门费多少"
    parts = (
        Part("楼道灯不亮", 0, 5, Kind.REPAIR, "engineering"),
        Part("上门费多少", 6, 11, Kind.INQUIRY, "finance"),
    )
    draft = replace(make(), ask=ask).draft(replace(triaged(text), parts=parts))
    assert asked == ["上门费多少"]
    assert "30元" in draft.text
    # what was asked is not what is broken
    assert "照明问题，答复如下" not in draft.text
    unknown = make(SILENT).draft(replace(triaged(text), parts=parts))
    assert any("还有要问的" in warning for warning in unknown.warnings)


def test_sources_that_disagree_are_told_to_the_csr() -> None:
    answer = replace(KNOWS, conflicts=(Conflict("两处时间不一致：18:00 与 19:00。", (0,)),))
    draft = make(answer).draft(triaged("上门费多少", Kind.INQUIRY))
    assert "两处时间不一致：18:00 与 19:00。" in draft.warnings


def test_the_faq_that_answers_is_named_by_its_own_question_and_not_by_the_residents_words() -> None:
    passage = replace(CLAUSE, section=("户内维修怎么收费？",))
    answer = replace(KNOWS, citations=(passage,))
    draft = make(answer).draft(triaged("你们这帮人户内维修怎么收费啊", Kind.INQUIRY))
    assert "“户内维修怎么收费”" in draft.text
    other = make(answer).draft(triaged("有人在吗", Kind.INQUIRY))
    assert "“" not in other.text


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("第三条 住户可以在APP预约；", "您可以在APP预约。"),
        ("（一）业主应当提前申报", "请您提前申报。"),
        ("按《装修管理规定》第八条第二款办理。", "按《装修管理规定》办理。"),
        ("- 上门费每次30元（见第五条）", "上门费每次30元。"),
        ("客服应在首次联系时一次问清。", ""),
        ("超时报客服主管。", ""),
        ("办理时带下列材料：", ""),
        ("会的。", "会的。"),
    ],
)
def test_a_cited_sentence_is_told_from_the_residents_view(sentence: str, said: str) -> None:
    assert resident_view(sentence) == said


def test_who_reports_gets_no_time_limit_from_a_passage_and_no_way_of_working() -> None:
    texts = ("15分钟内响应，30分钟内到场。", "监控室立即回看录像。", "请不要靠近积水。")
    answer = Answer("", "", False, tuple(Segment(text, (0,)) for text in texts), (CLAUSE,))
    facts = told([answer], Kind.REPAIR, lambda _citation: True)
    assert [fact.text for fact in facts] == ["请不要靠近积水。"]


def test_a_further_passage_is_led_over_to() -> None:
    other = Citation("q:1", "pol-y", "另一规定", ("第五条",), "第五条 材料费另计。", "pol-y.md")
    answer = Answer(
        "",
        "",
        False,
        (Segment("上门费30元。", (0,)), Segment("材料费另计。", (1,))),
        (CLAUSE, other),
    )
    facts = told([answer], Kind.INQUIRY, lambda _citation: True)
    assert [fact.text for fact in facts] == ["按照规定，上门费30元。", "另外，材料费另计。"]


def test_a_known_incident_and_a_person_in_need_of_care_are_taken_up() -> None:
    text = "家里停水了，老人没法做饭"
    signals = (signal(text, "no_water", "停水"), signal(text, "vulnerable_person", "老人"))
    found = triaged(text, signals=signals)
    said = make().draft(found).text
    texts = [t for w in phrasebook().wordings if w.situation == "special_care" for t in w.texts]
    assert any(t in said for t in texts)
    known = replace(found, signals=signals[:1], facts=replace(found.facts, incident_reports=4))
    assert "一并" in make().draft(known).text or "统一" in make().draft(known).text


def test_life_safety_comes_before_everything_else_even_for_an_angry_complaint() -> None:
    text = "第三次了！电梯又困人了"
    signals: tuple[Signal, ...] = (
        signal(text, "person_trapped", "困人"),
        signal(text, "repeat_report", "第三次", 3),
        signal(text, "anger", "！", 3),
    )
    assert signal_family("person_trapped") == "life_safety"
    facts = Facts(Kind.COMPLAINT, NOW, frozenset({"person_trapped"}), repeat_count=3)
    draft = make().draft(
        replace(triaged(text, Kind.COMPLAINT, signals), facts=facts, decision=decide(facts))
    )
    assert [s.role for s in draft.segments][:3] == ["greeting", "restate", "safety"]
