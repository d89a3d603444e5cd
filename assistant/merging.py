"""What several sources say alike is said once, with all of them cited."""

from collections.abc import Sequence

from assistant.evidence import Candidate
from kb.quantities import Quantity
from kb.types import Hit

# Share of the shorter sentence's terms that both must have …
_SAME = 0.8
# … or of the chosen one's, where the other states every figure of it.
_SAME_WITH_FIGURES = 0.6


def same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say the same as far as words tell."""
    shorter = min(len(one.terms), len(other.terms))
    return not shorter or len(one.terms & other.terms) / shorter >= _SAME


def backing(sentence: Candidate, found: Sequence[Candidate]) -> list[Hit]:
    """The other hits in which a sentence says what this one does, in their order."""
    hits = [c.hit for c in found if c.hit.chunk.id != sentence.hit.chunk.id and _says(c, sentence)]
    return list({hit.chunk.id: hit for hit in hits}.values())


def _says(other: Candidate, sentence: Candidate) -> bool:
    """Whether `other` states all that `sentence` does: its figures, and most of its words."""
    figures = _values(sentence.quantities)
    if other.is_lead_in or not sentence.terms or not figures <= _values(other.quantities):
        return False
    least = _SAME_WITH_FIGURES if figures else _SAME
    return len(sentence.terms & other.terms) / len(sentence.terms) >= least


def _values(quantities: Sequence[Quantity]) -> set[tuple[str, str, str]]:
    # a date has no bounds (nan), which is unequal to itself: compared as text
    return {(q.dimension, str(q.low), str(q.high)) for q in quantities}
