"""What a new text of a document changes, passage by passage. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from kb.types import Chunk

# passages that share this much of their characters are one passage that was changed
_ALIKE = 60.0
# beyond so many pairs, likeness would take minutes; then only the heading path tells
_MOST_PAIRS = 250_000


@dataclass(frozen=True, slots=True)
class Change:
    """A passage before and after."""

    before: Chunk
    after: Chunk


@dataclass(frozen=True, slots=True)
class Difference:
    """Which passages stay (and keep their citations), change, go and come; in reading order."""

    stays: tuple[Chunk, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Chunk, ...] = ()
    come: tuple[Chunk, ...] = ()


def compare(before: Sequence[Chunk], after: Sequence[Chunk]) -> Difference:
    """The difference between two texts of one document.

    A passage with the same id stays, unless its wordings, near-misses or references differ. Of
    the others those most alike belong together, so that a clause is followed through a new
    number; then those under one heading path.
    """
    old = {chunk.id: chunk for chunk in before}
    new = {chunk.id: chunk for chunk in after}
    pairs = {i: old[i] for i in new if i in old and _said(old[i]) != _said(new[i])}
    stays = tuple(chunk for chunk in after if chunk.id in old and chunk.id not in pairs)
    gone = [chunk for chunk in before if chunk.id not in new]
    come = [chunk for chunk in after if chunk.id not in old]
    used: set[str] = set()
    for first, second in (*_alike(gone, come), *_same_place(gone, come)):
        # one passage is part of one pair only: the best comes first
        if second.id not in pairs and first.id not in used:
            pairs[second.id] = first
            used.add(first.id)
    return Difference(
        stays,
        tuple(Change(pairs[chunk.id], chunk) for chunk in after if chunk.id in pairs),
        tuple(chunk for chunk in gone if chunk.id not in used),
        tuple(chunk for chunk in come if chunk.id not in pairs),
    )


def _said(chunk: Chunk) -> tuple[tuple[str, ...], ...]:
    """What a passage says beside the text and the path that its id stands for."""
    return chunk.questions, chunk.negatives, chunk.references


def _alike(gone: Sequence[Chunk], come: Sequence[Chunk]) -> Iterator[tuple[Chunk, Chunk]]:
    if len(gone) * len(come) > _MOST_PAIRS:
        return
    scored = [
        (score, i, j)
        for i, first in enumerate(gone)
        for j, second in enumerate(come)
        if (score := fuzz.ratio(first.text, second.text, score_cutoff=_ALIKE))
    ]
    for _, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        yield gone[i], come[j]


def _same_place(gone: Sequence[Chunk], come: Sequence[Chunk]) -> Iterator[tuple[Chunk, Chunk]]:
    for first in gone:
        for second in come:
            if first.section == second.section:
                yield first, second
