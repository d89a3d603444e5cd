"""The lexical arm: which chunks have the words of a question, by BM25.

A chunk is indexed whole and by its parts (the windows of a passage; an FAQ is one part), because a
long passage may hold the words of a question scattered, while the answer has them together. Its
`sound` holds toneless pinyin, asked only for what no text contains.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kb.normalization import is_character, tokens
from kb.settings import KbSettings
from kb.sound import sound_pairs
from kb.term_index import Entry, TermIndex, Weights
from kb.thesaurus import Thesaurus
from kb.types import Chunk, DocumentType
from kb.views import lexical_fields

# Several of the best parts belong to one long passage.
_PARTS = 3


@dataclass(frozen=True, slots=True)
class LexicalHits:
    """Chunk ids with their score, best first.

    `coverage` is the best score over the score of a text that is full of every term of the query:
    near 0 when the query's words stand nowhere, 0.4 and more when a passage is worded like it.
    """

    scores: dict[str, float] = field(default_factory=dict)
    coverage: float = 0.0


class LexicalIndex:
    """Chunks by their terms, in `folder`. One writer; searches see what was committed.

    Whole texts and parts are two indexes, because a term's rarity is another in each.
    """

    def __init__(self, folder: Path, settings: KbSettings) -> None:
        """Open or create the index. The weights apply to queries and may change freely."""
        self._settings = settings
        self._thesaurus = Thesaurus.shipped()
        self._whole = TermIndex(folder / "whole", ("main", "sound"))
        self._parts = TermIndex(folder / "parts", ("main",))

    def count(self) -> int:
        """Chunks in the index."""
        return self._whole.count()

    def holds(self, chunks: int) -> bool:
        """Whether this many chunks are in it, each with a part at least."""
        return self._whole.count() == chunks <= self._parts.count()

    def write(self, upserts: Iterable[Chunk], deletes: Iterable[str]) -> None:
        """Replace and delete chunks, durably."""
        whole: list[Entry] = []
        parts: list[Entry] = []
        for chunk in upserts:
            fields = lexical_fields(chunk, self._settings.window_characters)
            whole.append(Entry(chunk.id, chunk.type, {"main": fields.main, "sound": fields.sound}))
            parts += [Entry(chunk.id, chunk.type, {"main": part}) for part in fields.parts]
        gone = {*deletes, *(entry.id for entry in whole)}
        self._parts.write(parts, gone)
        self._whole.write(whole, gone)

    def query(
        self, text: str, limit: int, types: Collection[DocumentType] | None = None
    ) -> LexicalHits:
        """The best `limit` chunks by whole text and best part together; none without a match."""
        terms = self._weighted(text)
        own = {key: weight for key, weight in terms.items() if key[0] == "main"}
        whole = self._whole.query(terms, limit, types)
        if not own or not whole.scores:
            return LexicalHits(whole.scores)
        parts = self._parts.query(own, _PARTS * limit, types)
        share = self._settings.part_weight
        scores = {
            i: (1 - share) * whole.of(i) + share * parts.of(i)
            for i in whole.scores.keys() | parts.scores.keys()
        }
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return LexicalHits(dict(best), max(whole.scores.values()) / self._whole.most(own))

    def _weighted(self, text: str) -> Weights:
        """The query's terms with their weights: its own, other names, and sounds of unknowns."""
        settings = self._settings
        weights: dict[tuple[str, str], float] = defaultdict(float)
        for term in tokens(text):
            weights["main", term] += settings.character_weight if is_character(term) else 1.0
        said = set(weights)
        for other in self._thesaurus.alternatives(text):
            pairs = {("main", term) for term in tokens(other) if not is_character(term)}
            weights.update(dict.fromkeys(pairs - said, settings.synonym_weight))
        for pair in sound_pairs(text, lambda pair: self.document_frequency(pair) > 0):
            weights["sound", pair] = settings.sound_weight
        return {key: weight for key, weight in weights.items() if weight > 0}

    def document_frequency(self, term: str) -> int:
        """How many chunks contain a term (an upper bound while deleted ones are not merged)."""
        return self._whole.document_frequency("main", term)
