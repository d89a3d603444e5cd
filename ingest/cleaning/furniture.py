"""Drop what web pages and document-sharing sites put around a text.

Lines are matched on a folded copy (simplified script, full-width forms made half-width), so one
set of patterns serves both scripts. A line of vocabulary such as 下载 or 文档 alone is not enough:
company rules speak of those things too. It takes a term that only a sharing site uses.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ingest.cleaning.dropped import Dropped
from ingest.types import Block, BlockKind

_SITE_LINES = (
    r"已阅读\d+页|还剩\d+页|下载(?:本|该|此)?文档|文档简介|资源描述|展开阅读全文|阅读全文"
    r"|提交评论|发表评论|我要评论|收藏|举报|版权申诉"
)
_SITE_BUTTONS = r"(?:收藏|下载|举报|版权申诉|分享|打印)"
_NO_END = r"[^。!\uff01?\uff1f]"
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("sharing_site", rf"^(?:{_SITE_LINES})[,:\s]*(?:还剩\d+页.*)?$"),
        (
            "sharing_site",
            r"(?:上传[人者]|上传时间|文档编号|文档大小):.*(?:编号|时间|格式|页数|大小)",
        ),
        ("sharing_site", rf"^{_SITE_BUTTONS}(?:\s+{_SITE_BUTTONS})+$"),
        ("sharing_site", r"(?:珍藏版|由会员分享|更多相关《)"),
        ("comments", r"^(?:文档|网友|用户|最新)?评论(?:\(\d+\))?$"),
        ("comments", r"^.{0,12}评论(?:功能)?(?:已|暂时)*关闭"),
        ("copyright", r"copyright|^©|版权所有|^\s*备案号|ICP(?:备|证)?\d|公网安备"),
        ("image_caption", r"^.{0,80}第\d+张(?:图片|图)(?:[-–—_].{0,40})?$"),
        ("image_caption", r"^\(?\s*(?:图片来源|图源|图片来自|配图来源)[^。]{0,40}$"),
        ("tags", rf"^(?:标签|tags?)\s*:{_NO_END}{{0,80}}$"),
        ("breadcrumb", r"^(?:当前位置|您?现?在?的?位置|首页)\s*:?[^。]{0,80}[>»›][^。]{0,60}$"),
        (
            "counter",
            rf"^(?!.*[,]){_NO_END}{{0,20}}(?:阅读|浏览|人气|点击)(?:量|数|次数)?"
            r"\s*[(:]\s*[\d.]+\s*(?:w|k|万|次)?\s*\)?$",
        ),
        (
            "navigation",
            r"^[^。]*(?:关于我们|网站地图|网站声明|友情链接)[^。]*(?:[-|·]\s*[^-|·。]+){2,}$",
        ),
        (
            "spam",
            rf"^{_NO_END}{{0,30}}(?:投注|博彩|娱乐城|百家乐){_NO_END}{{0,12}}"
            rf"(?:网站|平台|网址|app|官网){_NO_END}{{0,12}}$",
        ),
    )
)
_SITE_TERMS = re.compile(
    r"本站|网站文档|网友上传|用户(?:提供并)?上传|上传用户|上传者|上传文档|VIP|文库|二次下载|下载权益"
    r"|下载(?:本|该|此)(?:文档|资源)|版权申诉|信息存储空间|免费阅读|winrar|阅读器|图纸预览|C2C交易|小编",
    re.IGNORECASE,
)
_NOTICE_TERMS = re.compile(
    r"版权|侵权|侵犯|付费|退款|权益|下载|文档|压缩|图纸|举报|认领|盈利|商业用途|网友|会员|不保证|不承担"
    r"|附件|安装|资源|修改或编辑|收益"
)
_RELATED = re.compile(
    r"^(?:您|你)?(?:可能)?(?:还)?(?:关注|感兴趣|喜欢)的(?:文档|文章|内容|资料):?$"
    r"|^(?:相关|热门|推荐|最新|猜你喜欢)的?(?:文档|文章|阅读|资料|推荐|下载|资源)?:?$"
)
_NOTICE_HEADING = re.compile(r"^(?:温馨提示|版权说明|免责声明|下载说明|特别声明|使用说明):?$")
_FILE_TITLE = re.compile(
    rf"^{_NO_END}{{2,120}}\.(?:docx?|pdf|pptx?|xlsx?|rar|zip|wps|txt|dwg)$", re.IGNORECASE
)
_LINK_LIST = re.compile(
    r"(?:[^\s:\uff1a/。,\uff0c、]{2,14}[:\uff1a]/[a-z0-9_-]+/\s*){2,}", re.IGNORECASE
)
_LEAD_IN = re.compile(
    rf"(?:^|(?<=[。!?])){_NO_END}*(?:小编|本站){_NO_END}{{0,24}}"
    rf"(?:带来|整理|分享|收集|准备|介绍){_NO_END}*[。!?]?"
)
_BYLINE = re.compile(r"^(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9]{6,}\s+\S{2,12}\s+\d+$")
_PREVIEW_PAGE = re.compile(r"^(.{2,60}?)[__]第\d+页$")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}\s*[:\uff1a.\uff0e、)\uff09]|[-*•])")
_FRAGMENT = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]+)[.、)][^。!?:]{0,6}$")
_TEXT_KINDS = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.HEADING)


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """Simplified script and half-width forms, for matching only."""
    return str(_converter().convert(unicodedata.normalize("NFKC", text))).strip()


def remove_furniture(blocks: Sequence[Block]) -> tuple[list[Block], Dropped]:
    """The blocks without furniture, and the characters dropped by reason.

    A preview title (`title_第1页`) becomes the document's heading, since the site shows the
    title nowhere else.
    """
    folded = [fold(b.text) if b.kind in _TEXT_KINDS else "" for b in blocks]
    reasons = _reasons(blocks, folded)
    dropped = Dropped()
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        reason = reasons[index]
        if reason == "preview_title":
            block = replace(block, kind=BlockKind.HEADING, text=_title(block.text), level=1)
            kept.append(block)
        elif reason:
            dropped.piece(reason, block.text)
        elif block.kind in _TEXT_KINDS:
            kept.append(replace(block, text=_inside(block.text, folded[index], dropped)))
        else:
            kept.append(block)
    kept = _without_repeated_titles(kept, dropped)
    if any(reasons):
        _drop_fragment(kept, reasons, dropped)
    return kept, dropped


def _reasons(blocks: Sequence[Block], folded: Sequence[str]) -> list[str]:
    reasons = [
        _reason(text, index) if blocks[index].kind in _TEXT_KINDS else ""
        for index, text in enumerate(folded)
    ]
    _mark_preview_title(folded, reasons)
    _mark_related(folded, reasons)
    _mark_notice_runs(folded, reasons)
    return reasons


def _reason(text: str, index: int) -> str:
    for reason, pattern in _LINES:
        if len(text) <= 300 and pattern.search(text):
            return reason
    if index < 8 and _BYLINE.match(text):
        return "byline"
    if _PREVIEW_PAGE.match(text):
        return "preview_page"
    return "notice" if _is_notice(text) else ""


def _is_notice(text: str) -> bool:
    site = set(_SITE_TERMS.findall(text))
    topics = set(_NOTICE_TERMS.findall(text))
    enough = len(site) >= 1 and len(site | topics) >= 3
    return enough and len(text) <= 320 and len(text) <= 60 * len(site | topics)


def _mark_preview_title(folded: Sequence[str], reasons: list[str]) -> None:
    previews = [index for index, reason in enumerate(reasons) if reason == "preview_page"]
    if previews and not any(
        text and text == _title(folded[previews[0]]) for text in folded[: previews[0]]
    ):
        reasons[previews[0]] = "preview_title"


def _title(text: str) -> str:
    return re.split(r"[__]第\d+[页頁]$", text)[0].strip()


def _mark_related(folded: Sequence[str], reasons: list[str]) -> None:
    """Lists of other files: after their heading, or three and more in a row."""
    for start, text in enumerate(folded):
        is_heading = bool(_RELATED.match(text))
        end = start + is_heading
        while end < len(folded) and _FILE_TITLE.match(folded[end]):
            end += 1
        length = end - start - is_heading
        if length >= (1 if is_heading else 3):
            for index in range(start, end):
                reasons[index] = "related_documents"


def _mark_notice_runs(folded: Sequence[str], reasons: list[str]) -> None:
    """In a numbered run where most lines are notices the others are as well, and its heading."""
    start = 0
    while start < len(folded):
        end = start
        while end < len(folded) and _NUMBERED.match(folded[end]):
            end += 1
        notices = sum(reason == "notice" for reason in reasons[start:end])
        if end - start >= 3 and notices * 2 >= end - start:
            for index in range(start, end):
                reasons[index] = reasons[index] or "notice"
        if (
            start > 0
            and end > start
            and reasons[start]
            and _NOTICE_HEADING.match(folded[start - 1])
        ):
            reasons[start - 1] = "notice"
        start = max(end, start + 1)


def _inside(text: str, folded: str, dropped: Dropped) -> str:
    """The text without link lists and an editor's lead-in sentence."""
    without_links = _LINK_LIST.sub("", text)
    dropped.change("links", text, without_links)
    if "小编" not in folded or len(folded) != len(text):
        return without_links
    spans = [match.span() for match in _LEAD_IN.finditer(folded)]
    for start, end in reversed(spans):
        dropped.piece("lead_in", without_links[start:end])
        without_links = without_links[:start] + without_links[end:]
    return without_links.strip()


def _without_repeated_titles(blocks: Sequence[Block], dropped: Dropped) -> list[Block]:
    """Among the first blocks a short line that stood there before is a repeated title."""
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        short = len(block.text) <= 60 and not re.search(r"[。!\uff01?\uff1f;\uff1b]$", block.text)
        if index < 10 and short and any(block.text == other.text for other in kept):
            dropped.piece("repeated_title", block.text)
        else:
            kept.append(block)
    return kept


def _drop_fragment(kept: list[Block], reasons: Sequence[str], dropped: Dropped) -> None:
    """A preview that stops after a number (「2.服务」) leaves nothing worth keeping."""
    if kept and reasons[-1] and _FRAGMENT.match(fold(kept[-1].text)):
        dropped.piece("fragment", kept[-1].text)
        del kept[-1]
