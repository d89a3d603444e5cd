"""Values of the library of wordings (话术)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

SITUATIONS: Mapping[str, str] = {
    "greeting": "问候",
    "emergency": "紧急安抚",
    "despair": "轻生陪伴",
    "safety": "安全步骤",
    "missing_urgent": "紧急补问",
    "closing_urgent": "紧急结尾",
    "empathy": "安抚情绪",
    "sympathy": "体谅处境",
    "restate": "复述诉求",
    "answer": "有据答复",
    "unanswered": "暂无依据",
    "several": "多件诉求",
    "repeated": "多次反映",
    "waiting": "久等未办",
    "incident": "已知事件",
    "special_care": "重点关怀",
    "threat": "要向外反映",
    "appointment": "约定时间",
    "out_of_scope": "其他单位主管",
    "promise": "时限安排",
    "missing": "补充信息",
    "follow_up": "后续跟进",
    "escalated": "已报主管",
    "study": "研究建议",
    "offer": "请说需要",
    "closing": "结尾",
    "progress": "进度告知",
    "delay": "延期说明",
    "completed": "结果告知",
    "return_visit": "回访",
    "decline": "不能照办",
    "fees": "费用沟通",
    "lost": "失物寻找",
    "care_visit": "走访问候",
    "adopted": "采纳建议",
    "owners": "业主共同决定",
    "identify": "查找受表扬人",
    "gift": "婉谢礼物",
    "wish": "表扬带期望",
    "publish": "公开表扬",
    "advert": "广告招聘",
    "forward": "转发通知",
    "wrong": "发错消息",
    "machine": "无关要求",
    "thanks": "对方道谢",
}
"""What a wording is for, in the order of a reply; the first are what the composer uses."""

PLACEHOLDERS: Mapping[str, str] = {
    "company": "公司",
    "estate": "小区",
    "matter": "事项",
    "place": "地点",
    "department": "部门",
    "count": "次数",
    "days": "天数",
    "question": "所问的问题",
    "questions": "要补充的信息",
    "promises": "时限安排",
    "authority": "主管单位",
    "contact": "联系方式",
    "due": "时间",
    "reason": "原因",
    "progress": "进展",
    "result": "结果",
}
"""What a wording may leave open, and what a CSR sees in its place."""

EVERY_KIND = "all"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """An entry of the library: one or more ways to say the same, `texts`.

    `kind` is a request kind or `all`; `situation` a code of SITUATIONS; `anger` the degrees (least,
    most) of 0..3 that it fits. `use` says when to use it, `avoid` what not to say instead;
    `source` is the clause it stands on (`pol-x 第N条`), or empty. `version` and `effective_from`
    are those of its file; `own` is true where the installation's own file gives it.
    """

    id: str
    kind: str
    situation: str
    title: str
    texts: tuple[str, ...]
    anger: tuple[int, int] = (0, 3)
    use: str = ""
    avoid: str = ""
    source: str = ""
    version: str = ""
    effective_from: date | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class StyleCard:
    """How a kind is answered; `tone` has one line per degree of anger, 0 to 3."""

    tone: tuple[str, str, str, str]
    must: str
    must_not: str
    example: str


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(PLACEHOLDER.findall(text))


def with_blanks(text: str, known: Mapping[str, str]) -> str:
    """A wording ready to copy: what is `known` filled in, the rest as 【事项】 for the CSR."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        return known[name] if name in known else f"【{PLACEHOLDERS.get(name, name)}】"

    return PLACEHOLDER.sub(fill, text)
