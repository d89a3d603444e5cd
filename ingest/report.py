"""What a run did with every file it met, for people and for programs."""

from dataclasses import dataclass, field
from typing import Any

from ingest.plan import Action, PlannedSource
from ingest.types import CleaningReport, Failure, Skipped

_WORDS = {
    Action.ADD: "新增",
    Action.UPDATE: "更新",
    Action.RENAMED: "改名",
    Action.UNCHANGED: "未变",
}
# Below this share of removed characters, cleaning is not worth a line.
_WORTH_SAYING = 0.05


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


@dataclass(slots=True)
class Report:
    """What a run did; `failures` are the files that could not go in."""

    ingested: list[Ingested] = field(default_factory=list)
    unchanged: list[PlannedSource] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether any file went in or was there already."""
        return bool(self.ingested or self.unchanged)

    @property
    def chunks(self) -> int:
        """How many chunks were put."""
        return sum(item.chunks for item in self.ingested)

    def count(self, action: Action) -> int:
        """How many documents had this action."""
        if action is Action.UNCHANGED:
            return len(self.unchanged)
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
        }


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
    }
