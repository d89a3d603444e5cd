"""What the guard's tests are made of: triages, passages and the guard itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.guard import Guard
from assistant.phrasebook import phrasebook
from assistant.types import Citation, Location, Message, Segment, Signal, Triage
from rules.decide import decide
from rules.labels import labels
from rules.types import Facts, Kind

# a Friday morning in service hours
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GREETING = "您好，这里是安和物业澜庭雅苑客户服务中心。"
GUARD = Guard(
    phrasebook(),
    {str(code): name for code, name in labels("departments").items()},
    ("8800-1999",),
    (GREETING,),
)
FEES = (
    "第四条 物业费按月计算，标准为：高层（1至8栋）每平方米每月2.60元；"
    "洋房（9至12栋）每平方米每月3.20元；"
    "车库3号口每天8:30开放。自愿预缴全年的，按同一标准计收，不打折、不加价。"
    "收据在3个服务日内开出，满意率不低于95%，每周巡查不少于2次。"
)


def passage(text: str = FEES) -> Citation:
    return Citation("p:1", "pol-fees", "物业费收缴管理规定", ("第四条",), text, "pol-fees.md")


def triaged(
    text: str = "物业费怎么收？",
    kind: Kind = Kind.INQUIRY,
    codes: tuple[str, ...] = (),
    *,
    department: str = "customer_service",
    script: str = "simplified",
    at: datetime = NOW,
) -> Triage:
    facts = Facts(kind, at, frozenset(codes))
    signals = tuple(Signal(code, text, 0, len(text)) for code in codes)
    return Triage(
        Message(text, at),
        kind,
        0.9,
        department,
        None,
        signals,
        Location(),
        facts,
        decide(facts),
        (),
        "zh",
        script,
    )


def fact(text: str) -> Segment:
    return Segment(text, (0,), "fact")
