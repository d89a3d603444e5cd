"""Where a message speaks of: the address and the public place of its matter.

`addresses` finds every building, unit, floor and room; here one place is made of them. What is said
of one building is put together (3栋的电梯, 停在二单元12楼). Of several places the matter's own
counts, in this order: 我家 and 我们 with what is wrong there; whatever else is named; a neighbour's
door; where the resident only says that they live (我住, 我是…的业主, a signature); what is denied
or past (不是, 上次). Within one rank the most complete comes first, then the first.
"""

import re
from dataclasses import replace

from assistant.addresses import Mention, find_addresses, find_basement
from assistant.gazetteer import Places, default_places, find_place, read_places
from assistant.script import fold
from assistant.types import Location

__all__ = ["Places", "default_places", "find_location", "read_places"]

_HOME, _PLAIN, _NEIGHBOUR, _LIVES, _DENIED = 4, 3, 2, 1, 0

_DENIES = re.compile(
    "(?:不是|并非|而非|别去|不在|不要去|上次(?:是|去|说|报|反映|投诉|报修)?的?|以前住?|之前(?:是|住)?|原来住?|曾经住?)在?$"
)
_IS_WELL = re.compile(
    "^(?:那边|的|都|也|是)?(?:没问题|没事|正常|不停|有水|有电|好好的|没停|不漏|修好了|已经好了)"
)
_LIVING = re.compile(
    "(?:我|本人|俺|咱|我家|我们家|家|就|人|老人|也)?"
    "(?:住在?|住的是|家住|是|业主|住户|租户|租客|户主|报警人|报修人|报事人|投诉人|姓名|姓.{1,3}|屋企喺|屋企在)"
    "(?:是|在|:|的|咱们?|我们)?(?:本?小区|咱?小区的?|[一二三1-3]期的?)? ?$"
)
_HOME_WORDS = re.compile("(?:我们?家?|咱们?家?|俺们?家?|屋企|本户|自家)(?:在|的|住的|是)? ?$")
_ARRIVING = re.compile(
    "(?:到了?|进了?|给|把|影响|在|祸害)(?:我们?家|我们?|咱们?家?|俺们?家?)(?:在|的)? ?$"
)
_NEXT_DOOR = re.compile(
    "(?:楼上|楼下|对门|隔壁|对面|邻居|上面|旁边|楼上的|隔壁的)(?:的|是|那户|那家)? ?$"
)
# 楼上503的水漏到我家了: 503 does it, my home has it.
_HARMS_US = re.compile(
    "[^,，。;；!！?？]{0,8}[漏滴渗流灌淌溢掉飘泡落喷浇][^,，。;；!！?？]{0,3}(?:我们?家|咱们?家|俺们?家|我们?这)"
)
_NEXT_DOOR_IS = re.compile("(?:楼上|楼下|对门|隔壁|邻居)(?:家|住的|的)?是$")  # says who, not where
_RESIDENT_AFTER = re.compile("^的?(?:业主|住户|租户|租客|居民|户主|老住户|新业主)")
_ENDS = re.compile("^(?:的|这边|这里)? ?(?:[,，。.;；!！、:：\n(（]| |$)")
_BREAK = re.compile("[,，。;；!！?？\n:：]")


def find_location(text: str, places: Places | None = None) -> Location:
    """The place that a message speaks of; fields that it does not say are None.

    `places` are by default those that ship with the package (places.yaml).
    """
    folded = fold(text).text
    chosen = _chosen(folded, _mentions(folded))
    return Location(
        building=chosen.building if chosen else None,
        unit=chosen.unit if chosen else None,
        floor=chosen.floor if chosen else None,
        room=chosen.room if chosen else None,
        place=find_place(folded, default_places() if places is None else places),
    )


def _mentions(text: str) -> list[Mention]:
    """Every address, and the basement where it is no part of one."""
    mentions = find_addresses(text)
    below = find_basement(text)
    if below is None or any(one.start < below.end and below.start < one.end for one in mentions):
        return mentions
    return sorted([*mentions, below], key=lambda one: one.start)


