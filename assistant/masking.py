"""Personal data in a text, replaced by placeholders: `我姓〔姓名〕，电话〔电话〕，住〔房号〕`.

For text that is kept longer than its request, or that leaves the machine. What a question is about
stays: public numbers (119, 12345 热线), amounts, dates, counts (共12栋), public places (3栋电梯).
Where a form is ambiguous it is masked: a lost number can be asked for again, a told one cannot be
taken back. Full-width letters and digits are read as ordinary ones; spoken digits (幺三八…) too.
Pure; masking a masked text changes nothing.
"""

import re
from collections.abc import Callable
from datetime import date

NAME, PHONE, IDENTITY, CARD = "〔姓名〕", "〔电话〕", "〔证件号〕", "〔卡号〕"
PLATE, ROOM, ACCOUNT = "〔车牌〕", "〔房号〕", "〔账号〕"
WECHAT, EMAIL, ADDRESS = "〔微信〕", "〔邮箱〕", "〔地址〕"
PLACEHOLDERS = (
    NAME, PHONE, IDENTITY, CARD, PLATE, ROOM, ACCOUNT, WECHAT, EMAIL, ADDRESS,
)  # fmt: skip
_PLACEHOLDER = re.compile("|".join(PLACEHOLDERS))

# one character for one, so that a place in the shadow is the same place in the text
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_CN = "零〇○一二两三四五六七八九幺"
_NUMERAL = "[一二三四五六七八九十百零〇两]{1,3}"

_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_DAY = "(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    rf"[1-9][0-9]{{5}}[ \-]?(?:18|19|20)[0-9]{{2}}{_DAY}[ \-]?[0-9]{{3}}[0-9Xx]"
    rf"|[1-9][0-9]{{7}}{_DAY}[0-9]{{3}}"
    r"|[1-9][0-9]{3,9}[*xX]{4,12}[0-9]{2,4}[0-9Xx]?"
    r")(?![0-9A-Za-z])"
)
_PASSPORT = re.compile(
    r"(?<=[照证證])[号號码碼是为:\s]{0,3}(?P<it>[A-Za-z]{1,2}[0-9]{7,8})(?![0-9A-Za-z])"
)
_CARD = re.compile(r"(?<![0-9.])[0-9](?:[ \-]?[0-9]){15,18}(?![0-9.])")
_ACCOUNT = re.compile(
    r"(?:[账帐賬]号|[账帐賬]號|户号|戶號|卡号|卡號|[水电燃][气]?表号|合同号|订单号|尾号|尾號|QQ号?|qq号?|扣扣)"
    r"[码碼是为:\s]{0,3}(?P<it>[0-9]{4,})"
)
_PHONE = re.compile(
    r"(?<![0-9.])(?:"
    r"(?:\+?86[ \-]?)?1[3-9][0-9](?:[ \-.·]?[0-9*xX]{4}){2}"  # mobile, also 138****1234
    r"|\+?85[23][ \-]?[0-9]{4}[ \-]?[0-9]{4}"  # Hong Kong, Macao
    r"|[(]?0[0-9]{2,3}[)]?[ \-]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?:[\-转轉# ]{1,2}[0-9]{1,5})?"
    r")(?![0-9*])"
)
_SPOKEN_PHONE = re.compile(
    rf"(?<![{_CN}0-9])[一幺1][{_CN}3-9](?:[ \-,，]?[{_CN}0-9]){{9}}(?![{_CN}0-9])"
)
# A landline without its area code; a number of eight figures may also be a date.
_LOCAL_PHONE = re.compile(
    r"(?<![0-9.\-/:])[2-9][0-9]{3}[ \-]?[0-9]{4}(?![0-9.\-/元块万度吨平米字])"
)
_CALLED = re.compile(
    r"(?:电话|電話|座机|座機|固话|手机|手機|致电|联系方式|传真|号码|打)[号號码碼是为:\s]{0,4}"
    r"(?P<it>[0-9]{3,4}[ \-]?[0-9]{4})(?![0-9])"
)
_PROVINCES = (
    "京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊"
)
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-Za-z][ ·・•.\-]?"
    r"(?=[A-Za-z0-9]{0,5}[0-9])(?:[A-Za-z0-9]{5,6}|[A-Za-z0-9]{4}[警学學挂掛港澳领領使])(?![A-Za-z0-9])"
)
_CALLED_PLATE = re.compile(
    r"车牌[号號]?[码碼]?[是为:\s]{0,3}"
    r"(?P<it>[A-Za-z]?[ ·・•.\-]?(?=[A-Za-z]*[0-9])[A-Za-z0-9]{3,6})(?![A-Za-z0-9])"
)
_WECHAT = re.compile(
    r"(?:微信|威信|薇信|[Vv]信|[Ww]e[Cc]hat|[Ww]eixin|[Vv][Xx]|[Ww][Xx])"
    r"(?:(?:号|號|[Ii][Dd])[码碼]?(?:[是为:\s]|叫){0,3}"
    # without that word, only what does not read as an English word
    r"|[是为:+加\s]{0,3}(?=[A-Za-z_\-]{1,19}[0-9]|[A-Za-z]{1,19}[_\-]))"
    r"(?P<it>[A-Za-z][A-Za-z0-9_\-]{5,19})"
)

