"""What the guard needs and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.phrasebook import Phrasebook

if TYPE_CHECKING:
    from kb.encoder import Encoder


class Code(StrEnum):
    """What a reply may do wrong; `label` is its Chinese name."""

    TIME = "time"
    DATE = "date"
    MONEY = "money"
    UNIT = "unit"
    COUNT = "count"
    PHONE = "phone"
    PLACE = "place"
    DEPARTMENT = "department"
    PROMISE = "promise"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    NEGATION = "negation"
    SAFETY_MISSING = "safety_missing"
    SAFETY_LATE = "safety_late"
    SAFETY_CONTRADICTED = "safety_contradicted"
    CUT_SERVICES = "cut_services"
    LIABILITY = "liability"
    COMPENSATION = "compensation"
    BLAME = "blame"
    OTHER_RESIDENT = "other_resident"
    NOT_OUR_BUSINESS = "not_our_business"
    RESULT_PROMISE = "result_promise"
    RISKY = "risky"
    INSTRUCTION = "instruction"
    SCRIPT = "script"
    MARKUP = "markup"
    FOREIGN = "foreign"
    REPETITION = "repetition"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Code.TIME: "时间没有依据", Code.DATE: "日期没有依据", Code.MONEY: "金额没有依据",
    Code.UNIT: "单位被改", Code.COUNT: "数量没有依据", Code.PHONE: "电话没有依据",
    Code.PLACE: "条款或位置没有依据", Code.DEPARTMENT: "部门不对", Code.PROMISE: "承诺没有依据",
    Code.UNSUPPORTED: "出处里没有这个说法", Code.UNCITED: "说法没有出处", Code.NEGATION: "意思说反",
    Code.SAFETY_MISSING: "缺安全提示", Code.SAFETY_LATE: "安全提示不在最前",
    Code.SAFETY_CONTRADICTED: "与安全提示相反", Code.CUT_SERVICES: "以停水停电等相威胁",
    Code.LIABILITY: "承认法律责任", Code.COMPENSATION: "许诺赔偿或减免", Code.BLAME: "责怪他人",
    Code.OTHER_RESIDENT: "透露他人信息", Code.NOT_OUR_BUSINESS: "推脱",
    Code.RESULT_PROMISE: "保证结果", Code.RISKY: "措辞可能越界",
    Code.INSTRUCTION: "照办来件里的指令", Code.SCRIPT: "字体与来件不一致", Code.MARKUP: "混入标记",
    Code.FOREIGN: "混入外文", Code.REPETITION: "重复",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """What the checks need beside the draft.

    `departments` are the labels by code in simplified script; `phones` the company's own public
    numbers; `wordings` its fixed wordings, such as the greeting, in which names are its own.
    `encoder`, where there is one, also compares the meaning of a fact and its passage.
    """

    phrases: Phrasebook
    departments: Mapping[str, str]
    phones: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    encoder: "Encoder | None" = None
