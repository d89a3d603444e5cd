"""Tables with one past case in each row, recognised by their header; each row is a document."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

from ingest.dates import DAY, date_of
from ingest.parsers.plain import line_blocks
from ingest.parsers.tables import Row, header_candidates, header_columns
from ingest.types import Block, BlockKind, ParsedText

_COLUMNS: dict[str, tuple[str, ...]] = {
    "number": (
        "编号", "案例编号", "工单号", "工单编号", "单号", "受理编号", "投诉编号", "案件编号",
        "序号", "編號",
    ),
    "title": ("标题", "案例标题", "案例名称", "主题", "事由", "標題"),
    "message": (
        "诉求", "诉求内容", "业主原话", "住户原话", "原话", "来电内容", "投诉内容", "报修内容",
        "反映内容", "反映问题", "问题描述", "诉求描述", "訴求",
    ),
    "story": (
        "经过", "事件经过", "案例经过", "情况经过", "事情经过", "经过描述", "案例描述", "經過",
    ),
    "handling": (
        "处理", "处理过程", "处理经过", "处理情况", "处理措施", "处置", "处置措施", "处置过程",
        "办理过程", "办理情况", "處理",
    ),
    "outcome": ("结果", "处理结果", "办理结果", "处置结果", "結果"),
    "lesson": (
        "教训", "经验教训", "启示", "经验", "改进", "改进措施", "反思", "点评", "教訓",
    ),
    "kind": ("诉求类型", "诉求类别", "类型", "来件类型", "工单类型"),
    "category": ("类别", "投诉类别", "分类", "问题类别", "类别名称", "類別"),
    "department": ("部门", "责任部门", "承办部门", "处理部门"),
    "channel": ("渠道", "来源", "受理渠道", "来源渠道", "来件渠道"),
    "received_at": (
        "受理时间", "受理日期", "来电时间", "登记时间", "投诉时间", "报修时间", "发生时间", "时间",
        "日期",
    ),
    "completed_at": ("完成时间", "完成日期", "办结时间", "办结日期", "处理时间"),
    "closed_at": ("归档时间", "关闭时间", "结案时间", "回访时间"),
    "signals": ("信号", "信号代码", "signals"),
    "building": ("楼栋", "楼号", "栋号", "楼幢", "幢号", "楼棟"),
    "unit": ("单元", "单元号"),
    # What identifies a resident is not taken over: cases are teaching material.
    "private": (
        "姓名", "业主", "业主姓名", "住户姓名", "客户姓名", "联系人", "报事人", "投诉人", "电话",
        "联系电话", "联系方式", "手机", "手机号", "手机号码", "来电号码", "身份证", "身份证号",
        "车牌", "车牌号", "房号",
    ),
}  # fmt: skip
_NAMES = {name: field for field, names in _COLUMNS.items() for name in names}
_SECTIONS = {"story": "经过", "handling": "处理", "outcome": "结果", "lesson": "教训"}
_OTHERS = "其他情况"
_TELLS = frozenset(("message", "story"))
_ENDS = frozenset(("handling", "outcome", "lesson"))
_PLACES = frozenset(("number", "received_at", "building", "completed_at"))
_CODES: dict[str, dict[str, str]] = {
    "kind": {
        "咨询": "inquiry", "报修": "repair", "维修": "repair", "投诉": "complaint",
        "建议": "suggestion", "求助": "assistance", "表扬": "praise", "其他": "other",
    },
    "category": {
        "设备设施": "facilities", "设施设备": "facilities", "管理服务": "management_service",
        "收费": "charges", "突发事件": "incident",
    },
    "department": {
        "客服": "customer_service", "工程": "engineering", "保洁": "cleaning", "秩序": "security",
        "安保": "security", "保安": "security", "绿化": "landscaping", "财务": "finance",
    },
    "channel": {
        "热线": "hotline", "电话": "hotline", "APP": "app", "微信": "wechat", "前台": "front_desk",
        "邮件": "email", "邮箱": "email",
    },
}  # fmt: skip
_MOMENT = re.compile(rf"{DAY}(?:[\sT日]*(?P<hour>\d{{1,2}})[:\uff1a点时](?P<minute>\d{{1,2}})?)?")
_CHINA = timezone(timedelta(hours=8))
_LONGEST_TITLE = 30


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case: its number (or a digest of its words), its fields, and the columns besides."""

    name: str
    values: Mapping[str, str]
    others: tuple[tuple[str, str], ...] = ()

    def to_bytes(self) -> bytes:
        """The row as bytes that are equal when the row is."""
        plain = {"name": self.name, "values": dict(self.values), "others": self.others}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()


