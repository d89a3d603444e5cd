"""What verification finds: one clear line each, with a concrete counter-example."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rules.rulebook import Rulebook

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One mistake of a book.

    `code` is the kind of mistake, `line` 1-based where one row is concerned, `rows` ids of rows.
    `example` holds plain JSON values: `facts` (of a request) or `inputs` (of a table that stands
    alone), or `before` and `after` where two requests are compared. `example_words` says it in
    Chinese.
    """

    code: str
    severity: Severity
    file: str
    line: int | None
    rows: tuple[str, ...]
    problem: str
    remedy: str
    example: Mapping[str, Any] | None = None
    example_words: str = ""

    @property
    def line_of_text(self) -> str:
        """The finding as one line of Chinese."""
        place = self.file if self.line is None else f"{self.file} 第 {self.line} 行"
        if self.rows:
            place += f"（行{'、'.join(f'「{row}」' for row in self.rows)}）"
        words = f"（反例：{self.example_words}）" if self.example_words else ""
        return f"{place}：{self.problem}；{self.remedy}{words}"


@dataclass(frozen=True)
class Report:
    """The result of a check.

    `book` is None when a file could not be read. `proved` says in Chinese what holds, one sentence
    each, and `sizes` how large the proof was, by name.
    """

    findings: tuple[Finding, ...]
    book: Rulebook | None
    proved: tuple[str, ...] = ()
    sizes: Mapping[str, int] | None = None

    @property
    def ok(self) -> bool:
        """Whether the book may be activated: nothing found is an error."""
        return all(one.severity != "error" for one in self.findings)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON values."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "rows": list(finding.rows),
        "problem": finding.problem,
        "remedy": finding.remedy,
        "example": None if finding.example is None else dict(finding.example),
        "example_words": finding.example_words,
        "text": finding.line_of_text,
    }


def report_json(report: Report) -> dict[str, Any]:
    """A report as JSON values."""
    return {
        "ok": report.ok,
        "rulebook": None if report.book is None else report.book.identity,
        "findings": [finding_json(one) for one in report.findings],
        "proved": list(report.proved),
        "sizes": dict(report.sizes or {}),
    }