# -- rooms: a building or unit alone is a public place; with a door it is somebody's home
_BUILDING = (
    rf"(?:[A-Za-z]?[0-9]{{1,3}}[A-Za-z]?|[A-Za-z]|{_NUMERAL})"
    r"(?:号楼|號樓|栋楼?|棟樓?|幢楼?|座|#楼?|弄|号院|楼(?=[0-9一二三四五六七八九十]{1,2}单元)"
    r"|号(?=[0-9]{3,4}[室房]))"
)
_UNIT = (
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2}|[A-Za-z甲乙丙丁])"
    r"(?:单元|單元|门(?=[0-9])|梯(?=[0-9])|号楼?)"
)
_FLOOR = rf"(?:[0-9]{{1,2}}|{_NUMERAL})[楼樓层層]"
_NOT_A_DOOR = (
    r"(?![0-9]|[.:][0-9]|分钟|小时|个|多?[户戶]|号[楼院线]"
    r"|[元块米平度%天年月人万千瓦伏次台辆套部岁斤升吨条盏])"
)
_DOOR = (
    r"(?:[A-Za-z]?[0-9]{3,4}[A-Za-z]?(?:室|房|号房)?"
    r"|(?:[0-9]{1,2}|[A-Za-z])(?:室|房(?![间屋子东]))"
    r"|[一二三四五六七八九][零〇一二三四五六七八九十百]{2,3}(?:室|房)?)" + _NOT_A_DOOR
)
_GAP = r"[的,，、\s\-－—·]{0,2}"
_ROOM = re.compile(
    rf"(?<![0-9.:年月第])(?:{_BUILDING}{_GAP}(?:{_UNIT}{_GAP})?(?:{_FLOOR}{_GAP})?{_DOOR}"
    rf"|{_UNIT}{_GAP}(?:{_FLOOR}{_GAP})?{_DOOR}"
    rf"|{_FLOOR}{_GAP}(?:[A-Za-z]?[0-9]{{3,4}}|[0-9]{{1,2}}|[A-Za-z])(?:室|房(?![间屋子东]))"
    r"|(?:[A-Za-z]|[0-9]{1,2})[\-－—–/#~]{1,2}[0-9]{1,2}[\-－—–/#~]{1,2}[0-9]{3,4}[A-Za-z]?室?(?![0-9\-/])"
    r"|[0-9]{3,4}(?:室|号房|房(?![间屋子东价产])))"
)
# 8-302: only where the second number reads as a floor and a door
_PAIR = re.compile(
    r"(?<![0-9A-Za-z.:/\-#年月])(?:[0-9]{1,2}|[A-Za-z])[\-－—#](?P<floor>[0-9]{1,2})(?:0[1-9]|[12][0-9]|30)"
    r"(?![0-9]|[\-－—/.:][0-9]|号|多|左右|[元块米平度%天年月人万千瓦伏次台辆套部岁斤升吨条分小户个])"
)
_COUNTED = re.compile("(?:共|有|总|總|每|全)[ ]?$")

