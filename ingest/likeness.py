"""Which documents say nearly the same: MinHash over character 5-grams.

A document's sketch estimates the Jaccard similarity of two sets of 5-grams with a standard error
of at most 0.044 (Broder 1997, On the resemblance and containment of documents); documents are
compared only where one of 32 bands of their sketches agrees, so that the time grows with what is
alike and not with the square of what is there.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from kb.normalization import simplify
from kb.types import Document
from kb.versions import Versions

ALIKE = 0.7
"""Share from which two documents are reported."""
_APART = 0.1
"""What is less like a text by this much does not compete with what is most like it."""
_GRAM = 5
_SIZE = 128
_FEWEST = 40
"""Shorter texts are alike by chance."""
_BLOCK = 8192
_NO_WORD = re.compile(r"[\W_]+")
_EDITION = re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-.年]\d{1,2})*|[vV]\d+|第.{1,2}版")
_MASK = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Alike:
    """Two documents that say nearly the same; of two versions `first` is the older one."""

    first: Document
    second: Document
    share: float

    @property
    def are_versions(self) -> bool:
        """Whether dates, version numbers or the years in their names tell them apart."""
        return _edition(self.first) != _edition(self.second)

    @property
    def are_settled(self) -> bool:
        """Whether the newer one takes the older one's place, so that nothing is to do."""
        ends, begins = self.first.effective_to, self.second.effective_from
        if ends is not None and begins is not None and ends < begins:
            return True
        return Versions((self.first, self.second)).span(self.first).superseded_by == self.second.id


def sketch(texts: Iterable[str]) -> str:
    """What likeness is computed from: 128 numbers of 16 bits in hex; empty for short texts."""
    text = _NO_WORD.sub("", simplify("\n".join(texts))).lower()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(codes) < _FEWEST + _GRAM - 1:
        return ""
    wide = codes.astype(np.uint64)
    count = len(wide) - _GRAM + 1
    grams = np.zeros(count, dtype=np.uint64)
    for offset in range(_GRAM):
        grams = grams * np.uint64(0x100000001B3) + wide[offset : offset + count]
    grams = np.unique(_mixed(grams))
    least = np.full(_SIZE, _MASK, dtype=np.uint64)
    for start in range(0, len(grams), _BLOCK):
        hashes = grams[start : start + _BLOCK, None] * _FACTORS + _SUMMANDS
        least = np.minimum(least, hashes.min(axis=0))
    return (_mixed(least) & np.uint64(0xFFFF)).astype("<u2").tobytes().hex()


def followed(
    new: Mapping[str, str], gone: Mapping[str, str], staying: Iterable[str] = ()
) -> dict[str, str]:
    """Which new text is which of the gone ones, edited: by key, where nothing else comes near.

    `new` and `gone` map names to sketches; `staying` are the documents that have their files. A
    pair counts when no other gone text is nearly as like the new one, and no other new or staying
    one nearly as like the gone one. So the answer stays the same when some have gone in already.
    """
    old = {name: found for name, found in gone.items() if found}
    keys = [key for key, found in new.items() if found]
    if not old or not keys:
        return {}
    rows = [new[key] for key in keys] + [found for found in staying if found]
    matrix = _matrix(list(old.values()))
    shares = np.array([_shares(matrix, found) for found in rows])
    names = list(old)
    pairs = {}
    for row, key in enumerate(keys):
        column = int(np.argmax(shares[row]))
        share = shares[row, column]
        # The pair itself is the only one of its row and of its column that comes near.
        near = (shares[row] > share - _APART).sum() + (shares[:, column] > share - _APART).sum()
        if share >= ALIKE and near == 2:
            pairs[key] = names[column]
    return pairs


def alike(documents: Sequence[Document], among: Collection[str] | None = None) -> list[Alike]:
    """Each document (with an id in `among`) with the one most like it, each pair once.

    The most alike come first. A family of n documents gives at most n pairs, not n² / 2.
    """
    known = [document for document in documents if document.sketch]
    if len(known) < 2 or (among is not None and not among):
        return []
    wanted = [i for i, document in enumerate(known) if among is None or document.id in among]
    found: dict[tuple[int, int], float] = {}
    for row, other, share in _nearest([document.sketch for document in known], wanted):
        found[min(row, other), max(row, other)] = share
    pairs = [_ordered(known[i], known[j], share) for (i, j), share in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.share, pair.first.id, pair.second.id))


def _nearest(sketches: Sequence[str], rows: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """Of each of `rows` the nearest other row and the similarity, where it is enough."""
    matrix = _matrix(sketches)
    bands = matrix.view("<u8")
    members = [_groups(band) for band in bands.T]
    for row in rows:
        candidate = np.zeros(len(matrix), dtype=bool)
        for band, groups in enumerate(members):
            candidate[groups.get(int(bands[row, band]), [])] = True
        candidate[row] = False
        others = np.flatnonzero(candidate)
        if not len(others):
            continue
        shares = _shares(matrix[others], sketches[row])
        best = int(np.argmax(shares))
        if shares[best] >= ALIKE:
            yield row, int(others[best]), float(shares[best])


def _matrix(sketches: Sequence[str]) -> NDArray[np.uint16]:
    return np.frombuffer(bytes.fromhex("".join(sketches)), dtype="<u2").reshape(
        len(sketches), _SIZE
    )


def _shares(matrix: NDArray[np.uint16], sketch: str) -> NDArray[np.float64]:
    """The estimated similarity of each row with one sketch, 0-1."""
    equal = matrix == np.frombuffer(bytes.fromhex(sketch), dtype="<u2")
    shares: NDArray[np.float64] = np.count_nonzero(equal, axis=1) / _SIZE
    return shares


def _groups(band: NDArray[np.uint64]) -> dict[int, NDArray[np.int64]]:
    """The rows that share a value of one band, by value; values of one row only are left out."""
    order = np.argsort(band, kind="stable")
    edges = np.flatnonzero(np.diff(band[order])) + 1
    return {int(band[rows[0]]): rows for rows in np.split(order, edges) if len(rows) > 1}


def _ordered(first: Document, second: Document, share: float) -> Alike:
    def age(document: Document) -> tuple[date, str, str]:
        return document.effective_from or date.min, document.version or "", document.id

    older, newer = sorted((first, second), key=age)
    return Alike(older, newer, share)


def _edition(document: Document) -> tuple[object, ...]:
    name = f"{document.title} {PurePosixPath(document.source).stem}"
    return (document.effective_from, document.version, *_EDITION.findall(name))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on all."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return mixed


def _constants() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Factors (odd) and summands of the hash functions: the same for ever, as sketches are kept."""
    steps = [(0x9E3779B97F4A7C15 * n) & _MASK for n in range(1, 2 * _SIZE + 1)]
    values = _mixed(np.array(steps, dtype=np.uint64))
    return values[:_SIZE] | np.uint64(1), values[_SIZE:]


_FACTORS, _SUMMANDS = _constants()
