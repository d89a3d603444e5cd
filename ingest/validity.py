"""Which version of a document this is, and from when it holds: its name and its text say so.

`停车管理规定（2025版）.docx`, `物业管理条例(2021-08-09).md` and 「本规定自2020年10月1日起施行」
are how people write it. Front matter, where there is some, goes before all of this.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.dates import DAY, date_of
from ingest.structure import CHAPTER, CLAUSE
from ingest.types import Block

_YEAR = r"(?P<bare_year>(?:19|20)\d\d)"
_DONE = "修订|修正|修改|公布|发布|颁布|施行|实施|通过|批准|印发|更新|生效"
_STATE = (
    rf"(?:[年度]{{0,2}}(?:最新)?(?:第?[一二三四五六七八九十\d]次)?(?:{_DONE})?[版稿本]?"
    rf"|[\s\u4e00-\u9fff][^()\uff08\uff09]{{0,60}}(?:{_DONE}))"
)
_NUMBERED = (
    r"(?:(?<![A-Za-z])[Vv](?:er(?:sion)?)?\.?\s*(?P<v>\d+(?:\.\d+){0,3})"
    r"|第(?P<nth>[一二三四五六七八九十\d]{1,3})版)"
)
_OPEN, _CLOSE = r"[(\uff08\[【]\s*", r"\s*[)\uff09\]】]"
_STRONG = (
    re.compile(rf"{_OPEN}{DAY}{_STATE}{_CLOSE}$"),
    re.compile(rf"{_OPEN}{_YEAR}{_STATE}{_CLOSE}$"),
    re.compile(rf"{_OPEN}{_NUMBERED}{_CLOSE}$"),
    re.compile(rf"[-_\s]*{_YEAR}年?(?:修[订正]|最新)?版$"),
    re.compile(rf"[-_\s]*{_NUMBERED}$"),
)
# A date that merely ends a file's name often says when somebody saved it.
_WEAK = re.compile(rf"[-_\s]+{DAY}$")
_REGION = re.compile(
    r"^(?:北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    r"|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾|全国|国家|地方)_(?=.{2})"
)

_FORCE = r"(?:施行|实施|执行|生效|启用)"
_SUBJECT = r"本(?!决定|修正|次)(?:(?!第|条第)[\u4e00-\u9fff《》（）()]){1,12}?"
_STATED = re.compile(
    rf"(?:^|[。;\uff1b\n|])\s*(?:{CLAUSE.pattern.removeprefix('^')}[\s\u3000]*)?"
    rf"(?P<subject>{_SUBJECT}|《(?P<name>[^》]+)》|[^。《》]{{0,60}}(?:公布|发布|印发|通过|批准)[,\uff0c])?"
    rf"\s*[自从於于]?\s*{DAY}\s*起?\s*(?:正式|开始)?{_FORCE}(?!的)"
)
_FIELD = re.compile(rf"(?:施行|实施|执行|生效|启用)(?:日期|时间|日)\s*(?:[:\uff1a|]|为)+\s*{DAY}")
_ADOPTED = re.compile(rf"^[(\uff08\s]*{DAY}.{{0,200}}?(?:通过|批准|修订|修正|公布|发布|颁布|印发)")
_IN_FORCE = re.compile(rf"^[(\uff08\s]*[自从]?\s*{DAY}\s*起?\s*(?:正式)?{_FORCE}[)\uff09\s]*$")
_PREAMBLE_BLOCKS = 14


@dataclass(frozen=True, slots=True)
class NamedVersion:
    """What a name says: itself without the version, the version, and the day it stands for.

    `certain` tells a date that is meant as the version from one that only ends a file's name.
    """

    title: str
    version: str | None = None
    day: date | None = None
    certain: bool = False


def named_version(name: str) -> NamedVersion:
    """Take version and date off the end of a title or of a file's name (without its ending).

    A year alone stands for its first day. With a number and a date the version is the number.
    """
    title, certain = name.strip(), False
    numbers: list[str] = []
    days: list[tuple[str, date]] = []
    while (found := _last(title)) is not None:
        match, strong = found
        title = title[: match.start()].strip(" -_")
        number, day = _read(match)
        certain = certain or strong
        numbers += [number] if number else []
        days += [day] if day else []
    shown = [text for text, _ in days]
    return NamedVersion(
        title,
        next(iter(numbers + shown), None),
        days[0][1] if days else None,
        certain,
    )


def without_region(name: str) -> str:
    """A file's name without the province that collections put before it (浙江_杭州市…)."""
    return _REGION.sub("", name)


def _last(title: str) -> tuple[re.Match[str], bool] | None:
    for pattern in (*_STRONG, _WEAK):
        match = pattern.search(title)
        # What is left has to be a title.
        if match is not None and len(title[: match.start()].strip(" -_")) >= 2:
            if "year" in match.groupdict() and date_of(match) is None:
                continue
            return match, pattern is not _WEAK
    return None


def _read(match: re.Match[str]) -> tuple[str | None, tuple[str, date] | None]:
    """The version number and the date that one match names, with how it is shown."""
    groups = match.groupdict()
    if "year" in groups:
        day = date_of(match)
        whole = any(groups[f"day{suffix}"] for suffix in ("", "2", "3"))
        return None, (f"{day:%Y-%m-%d}" if whole else f"{day:%Y-%m}", day) if day else None
    if groups.get("bare_year"):
        return None, (groups["bare_year"], date(int(groups["bare_year"]), 1, 1))
    if groups.get("nth"):
        return f"第{groups['nth']}版", None
    return groups["v"], None


def effective_from(blocks: Sequence[Block], named: NamedVersion) -> date | None:
    """The day from which a document holds, as its own text or else its name says.

    What the text states wins, unless the version is younger: an amended law still ends in the
    sentence of its first version. Statements about other documents do not count.
    """
    stated = max(_stated(blocks, named.title), default=None)
    adopted = max(_adopted(blocks), default=None)
    version = (named.day if named.certain else None) or adopted
    if stated is None:
        return version or named.day
    return max(stated, version) if version else stated


def tells_history(line: str) -> bool:
    """Whether a line says when a document was adopted or came into force, as preambles do."""
    return bool(_ADOPTED.match(line) or _IN_FORCE.match(line))


def _stated(blocks: Sequence[Block], title: str) -> Iterator[date]:
    for block in blocks:
        for pattern in (_STATED, _FIELD):
            for match in pattern.finditer(block.text):
                name = match.groupdict().get("name")
                if name and _bare(name) != _bare(title):
                    continue
                day = date_of(match)
                if day is not None:
                    yield day


def _bare(title: str) -> str:
    return re.sub(r"\s", "", named_version(title).title)


def _adopted(blocks: Sequence[Block]) -> Iterator[date]:
    """The days of the lines between title and first clause that say when it was adopted."""
    for block in blocks[:_PREAMBLE_BLOCKS]:
        if CLAUSE.match(block.text) or CHAPTER.match(block.text):
            return
        match = _ADOPTED.match(block.text)
        day = date_of(match) if match else None
        if day is not None:
            yield day
