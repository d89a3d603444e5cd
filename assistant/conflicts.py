"""Whether sources say different things of one matter: told to the CSR, never settled silently.

A figure of a chosen sentence is compared with the figures of other documents' passages in the way
`kb.lint.claims` compares an answer with its clauses: same kind of figure, like surroundings, other
value. A passage that also states the chosen value agrees.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.evidence import Candidate
from kb.lint.claims import Ruled, contradictions
from kb.lint.figures import Figure, figures
from kb.lint.surroundings import likeness
from kb.normalization import simplify
from kb.quantities import compact
from kb.types import Chunk, Hit

# Two documents were written apart: only nearly the same words are surely about the same thing.
_LEAST_LIKE = 0.7


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A chosen sentence, the passage that says otherwise, and both figures as they are written."""

    sentence: Candidate
    value: str
    other: Hit
    other_value: str

    @property
    def text(self) -> str:
        """One Chinese line that names both values and titles."""
        here, there = self.sentence.hit.chunk.title, self.other.chunk.title
        return (
            f"资料说法不一：《{here}》写的是“{_said(self.value)}”，《{there}》写的是“{_said(self.other_value)}”，"
            "请核实后再答复。"
        )


def _said(value: str) -> str:
    """A normalised figure as it is read: 3分之二 is 三分之二."""
    return re.sub(r"\d(?=分之)", lambda digit: "零一二三四五六七八九"[int(digit[0])], value)


def disagreements(chosen: Sequence[Candidate], hits: Sequence[Hit]) -> list[Disagreement]:
    """What other documents among the hits say otherwise than the chosen sentences, once each."""
    found: dict[tuple[str, str], Disagreement] = {}
    for sentence in chosen:
        own = sentence.hit.chunk
        said = compact(sentence.text)
        claims = [one for one in _figures(own) if compact(one.sentence) in said]
        for hit in hits if claims else ():
            if hit.chunk.document_id == own.document_id:
                continue
            rules = [Ruled(figure, hit.chunk) for figure in _figures(hit.chunk)]
            for one, other in _disputed(claims, own, rules):
                if _is_of_the_same(one, own, other, hit.chunk):
                    found.setdefault(
                        (one.text, other.text), Disagreement(sentence, one.text, hit, other.text)
                    )
    return list(found.values())


# a few megabytes; the passages that answers rest on come again
@lru_cache(maxsize=1024)
def _figures(chunk: Chunk) -> tuple[Figure, ...]:
    return tuple(figures(chunk.text, " ".join((*chunk.section, *chunk.questions[:1]))))


def _disputed(
    claims: Sequence[Figure], own: Chunk, rules: Sequence[Ruled]
) -> Iterator[tuple[Figure, Figure]]:
    """Pairs of own and other figures of which one breaks the other.

    Asked both ways: 24小时内 keeps to 48小时内, and not the other way round.
    """
    for one in contradictions(claims, (), rules):
        yield one.claim, one.rule.figure
    for one in contradictions([r.figure for r in rules], (), [Ruled(c, own) for c in claims]):
        yield one.rule.figure, one.claim


def _is_of_the_same(one: Figure, here: Chunk, other: Figure, there: Chunk) -> bool:
    """Whether both figures have the same conditions: no word of either is the other's opposite.

    The words beside a figure (高层, 洋房) that the other passage does not know at all make it
    another thing's figure, where both sides have such words.
    """
    if one.days != other.days or likeness(one.around, other.around) < _LEAST_LIKE:
        return False
    return not (any(_strange(one, there)) and any(_strange(other, here)))


def _strange(figure: Figure, elsewhere: Chunk) -> Iterator[str]:
    """The bigrams in the figure's own part of the sentence that the other passage never uses."""
    text = compact(simplify(" ".join((elsewhere.title, *elsewhere.questions, elsewhere.text))))
    heaviest = max(figure.around.values(), default=0.0)
    for bigram, weight in figure.around.items():
        if weight == heaviest and bigram not in text:
            yield bigram
