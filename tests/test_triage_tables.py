"""From a resident's words to tier, level and due times: every row of the default tables.

Received on Friday 2026-11-20 at 09:00, inside service hours (08:30–12:00, 13:30–18:00, every
day), so that each due time can be worked out by hand from the table of time limits.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.settings import load_settings
from api.wiring import House
from assistant.types import Message, Triage
from rules.types import Milestone

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
AFTER = "办结后"

# milestone: due time as day and clock; AFTER counts from completion
CRITICAL = {
    "acknowledge": "20 09:03",
    "dispatch": "20 09:03",
    "on_site": "20 09:03",
    "resolve": "21 09:00",
    "return_visit": AFTER,
}
URGENT = {
    "acknowledge": "20 09:15",
    "dispatch": "20 09:15",
    "on_site": "20 09:30",
    "resolve": "21 09:00",
    "return_visit": AFTER,
}
REPAIR = {
    "acknowledge": "20 09:15",
    "dispatch": "20 09:30",
    "on_site": "21 09:00",
    "resolve": "23 09:00",
    "return_visit": AFTER,
}
COMPLAINT = {
    "acknowledge": "20 09:15",
    "dispatch": "20 09:30",
    "reply": "21 09:00",
    "resolve": "23 09:00",
    "return_visit": AFTER,
}
COMPLAINT_LEVEL_3 = {
    "acknowledge": "20 09:15",
    "dispatch": "20 09:00",
    "reply": "21 09:00",
    # as any complaint: a threat makes nothing later; the note allows complex ones five days
    "resolve": "23 09:00",
    "return_visit": AFTER,
}
ASSISTANCE = {
    "acknowledge": "20 09:15",
    "dispatch": "20 09:30",
    # four service hours: three until the lunch break, one from 13:30
    "reply": "20 14:30",
    "resolve": "21 09:00",
}
INQUIRY = {"acknowledge": "20 10:00", "reply": "20 10:00", "resolve": "21 09:00"}
SUGGESTION = {"acknowledge": "21 09:00", "reply": "23 09:00"}
PRAISE = {"acknowledge": "21 09:00"}

ROWS = [
    # critical: each life-safety signal
    ("电梯里困了两个人，快来", "critical", 3, CRITICAL),
    ("7栋楼道里在冒浓烟", "critical", 3, CRITICAL),
    ("厨房一股很浓的煤气味", "critical", 3, CRITICAL),
    ("单元门口有电线掉下来还在冒火花", "critical", 3, CRITICAL),
    ("地下车库正在进水，已经淹到轮胎了", "critical", 3, CRITICAL),
    ("有位老人在大堂晕倒了叫不醒", "critical", 3, CRITICAL),
    ("有小孩掉进景观湖里了", "critical", 3, CRITICAL),
    ("北门有人持刀打起来了", "critical", 3, CRITICAL),
    ("6栋楼顶有人要跳楼", "critical", 3, CRITICAL),
    ("我家孩子在小区里走丢了，找了半小时没找到", "critical", 3, CRITICAL),
    ("家里停电了，我妈的呼吸机停了", "critical", 3, CRITICAL),
    ("楼上掉下来的花盆砸到人了", "critical", 3, CRITICAL),
    # urgent: hazards
    ("楼上有人往下扔酒瓶，差点砸到人，请你们派人来处理", "urgent", 2, URGENT),
    ("3栋外墙瓷砖松动快要掉下来了，请来维修", "urgent", 2, URGENT),
    ("北门路边的井盖不见了，麻烦来修一下", "urgent", 2, URGENT),
    ("消防通道被一辆车堵死了，请帮忙挪走", "urgent", 2, URGENT),
    ("有人从三楼飞线给电瓶车充电，麻烦来处理一下", "urgent", 2, URGENT),
    # urgent: essential services, backflow, leak
    ("我家没水了，麻烦来修", "urgent", 2, URGENT),
    ("家里突然停电了，请派师傅来修", "urgent", 2, URGENT),
    ("暖气一点都不热，家里没暖气，请来修", "urgent", 2, URGENT),
    ("5栋2单元两部电梯都停了，请尽快修", "urgent", 2, URGENT),
    ("电梯坏了停在一楼不动，请来维修", "urgent", 2, URGENT),
    ("卫生间地漏污水倒灌，请来疏通", "urgent", 2, URGENT),
    ("卫生间天花板在漏水，请师傅来看看", "urgent", 2, URGENT),
    # urgent: security
    ("我家昨晚被撬门入室了，请帮忙调监控", "urgent", 2, URGENT),
    ("我放在楼下的自行车被偷了，请帮我查监控", "urgent", 2, URGENT),
    # urgent: repetition and neglect of a repair; a vulnerable person with a fault
    ("楼道灯第三次报修了还是不亮，请来修", "urgent", 2, URGENT),
    ("楼道灯坏了，报修十天没人来修", "urgent", 2, URGENT),
    # normal repair, complaint, assistance
    ("楼道的声控灯不亮了，麻烦来修一下", "normal", 2, REPAIR),
    ("我要投诉，保洁一直不打扫我们这层楼道", "normal", 2, COMPLAINT),
    ("家里老人行动不便，能不能帮忙把快递送上楼", "normal", 2, ASSISTANCE),
    # complaint, level 3: repetition, threats, a group
    ("我要投诉保洁不打扫楼道，这是第三次投诉了", "urgent", 3, COMPLAINT_LEVEL_3),
    ("投诉保安态度恶劣，再不处理我就找媒体曝光", "urgent", 3, COMPLAINT_LEVEL_3),
    ("投诉保安态度恶劣，再不处理我就打12345", "urgent", 3, COMPLAINT_LEVEL_3),
    ("投诉你们保洁太差，再这样我就起诉你们", "urgent", 3, COMPLAINT_LEVEL_3),
    ("投诉你们服务太差，再不改我就不交物业费了", "urgent", 3, COMPLAINT_LEVEL_3),
    # low
    ("请问物业费每平米多少钱？", "low", 1, INQUIRY),
    ("建议在中心花园多装几把长椅", "low", 1, SUGGESTION),
    ("谢谢维修师傅，态度好手艺也好，给他点个赞", "low", 1, PRAISE),
    ("你好", "low", 1, PRAISE),
]


@pytest.fixture(scope="module")
def results(sample_home: Path) -> Iterator[dict[str, Triage]]:
    house = House(load_settings({"GUANJIA_HOME": str(sample_home)}), clock=lambda: NINE)
    messages = [Message(text, NINE, channel="hotline") for text, *_ in ROWS]
    yield {triage.message.text: triage for triage in house.triage(messages)}
    house.close()


@pytest.mark.parametrize(("text", "tier", "level", "due"), ROWS, ids=[row[0] for row in ROWS])
def test_a_message_gets_the_tier_level_and_due_times_of_its_row(
    results: dict[str, Triage], text: str, tier: str, level: int, due: dict[str, str]
) -> None:
    decision = results[text].decision
    assert (decision.tier, decision.level) == (tier, level)
    decided = {
        str(limit.milestone): AFTER if limit.due_at is None else f"{limit.due_at:%d %H:%M}"
        for limit in decision.deadlines
    }
    assert decided == due
    assert all(row.source for row in decision.because)


def test_every_milestone_of_the_table_is_met_by_some_row() -> None:
    assert {name for *_, due in ROWS for name in due} == {str(m) for m in Milestone}
