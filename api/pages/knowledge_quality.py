"""How cleanly a document came in: its number, what it is made of, what cleaning left out."""

from api.pages.widgets import attributes, box, heading, tag, text
from ingest import quality
from ingest.cleaning.dropped import label
from kb.types import Document, Dropped, Quality

# below these a document is worth looking at, or wants mending
_FAIR, _POOR = 80, 60


def score_of(document: Document) -> int | None:
    """The document's quality, 0-100; None when it is not known."""
    return document.quality.score if document.quality else None


def quality_tag(document: Document) -> None:
    """The number on a colour; a dash where nothing is known."""
    score = score_of(document)
    if score is None:
        text("—", "quiet", "span")
        return
    level = (
        "quality-good" if score >= _FAIR else "quality-fair" if score >= _POOR else "quality-poor"
    )
    attributes(tag(str(score), f"quality {level}"), title=f"质量 {score} 分，满分 100")


def draw_quality(found: Quality | None) -> None:
    """The number with its parts, then what was left out and why."""
    if found is None:
        heading("质量", "未知；重新收录后可见")
        return
    heading("质量", f"{found.score} 分，满分 100")
    with attributes(box("card quality-parts"), data_testid="quality"):
        faults = {name: share for name, share in found.parts.items() if share}
        for name, share in faults.items():
            _part(quality.LABELS.get(name, name), share)
        if not faults:
            text("没有发现乱码、重复、网页残留和过短过长的段落。", "quiet")
        if found.encoding:
            text(f"文字编码 {found.encoding}", "quiet")
    draw_dropped(found.dropped)


def _part(name: str, share: float) -> None:
    with box("quality-part"):
        text(name, "", "span")
        with box("bar", "span"):
            box("bar-fill", "span").style(f"width: {min(100.0, 100 * share):.1f}%")
        text(f"{share:.1%}", "quiet", "span")


def draw_dropped(dropped: tuple[Dropped, ...]) -> None:
    """What cleaning left out: the reason, how many characters, a few samples."""
    total = sum(item.characters for item in dropped)
    heading("清理掉的内容", f"{total} 个字符" if dropped else "无")
    if not dropped:
        return
    with attributes(box("card dropped", "ul"), data_testid="dropped"):
        for item in dropped:
            with box("dropped-row", "li"):
                with box("dropped-head"):
                    text(label(item.reason), "", "span")
                    text(f"{item.characters} 个字符", "quiet", "span")
                for sample in item.samples:
                    text(sample, "dropped-sample")
