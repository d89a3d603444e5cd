"""What of a draft a model may reword, and whether it kept what had to be kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.types import Draft, Segment
from kb.quantities import Quantity, quantities
from rules.types import Tier

# What is better for fitting the message. Promises are the rules' own, the safety step saves lives,
# and a greeting or closing is a formula: reworded they only take time and risk.
REWORDED = frozenset({"empathy", "restate", "fact"})
# A wording may be this much longer (and as many characters more), or this much shorter.
_LONGEST, _LONGER_BY, _SHORTEST = 1.6, 20, 0.45
# A small model asked to name the matter may recite the message instead.
_LEAST_SHARED = 0.3
_LATIN = re.compile(r"[A-Za-z]{2,}")
_ENDS = "。！？!?…"


@dataclass(frozen=True, slots=True)
class Line:
    """A composed segment on its way through the model: `number` (1…) stands for it there."""

    number: int
    index: int
    segment: Segment


def lines_of(draft: Draft) -> tuple[Line, ...]:
    """The segments that may be reworded; none in an emergency, where every word was weighed."""
    if draft.triage.decision.tier is Tier.CRITICAL:
        return ()
    chosen = [(i, s) for i, s in enumerate(draft.segments) if s.role in REWORDED]
    return tuple(Line(number, *pair) for number, pair in enumerate(chosen, 1))


def unfaithful(composed: str, reworded: str, role: str = "fact") -> str | None:
    """Why a wording cannot stand for what was composed, in one Chinese line; None when it can.

    Feelings may be worded anew; what names the matter or states a fact must stay near its words.

    What it adds is the guard's to find; this finds what it lost, and what is no wording at all.
    """
    if not reworded:
        return "模型没有写这一句"
    if set(_LATIN.findall(reworded)) - set(_LATIN.findall(composed)):
        return "改写里有外文"
    if reworded[-1] not in _ENDS:
        return "模型没有写完这一句"
    if len(reworded) > len(composed) * _LONGEST + _LONGER_BY:
        return "改写得太长"
    if len(reworded) < len(composed) * _SHORTEST:
        return "改写得太短，可能漏了内容"
    if lost := _lost(quantities(composed), quantities(reworded)):
        return f"改写漏了“{composed[lost.start : lost.end]}”"
    if role != "empathy" and _shared(composed, reworded) < _LEAST_SHARED:
        return "改写离草稿太远"
    return None


def _shared(composed: str, reworded: str) -> float:
    """The share of the composed text's character pairs that the wording keeps."""
    pairs = {composed[i : i + 2] for i in range(len(composed) - 1)}
    return sum(pair in reworded for pair in pairs) / len(pairs) if pairs else 1.0


def _lost(before: Sequence[Quantity], after: Sequence[Quantity]) -> Quantity | None:
    kept = {(q.dimension, q.low, q.high) for q in after}
    return next((q for q in before if (q.dimension, q.low, q.high) not in kept), None)
