"""The safety floor of every company: life safety is critical, and more facts never lower a request.

Both are proved over every combination of facts that an edition allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.types import Tier
from rules.verify.diagrams import Choice
from rules.verify.examples import Examples
from rules.verify.findings import Finding
from rules.verify.meaning import OPEN
from rules.verify.rises import Rise, Worse, rises
from rules.vocabulary import LIFE_SAFETY


@dataclass(frozen=True)
class FloorProof:
    """Proves tier and level of one edition."""

    examples: Examples

    def findings(self) -> Iterator[Finding]:
        """The safety floor first, then what lowers the tier or the level."""
        yield from self._floor()
        yield from self._lowered("tier", _lower_tier)
        yield from self._lowered("level", _lower_level)

    def _function(self, name: str) -> int:
        """An output as a function of the facts; open where the edition does not judge them."""
        meaning = self.examples.meaning
        diagrams = meaning.domain.diagrams
        where = meaning.possible if name == "tier" else meaning.judged
        return diagrams.choose(where, meaning.values[name], diagrams.leaf(OPEN))

    def _floor(self) -> Iterator[Finding]:
        """Classes of signals with a life-safety signal that may be less than critical."""
        domain = self.examples.meaning.domain
        family = self.examples.book.vocabulary.family(LIFE_SAFETY)
        for at, variable in enumerate(domain.variables):
            members = [code for code in variable.signals if code in family]
            if not members:
                continue
            tier = domain.diagrams.restrict(self._function("tier"), at, 1)
            choice = domain.diagrams.find(domain.diagrams.apply(_below_critical, tier))
            if choice is not None:
                yield self._below({**choice, at: 1}, members)

    def _below(self, choice: Choice, members: list[str]) -> Finding:
        examples = self.examples
        inputs = examples.inputs(choice, members[0])
        rows = examples.deciders("tier", choice)
        words = examples.book.vocabulary.signal_labels(frozenset(members))
        said = examples.said(self._function("tier"), choice)
        return Finding(
            "floor", "error", examples.file_of("tier"), rows[0].line,
            tuple(row.id for row in rows),
            f"违反安全底线：有人身安全信号（{words}）却可能不是特急",
            "请让得出特急的行列入这个信号，不附带其他条件",
            {"facts": examples.facts(inputs)},
            f"{examples.words(inputs)}，得到的是{said}",
        )  # fmt: skip

    def _lowered(self, name: str, worse: Worse) -> Iterator[Finding]:
        function = self._function(name)
        for rise in rises(function, worse, self.examples):
            yield self._lowering(name, function, rise)

    def _lowering(self, name: str, function: int, rise: Rise) -> Finding:
        examples, step = self.examples, rise.step
        before, after = (examples.said(function, one) for one in (step.before, step.after))
        rows = [*examples.deciders(name, step.before), *examples.deciders(name, step.after)]
        return Finding(
            f"lowers-{name}", "error", examples.file_of(name), rows[0].line,
            tuple(dict.fromkeys(row.id for row in rows)),
            f"{rise.what}，{examples.label_of(name)}反而降低",
            "请去掉「没有某信号」（none）或数目上限一类的条件，或把更高的行移到前面",
            rise.pair(),
            f"{rise.words}，得{before}；{rise.done}，只得{after}",
        )  # fmt: skip


def _below_critical(tier: Any) -> bool:
    return bool(tier != OPEN and tier != Tier.CRITICAL)


def _lower_tier(before: Any, after: Any) -> bool:
    known = before in tuple(Tier) and after in tuple(Tier)
    return known and Tier(after).rank < Tier(before).rank


def _lower_level(before: Any, after: Any) -> bool:
    return isinstance(before, int) and isinstance(after, int) and after < before
