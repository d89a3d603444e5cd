"""Values of ingestion, from a file on disk to a report; frozen and free of I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

PIPELINE_VERSION = "2"
"""Part of every content hash: raising it makes the next run process every document again."""


class BlockKind(StrEnum):
    """What a block of text is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    FAQ = "faq"


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One row of a question-and-answer table."""

    question: str
    answer: str
    variants: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text in reading order.

    `level` is 1–6 for headings and the nesting depth, from 0, for list items. A table's text is
    a Markdown table whose first two lines are the header. `page` is the page or slide, 1-based.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    faq: FaqEntry | None = None


@dataclass(frozen=True, slots=True)
class ParsedText:
    """What a parser found in one file."""

    blocks: tuple[Block, ...]
    front_matter: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    title: str | None = None
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    """What people should know about how the file was read: one Chinese sentence each."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to ingest, or one document out of a file; `key` identifies it across runs.

    `inside` is where in the file at `path` a zip's member, a mail's attachment or a table's row
    lies (its key is the file's key and that), and `load` gives its bytes; `ending` names the
    format where `inside` does not end in one.
    """

    key: str
    path: Path
    inside: str = ""
    ending: str = ""
    load: Callable[[], bytes] | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """A name that ends in the format's ending."""
        return (self.inside or self.path.name) + self.ending


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out on purpose, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be ingested: one clear line for people."""

    source: str
    message: str


@dataclass(frozen=True, slots=True)
class CleaningReport:
    """How many characters cleaning removed, by reason, with a few samples of each."""

    characters_before: int
    characters_after: int
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def share(self) -> float:
        """The share of characters removed, 0–1."""
        if not self.characters_before:
            return 0.0
        return max(0.0, 1 - self.characters_after / self.characters_before)
