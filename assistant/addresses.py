"""Building, unit, floor and room in the ways residents write them, each with its span.

Everything is matched on folded text (`script.fold`). Values are Arabic digits, capital letters or
a direction (东单元), without the unit word; leading zeros of rooms are kept, a basement is
negative. What counts (两栋楼, 共30层), or is part of a date, time, price, model or telephone
number, is no address.
"""

import re
from dataclasses import dataclass

from assistant.counts import counts_buildings, counts_storeys, is_between
from assistant.numerals import digits

_CN = "一二三四五六七八九十百零〇两幺"
_SMALL = f"(?:[0-9]{{1,2}}|[{_CN}]{{1,3}})"
_SPELLED = (
    "(?:[一二三四五六七八九幺][零〇一二三四五六七八九幺]{2,3}"
    "|[一二三四五六]?十[一二三四五六七八九]?[零〇][一二三四五六七八九幺]"
    "|(?:[一二]千)?[一二三四五六七八九]百(?:零[一二三四五六七八九]|[一二三]?十[一二三四五六七八九]?)(?=室|房))"
)
# Figures that can only be floor and door (6号1504); 110, 119 and 120 are telephone numbers.
_FIGURES = (
    "(?!1(?:10|19|20)(?![0-9]))[1-5]?[0-9](?:0[1-9]|[1-3][0-9])"
    "(?![0-9.:年月元块点分度平后]| ?[来到前])"
)
_ROOM = f"(?:[0-9]{{3,4}}(?:[a-z](?![a-z]))?|{_SPELLED})"
_B = " ?"  # a blank between a number and its word says nothing
_MARK = r"(?:[的,，、\s\-－—–/·杠]{0,2})"
_END = r"\s*(?:$|[,，。.;；!！?？、:：\n)）])"
_DASH = r" ?[\-－—–/#~杠] ?"
# A number does not begin inside another one, nor after what makes it a date, a count or an order.
_FRESH = (
    f"(?<![0-9./#年月初\\-])(?<![0-9]:)(?<![{_CN}几数统唯专同单万](?=[{_CN}]))"
    f"(?<!周(?=[{_CN}]))(?<!期(?=[一二三四五六]楼))(?<!拜(?=[{_CN}]))(?<!b(?=[1-5] ?[层楼]))"
    f"(?<!地库(?=[0-9{_CN}]层))(?<!地下车库(?=[0-9{_CN}]层))"
)
_NAME = f"(?:[a-z][0-9]{{0,2}}|[0-9]{{1,3}}[a-z]?|[{_CN}]{{1,3}})"
_NEXT_UNIT = f"(?={_B}{_SMALL}{_B}(?:[单単][元圆园员源]|门{_B}[0-9]{{3}}))"
_NEXT_DOOR = f"(?={_B}[的,，\\-]?{_B}(?:{_SMALL}{_B}[单単][元圆园员源]|{_ROOM}))"
_BUILDING = (
    f"第?(?:(?P<first>{_SMALL})(?:[、,，和跟到至~\\-])(?:{_SMALL}[、,，和跟到至~\\-]){{0,4}})?"
    f"(?P<building>{_NAME}){_B}"
    "(?:栋楼?|幢楼?|座(?!椅|机|位|城|桥|山|假|亭|塔|雕|垃|的?车|的?商务|的?面包|的?suv|的?小|的?轿|的?越)"
    f"|号{_B}楼(?!梯|道口)|[#号]楼|#(?!线|门)|号院?(?={_B}[0-9]{{3,4}}室)|号(?={_B}{_FIGURES})|号{_NEXT_UNIT}|弄(?:{_B}(?P<number>[0-9]{{1,3}}){_B}号楼?)?"
    # typing slips by sound (8洞2单元, 八动幺零二), only where a unit or a door follows
    f"|楼{_NEXT_UNIT}|[动洞冻东懂撞壮]{_NEXT_DOOR})"
)
_UNIT_WORD = "(?:[单単][元圆园员源]|担元)"
_UNIT = (
    f"第?(?P<unit>(?:[0-9]{{1,2}}|[a-z]|[{_CN}]{{1,2}}|[东西南北中甲乙丙丁])){_B}"
    f"(?:{_UNIT_WORD}|门(?={_MARK}{_ROOM})|梯(?={_MARK}{_ROOM}))"
)
_FLOOR = (
    f"第?(?P<floor>(?:-?[0-9]{{1,2}}|负[0-9]|负?[{_CN}]{{1,3}})){_B}(?:楼|层楼?|/?f(?![a-z0-9]))"
    # 18楼C, 三楼东: a flat of that floor by its letter or side alone
    f"(?:{_B}(?P<flat>[a-h](?![a-z0-9+/\\-]|{_B}[室房户屋座栋幢区梯型形字级类面超门单])"
    f"|[东西南北中左右](?={_END})))?"
)
_DOOR = (
    f"(?:(?P<room>{_ROOM}|[0-9]{{1,2}}[a-z]?|[a-z]|[{_CN}]){_B}"
    "(?:号?室|号?房(?!子|价|屋|间|租|东)|户(?!口|型|都|人|居|停|受|全|有|没))"
    "|(?P<side>[东西南北中左右])(?:[边头侧间首]|手边?)?的?"
    "(?:那?(?:户(?!口|型|都|人|居|外)|屋(?!顶|里都))|那家)"
    f"|(?P<numbered>{_ROOM}|[0-9]{{1,2}}|[{_CN}]{{1,2}})号(?![0-9{_CN}楼线院门岗车柱桩位井杆机电晚早上下前后之])"
    f"|(?P<bare>{_ROOM}))"
)
_AFTER_ROOM = (
    r"(?![0-9]|[.:][0-9]|天(?!天)|分钟?|小时|号(?!室|房)|多?户[都人居停受全有没]|[室房]?[多余]|[vwk℃%]"
    r"|[元块米平度年月个次人万千瓦伏升斤吨寸毫件条盏台辆部张斤岁路班点页秒步遍趟级期栋幢])"
)
_EMERGENCY = re.compile("1(?:10|19|20|22)")
_ON_THE_WAY = re.compile(
    "[都也还没就已经]{0,3}[来到打]|已|电话|急救|救护|车|的(?:人|警|车|电话|同志|急救|救护)"
)

