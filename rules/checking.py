"""What the archive asks of a check, and the least one: that the files load.

`verify` proves more; `api.wiring` says which check is used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rules.errors import RulesError
from rules.loading import rulebook_of
from rules.rulebook import Rulebook


class Finding(Protocol):
    """What is wrong with a rulebook."""

    @property
    def severity(self) -> str:
        """`error` or `warning`."""

    @property
    def line_of_text(self) -> str:
        """One clear line in Chinese: what is wrong, where, what to do."""


class Report(Protocol):
    """The result of a check: all findings, and the rulebook where it could be loaded.

    `proved` says in Chinese what was shown to hold, a sentence each.
    """

    @property
    def findings(self) -> Sequence[Finding]: ...

    @property
    def book(self) -> Rulebook | None: ...

    @property
    def proved(self) -> Sequence[str]: ...


Check = Callable[[Mapping[str, str]], Report]
"""Checks the files of a rulebook, name to text."""


@dataclass(frozen=True, slots=True)
class Unloadable:
    """The mistake for which files do not load; `problem` names file, row and remedy."""

    problem: str
    code: str = "load"
    severity: str = "error"

    @property
    def line_of_text(self) -> str:
        return self.problem


@dataclass(frozen=True, slots=True)
class Loaded:
    """The report of `check_loading`."""

    findings: tuple[Unloadable, ...]
    book: Rulebook | None
    proved: tuple[str, ...] = ()


def check_loading(texts: Mapping[str, str]) -> Loaded:
    """Whether the files load: the first mistake is the only finding."""
    try:
        return Loaded((), rulebook_of(texts))
    except RulesError as error:
        return Loaded((Unloadable(str(error)),), None)


def errors_of(report: Report) -> list[Finding]:
    """The findings that stand against using a rulebook."""
    return [finding for finding in report.findings if finding.severity == "error"]