# -- addresses outside the estate
_WORD = r"[^\W\d_的是在住家到从去来往给我你他和与将已]"
_ADDRESS = re.compile(
    rf"(?:{_WORD}{{1,5}}(?:省|市|区|县|镇|街道)){{0,4}}{_WORD}{{1,4}}(?:路|街|大道|巷|胡同|村|里)"
    r"[0-9]{1,5}(?:弄[0-9]{1,4})?[号號](?![楼樓门門线線岗车口]|电梯|院楼)院?"
)

# -- names
_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董潘袁蔡蒋蔣余"
    "于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱江尹薛闫阎段雷侯龙龍史陶黎贺賀"
    "顾顧毛郝龚龔邵万萬覃武钱錢戴严嚴莫孔向汤湯温康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟申欧歐耿关關兰蘭"
    "焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍鮑华華喻祁房滕屈饶解牟艾尤阳穆"
    "农司卓古吉缪简车连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞"
)
_COMPOUND = "欧阳|歐陽|上官|司马|司馬|诸葛|諸葛|慕容|令狐|司徒|皇甫|尉迟|公孙|公孫"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
# a word more often than a name, where only a role stands before it (业主和租户, 业主向部门)
_PLAIN_SURNAME = f"(?![和向包房管全车连商应成解路党时关]){_SURNAME}"
# what ends a name: particles, verbs and places that follow it without a mark
_GIVEN = (
    "[^\\W\\d_的是在住家想要来來问問有我你他她您们們不没沒这這那电電说說了吗嗎呢吧啊"
    "从從和与與去到个個〔〕]"
)
_NO_TITLE_BEFORE = "(?<![保主托监工关對对由至属等百贵貴任])"
_TITLED = re.compile(
    rf"{_NO_TITLE_BEFORE}(?:(?P<it>{_SURNAME}{_GIVEN}{{0,2}}?)(?=先生|女士|小姐|太太))"
)
_ADDRESSED = re.compile(
    rf"{_NO_TITLE_BEFORE}(?P<it>{_SURNAME}{_GIVEN}?)(?=阿姨|大[爷爺妈姐哥]|奶奶|爷爷|叔叔|伯伯"
    "|婶婶|师傅|師傅|老师|老師|经理|經理|主任|管家|医生|警官)"
)
# Cantonese 陈太, 李生; inside a word these are 不太, 卫生
_SHORTLY_TITLED = re.compile(
    rf"(?:^|(?<=[^\w])|(?<=[问問请請叫找]))(?P<it>(?![卫丛]){_SURNAME})(?=[太生](?:[,，。:\s]|$))"
)
_STATED = re.compile(
    rf"(?:(?:我|名字|本人|他|她)(?:名)?叫|叫做|名叫|姓名|名字)[是为叫:\s]{{0,3}}"
    rf"(?P<it>(?:小|老|阿)?{_PLAIN_SURNAME}{_GIVEN}{{1,2}}|(?:小|老|阿){_SURNAME})"
)
_SURNAMED = re.compile(rf"(?<!百)姓(?P<it>{_SURNAME})(?![名氏])")
_END = r"(?=[,，。.!！;；:、\s()（）〔]|住|家住|手机|电话|反映|来电|投诉|报修|$)"
_INTRODUCED = re.compile(
    rf"(?:我是|本人|(?<!行)业主|業主|住户|住戶|租户|户主|房东|联系人|聯繫人|联络人|收件人|车主"
    rf"|管家|{ROOM}的?)[是叫:\s]{{0,2}}"
    rf"(?P<it>(?:小|老|阿)?{_PLAIN_SURNAME}{_GIVEN}{{1,2}}|(?:小|老|阿){_SURNAME}){_END}"
)
_BEFORE_PHONE = re.compile(
    rf"(?<![^\W\d_])(?P<it>{_SURNAME}{_GIVEN}{{1,2}})"
    rf"(?=[ ,，:的]{{0,2}}(?:电话|手机)?[是:\s]{{0,2}}{PHONE})"
)
# words that begin like a surname
_WORDS = (
    "程序员|高层|高層|安保|保安|方便|孙子|孙女|孫女|任何|安全|应该|成年|全职|于是|温馨|白天|白领|万一|关于|關於|文明|米色"
    "|和谐|连续|车主|车位|师傅|全体|全家|全部|全款|房东|房主|党员|华侨|阳台|管理|时间|成员|单元|解决|包括|商户|商家|边上|应急"
    "|应聘|高楼|高龄|金牌|石材|马上|施工|方面|温度|黄色|白色|蓝色|路人|路过|和平|常住|常客|严重|费用|简单|全新|连廊"
    "|解释|解答|陆续|毕业|商务|文化|左邻"
)
_NO_NAMES = frozenset(_WORDS.split("|"))


