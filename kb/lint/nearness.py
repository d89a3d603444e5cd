"""Which passages are nearest to a text, and how much of the text they hold, by their words."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from kb.normalization import is_character, tokens
from kb.types import Chunk

# An answer may draw on two passages; more would back anything.
_TOGETHER = 2
_COMPARED = 8


class Passages:
    """Passages by their terms (character bigrams, numbers), the rarer the heavier."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._terms = [terms(f"{' '.join(chunk.section)} {chunk.text}") for chunk in chunks]
        self._where: defaultdict[str, list[int]] = defaultdict(list)
        for index, found in enumerate(self._terms):
            for term in found:
                self._where[term].append(index)
        self._norms = [math.sqrt(sum(self.weight(t) ** 2 for t in f)) for f in self._terms]

    def weight(self, term: str) -> float:
        """Inverse document frequency; a term that no passage has weighs most."""
        return math.log((len(self._chunks) + 1) / (len(self._where.get(term, ())) + 0.5))

    def nearest(self, text: str, count: int) -> list[tuple[Chunk, float]]:
        """The best passages with their cosine, best first."""
        wanted = terms(text)
        scores: Counter[int] = Counter()
        for term in wanted:
            for index in self._where.get(term, ()):
                scores[index] += self.weight(term) ** 2  # type: ignore[assignment]
        norm = math.sqrt(sum(self.weight(term) ** 2 for term in wanted)) or 1.0
        best = sorted(
            ((score / (norm * self._norms[i]), -i) for i, score in scores.items()), reverse=True
        )
        return [(self._chunks[-i], score) for score, i in best[:count]]

    def coverage(self, text: str) -> float:
        """The share of a text's weight that the two passages hold that hold most of it."""
        wanted = terms(text)
        whole = self._sum(wanted)
        if not whole:
            return 1.0
        near = [wanted & terms(chunk.text) for chunk, _ in self.nearest(text, _COMPARED)]
        held: set[str] = set()
        for _ in range(_TOGETHER):
            held = max((held | found for found in near), key=self._sum, default=held)
        return self._sum(held) / whole

    def _sum(self, found: Collection[str]) -> float:
        return sum(self.weight(term) for term in found)


def terms(text: str) -> set[str]:
    """The terms of a text that tell something."""
    return {token for token in tokens(text) if not is_character(token)}
