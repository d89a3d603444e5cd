"""What a run did with every file it met, for people and for programs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.likeness import Alike
from ingest.plan import Action, KnownDocument, PlannedSource
from ingest.sync import Refusal
from ingest.types import CleaningReport, Failure, Skipped
from kb.types import Quality

_WORDS = {
    Action.ADD: "新增",
    Action.UPDATE: "更新",
    Action.RENAMED: "改名",
    Action.UNCHANGED: "未变",
    Action.REMOVED: "移除",
}
# Below this share of removed characters, cleaning is not worth a line.
_WORTH_SAYING = 0.05
_POOR = 60
"""Below this quality a document is worth looking at."""
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Ingested:
    """One document that went in."""

    source: str
    document_id: str
    title: str
    type: str
    action: Action
    chunks: int
    cleaning: CleaningReport
    notes: tuple[str, ...] = ()
    quality: Quality | None = None


@dataclass(slots=True)
class Report:
    """What a run did; `failures` are the files that could not go in.

    `removed` are the documents whose files were gone, `refusals` the folders where that were too
    many, `elsewhere` those whose files are outside the folder of that name, `alike` the documents
    that went in and say nearly what another one says.
    """

    ingested: list[Ingested] = field(default_factory=list)
    unchanged: list[PlannedSource] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    removed: list[KnownDocument] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    elsewhere: list[KnownDocument] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether any file went in or was there already, or a document was removed."""
        return bool(self.ingested or self.unchanged or self.removed)

    @property
    def chunks(self) -> int:
        """How many chunks were put."""
        return sum(item.chunks for item in self.ingested)

    def count(self, action: Action) -> int:
        """How many documents had this action."""
        if action is Action.UNCHANGED:
            return len(self.unchanged)
        if action is Action.REMOVED:
            return len(self.removed)
        return sum(item.action is action for item in self.ingested)

    def lines(self) -> list[str]:
        """The outcome in a few Chinese lines; failures are the caller's to show."""
        counts = "，".join(f"{word} {self.count(action)} 份" for action, word in _WORDS.items())
        lines = [f"{counts}；写入段落 {self.chunks} 个。"]
        lines += [
            f"已清理「{item.source}」：去掉 {item.cleaning.share:.0%} 的网页残留和重复文字。"
            for item in self.ingested
            if item.cleaning.share >= _WORTH_SAYING
        ]
        lines += [f"「{item.source}」{note}" for item in self.ingested for note in item.notes]
        lines += [
            f"「{item.source}」质量只有 {item.quality.score} 分（满分 100）："
            f"用 guanjia status {item.document_id} 查看原因。"
            for item in self.ingested
            if item.quality is not None and item.quality.score < _POOR
        ]
        gone = (f"移除「{i.source}」：文件已不在（{i.title}）。" for i in self.removed)
        lines += _some(gone)
        lines += _some(
            f"保留「{item.source}」：这次的文件夹里没有它，但原文件 {item.origin} 还在；"
            f"不再需要请执行 guanjia forget {item.id}。"
            for item in self.elsewhere
        )
        lines += _some(map(alike_line, self.alike))
        lines += [f"跳过「{item.source}」：{item.reason}。" for item in self.skipped]
        return lines

    def to_json(self) -> dict[str, Any]:
        """The whole report as plain values."""
        return {
            "counts": {action.value: self.count(action) for action in Action},
            "chunks": self.chunks,
            "documents": [_document_json(item) for item in self.ingested],
            "unchanged": [{"source": item.key, "id": item.document_id} for item in self.unchanged],
            "skipped": [{"source": item.source, "reason": item.reason} for item in self.skipped],
            "failures": [
                {"source": item.source, "message": item.message} for item in self.failures
            ],
            "removed": [_known_json(item) for item in self.removed],
            "refused": [
                {"folder": item.folder, "gone": item.gone, "total": item.total}
                for item in self.refusals
            ],
            "elsewhere": [_known_json(item) for item in self.elsewhere],
            "alike": [alike_json(pair) for pair in self.alike],
        }


def alike_line(pair: Alike) -> str:
    """Which two documents are alike, how much, and what to do; a Chinese line."""
    first, second = pair.first, pair.second
    names = f"「{first.title}」（{first.source}）与「{second.title}」（{second.source}）"
    same = f"{names}约有 {pair.share:.0%} 相同"
    if not pair.are_versions:
        return f"疑似重复：{same}；请核对，多余的一份用 guanjia forget {second.id} 移除。"
    if pair.are_settled:
        return f"新旧版本：{same}；回答只用当天有效的一份，无需处理。"
    return (
        f"疑似新旧版本：{same}；如果是，请在新版（{second.id}）的文件头写 "
        f"supersedes: {first.id}，不是则不必处理。"
    )


def alike_json(pair: Alike) -> dict[str, Any]:
    """Two documents that are alike as plain values."""
    return {
        "first": pair.first.id,
        "second": pair.second.id,
        "share": round(pair.share, 2),
        "relation": "versions" if pair.are_versions else "duplicates",
        "settled": pair.are_versions and pair.are_settled,
        "message": alike_line(pair),
    }


def _some(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many there are more."""
    every = list(lines)
    more = len(every) - _MOST_LINES
    return every if more <= 0 else [*every[:_MOST_LINES], f"……另有 {more} 份，见 --json。"]


def _known_json(document: KnownDocument) -> dict[str, Any]:
    return {"id": document.id, "source": document.source, "title": document.title}


def _document_json(item: Ingested) -> dict[str, Any]:
    return {
        "id": item.document_id,
        "source": item.source,
        "title": item.title,
        "type": item.type,
        "action": item.action.value,
        "chunks": item.chunks,
        "removed_share": round(item.cleaning.share, 4),
        "removed": dict(item.cleaning.dropped),
        "notes": list(item.notes),
        "quality": item.quality and item.quality.score,
    }