def case_rows(rows: Sequence[Row]) -> list[CaseRow] | None:
    """The cases of a table, or None when its header is not that of a table of cases.

    A header tells of a matter and of what came of it, and numbers, dates or places it. A row
    without number and story goes on with the case above it, as merged cells do.
    """
    for index, row in header_candidates(rows):
        columns = header_columns(row, _NAMES)
        if columns.keys() & _TELLS and columns.keys() & _ENDS and columns.keys() & _PLACES:
            return _cases(rows[index + 1 :], row, columns)
    return None


def _cases(rows: Sequence[Row], header: Row, columns: Mapping[str, Sequence[int]]) -> list[CaseRow]:
    known = {at for places in columns.values() for at in places}
    found: list[dict[str, str]] = []
    others: list[list[tuple[str, str]]] = []
    for row in rows:
        values = {field: text for field, at in columns.items() if (text := _joined(row, at))}
        values.pop("private", None)
        more = [
            (header[at].strip(), row[at].strip())
            for at in range(min(len(row), len(header)))
            if at not in known and header[at].strip() and row[at].strip()
        ]
        begins = values.keys() & (_TELLS | {"number", "received_at"})
        if found and not begins:
            for field, text in values.items():
                found[-1][field] = "\n".join(filter(None, (found[-1].get(field), text)))
            others[-1] += more
        elif values.keys() & (_TELLS | _ENDS):
            found.append(values)
            others.append(more)
    return [
        CaseRow(_name(values), values, tuple(more))
        for values, more in zip(found, others, strict=True)
    ]


def _joined(row: Row, places: Sequence[int]) -> str:
    return "\n".join(row[at].strip() for at in places if at < len(row) and row[at].strip())


def _name(values: Mapping[str, str]) -> str:
    """The case's number; without one a digest of what it tells, which a later row keeps."""
    number = " ".join(values.get("number", "").split()).replace("/", "\uff0f")
    if number:
        return number
    told = values.get("message") or values.get("story") or "".join(values.values())
    return "案例-" + hashlib.sha256(told.encode()).hexdigest()[:8]


def parse(data: bytes) -> ParsedText:
    """The document of one `CaseRow.to_bytes()`."""
    plain = json.loads(data)
    values: dict[str, str] = plain["values"]
    blocks = [
        block
        for field, name in _SECTIONS.items()
        for block in _section(name, values.get(field, ""))
    ]
    others = "\n".join(f"{name}\uff1a{text}" for name, text in plain["others"])
    blocks += _section(_OTHERS, others)
    return ParsedText(tuple(blocks), MappingProxyType(_front_matter(plain["name"], values)))


def _section(name: str, text: str) -> list[Block]:
    if not text:
        return []
    return [Block(BlockKind.HEADING, name, 2), *line_blocks(text.split("\n"))]


def _front_matter(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "case", "title": _title(name, values), "number": name}
    found |= {field: values[field] for field in ("message", "building", "unit") if field in values}
    words = []
    for field, codes in _CODES.items():
        text = values.get(field, "")
        code = next((code for word, code in codes.items() if word in text), None)
        if code is not None:
            found[field] = code
        elif text:
            words.append(text)
    if "kind" not in found and (kind := _kind_of(values.get("category", ""))):
        # Some tables have the kind of matter in the column of categories.
        found["kind"] = kind
    if values.get("category") and values["category"] not in words:
        words.append(values["category"])
    found["keywords"] = words
    if "signals" in values:
        found["signals"] = re.findall(r"[a-z_]+", values["signals"])
    else:
        # The rules would take silence for a harmless matter.
        found["signals_unknown"] = True
    for field in ("received_at", "completed_at", "closed_at"):
        if moment := _moment(values.get(field, "")):
            found[field] = moment
    return found


def _kind_of(text: str) -> str | None:
    return next((code for word, code in _CODES["kind"].items() if word in text), None)


def _title(name: str, values: Mapping[str, str]) -> str:
    if values.get("title"):
        return " ".join(values["title"].split())
    told = (values.get("message") or values.get("story") or "").strip().split("\n")[0]
    sentence = re.split(r"[。!\uff01?\uff1f;\uff1b]", told)[0]
    if len(sentence) > _LONGEST_TITLE:
        sentence = sentence[:_LONGEST_TITLE] + "…"
    return sentence or f"案例 {name}"


def _moment(text: str) -> str | None:
    """A moment as ISO 8601; tables give local time, which is China's throughout."""
    match = _MOMENT.match(text.strip())
    day = date_of(match) if match else None
    if match is None or day is None:
        return None
    hour, minute = int(match["hour"] or 0), int(match["minute"] or 0)
    if hour > 23 or minute > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_CHINA).isoformat()
