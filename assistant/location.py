"""Where a message speaks of: building, unit, floor and room as residents write them.

Understood: 8栋1单元302, 8-1-302, 8#1-302, 8#302, B座16楼A室, 八号楼二单元, 五栋三零二, 3栋2602,
18号1203室. Values are Arabic digits or capital letters without the unit word, leading zeros of
rooms kept. What is a telephone number, a date, a time, a price or a range is no location. Of
several places the resident's own (我家, 我住, 本人) comes first, then the most complete.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from assistant.errors import LexiconDamaged
from assistant.lexicon import FOLDER, load_yaml
from assistant.numerals import digits
from assistant.script import fold
from assistant.types import Location

_CHINESE_DIGIT = "一二三四五六七八九十百零〇两"
_SMALL = f"(?:[0-9]{{1,2}}|[{_CHINESE_DIGIT}]{{1,3}})"
_ROOM = "(?:[0-9]{3,4}|[一二三四五六七八九十零〇]{3,5})"
_NO_DIGIT_BEFORE = r"(?<![0-9.:/#年月\-第])"
_BUILDING = (
    f"(?P<building>(?:[a-z][0-9]{{0,2}}|[0-9]{{1,3}}[a-z]?|[{_CHINESE_DIGIT}]{{1,3}}))"
    f"(?:栋楼?|幢楼?|座|号楼|#楼|#|楼(?={_SMALL}单元)|号院?(?=[0-9]{{3,4}}室))"
)
_UNIT = (
    f"(?P<unit>(?:[0-9]{{1,2}}|[a-z]|[{_CHINESE_DIGIT}]{{1,2}}))"
    f"(?:单元|门(?={_ROOM})|梯(?={_ROOM}))"
)
_FLOOR = f"(?P<floor>(?:-?[0-9]{{1,2}}|[负]?[{_CHINESE_DIGIT}]{{1,3}}))(?:楼|层|f(?![a-z]))"
_DOOR = (
    f"(?P<room>(?:{_ROOM}|[0-9]{{1,2}}|[a-z]|[{_CHINESE_DIGIT}]))(?:室|房|户(?!口|型))"
    f"|(?P<bare>{_ROOM})"
)
_MARK = r"[的,、\s\-－—/·]{0,2}"
_AFTER_ROOM = (
    r"(?![0-9]|[.:][0-9]|分钟|小时|号(?!室|房)|多?户"
    r"|[元块米平度%天年月个次人万千瓦伏])"
)

# With at least a building word; every further part may be missing.
_WRITTEN = re.compile(
    f"{_NO_DIGIT_BEFORE}{_BUILDING}"
    f"(?:{_MARK}{_UNIT})?(?:{_MARK}{_FLOOR})?"
    f"(?:{_MARK}(?:(?P<unit2>[0-9]{{1,2}}|[{_CHINESE_DIGIT}])[\\-－—#/](?=[0-9]{{3,4}}))?(?:{_DOOR}){_AFTER_ROOM})?"
)
_UNIT_FIRST = re.compile(
    f"{_NO_DIGIT_BEFORE}{_UNIT}(?:{_MARK}{_FLOOR})?(?:{_MARK}(?:{_DOOR}){_AFTER_ROOM})?"
)
# 8-1-302, B-2-1601, 8/1/302, 8#1#302: three parts joined by one kind of mark.
_DASHED = re.compile(
    r"(?<![0-9a-z.:/\-#])(?P<building>[0-9]{1,2}|[a-z])(?P<mark>[\-－—/#])"
    r"(?P<unit>[0-9]{1,2})[\-－—/#](?P<room>[0-9]{3,4})(?![0-9]|[\-－—/.:][0-9])"
)
# 8-302: a building and a room; the room must read as floor and door.
_PAIR = re.compile(
    r"(?<![0-9a-z.:/\-#])(?P<building>[0-9]{1,2}|[a-z])[\-－—#](?P<room>[0-9]{3,4})"
    r"(?![0-9]|[\-－—/.:][0-9]|元|块|米|平|度|%|分|小时|天|年|月|号|户|个|次|人|万|多|左右)"
)
_FLOOR_ALONE = re.compile(
    f"{_NO_DIGIT_BEFORE}{_FLOOR}(?!上|下|道|梯|长|以|的?灯)(?:{_MARK}(?:{_DOOR}){_AFTER_ROOM})?"
)
_ROOM_ALONE = re.compile(
    f"(?<![0-9a-z.:\\-/])(?P<room>{_ROOM}|[0-9]{{1,2}}[a-z])(?:室|房(?!子|价|屋|间|租))"
)
_BASEMENT = re.compile(
    f"(?:地下|负)(?P<floor>[0-9{_CHINESE_DIGIT}])(?:层|楼)?|(?<![a-z0-9])b(?P<letter>[12])(?![0-9栋座幢区])"
)
_OWN = re.compile(r"(?:我家|我们家|我是|我住|家住|本人|我在|住在|咱家|屋企|地址)[^。!?;\n]{0,8}$")
_HIGHEST_FLOOR = 60
_MOST = 50  # mentions of one form that are compared; a message has few
# 8 栋 2 单元: blanks between numbers and their words say nothing.
_CLOSED_UP = re.compile(r"(?<=[0-9]) +(?=[\u4e00-\u9fff#])|(?<=[栋幢座单元楼层号室]) +(?=[0-9])")
# 这一栋, 一栋楼都, 两栋之间: a number of buildings and not the name of one.
_COUNTED_BEFORE = re.compile("[这那哪每整几同本全半]$")
_COUNTED_AFTER = re.compile("^(?:楼|都|人|的|房)")


@dataclass(frozen=True, slots=True)
class Places:
    """Public places of the estate: name to the words for it.

    Those `in_every_building` (楼道, 大堂) do not say where as long as the building is not said.
    """

    words: Mapping[str, tuple[str, ...]]
    in_every_building: frozenset[str] = frozenset()


def find_location(text: str, places: Places | None = None) -> Location:
    """The place that a message speaks of; fields that it does not say are None.

    `places` are by default those that ship with the package (places.yaml).
    """
    folded = _CLOSED_UP.sub("", fold(text).text)
    found = max(_candidates(folded), key=lambda rank: rank[:3], default=None)
    parts = dict(found[3]) if found else {}
    parts.setdefault("floor", None)
    if parts["floor"] is None:
        parts["floor"] = _basement(folded)
    return Location(
        building=parts.get("building"),
        unit=parts.get("unit"),
        floor=parts["floor"],
        room=parts.get("room"),
        place=_place(folded, (places or default_places()).words),
    )


def _candidates(text: str) -> list[tuple[bool, int, int, tuple[tuple[str, str | None], ...]]]:
    found = []
    taken: list[tuple[int, int]] = []
    for pattern in (_DASHED, _WRITTEN, _PAIR, _UNIT_FIRST, _FLOOR_ALONE, _ROOM_ALONE):
        for match in islice(pattern.finditer(text), _MOST):
            start, end = match.span()
            if any(start < last and end > first for first, last in taken):
                continue
            parts = _parts(match, text)
            if parts is None:
                continue
            taken.append((start, end))
            own = bool(_OWN.search(text[max(0, start - 20) : start]))
            said = sum(value is not None for value in parts.values())
            found.append((own, said, -start, tuple(parts.items())))
    return found


def _parts(match: re.Match[str], text: str) -> dict[str, str | None] | None:
    groups = match.groupdict()
    parts = {
        "building": _value(groups.get("building")),
        "unit": _value(groups.get("unit") or groups.get("unit2")),
        "floor": _value(groups.get("floor")),
        "room": _value(groups.get("room") or groups.get("bare")),
    }
    if _is_count(match, text):
        return None
    if match.re in (_PAIR, _DASHED) and not _reads_as_door(parts["room"]):
        return None
    if parts["floor"] is not None and not _plausible_floor(parts["floor"]):
        return None
    return parts


def _is_count(match: re.Match[str], text: str) -> bool:
    building = match.groupdict().get("building")
    if building not in ("一", "两"):
        return False
    before, after = (
        text[max(0, match.start() - 1) : match.start()],
        text[match.end("building") :][:2],
    )
    counted = _COUNTED_BEFORE.search(before) or _COUNTED_AFTER.search(after[1:2])
    return building == "两" or bool(counted)


def _value(text: str | None) -> str | None:
    if not text:
        return None
    if text.startswith(("-", "负")):
        below = digits(text.lstrip("-负"))
        return None if below is None else f"-{below}"
    return digits(text) or text.upper()


def _reads_as_door(room: str | None) -> bool:
    if room is None:
        return False
    return 1 <= int(room[:-2]) <= _HIGHEST_FLOOR and 1 <= int(room[-2:]) <= 30


def _plausible_floor(floor: str) -> bool:
    return floor.isalpha() or -5 <= int(floor) <= _HIGHEST_FLOOR


def _basement(text: str) -> str | None:
    match = _BASEMENT.search(text)
    if match is None:
        return None
    number = digits(match["floor"]) if match["floor"] else match["letter"]
    return f"-{number}" if number else None


def _place(text: str, places: Mapping[str, tuple[str, ...]]) -> str | None:
    """The public place named first; of two that start together the longer word."""
    best: tuple[int, int, str] | None = None
    for name, words in places.items():
        for word in words:
            position = text.find(word)
            if position >= 0 and (best is None or (position, -len(word)) < best[:2]):
                best = (position, -len(word), name)
    return best[2] if best else None


@lru_cache(maxsize=8)
def read_places(path: Path) -> Places:
    """The public places of a YAML file of this shape; LexiconDamaged if malformed."""
    content = load_yaml(path)
    named = content.get("places") if isinstance(content, dict) else None
    if not isinstance(named, dict) or not all(isinstance(v, list) for v in named.values()):
        raise LexiconDamaged(f"地点表 {path.name} 的 places 应是“名称: [别名, …]”的形式：请改正")
    return Places(
        {
            str(name): tuple(fold(str(word)).text for word in dict.fromkeys([name, *words]))
            for name, words in named.items()
        },
        frozenset(map(str, content.get("in_every_building") or ())),
    )


def default_places() -> Places:
    """The public places that ship with the package."""
    return read_places(FOLDER / "places.yaml")