def _chosen(text: str, mentions: list[Mention]) -> Mention | None:
    """The matter's own address, completed by what else is said of the same building."""
    if not mentions:
        return None
    ranks = {one: _rank(text, one, len(mentions) > 1) for one in mentions}
    named = [one for one in mentions if one.building and ranks[one] != _DENIED]
    if not named:
        named = [one for one in mentions if ranks[one] != _DENIED] or mentions
    best = max(named, key=lambda one: (ranks[one], one.said(), -one.start))
    if not best.building and len(named) > 1 and ranks[best] != _HOME:
        best = _merged(best, [one for one in named if one is not best])
        return best
    others = [
        one for one in mentions if one is not best and not one.building and ranks[one] != _DENIED
    ]
    if ranks[best] == _LIVES and (elsewhere := _elsewhere(best, others, ranks)):
        return elsewhere
    return _merged(
        best, [one for one in others if ranks[one] not in (_NEIGHBOUR, _LIVES) or not best.room]
    )


def _elsewhere(lives: Mention, others: list[Mention], ranks: dict[Mention, int]) -> Mention | None:
    """The matter's floor, unit or door in the resident's own building, if it is another."""
    for one in others:
        if ranks[one] == _LIVES or _is_same(lives, one):
            continue
        if lives.room is None and lives.floor is None:
            continue
        unit = one.unit or lives.unit
        return replace(one, building=lives.building, unit=unit)
    return None


def _is_same(lives: Mention, one: Mention) -> bool:
    """Whether a floor or door only repeats where the resident lives: 1802, 18楼."""
    if one.room is not None:
        return one.room == lives.room
    if one.unit is not None and lives.unit is not None and one.unit != lives.unit:
        return False
    if one.floor is None:
        return True
    floor = lives.floor or (lives.room or "")[:-2].lstrip("0")
    return one.floor == floor


def _merged(best: Mention, others: list[Mention]) -> Mention:
    """The address with the parts that it lacks, from what does not contradict it."""
    for one in others:
        if one.unit and best.unit and one.unit != best.unit:
            continue
        if one.building and best.building and one.building != best.building:
            continue
        deeper = best.room is None
        best = replace(
            best,
            building=best.building or one.building,
            unit=best.unit or one.unit,
            floor=best.floor or (one.floor if deeper else None),
            room=best.room
            or (one.room if best.floor is None or one.floor in (None, best.floor) else None),
        )
    return best


def _rank(text: str, one: Mention, among_others: bool) -> int:
    before = text[max(0, one.start - 12) : one.start]
    after = text[one.end : one.end + 6]
    if _DENIES.search(before) or _IS_WELL.search(after):
        return _DENIED
    if _RESIDENT_AFTER.search(after):
        return _LIVES
    if _NEXT_DOOR_IS.search(before):
        return _DENIED
    if _NEXT_DOOR.search(before):
        return (
            _DENIED if among_others and _HARMS_US.match(text, one.end, one.end + 16) else _NEIGHBOUR
        )
    if _ARRIVING.search(before):
        return _HOME
    ends = bool(_ENDS.search(after))
    if _LIVING.search(before):
        return _LIVES
    if _HOME_WORDS.search(before):
        return _LIVES if ends and among_others else _HOME
    if among_others and one.room and ends and _stands_alone(text, one):
        return _LIVES
    return _PLAIN


def _stands_alone(text: str, one: Mention) -> bool:
    """A heading or a signature: the address fills a clause at the beginning or the end."""
    before, after = text[: one.start].rstrip(" "), text[one.end :]
    opens = not before or bool(
        re.fullmatch("(?:你好|您好|喂|hi|hello|在吗|物业)[^。]{0,6}[,，。!！~ ]", before)
    )
    closes = bool(before) and bool(_BREAK.search(before[-1])) and not after.strip(" 。.!！~")
    return (opens and bool(_BREAK.match(after.lstrip(" 的")))) or closes
