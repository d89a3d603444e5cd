"""Errors of the rules, named for what the caller does next.

RulesError
├── MalformedBook    correct the file; the message says which file, which row, what and how
├── BookMissing      name a folder that exists and can be read
├── InvalidFacts     correct the facts handed in (unknown signal, time without offset)
├── NeverOpen        the service calendar has no opening hours ahead; correct the calendar
├── NotActivated     correct the files, or say who activates them and why
├── VersionMissing   name a version that the archive has
├── VersionDamaged   restore the version's files from a backup, or name another version
├── ArchiveBusy      try again: another process is activating a version
├── RecordMissing    nothing to do: the request was kept before facts were recorded
├── HistoryMissing   name a file of past requests that exists and can be read
└── OutputRefused    name a place that can be written to

Messages are Chinese, because people read them as they are.
"""


class RulesError(Exception):
    """Base of every error that `rules` raises on purpose."""


class MalformedBook(RulesError):
    """A file of the rulebook cannot be used as it is.

    `file` is the file's name, `line` 1-based where it is known, `row` the row's id.
    """

    def __init__(
        self, file: str, problem: str, remedy: str, line: int | None = None, row: str | None = None
    ) -> None:
        self.file, self.line, self.row = file, line, row
        place = file
        if line is not None:
            place += f" 第 {line} 行"
        if row is not None:
            place += f"（行「{row}」）"
        super().__init__(f"{place}：{problem}；{remedy}")


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


class RecordMissing(RulesError):
    """What a request was decided by was not recorded."""


class HistoryMissing(RulesError):
    """The file of past requests is not there or cannot be read."""


class OutputRefused(RulesError):
    """A result cannot be written where it was asked for."""
