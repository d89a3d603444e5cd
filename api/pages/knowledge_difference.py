"""What replacing a text changes, as it is shown before it is done."""

from api.pages.knowledge_parts import passages_html
from api.pages.marking import changed
from api.pages.widgets import attributes, box, heading, tag, text, trusted
from kb.difference import Change, Difference
from kb.types import Chunk, Document

# so many of each kind are shown whole
_MOST = 40
_FACTS = (
    ("title", "标题"),
    ("version", "版本"),
    ("effective_from", "生效日"),
    ("effective_to", "失效日"),
    ("department", "部门"),
    ("type", "类型"),
)


def draw_fact_changes(before: Document, after: Document) -> None:
    """Facts that would be others: old and new."""
    pairs = [
        (label, str(getattr(before, name) or "未写明"), str(getattr(after, name) or "未写明"))
        for name, label in _FACTS
        if getattr(before, name) != getattr(after, name)
    ]
    if not pairs:
        return
    heading("变动的信息")
    with attributes(box("fact-changes", "ul"), data_testid="fact-changes"):
        for label, old, new in pairs:
            with box("fact-change", "li"):
                text(label, "quiet", "span")
                text(old, "", "del")
                text(new, "", "ins")


def draw_difference(difference: Difference) -> None:
    """Passages that change, come, go and stay, in that order; changes word by word."""
    counts = (
        ("改动", len(difference.changed)),
        ("新增", len(difference.come)),
        ("去掉", len(difference.gone)),
        ("不变", len(difference.stays)),
    )
    heading("段落对照", "，".join(f"{name} {count}" for name, count in counts))
    with attributes(box("difference"), data_testid="difference"):
        for change in difference.changed[:_MOST]:
            _change(change)
        _passages("新增", "come", difference.come)
        _passages("去掉", "gone", difference.gone)
        _more(len(difference.changed))
    if difference.stays:
        with box("stays", "details"):
            text(f"不变的 {len(difference.stays)} 个段落", "", "summary")
            trusted(passages_html(difference.stays[:_MOST]))
            _more(len(difference.stays))


def _change(change: Change) -> None:
    before, after = changed(change.before.text, change.after.text)
    with attributes(box("change change-changed"), data_change="changed"):
        with box("change-head"):
            tag("改动", "tag-changed")
            text(_path(change), "quiet", "span")
        with box("change-sides"):
            trusted(before, "prose change-before")
            trusted(after, "prose change-after")
        for label, old, new in (
            ("问法", change.before.questions, change.after.questions),
            ("近似但不同", change.before.negatives, change.after.negatives),
            ("依据", change.before.references, change.after.references),
        ):
            if old != new:
                _values(label, " / ".join(old), " / ".join(new))


def _values(label: str, old: str, new: str) -> None:
    with box("fact-change"):
        text(label, "quiet", "span")
        text(old or "无", "", "del")
        text(new or "无", "", "ins")


def _path(change: Change) -> str:
    old, new = " › ".join(change.before.section), " › ".join(change.after.section)
    return new if old == new else f"{old} → {new}"


def _passages(label: str, kind: str, chunks: tuple[Chunk, ...]) -> None:
    for chunk in chunks[:_MOST]:
        with attributes(box(f"change change-{kind}"), data_change=kind):
            with box("change-head"):
                tag(label, f"tag-{kind}")
            trusted(passages_html([chunk]))
    _more(len(chunks))


def _more(count: int) -> None:
    if count > _MOST:
        text(f"……另有 {count - _MOST} 个", "quiet")