_WRITTEN = re.compile(
    f"{_FRESH}{_BUILDING}"
    f"(?:{_MARK}{_UNIT})?(?:顶[楼层](?={_MARK}{_ROOM}))?(?:{_MARK}(?:{_FLOOR}|(?P<below>(?:地下|负){_B}[0-9一二三四])(?:层|楼)))?"
    f"(?:{_MARK}(?:(?P<unit2>[0-9]{{1,2}}|[{_CN}]){_DASH}(?=[0-9]{{3,4}}|{_SPELLED}))?"
    f"{_DOOR}{_AFTER_ROOM})?"
)
_JOINED_UNIT = re.compile(  # 8-1单元302: a building, where a door follows
    f"(?<![0-9a-z.:/#\\-])(?P<building>[0-9]{{1,2}}|[a-z]){_DASH}(?P<unit>[0-9]{{1,2}}){_B}{_UNIT_WORD}"
    f"(?:{_MARK}{_FLOOR})?(?:{_MARK}{_DOOR}{_AFTER_ROOM})?"
)
_PAIR_AND_FLOOR = re.compile(  # 6-2，十四楼
    f"(?<![0-9a-z./:#\\-])(?P<building>[0-9]{{1,2}}|[a-z]){_DASH}(?P<unit>[0-9])[,，、 ]{{1,2}}"
    f"{_FLOOR}(?![道梯])(?:{_MARK}{_DOOR}{_AFTER_ROOM})?"
)
_UNIT_FIRST = re.compile(f"{_FRESH}{_UNIT}(?:{_MARK}{_FLOOR})?(?:{_MARK}{_DOOR}{_AFTER_ROOM})?")
# 8-1-302, B-2-1601, 8/1/302, 8#1#302, 八杠一杠三零二: three parts joined by marks.
_DASHED = re.compile(
    f"(?<![0-9a-z./\\-#{_CN}])(?<![0-9]:)(?P<building>[0-9]{{1,2}}|[a-z][0-9]?|[{_CN}]{{1,2}}){_DASH}"
    f"(?P<unit>[0-9]{{1,2}}|[{_CN}]{{1,2}}){_DASH}(?P<room>{_ROOM})"
    r"(?![0-9]|[\-－—/.:][0-9])"
)
# 8-302: a building and a room; the room must read as floor and door.
_PAIR = re.compile(
    f"(?<![0-9a-z./\\-#{_CN}])(?<![0-9]:)(?P<building>[0-9]{{1,2}}|[a-z][0-9]?|[{_CN}]{{1,2}}){_DASH}(?P<room>{_ROOM})"
    r"(?![0-9]|[\-－—/.:~][0-9]|多|左右|[vwk℃%a-z])" + _AFTER_ROOM
)
_SPACED = re.compile(  # 8 1 302 at the very beginning
    r"^\s*(?P<building>[0-9]{1,2}) (?P<unit>[0-9]{1,2}) (?P<room>[0-9]{3,4})(?![0-9.:\-])"
    + _AFTER_ROOM
)
_FLOOR_ALONE = re.compile(
    f"{_FRESH}{_FLOOR}(?!一底|上(?!的?(?:业主|住户|那家|邻居)|不)|下(?!不)|道|梯|长|以|的?灯)(?:{_MARK}{_DOOR}{_AFTER_ROOM})?"
)
_ROOM_ALONE = re.compile(
    f"(?<![0-9a-z.:\\-/{_CN}])(?P<room>(?:[a-z])?{_ROOM}|[0-9]{{1,2}}[a-z])(?:号?室|号房|房(?!子|价|屋|间|租|东))"
)
# 1902的 at the end of a message: who speaks.
_SIGNED_AFTER = re.compile(r"号?的[\s。.!！~]*$")
_BEFORE_SIGNED = re.compile(r"[,，。;；!！?？~\n]\s*(?:我是|我|住)?\s*$")
# 楼上602, 我家1602, 住1602的: a bare number is a door after the word for a home.
_ROOM_OF = re.compile(f"(?P<room>{_ROOM}){_AFTER_ROOM}")
_HOME_BEFORE = re.compile(
    "(?:楼上|楼下|对门|隔壁|对面|邻居|我们?家在?|我是|我住|住在|家住|房号|门牌号?)[是: ]{0,2}$"
)
_ENGLISH = re.compile(
    r"(?<![a-z])(?:building|block|tower|bldg\.?|no\.) ?"
    r"(?P<building>[0-9]{1,2}[a-z]?|[a-z])(?![a-z0-9])"
    r"(?:[, ]{1,2}(?:unit|entrance) ?(?P<unit>[0-9]{1,2}|[a-z])(?![a-z0-9]))?"
    r"(?:[, ]{1,2}(?:(?P<floor>[0-9]{1,2})/f|floor ?(?P<storey>[0-9]{1,2})))?"
    r"(?:[, ]{1,2}(?:room|flat|apt\.?|apartment|#) ?(?P<room>[0-9]{1,4}[a-z]?|[a-z])(?![a-z0-9]))?"
)
_ENGLISH_ROOM = re.compile(
    r"(?<![a-z])(?:room|flat|apt\.?|apartment) ?(?P<room>[0-9]{2,4}[a-z]?)(?![a-z0-9])"
)
_BASEMENT = re.compile(
    f"(?:地下|负|地库|地下车库)(?P<floor>[0-9{_CN}])(?:层|楼)?(?!百|千|万|元|分|个|次|块|号|区|道)"
    "|(?<![a-z0-9素族])b(?P<letter>[123])(?![0-9栋座幢区驾照证本签级片]|-[0-9])|(?<![0-9a-z])-(?P<minus>[1-4])(?=层|楼|f)"
)
_FORMS = (
    _DASHED, _JOINED_UNIT, _PAIR_AND_FLOOR, _WRITTEN, _ENGLISH, _PAIR, _SPACED, _UNIT_FIRST,
    _FLOOR_ALONE, _ROOM_ALONE, _ENGLISH_ROOM,
)  # fmt: skip
# In these a room is a bare number, which must read as floor and door.
_BARE_FORMS = frozenset({_PAIR, _DASHED, _SPACED, _ROOM_OF})
# Where an address can begin: a run of figures, letters or numerals, and what follows one.
_RUN = re.compile(f"[0-9]+|[a-z]+|[{_CN}]+|[东西南北中甲乙丙丁负第]|-(?=[0-9])")
_FOLLOWS = frozenset("栋幢座号楼#弄动洞冻东懂撞壮单単担门梯层f/室房户-－—–~杠、,，和跟到至.\t ")
_WORDY = frozenset("负第-")
# 型号A-302, 验证码1203: the number of something else.
_NUMBER_OF = re.compile(
    "(?:型号|货号|编号|单号|车牌|尾号|卡号|密码|工号|订单|证|验证码|后四位|户号|表号|账号"
    "|规格|牌号|型)[是为: ]{0,2}$"
)
# A parking space is numbered like a building and a room.
_PARKING = re.compile(
    "(?:^|[^0-9a-z])b[1-4]-[0-9]{2,4}(?:号|的|,|，| |产权|这个)*车位"
    "|车位[号是: ]{0,2}[a-z0-9]{1,2}-[0-9]{3}"
)
_HIGHEST_FLOOR = 60
_MOST_DOORS = 40
_MOST = 50  # mentions of one form that are compared; a message has few


