"""What a message leaves out and somebody needs before they can act, as questions for the resident.

By kind: repair and assistance need a door, a number to call and, when not urgent, a time; a
complaint the place it is about; lost things where and when; fees the flat and the period; matters
of vehicles the plate.
"""

import re
from collections.abc import Sequence

from assistant.gazetteer import Places
from assistant.types import Details, Location, Message
from rules.types import Decision, Facts, Kind, Tier

MOST_QUESTIONS = 3
# Kinds that somebody has to act on; only these can hold a danger to life.
ACTED_ON = (Kind.REPAIR, Kind.ASSISTANCE, Kind.COMPLAINT)
_WHERE = "请问在哪一栋、哪个单元、几楼几室，或者在小区的什么位置？"
_WHICH_DOOR = "请问是哪个单元、几楼几室？"
_CONTACT = "方便留一个联系电话吗？"
_WHEN = "您希望什么时候上门？"
_LOST = "东西大概是什么时候、在哪里丢的？"
_LOST_WHEN = "东西大概是什么时候丢的？"
_FEE = "请问是哪一栋哪一室、哪个月份的费用？"
_FEE_PERIOD = "请问是哪个月份的费用？"
_PLATE = "请问车牌号是多少？"

# Outside the flats, or in many of them: the building is enough.
_SHARED = frozenset(
    {"facade_loose", "manhole_open", "fire_lane_blocked", "falling_object", "group_affected"}
)
_THING_LOST = re.compile(
    "(?:钥匙|钱包|手机|包|卡|证|书包|快递|外卖|戒指|项链|耳机|眼镜|衣服|东西|狗|猫|宠物|雨伞)[^,，。!！?？]{0,6}"
    "(?:丢|遗失|不见|落在|忘在|掉了|找不到|被拿)|(?:丢|遗失|弄丢|落|忘拿)了[^,，。]{0,8}"
    "(?:钥匙|钱包|手机|包|卡|证|快递|外卖|戒指|项链|耳机|眼镜|衣服|东西|狗|猫|雨伞)|失物"
)
_LOST_AT = re.compile("昨|今天|刚才|刚刚|前天|早上|上午|中午|下午|晚上|周|星期|[0-9]+[号日点]")
_MONEY = re.compile(
    "(?:物业|停车|水|电|燃气|取暖|暖气|垃圾|公摊|维修|管理|车位|能耗)费|账单|欠费|缴费|收费|多收|发票|收据|滞纳金"
)
_OF_ONE_FLAT = re.compile(
    "我家|我们家|我的|我这|我上|本户|账单|欠费|多收|多扣|重复|扣了|查一下|发票|收据|滞纳金|没到账|退"
)
_PERIOD = re.compile(
    "[0-9一二三四五六七八九十]+(?:月|季度|年)|本月|这个?月|上个?月|今年|去年|季度|半年"
)
_VEHICLE = re.compile(
    "(?:车|车位)[^,，。!！?？]{0,10}(?:挡|堵|占|刮|划|蹭|撞|剐|压|乱停|违停|锁|被偷|没熄|响|识别|抬杆|扣费|登记)"
    "|(?:挡|堵|占|刮|划|蹭|撞|剐)[^,，。!！?？]{0,8}(?:车(?!库|棚|道)|车位)|乱停车|违停|僵尸车|月卡|道闸[^,，。]{0,6}(?:不识别|识别不)"
)
_CYCLE = re.compile(
    "(?:电动|电瓶|自行|单|婴儿|三轮|摩托|推|购物|平衡|手推|童|洒水|救护|消防|垃圾|快递)车"
)


def missing_questions(
    message: Message,
    facts: Facts,
    decision: Decision,
    location: Location,
    details: Details,
    places: Places,
    of_rules: Sequence[str],
) -> tuple[str, ...]:
    """At most three: what the rules want to know, the place, the matter's own, contact, time.

    In an emergency the place comes first, because nobody can be sent without it.
    """
    where = _missing_place(facts, location, places) if facts.kind in ACTED_ON else []
    own = _of_the_matter(message.text, facts, location, details)
    if _LOST in own or _FEE in own:
        where = []
    asked = [*where, *of_rules] if decision.tier is Tier.CRITICAL else [*of_rules, *where]
    if decision.tier is not Tier.CRITICAL:
        asked += own
    if facts.kind in ACTED_ON and not (message.sender or details.contacts):
        asked.append(_CONTACT)
    if _needs_a_time(facts, decision, location, details):
        asked.append(_WHEN)
    return tuple(dict.fromkeys(asked))[:MOST_QUESTIONS]


def _missing_place(facts: Facts, location: Location, places: Places) -> list[str]:
    """The question for the place, where somebody has to go and the message does not say."""
    goes_there = facts.kind is not Kind.COMPLAINT or facts.category in ("facilities", "incident")
    if location.building is None:
        found = location.place is not None and location.place not in places.in_every_building
        return [] if found or not (goes_there or facts.signals - {"anger"}) else [_WHERE]
    door = any((location.unit, location.room, location.floor, location.place))
    return [] if door or not goes_there or facts.signals & _SHARED else [_WHICH_DOOR]


def _of_the_matter(text: str, facts: Facts, location: Location, details: Details) -> list[str]:
    """What lost things, fees and vehicles need beyond a place."""
    if _THING_LOST.search(text) and facts.kind in (Kind.ASSISTANCE, Kind.INQUIRY, Kind.OTHER):
        if _LOST_AT.search(text):
            return []
        return [_LOST_WHEN if location.place or location.building else _LOST]
    if _MONEY.search(text) and _OF_ONE_FLAT.search(text):
        if location.room is None:
            return [_FEE]
        return [] if _PERIOD.search(text) else [_FEE_PERIOD]
    about_cars = _VEHICLE.search(text) and not _CYCLE.search(text)
    return [_PLATE] if about_cars and not details.plates and facts.kind in ACTED_ON else []


def _needs_a_time(facts: Facts, decision: Decision, location: Location, details: Details) -> bool:
    """Whether somebody comes to a flat at leisure and the resident has not said when."""
    at_home = location.place is None
    visits = facts.kind in (Kind.REPAIR, Kind.ASSISTANCE)
    return visits and at_home and decision.tier is Tier.NORMAL and details.wish is None
