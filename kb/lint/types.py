"""Values of the check-up of a knowledge base. Frozen, free of I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kb.types import Chunk, Document


class Severity(StrEnum):
    """How bad a finding is: an error misleads people, a hint may stay."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what, and what to do about it, in Chinese.

    `document_id` is empty for a finding about a rule book; `section` is the passage's heading
    path.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    document_id: str = ""
    chunk_id: str | None = None
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A row of a rule book and the clause it names as its source (`pol-fees 第四条`)."""

    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Stock:
    """All that is looked at: the documents, their passages by document id, and the rules."""

    documents: Sequence[Document]
    chunks: Mapping[str, Sequence[Chunk]]
    rules: Sequence[RuleSource] = field(default=())
    today: date = date.min
