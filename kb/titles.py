"""Titles levelled, so that the versions of one document are seen to be that.

`停车管理规定（2025版）`, `停車管理規定 V2.1` and `停车管理规定（修订）` name one document. What is
taken off is kept as the title's mark: it may be all that orders the versions.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from kb.normalization import normalize

_DAY = (
    r"(?:\d{4}\s?[-./]\s?\d{1,2}(?:\s?[-./]\s?\d{1,2})?"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?(?:版|度版)?|\d{8}|\d{4}版?)"
)
_VERSION = r"(?:v(?:er(?:sion)?)?\.?\s?\d+(?:\.\d+)*|第\d+版|\d+(?:\.\d+)+版?|版本\s?\d+(?:\.\d+)*)"
_REVISED = (
    r"(?:第?\d*次?(?:修订|修正|修改)(?:版|稿|本|案)?|试行(?:版|稿)?|暂行|最新版?|新版|旧版|现行(?:版|有效)?"
    r"|正式版|定稿|终稿|印发|公布|发布|通过|施行|实施|起|自|版)"
)
_MARK = rf"(?:{_DAY}|{_VERSION}|{_REVISED})"
_BRACKETED = re.compile(rf"\s*[(\[【〔「<〈]\s*({_MARK}(?:[\s,、]*{_MARK})*)\s*[)\]】〕」>〉]\s*")
_AT_END = re.compile(
    rf"[\s_\-—·]*((?<![\d.])(?:\d{{8}}|\d{{4}}[-.]\d{{1,2}}[-.]\d{{1,2}}|{_VERSION}"
    r"|\d{4}年?(?:度)?版|(?:修订|修正|试行)(?:版|稿|本)|新版|旧版|最新版))$"
)
_AT_START = re.compile(r"^(\d{4}年?(?:度)?版|新版|最新版)[\s_\-—·]*")
_PROVISIONAL = re.compile(r"(?:试行|暂行)(?=办法|规定|规则|条例|细则|制度|方案|标准)")
_NOTHING = re.compile(r"[\s《》_\-—·,、:\"“”']+")
# Titles that many unlike documents bear.
_GENERIC = re.compile(
    r"(?:物业|客服|业主|住户|小区|服务)*(?:常见|热点|高频)?(?:问题|问答|答疑|解答)*(?:汇总|大全|集锦|库|表)?"
    r"|faqs?|q&a|qa|(?:重要|温馨|紧急)?(?:通知|公告|提示|告示|须知|说明)+"
    r"|(?:管理|工作|规章|业务)?(?:规定|制度|办法|流程|标准|细则|手册|资料|知识|文件)+"
    r"|(?:业务)?知识库|目录|附件\d*|未命名|无标题|新建.*|文档\d*|资料\d*|sheet\d*|工作表\d*"
    r"|untitled\d*|document\d*"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A levelled title and the marks (dates, version, 修订) that were taken off it."""

    name: str
    mark: str

    @property
    def is_telling(self) -> bool:
        """Whether the title names a subject, so that documents that share it are one."""
        return bool(self.name) and _GENERIC.fullmatch(self.name) is None


@lru_cache(maxsize=65_536)
def level(title: str) -> Title:
    """The title in one script and width, without version marks and punctuation."""
    text, marks = normalize(title).strip(), []
    for pattern in (_BRACKETED, _AT_END, _AT_END, _AT_START):
        marks += pattern.findall(text)
        text = pattern.sub("", text)
    marks += _PROVISIONAL.findall(text)
    return Title(_NOTHING.sub("", _PROVISIONAL.sub("", text)), " ".join(marks))
