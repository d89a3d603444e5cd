"""Drafts for the tests of wording, put together by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.rendering import render
from assistant.types import Citation, Draft, Location, Message, Segment, Signal, Triage
from rules.decide import decide
from rules.types import Facts, Kind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CLAUSE = Citation("p:1", "pol-x", "某规定", ("第三条",), "第三条 上门费30元。", "pol-x.md")
SEGMENTS = (
    Segment("您好，这里是安和物业澜庭雅苑客户服务中心。", role="greeting"),
    Segment("给您的生活添了不便，很抱歉。", role="empathy"),
    Segment("您报修的3栋漏水问题，我们已经登记。", role="restate"),
    Segment("上门费30元。", (0,), "fact"),
    Segment(
        "接下来我们会做到：今天09:15前有同事与您联系。", (), "commitment", ("deadlines/repair",)
    ),
    Segment("感谢您的理解与配合。", role="closing"),
)


def triaged(kind: Kind, text: str = "3栋水管漏水了", script: str = "simplified") -> Triage:
    facts = Facts(kind, NOW)
    return Triage(
        Message(text, NOW), kind, 0.9, "engineering", None, (), Location("3"), facts,
        decide(facts), (), "zh", script,
    )  # fmt: skip


def draft_of(kind: Kind, text: str = "3栋水管漏水了", script: str = "simplified") -> Draft:
    return Draft(triaged(kind, text, script), SEGMENTS, (CLAUSE,), text=render(SEGMENTS))


def emergency() -> Draft:
    text = "电梯里困了人"
    facts = Facts(Kind.ASSISTANCE, NOW, frozenset({"person_trapped"}))
    triage = Triage(
        Message(text, NOW), Kind.ASSISTANCE, 0.9, "engineering", None,
        (Signal("person_trapped", "困了人", 3, 6),), Location(), facts, decide(facts), (),
        "zh", "simplified",
    )  # fmt: skip
    return Draft(triage, SEGMENTS, (CLAUSE,), text=render(SEGMENTS))