@dataclass(frozen=True, slots=True)
class Mention:
    """One address in a folded text; fields that it does not say are None.

    `start` and `end` are offsets into the folded text.
    """

    start: int
    end: int
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None

    def said(self) -> int:
        """How many of the four parts it says."""
        return sum(part is not None for part in (self.building, self.unit, self.floor, self.room))


def find_addresses(text: str) -> list[Mention]:
    """Every address of a folded text, in order of their places; none overlaps another."""
    found: list[Mention] = []
    last = 0
    for run in _RUN.finditer(text):
        if run.start() >= last and (mention := _mention_at(text, run)):
            found.append(mention)
            last = mention.end
            if len(found) == _MOST:
                break
    return found


def _mention_at(text: str, run: re.Match[str]) -> Mention | None:
    start, end = run.span()
    following = text[end : end + 1]
    if following in _FOLLOWS or following.isascii() or text[start] in _WORDY or end - start > 2:
        for form in _FORMS:
            if (match := form.match(text, start)) and (mention := _mention(match)):
                return mention
    if end - start >= 3 and _SIGNED_AFTER.match(text, end):
        signed = _BEFORE_SIGNED.search(text, max(0, start - 8), start) and _ROOM_OF.match(
            text, start
        )
        return _mention(signed) if signed else None
    if end - start >= 3 and _HOME_BEFORE.search(text, max(0, start - 8), start):
        match = _ROOM_OF.match(text, start)
        return _mention(match) if match else None
    return None


