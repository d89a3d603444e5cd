"""Checks a rulebook before it is put in force: what it says as a whole, proved edition by edition.

Exact: every function of the facts is a decision diagram, so nothing is sampled. See `domain` for
the partition of the inputs, `meaning` for the tables, `rows`, `floor`, `deadline_proof` and
`questions_proof` for what is proved.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rules.errors import BookMissing, MalformedBook
from rules.inputs import REQUEST
from rules.loading import folder_texts, rulebook_of
from rules.reading import read_book_file
from rules.rulebook import Edition, Rulebook, judges_requests
from rules.tables import Field
from rules.verify.deadline_proof import DeadlineProof
from rules.verify.diagrams import TooComplex
from rules.verify.domain import MOST_STEPS, Domain, domain_of
from rules.verify.examples import Examples, Period
from rules.verify.findings import Finding, Report
from rules.verify.floor import FloorProof
from rules.verify.meaning import Reader
from rules.verify.proved import proved
from rules.verify.questions_proof import QuestionsProof
from rules.verify.rows import TableProof
from rules.verify.upkeep import upkeep

ClauseExists = Callable[[str], bool]
"""Whether a clause such as `pol-grading 第三条` is in the knowledge base."""


def check_texts(texts: Mapping[str, str], clause_exists: ClauseExists | None = None) -> Report:
    """Read and prove the rulebook of these files (name to text), all of them given.

    A file that cannot be read as a table is one finding, and nothing is proved then.
    """
    try:
        book = rulebook_of(texts)
    except (MalformedBook, BookMissing) as error:
        return Report((_unreadable(error),), None)
    return report_of(book, clause_exists)


def check_files(
    folder: Path | None, files: Iterable[Path] = (), clause_exists: ClauseExists | None = None
) -> Report:
    """Check the book of a folder (None: the shipped one), `files` in place of those of their name.

    Raises `BookMissing` for a path that cannot be read.
    """
    try:
        own = {path.name: read_book_file(path).text for path in files}
        texts = folder_texts(folder) | own
    except MalformedBook as error:
        return Report((_unreadable(error),), None)
    return check_texts(texts, clause_exists)


def _unreadable(error: MalformedBook | BookMissing) -> Finding:
    if isinstance(error, BookMissing):
        problem, _, remedy = str(error).partition("；")
        return Finding("missing-file", "error", "规则书", None, (), problem, remedy)
    rows = () if error.row is None else (error.row,)
    return Finding("malformed", "error", error.file, error.line, rows, error.problem, error.remedy)


def check_book(book: Rulebook, clause_exists: ClauseExists | None = None) -> tuple[Finding, ...]:
    """What is wrong with a rulebook that could be read, errors first."""
    return report_of(book, clause_exists).findings


def report_of(book: Rulebook, clause_exists: ClauseExists | None = None) -> Report:
    """Prove a rulebook that could be read."""
    scopes = list(_scopes(book))
    found = [one for scope in scopes for one in scope.findings()]
    found += upkeep(book, clause_exists)
    findings = tuple(sorted(found, key=lambda one: one.severity != "error"))
    sizes = {
        "classes": sum(len(one.domain.variables) for one in scopes),
        "nodes": sum(one.domain.diagrams.size for one in scopes),
        "editions": len(book.editions),
    }
    return Report(findings, book, proved(book, findings, scopes[0].domain), sizes)


@dataclass(frozen=True)
class _Scope:
    """Tables that read the same facts: those that judge a request, or one that stands alone."""

    book: Rulebook
    tables: tuple[str, ...]
    domain: Domain

    @property
    def requests(self) -> bool:
        return judges_requests(self.tables[0])

    def findings(self) -> list[Finding]:
        """All findings, those of several editions as one."""
        try:
            return self._prove()
        except (TooComplex, RecursionError):
            names = "、".join(f"{name}.yaml" for name in self.tables)
            problem, remedy = "条件太复杂，证明不完", "请拆小这张表，或把条件相近的行合并"
            return [Finding("too-complex", "error", names, None, (), problem, remedy)]

    def _prove(self) -> list[Finding]:
        found: list[tuple[Period, Finding]] = []
        idle: dict[str, Finding | None] = {}
        periods = list(_periods(self.book.editions))
        for edition, period in zip(self.book.editions, periods, strict=True):
            examples = self._read(edition, period)
            for one in examples.meaning.tables.values():
                proof = TableProof(one, examples)
                found += [(period, finding) for finding in proof.findings()]
                # a row that decides in one edition may rest in another
                for row in one.rows:
                    if proof.decides(row):
                        idle[row.rule] = None
                    elif row.rule not in idle:
                        idle[row.rule] = proof.idle(row)
            if self.requests:
                found += [(period, finding) for finding in _judged(examples)]
        return [*_merged(found, len(periods)), *(one for one in idle.values() if one is not None)]

    def _read(self, edition: Edition, period: Period) -> Examples:
        self.domain.diagrams.allow(MOST_STEPS)
        reader = Reader(self.domain, self._possible(period))
        for name in self.tables:
            reader.read(self.book.tables[name], edition.tables[name].rows)
        return Examples(self.book, reader.meaning, period)

    def _possible(self, period: Period) -> int:
        """Requests are never received after the day whose rows judge them."""
        received = self.domain.place.get("received_on")
        if received is None or period.until is None:
            return self.domain.diagrams.true
        days = self.domain.variables[received].witnesses
        return self.domain.diagrams.test(
            received, [at for at, day in enumerate(days) if day < period.until]
        )


def _judged(examples: Examples) -> list[Finding]:
    """What is wrong with the judgement of requests, without what only follows from it."""
    found = list(FloorProof(examples).findings())
    deadlines = DeadlineProof(examples)
    found += deadlines.always()
    if all(one.code not in ("lowers-tier", "lowers-level") for one in found):
        found += deadlines.lengthened()
    return found if found else list(QuestionsProof(examples).findings())


def _scopes(book: Rulebook) -> Iterator[_Scope]:
    """The tables that judge a request first, then each that stands alone."""
    yield _scope(book, book.order, REQUEST.values())
    for name, table in book.tables.items():
        if not judges_requests(name):
            yield _scope(book, (name,), table.inputs.values())


def _scope(book: Rulebook, tables: tuple[str, ...], fields: Iterable[Field]) -> _Scope:
    rows = [row for name in tables for row in book.tables[name].rows]
    changes = [edition.since for edition in book.editions[1:]]
    signals = tuple(book.vocabulary.signals)
    return _Scope(book, tables, domain_of(fields, rows, book.codes, signals, changes))


def _periods(editions: tuple[Edition, ...]) -> Iterator[Period]:
    following = [*(edition.since for edition in editions[1:]), None]
    for edition, until in zip(editions, following, strict=True):
        yield Period(edition.since, until)


def _merged(found: Iterable[tuple[Period, Finding]], editions: int) -> list[Finding]:
    """Each finding once; one that some editions only have says when."""
    grouped: dict[object, dict[Period, Finding]] = {}
    for period, finding in found:
        which = finding.example_words if finding.code == "gap" else finding.rows
        key = (finding.code, finding.file, which, finding.problem)
        grouped.setdefault(key, {})[period] = finding
    merged = []
    for same in grouped.values():
        first = next(iter(same.values()))
        merged.append(first if len(same) == editions else _dated(first, same))
    return merged


def _dated(finding: Finding, periods: Iterable[Period]) -> Finding:
    days = "、".join(period.words for period in periods)
    code = "date-hole" if finding.code == "gap" else finding.code
    return replace(finding, code=code, problem=f"{days}，{finding.problem}")
