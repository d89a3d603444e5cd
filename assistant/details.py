"""How to reach a resident, their vehicle, and when they wish to be seen, as the message says it.

Telephone numbers: mobiles, landlines with area code and extension, 400 and 800 numbers, local
ones of eight figures; with blanks and dashes, in full width, in Chinese numerals
(幺三八…). A number called in vain, a hotline's and the number of a bill or a card are none. An
extension follows after a hyphen.
"""

import re
from datetime import date, datetime, tzinfo

from assistant.numerals import digits
from assistant.script import fold
from assistant.types import Details
from assistant.wishes import find_wish

_CN = "零〇一二三四五六七八九幺两"
_GAP = r"[ \-.·—_]?"
# Most messages hold no number at all and are done.
_FIGURES = re.compile(f"[0-9]{{3}}|[{_CN}]{{4}}")
_LATIN = re.compile("[a-z]")
_PHONE = re.compile(
    r"(?<![0-9.])(?:"
    rf"(?:\+?(?:00)?86{_GAP})?(?P<mobile>1[3-9][0-9]"
    rf"(?:{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}|{_GAP}[0-9]{{3}}{_GAP}[0-9]{{5}}|[0-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}))"
    rf"|(?P<service>[48]00{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{3,4}})"
    r"|[(]?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))[)]?[ \-—]{0,2}"
    r"(?P<line>[2-9][0-9]{2,3}[ \-]?[0-9]{4})"
    r"(?:[ ]?(?:转|-|#|ext\.?)[ ]?(?P<extension>[0-9]{1,5}))?"
    r")(?![0-9*]|\.[0-9])"
)
_SPOKEN = re.compile(
    rf"(?<![{_CN}0-9])(?P<mobile>[一幺1](?:[ ,，、\-]?[{_CN}0-9]){{10}})(?![{_CN}0-9十百])"
)
_LOCAL = re.compile(
    r"(?P<cue>(?:电话|座机|固话|手机|联系方式|号码|打)[号码是为: ]{0,4})?"
    r"(?<![0-9.\-/:a-z])(?P<line>[2-9][0-9]{3}[ \-]?[0-9]{4}"
    r"|(?<=[是:话机码 ])[2-9][0-9]{2}[ \-]?[0-9]{4})"
    r"(?![0-9.\-/元块万度吨平米字次年a-z*])"
)
_CALLED = re.compile(
    "(?:打了|打过|拨打?了|拨过|拨打|打你们的?|打物业的?|打的是|热线"
    "|你们的?(?:电话|座机|前台)|物业(?:的)?(?:电话|座机)|客服(?:电话)?|总机|前台(?:电话)?"
    "|显示|陌生|骚扰|推销|诈骗|自称|广告|小广告)"
    "(?:的?(?:电话|号码|手机)?(?:是|叫|为)?)?[:(“\"' ]{0,3}$"
)
_IN_VAIN = re.compile(
    "^[)”\"' ]{0,2}(?:[,，]? ?)(?:(?:一直|又|都|也|总是?|根本|半天|怎么)?"
    "(?:没人接|无人接|打不通|不接|占线|没有?人听|是空号|停机|接不通|拨不通)"
    "|是(?:谁|不是你们|哪|你们))"
)
_NUMBER_OF = re.compile(
    "(?:单号|订单|编号|账号|户号|卡号|表号|合同号?|工单号?|身份证号?"
    "|尾号|序列号|型号|发票号?|房产证号?)(?:码)?(?:是|为)?[: ]{0,2}$"
)
_TO_ME = re.compile("(?:打我|打给我|给我打|请打|可打|可以打|打我的?|就打|请拨打?)[^,，。]{0,5}$")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SPACE = r"[ ·・•.\-—]{0,2}"
_BODY = rf"(?P<body>(?:[a-z0-9]{_GAP}){{4,5}}[a-z0-9警学挂港澳领使])"
_PLATE = re.compile(rf"(?P<head>[{_PROVINCES}]{_SPACE}[a-z]){_SPACE}{_BODY}(?![a-z0-9])")
_CALLED_PLATE = re.compile(
    rf"(?:车牌号?码?|牌照|车号)(?:是|为|:|尾号)?[ :]?(?P<head>[a-z])"
    rf"{_SPACE}(?P<body>[a-z0-9]{{5,6}})(?![a-z0-9])"
)


def find_details(text: str, received_at: datetime, zone: tzinfo | None = None) -> Details:
    """Contacts, plates and wished time of a message, in the order they are said.

    `received_at` carries an offset; relative dates are read in `zone`, the estate's, by default in
    that of `received_at`.
    """
    folded = fold(text)
    return Details(
        contacts=tuple(dict.fromkeys(_contacts(folded.text))),
        plates=tuple(dict.fromkeys(_plates(folded.text))),
        wish=find_wish(folded, text, received_at, zone),
    )


def _contacts(text: str) -> list[str]:
    found: list[tuple[int, int, str]] = []
    if _FIGURES.search(text) is None:
        return []
    for pattern in (_PHONE, _SPOKEN, _LOCAL):
        for match in pattern.finditer(text):
            start, end = match.span("line") if pattern is _LOCAL else match.span()
            if any(start < last and end > first for first, last, _ in found):
                continue
            value = _figures(match)
            if value is not None and _is_theirs(text, start, end):
                found.append((start, end, value))
    return [value for _, _, value in sorted(found)]


def _figures(match: re.Match[str]) -> str | None:
    said = match.groupdict()
    if said.get("area"):
        line = re.sub("[^0-9]", "", said["area"] + said["line"])
        return f"{line}-{said['extension']}" if said.get("extension") else line
    written = said.get("mobile") or said.get("service") or said.get("line") or ""
    value = "".join(digits(c) or "" for c in written if c in _CN or c.isdigit())
    if said.get("mobile"):
        return value if re.fullmatch("1[3-9][0-9]{9}", value) else None
    if said.get("service"):
        return value if len(value) == 10 else None
    if (len(value) == 7 and not said.get("cue")) or _is_date(value):
        return None
    return value


def _is_date(figures: str) -> bool:
    """20261127, or two years: 2013-2017."""
    if len(figures) != 8:
        return False
    try:
        date(int(figures[:4]), int(figures[4:6]), int(figures[6:]))
    except ValueError:
        return all(part[:2] in ("19", "20") for part in (figures[:4], figures[4:]))
    return figures[:2] in ("19", "20")


def _is_theirs(text: str, start: int, end: int) -> bool:
    """Whether a number reaches the resident: not one that they called, nor that of a bill."""
    before, after = text[max(0, start - 14) : start], text[end : end + 10]
    if _NUMBER_OF.search(before) or _IN_VAIN.search(after):
        return False
    return not _CALLED.search(before) or bool(_TO_ME.search(before))


def _plates(text: str) -> list[str]:
    found: list[tuple[int, str]] = []
    if _LATIN.search(text) is None:
        return []
    for pattern in (_PLATE, _CALLED_PLATE):
        for match in pattern.finditer(text):
            body = re.sub("[^a-z0-9警学挂港澳领使]", "", match["body"])
            if re.search("[0-9]", body) and len(body) in (5, 6):
                head = re.sub("[^a-z\u3400-\u9fff]", "", match["head"])
                found.append((match.start(), (head + body).upper()))
    return [plate for _, plate in sorted(found)]
