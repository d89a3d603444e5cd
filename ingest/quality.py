"""One number for how cleanly a document came in, and what it is made of.

`score = 100 · Π (1 − weight · min(1, share / limit))` over these shares, each 0-1:

| part | share of | weight | limit |
|---|---|---|---|
| dropped | characters that cleaning removed | 0.30 | 0.60 |
| broken | characters left that are lost or wrongly decoded (�, 锟斤拷, Ã©) | 0.60 | 0.02 |
| doubled | characters that stand twice in a row, in runs of five and more | 0.40 | 0.10 |
| furniture | lines left that look like a web page's buttons, links or notices | 0.40 | 0.20 |
| symbols | characters that are neither script, digit, white space nor punctuation | 0.30 | 0.15 |
| short | passages too short to tell anything (under 12 characters; answers may be) | 0.20 | 0.50 |
| long | passages too long to cite (over twice the longest length of the settings) | 0.20 | 0.50 |

At its limit a part takes its whole weight, so a document with one hopeless fault keeps at least
40 points and each further fault takes its share of what is left.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ingest.types import CleaningReport
from kb.types import Chunk, Dropped, Quality

LABELS = {
    "dropped": "清理掉的文字",
    "broken": "残留乱码",
    "doubled": "残留重复",
    "furniture": "疑似网页残留的行",
    "symbols": "符号",
    "short": "过短的段落",
    "long": "过长的段落",
}
_WEIGHTS = {
    "dropped": (0.30, 0.60),
    "broken": (0.60, 0.02),
    "doubled": (0.40, 0.10),
    "furniture": (0.40, 0.20),
    "symbols": (0.30, 0.15),
    "short": (0.20, 0.50),
    "long": (0.20, 0.50),
}
_SHORT = 12
# Characters that decoding lost, and runs that come from decoding with the wrong table: UTF-8 read
# as Latin-1 (Ã©, ä¸, â€), lost characters read as GBK (锟斤拷), uninitialised memory (烫烫烫).
_BROKEN = re.compile(
    "[\ufffd\ue000-\uf8ff\u0000-\u0008\u000b\u000c\u000e-\u001f\u0080-\u009f]"
    "|锟斤拷|烫烫烫|屯屯屯|[ÃÂ][\u0080-\u00bf]|[äåæçèé][\u00a0-\u00bf¸¹º»¼½¾]{1,2}|â€.?|\\?{3,}"
)
_DOUBLED = re.compile(r"([^\n。|]{5,45})\1")
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")
_FURNITURE = re.compile(
    r"^(?:上一[页篇章]|下一[页篇章]|返回(?:顶部|首页|列表)|首页|登录|注册|分享到?|收藏|举报|打印本页"
    r"|关闭窗口|点击(?:下载|查看|进入|加载)\S{0,8}|加载更多|查看更多|阅读(?:全文|原文)|展开全文"
    r"|扫一扫|扫码关注\S{0,12}|关注(?:我们|公众号)\S{0,12}|责任编辑\S{0,12}|来源\s*[:：]\S{0,20}"
    r"|(?:https?://|www\.)\S+)$"
    r"|版权所有|copyright|©|ICP备|公网安备|下载本文档|文库|网友上传|VIP会员|免责声明",
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 60
_TABLE_MARKS = re.compile(r"\|[\s:|-]*")


def assess(
    cleaning: CleaningReport, chunks: Sequence[Chunk], longest: int, encoding: str | None = None
) -> Quality:
    """The quality of one document from what cleaning did and the passages that came of it.

    `longest` is the settings' longest passage in characters.
    """
    text = "\n".join(chunk.text for chunk in chunks)
    passages = [chunk for chunk in chunks if not chunk.questions]
    parts = {
        "dropped": cleaning.share,
        "broken": _covered(_BROKEN, text),
        "doubled": _doubled(text),
        "furniture": _furniture(text),
        "symbols": _symbols(text),
        "short": _share(len(chunk.text) < _SHORT for chunk in passages),
        "long": _share(len(chunk.text) > 2 * longest for chunk in chunks),
    }
    dropped = sorted(
        (Dropped(reason, size, cleaning.samples.get(reason, ()))
         for reason, size in cleaning.dropped.items()),
        key=lambda item: (-item.characters, item.reason),
    )  # fmt: skip
    shares = {name: round(share, 4) for name, share in parts.items()}
    return Quality(score(parts), shares, tuple(dropped), encoding)


def score(parts: dict[str, float]) -> int:
    """The number of the parts, 0-100, by the formula at the top of this file."""
    left = 1.0
    for name, share in parts.items():
        weight, limit = _WEIGHTS[name]
        left *= 1 - weight * min(1.0, share / limit)
    return round(100 * left)


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


def _covered(pattern: re.Pattern[str], text: str) -> float:
    return sum(len(match[0]) for match in pattern.finditer(text)) / max(1, len(text))


def _doubled(text: str) -> float:
    found = sum(len(match[1]) for match in _DOUBLED.finditer(text) if _LETTER.search(match[1]))
    return found / max(1, len(text))


def _furniture(text: str) -> float:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return _share(
        len(line) <= _LONGEST_FURNITURE and _FURNITURE.search(line) is not None for line in lines
    )


def _symbols(text: str) -> float:
    """Marks such as ■ ★ → ¤ and emoji; the lines of a table are no symbols."""
    text = _TABLE_MARKS.sub(" ", text)
    marks = sum(unicodedata.category(char) in ("So", "Sk", "Sm", "Sc") for char in text)
    return marks / max(1, len(text))
