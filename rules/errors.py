"""Errors of the rules, named for what the caller does next.

RulesError
├── MalformedBook    correct the file; the message says which file, which row, what and how
├── BookMissing      name a folder that exists and can be read
├── InvalidFacts     correct the facts handed in (unknown signal, time without offset)
└── NeverOpen        the service calendar has no opening hours ahead; correct the calendar

Messages are Chinese, because people read them as they are.
"""


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


class BookMissing(RulesError):
    """The folder with the rulebook is not there or cannot be read."""


class InvalidFacts(RulesError):
    """The facts handed in cannot be judged."""


class NeverOpen(RulesError):
    """The service calendar does not open within the years ahead."""
