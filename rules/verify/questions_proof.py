"""Proves of every question that some answer would raise the tier, so that it is ever asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.tables import Row
from rules.types import NUMBERS, Tier
from rules.verify.examples import Examples
from rules.verify.findings import Finding
from rules.verify.meaning import OPEN


@dataclass(frozen=True)
class QuestionsProof:
    """The questions of one edition; follows `questions.ask_next`."""

    examples: Examples

    def findings(self) -> Iterator[Finding]:
        """Questions whose "yes" never raises the tier."""
        read = self.examples.meaning.tables["questions"]
        for row, matches in zip(read.rows, read.matches, strict=True):
            if not self._raises(row, matches):
                yield Finding(
                    "idle-question", "warning", read.table.file, row.line, (row.id,),
                    "这句追问答「是」也从不升级，永远不会问出口",
                    "请核对 supposes 和 when，或删去这一行",
                )  # fmt: skip

    def _raises(self, row: Row, matches: int) -> bool:
        """Whether for some facts the row matches and what it supposes raises the tier."""
        domain, diagrams = self.examples.meaning.domain, self.examples.meaning.domain.diagrams
        tier = self.examples.meaning.values["tier"]
        before = after = tier
        where = diagrams.both(matches, self.examples.meaning.judged)
        supposes = row.then.get("supposes", {})
        for code in supposes.get("signals", ()):
            after = diagrams.restrict(after, domain.class_of[code], 1)
        for name in NUMBERS:
            if name in supposes:
                # only a number that was not said is asked for
                zero, supposed = (domain.class_at(name, one) for one in (0, supposes[name]))
                at = domain.place[name]
                before, where = (diagrams.restrict(one, at, zero) for one in (before, where))
                after = diagrams.restrict(after, at, supposed)
        rises = diagrams.apply(_rises, before, after)
        return diagrams.both(where, rises) != diagrams.false


def _rises(before: Any, after: Any) -> bool:
    if OPEN in (before, after) or None in (before, after):
        return False
    return Tier(after).rank > Tier(before).rank
