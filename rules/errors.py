"""Errors of the rules, named for what the caller does next.

RulesError
├── MalformedBook    correct the file; the message says which file, which row, what and how
├── MalformedGrid    correct the cells named; the message says which row and column, what and how
├── MalformedSheet   correct the spreadsheet; the message names sheet and cell, what and how
├── SheetUnwritable  free the file or choose a folder that can be written
├── BookMissing      name a folder that exists and can be read
├── InvalidFacts     correct the facts handed in (unknown signal, time without offset)
├── NeverOpen        the service calendar has no opening hours ahead; correct the calendar
├── NotActivated     correct the files, or say who activates them and why
├── VersionMissing   name a version that the archive has
├── VersionDamaged   restore the version's files from a backup, or name another version
├── ArchiveBusy      try again: another process is activating a version
├── DraftMissing     name a draft that is there
├── DraftRefused     name the draft otherwise, or say who begins it
├── RecordMissing    nothing to do: the request was kept before facts were recorded
├── HistoryMissing   name a file of past requests that exists and can be read
└── OutputRefused    name a place that can be written to

Messages are Chinese, because people read them as they are.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.grids import GridProblem


class RulesError(Exception):
    """Base of every error that `rules` raises on purpose."""


class MalformedBook(RulesError):
    """A file of the rulebook cannot be used as it is.

    `file` is the file's name, `line` 1-based where it is known, `row` the row's id; `problem` and
    `remedy` are Chinese.
    """

    def __init__(
        self, file: str, problem: str, remedy: str, line: int | None = None, row: str | None = None
    ) -> None:
        self.file, self.line, self.row = file, line, row
        self.problem, self.remedy = problem, remedy
        place = file
        if line is not None:
            place += f" 第 {line} 行"
        if row is not None:
            place += f"（行「{row}」）"
        super().__init__(f"{place}：{problem}；{remedy}")


class MalformedGrid(RulesError):
    """Cells of an edited table cannot be used; `problems` has every one of them."""

    def __init__(self, title: str, problems: "Sequence[GridProblem]") -> None:
        self.problems = tuple(problems)
        super().__init__(together([f"「{title}」{one}" for one in problems]))


class MalformedSheet(RulesError):
    """A spreadsheet cannot be used; `problems` has a line for every mistake found."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(together(problems))


class SheetUnwritable(RulesError):
    """A spreadsheet, or what was read from one, cannot be written where it was asked for."""


_MOST_TOLD = 5


def together(problems: Sequence[str]) -> str:
    """Several problems in one line, the first few of them told."""
    if len(problems) == 1:
        return problems[0]
    told = "".join(f"（{number}）{one}" for number, one in enumerate(problems[:_MOST_TOLD], 1))
    return f"有 {len(problems)} 处要改：{told}" + ("……" if len(problems) > _MOST_TOLD else "")


class BookMissing(RulesError):
    """The folder with the rulebook is not there or cannot be read."""


class InvalidFacts(RulesError):
    """The facts handed in cannot be judged."""


class NeverOpen(RulesError):
    """The service calendar does not open within the years ahead."""


class NotActivated(RulesError):
    """A version was not put in force; the one before stays."""


class VersionMissing(RulesError):
    """The archive has no such version, or several that begin alike."""


class VersionDamaged(RulesError):
    """The files of a version are no longer what was activated, or can no longer be read."""


class ArchiveBusy(RulesError):
    """Another process holds the archive."""


class DraftMissing(RulesError):
    """There is no draft of this name, or no longer."""


class DraftRefused(RulesError):
    """A draft cannot be begun like this."""


class RecordMissing(RulesError):
    """What a request was decided by was not recorded."""


class HistoryMissing(RulesError):
    """The file of past requests is not there or cannot be read."""


class OutputRefused(RulesError):
    """A result cannot be written where it was asked for."""
