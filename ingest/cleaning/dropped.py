"""What cleaning left out, by reason: how many characters, and a few samples for people."""

import re
from collections import Counter

LABELS = {
    "breadcrumb": "网页导航路径",
    "bullet": "符号字体的项目符号",
    "byline": "上传者和页数的署名行",
    "comments": "评论区",
    "copyright": "版权和备案信息",
    "counter": "阅读次数",
    "doubled": "重复打印的文字",
    "fragment": "预览截断的残句",
    "image_caption": "图片来源和序号",
    "invisible": "不可见字符",
    "lead_in": "网站编者按",
    "links": "链接列表",
    "mojibake": "乱码",
    "navigation": "网站导航栏",
    "notice": "文库网站的声明",
    "page_number": "页码",
    "pinyin": "拼音注音",
    "preview_marker": "预览页的序号",
    "preview_page": "预览页的标题",
    "related_documents": "相关文档列表",
    "repeated_title": "重复的标题",
    "running_head": "页眉和页脚",
    "sharing_site": "文库网站的按钮和提示",
    "spacing": "多余的空格",
    "spam": "广告",
    "stray_mark": "多余的符号",
    "tags": "标签行",
}
"""What each reason is called; a reason without a name cannot be counted."""

SAMPLES = 3
"""At most so many samples of one reason, …"""
SAMPLE_CHARACTERS = 60
"""… each at most so long."""
_CONTEXT = 6


class Dropped(Counter[str]):
    """Characters by reason, as a Counter; `samples` has the first different pieces of each."""

    def __init__(self) -> None:
        super().__init__()
        self.samples: dict[str, list[str]] = {}

    def piece(self, reason: str, text: str) -> None:
        """Count a whole piece that was left out."""
        self.count(reason, len(text), text)

    def change(self, reason: str, before: str, after: str) -> None:
        """Count what became of a text; the sample is the first difference with its context."""
        if before == after:
            return
        start = next(
            (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
            min(len(before), len(after)),
        )
        start = max(0, start - _CONTEXT)
        self.count(reason, len(before) - len(after), before[start : start + SAMPLE_CHARACTERS])

    def count(self, reason: str, characters: int, sample: str = "") -> None:
        """Count characters, with the text to show for them."""
        self[reason] += characters
        shown = _shown(sample)
        samples = self.samples.setdefault(reason, [])
        if shown and shown not in samples and len(samples) < SAMPLES:
            samples.append(shown)

    def join(self, other: "Dropped") -> None:
        """Add what a further step dropped."""
        for reason, characters in other.items():
            self[reason] += characters
        for reason, samples in other.samples.items():
            for sample in samples:
                self.count(reason, 0, sample)


def label(reason: str) -> str:
    """What a reason is called; of a later version's reason, its name."""
    return LABELS.get(reason, reason)


def _shown(text: str) -> str:
    flat = re.sub(r"\s+", " ", text).strip()
    return flat if len(flat) <= SAMPLE_CHARACTERS else flat[: SAMPLE_CHARACTERS - 1] + "…"