def find_basement(text: str) -> Mention | None:
    """The first floor below ground that a folded text names, `-1` for 负一楼, B1 or 地下一层."""
    if not any(sign in text for sign in ("负", "地下", "地库", "b", "-")):
        return None
    match = _BASEMENT.search(text)
    if match is None:
        return None
    value = digits(match["floor"] or match["letter"] or match["minus"])
    if not value or not _plausible_floor(f"-{value}"):
        return None
    return Mention(*match.span(), floor=f"-{value}")


def _mention(match: re.Match[str]) -> Mention | None:
    said = {name: value for name, value in match.groupdict().items() if value}
    if _NUMBER_OF.search(match.string[max(0, match.start() - 6) : match.start()]):
        return None
    building = said.get("number") or said.get("first") or said.get("building")
    door = said.get("room") or said.get("side") or said.get("bare") or said.get("numbered")
    room = door or said.get("flat")
    end = match.end()
    if room and ("bare" in said or match.re in _BARE_FORMS):
        if _reads_as_door(room) and not _is_emergency_number(room, match):
            pass
        elif "bare" in said:
            room, end = None, match.start("bare")
        else:
            return None
    if "numbered" in said and not (_reads_as_door(said["numbered"]) or "floor" in said):
        room, end = None, match.start("numbered")  # 2单元3号: a day
    if _PARKING.search(match.string[max(0, match.start() - 6) : match.end() + 8]):
        return None
    if match.re is _DASHED and _is_date(said, match[0]):
        return None
    floor = _value(said.get("floor") or said.get("storey") or said.get("below"))
    if floor and not room and is_between(match.string, match.start(), end):
        floor = None
    if _is_count(match, building, room) or (floor and not _plausible_floor(floor)):
        return None
    unit = _value(said.get("unit") or said.get("unit2"))
    mention = Mention(match.start(), end, _value(building), unit, floor, _value(room))
    return mention if mention.said() else None


def _is_emergency_number(room: str, match: re.Match[str]) -> bool:
    return bool(_EMERGENCY.fullmatch(room) and _ON_THE_WAY.match(match.string, match.end()))


def _is_date(said: dict[str, str], text: str) -> bool:
    """12/25/2023, 8.1.2023: a day and a year."""
    room = said["room"]
    year = re.fullmatch("(?:19|20)[0-9]{2}", room) is not None
    return year and ("/" in text or int(room[2:]) > _MOST_DOORS)


def _is_count(match: re.Match[str], building: str | None, room: str | None) -> bool:
    groups = match.groupdict()
    text, start = match.string, match.start()
    if building is not None and groups.get("building"):
        word = match.end("building")
        named = groups.get("unit") or groups.get("floor") or room
        if named or not text.startswith(("栋", "幢", "座"), word):
            return False
        return counts_buildings(building, text, start, word)
    if match.re is _FLOOR_ALONE and not room and not match[0].startswith("第"):
        return counts_storeys(groups["floor"], text, start, match.end("floor"), match.end())
    return False


def _value(text: str | None) -> str | None:
    if not text:
        return None
    if text.startswith(("-", "负", "地下")):
        below = digits(text.lstrip("-负地下 "))
        return None if below is None else f"-{below}"
    return digits(text) or text.upper()


def _reads_as_door(room: str) -> bool:
    value = digits(room.rstrip("abcdefghijklmnopqrstuvwxyz")) or ""
    if len(value) not in (3, 4):
        return False
    return 1 <= int(value[:-2]) <= _HIGHEST_FLOOR and 1 <= int(value[-2:]) <= _MOST_DOORS


def _plausible_floor(floor: str) -> bool:
    return floor.lstrip("-").isdigit() and -5 <= int(floor) <= _HIGHEST_FLOOR and int(floor) != 0