def mask(text: str) -> str:
    """The text with every piece of personal data replaced by its placeholder."""
    for pattern, placeholder, admit in _STEPS:
        for start, end in reversed(_found(text, pattern, admit)):
            text = text[:start] + placeholder + text[end:]
    return text


def hidden(text: str) -> list[tuple[int, int, str]]:
    """What `mask` replaces: spans of the original text in their order, each with its placeholder.

    For text that comes back and is to be made whole again.
    """
    origins = [(place, place + 1) for place in range(len(text))]
    masked = text
    for pattern, placeholder, admit in _STEPS:
        for start, end in reversed(_found(masked, pattern, admit)):
            whole = (origins[start][0], origins[end - 1][1])
            masked = masked[:start] + placeholder + masked[end:]
            origins[start:end] = [whole] * len(placeholder)
    found = [(*origins[match.start()], match[0]) for match in _PLACEHOLDER.finditer(masked)]
    return [piece for piece in found if text[piece[0] : piece[1]] != piece[2][:1]]


def unmasked(text: str) -> str:
    """A masked text without its placeholders: what is left to compare by meaning."""
    return _PLACEHOLDER.sub("", text)


Admit = Callable[[re.Match[str]], bool]


def _found(text: str, pattern: re.Pattern[str], admit: Admit | None) -> list[tuple[int, int]]:
    """The span of the group `it` of each match, or of the whole match where there is none."""
    group: int | str = "it" if "it" in pattern.groupindex else 0
    matches = pattern.finditer(text.translate(_WIDTHS))
    return [match.span(group) for match in matches if admit is None or admit(match)]


def _is_no_date(match: re.Match[str]) -> bool:
    figures = re.sub(r"\D", "", match[0])
    if all(part[:2] in ("19", "20") for part in (figures[:4], figures[4:])):
        return False  # 2013-2017
    try:
        date(int(figures[:4]), int(figures[4:6]), int(figures[6:8]))
    except ValueError:
        return True
    return False


def _is_no_count(match: re.Match[str]) -> bool:
    """Not 共12栋302户: what follows a word of counting is no door."""
    return not _COUNTED.search(match.string[max(0, match.start() - 3) : match.start()])


def _reads_as_door(match: re.Match[str]) -> bool:
    return 1 <= int(match["floor"]) <= 60


def _is_name(match: re.Match[str]) -> bool:
    return match["it"] not in _NO_NAMES and match["it"][:2] not in _NO_NAMES


_STEPS: tuple[tuple[re.Pattern[str], str, Admit | None], ...] = (
    (_EMAIL, EMAIL, None),
    (_IDENTITY, IDENTITY, None),
    (_PASSPORT, IDENTITY, None),
    (_CARD, CARD, None),
    (_ACCOUNT, ACCOUNT, None),
    (_PLATE, PLATE, None),
    (_CALLED_PLATE, PLATE, None),
    (_WECHAT, WECHAT, None),
    (_PHONE, PHONE, None),
    (_SPOKEN_PHONE, PHONE, None),
    (_CALLED, PHONE, None),
    (_LOCAL_PHONE, PHONE, _is_no_date),
    (_ADDRESS, ADDRESS, None),
    (_ROOM, ROOM, _is_no_count),
    (_PAIR, ROOM, _reads_as_door),
    (_BEFORE_PHONE, NAME, _is_name),
    (_STATED, NAME, _is_name),
    (_SURNAMED, NAME, None),
    (_TITLED, NAME, _is_name),
    (_ADDRESSED, NAME, _is_name),
    (_SHORTLY_TITLED, NAME, None),
    (_INTRODUCED, NAME, _is_name),
)
