"""Documents whose time is over, or will be, and versions that nothing puts in an order."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from kb.lint.settings import LintSettings
from kb.lint.shelf import Shelf
from kb.lint.types import Finding, Severity
from kb.types import Document
from kb.versions import State, is_later, same_titles, supersedes


def check(shelf: Shelf, settings: LintSettings) -> Iterator[Finding]:
    """Every document's dates, then the families'."""
    for document in shelf.stock.documents:
        yield from _dates(shelf, document, settings)
        yield from _links(shelf, document)
    yield from _unordered(shelf)


def _dates(shelf: Shelf, document: Document, settings: LintSettings) -> Iterator[Finding]:
    begins, ends, today = document.effective_from, document.effective_to, shelf.stock.today
    state = shelf.state(document)
    if begins is not None and ends is not None and begins > ends:
        yield _of(
            "reversed-dates",
            Severity.ERROR,
            document,
            f"《{document.title}》的生效日 {begins} 晚于失效日 {ends}，任何一天都查不到它。",
            "改正文件头的 effective_from、effective_to 后重新收录。",
        )
    elif state is State.EXPIRED:
        yield _of(
            "expired",
            Severity.WARNING,
            document,
            f"《{document.title}》已于 {ends} 失效，回答中不再使用。",
            "有新版的请收录新版；继续有效的请改 effective_to；不再需要的用 guanjia forget 移除。",
        )
    elif (
        state is State.CURRENT
        and ends is not None
        and ends <= today + timedelta(days=settings.expiring_days)
    ):
        yield _of(
            "expiring",
            Severity.WARNING,
            document,
            f"《{document.title}》将在 {ends} 后失效，还有 {(ends - today).days} 天。",
            "在此之前收录新版，或者延长 effective_to。",
        )
    elif state is State.ANNOUNCED:
        first = shelf.versions.span(document).begins
        yield _of(
            "announced",
            Severity.HINT,
            document,
            f"《{document.title}》将在 {first} 生效，此前仍按现行资料回答。",
            "无需处理；日期有误的请改 effective_from。",
        )


def _links(shelf: Shelf, document: Document) -> Iterator[Finding]:
    known = {other.id: other for other in shelf.stock.documents}
    for old in supersedes(document):
        if old not in known or old == document.id:
            yield _of(
                "unknown-predecessor",
                Severity.WARNING,
                document,
                f"《{document.title}》写明取代 {old}，但知识库里没有这份资料。",
                "核对文件头 supersedes 中的编号；旧版已经移除的，删去这一项。",
            )
        elif document.id in supersedes(known[old]) and document.id < old:
            yield _of(
                "mutual-predecessors",
                Severity.ERROR,
                document,
                f"{document.id} 与 {old} 互相写明取代对方，无法判断哪一份是新版。",
                "只在新版的文件头保留 supersedes。",
            )


def _unordered(shelf: Shelf) -> Iterator[Finding]:
    """Documents of one title that hold at the same time, and nothing says which is newer."""
    for group in same_titles(shelf.stock.documents):
        unclear = {
            document.id: document
            for pair in combinations(group, 2)
            if _is_unclear(*pair)
            for document in pair
        }
        if unclear:
            *_, last = unclear.values()
            yield _of(
                "unordered-versions",
                Severity.WARNING,
                last,
                f"{'、'.join(unclear)} 的标题同为《{last.title}》，日期和版本号分不出先后，"
                "都会被用来回答。",
                "写上不同的 effective_from 或 version，或在新版写 supersedes；"
                "不是同一制度的，写上不同的 department 或 family。",
            )


def _is_unclear(one: Document, other: Document) -> bool:
    named = {*supersedes(one), *supersedes(other)} & {one.id, other.id}
    return not named and is_later(one, other) is None and _overlap(one, other)


def _overlap(one: Document, other: Document) -> bool:
    ends = [document.effective_to for document in (one, other)]
    begins = [document.effective_from for document in (one, other)]
    return all(
        begin is None or end is None or begin <= end
        for begin, end in ((begins[0], ends[1]), (begins[1], ends[0]))
    )


def _of(code: str, severity: Severity, document: Document, message: str, remedy: str) -> Finding:
    return Finding(code, severity, message, remedy, document.id)
