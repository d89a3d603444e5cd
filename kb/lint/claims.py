"""Whether an answer's figures contradict the clauses it stands on, or those most like it.

For each figure of an answer the rule's figure is sought that is about the same thing. There is a
contradiction when such a figure exists and none agrees, or when one that agrees is about
something else (高层 and 洋房 exchanged). Sums, conversions and examples are no contradictions.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.lint.agreement import Agreement, agreement
from kb.lint.figures import Figure
from kb.lint.surroundings import likeness
from kb.types import Chunk

# Measured on the sample content and on contradictions put into it, see the tests.
_LEAST_LIKE_CITED = 0.15
_LEAST_LIKE_OTHER = 0.6
_LEAST_LIKE_EXCHANGED = 0.4
_EXCHANGED = 0.2
_CLEARLY = 0.1
_LISTED = frozenset(("clock", "date", "weekday", "phone"))
_SUM = re.compile(r"共|合计|总计|加起来|相当于|折合|等于|换算|也就是|即")
_EXAMPLE = re.compile(r"例如|比如|举例|假如|假设|譬如|打个比方")
_ADVICE = re.compile(r"建议|最好|尽量|不妨|宜")
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Ruled:
    """A figure of a rule and the passage it stands in."""

    figure: Figure
    chunk: Chunk


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A figure of an answer, and the rule's figure about the same thing that it does not keep."""

    claim: Figure
    rule: Ruled


def contradictions(
    claims: Sequence[Figure], cited: Sequence[Ruled], others: Sequence[Ruled]
) -> list[Contradiction]:
    """The claims that go against `cited` clauses, or else against `others` that are like them."""
    rules = [*cited, *others]
    worked_out = [claim for claim in claims if _is_derived(claim, claims, rules)]
    # 停3小时30分钟收15元: what an amount is worked out from is an example too.
    examples = {_part(claim) for claim in worked_out if claim.kind == "money"}
    found = []
    for claim in claims:
        if claim in worked_out or _part(claim) in examples or _is_free(claim):
            continue
        rule = _against(claim, cited, others)
        if rule is not None:
            found.append(Contradiction(claim, rule))
    return found


def _part(claim: Figure) -> str:
    """The words between two commas that a figure stands in."""
    return next((p for p in re.split(r"[,:]", claim.sentence) if claim.text in p), claim.sentence)


def _against(claim: Figure, cited: Sequence[Ruled], others: Sequence[Ruled]) -> Ruled | None:
    """The rule's figure that the claim goes against, if there is one."""
    here, there = _best(claim, cited), _best(claim, others)
    if here.broken is None or here.broken_score < _LEAST_LIKE_CITED:
        is_known = here.same or here.within or there.same or there.within
        is_like = there.broken_score >= _LEAST_LIKE_OTHER
        return there.broken if not is_known and is_like else None
    if here.same is not None:
        is_other = here.broken_score - here.same_score >= _EXCHANGED
        is_like = here.broken_score >= _LEAST_LIKE_EXCHANGED
        return here.broken if is_other and is_like and claim.kind not in _LISTED else None
    # A day without its month fits every month; of two bounds the smaller lies within the wider.
    is_stricter = here.within_score >= here.broken_score + _CLEARLY
    is_said_elsewhere = there.same_score >= here.broken_score
    return None if is_stricter or is_said_elsewhere else here.broken


@dataclass(slots=True)
class _Best:
    """The likest figures that say the same, that a claim lies within, that it breaks."""

    same: Ruled | None = None
    same_score: float = -1.0
    within: Ruled | None = None
    within_score: float = -1.0
    broken: Ruled | None = None
    broken_score: float = -1.0


def _best(claim: Figure, rules: Iterable[Ruled]) -> _Best:
    best = _Best()
    for rule in rules:
        if rule.figure.kind != claim.kind:
            continue
        score = likeness(claim.around, rule.figure.around)
        match agreement(claim, rule.figure):
            case Agreement.SAME if score > best.same_score:
                best.same, best.same_score = rule, score
            case Agreement.WITHIN if score > best.within_score:
                best.within, best.within_score = rule, score
            case Agreement.NONE if score > best.broken_score:
                best.broken, best.broken_score = rule, score
    return best


def _is_free(claim: Figure) -> bool:
    """Whether a figure binds nobody: a word such as 当天, an example, a piece of advice."""
    if claim.is_word and claim.kind != "rate":
        return True
    before = claim.sentence[: claim.sentence.find(claim.text)]
    part = re.split(r"[,:]", before)[-1]
    return bool(_EXAMPLE.search(before)) or bool(_ADVICE.search(part))


def _is_derived(claim: Figure, claims: Sequence[Figure], rules: Sequence[Ruled]) -> bool:
    """Whether a figure is worked out: a sum that says so, or a product with a number said here."""
    kind = claim.kind
    if kind in _LISTED or claim.low != claim.high:
        return False
    known = [rule.figure for rule in rules if rule.figure.kind == kind]
    known += [c for c in claims if c.kind == kind and c.sentence == claim.sentence and c != claim]
    values = {v for one in known for v in (one.low, one.high) if 0 < v < math.inf}
    if _SUM.search(claim.sentence) and any(
        math.isclose(a + b, claim.low) for a in values for b in values
    ):
        return True
    said = {float(n) for n in _PLAIN_NUMBER.findall(claim.sentence.replace(claim.text, " "))}
    return kind == "money" and any(
        math.isclose(value * number, claim.low) for value in values for number in said if number > 1
    )
