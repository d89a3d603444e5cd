"""Questions that ask the same, put together: by what they mean and by the words they share.

The similarity of two questions is `MEANING` parts of the encoder's cosine, on a scale between the
cosine of unrelated questions and that of paraphrases, and the rest of the cosine of their weighted
terms (pairs of characters, and of syllables, which hold where a typing error sounds right).
Average linkage joins groups while the mean similarity of their members is at least a threshold.

Two groups that average linkage joins have at least one pair above the threshold, so the connected
parts of the graph of such pairs are grouped one by one: exact, and no full matrix is ever held.
Deterministic; groups and their members are in the order of the input.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from assistant.masking import unmasked
from assistant.question import Question, understand
from assistant.spoken import in_standard_words
from kb.normalization import is_chinese, simplify, tokens
from kb.quantities import Dimension
from kb.thesaurus import Thesaurus

if TYPE_CHECKING:
    from kb.encoder import Vectors

# Chosen on tests/assistant/gap_questions.txt for the default encoder; see docs/benchmarks.md.
MEANING = 0.7
FLOOR, CEILING = 0.86, 0.98
LEAST = 0.35
# what remains of the similarity of two questions that want different kinds of answer
OTHER_ASPECT = 0.5
_BLOCK = 512
_MARKS = " \t,，。.!！?？、;；:：~…"
# Courtesy around a question says nothing of what is asked.
_CHATTER = re.compile(
    "我?[想要]?(?:请问|咨询|问|打听|麻烦问)(?:一下|下)?(?=[,，:： ])"
    "|^我?[想要]?(?:请问|咨询一下|问一下|问下)"
    "|[您你]好啊?(?=[,，。!！ ]|$)|^[您你]好|在吗|谢谢[您你啦了]?|麻烦[您你]?(?=[,，])"
)
_SYLLABLES = "~"


def comparable(question: str) -> str:
    """What of a masked question is encoded and compared, in simplified and standard words."""
    text = _CHATTER.sub("", in_standard_words(simplify(unmasked(question))))
    return Thesaurus.shipped().standardised(text).strip(_MARKS)


def cluster(similar: "Similarity", least: float = LEAST) -> list[tuple[int, ...]]:
    """Indices of the questions in groups."""
    groups: list[tuple[int, ...]] = []
    for members in _connected(similar, least) if similar.count else []:
        groups += _linked(similar, members, least)
    return sorted(groups)


def medoid(similar: "Similarity", members: Sequence[int], weights: Sequence[int]) -> int:
    """The one of `members` that is most like all of them, each counted `weights` times."""
    import numpy as np

    totals = similar.block(list(members), list(members)) @ np.asarray(weights, dtype=np.float32)
    scores = dict(zip(members, totals, strict=True))
    # of two as central the shorter one reads better
    return max(members, key=lambda i: (round(float(scores[i]), 4), -len(similar.texts[i]), -i))


class Similarity:
    """Similarities of any questions with any others, computed when asked for.

    `texts` are `comparable` ones; `vectors` (n × dimension, unit rows) are their encodings.
    """

    def __init__(self, texts: Sequence[str], vectors: "Vectors") -> None:
        asked = [understand(text) for text in texts]
        self.texts, self.count, self._vectors = texts, len(texts), vectors
        self._terms, self._aspects = _weighted_terms(asked), _aspects(asked)
        self._has_aspect = self._aspects.any(axis=1)

    def block(self, rows: Any, columns: Any) -> Any:
        """Similarities (rows × columns, float32, 0..1)."""
        import numpy as np

        cosines = self._vectors[rows] @ self._vectors[columns].T
        meaning = np.clip((cosines - FLOOR) / (CEILING - FLOOR), 0, 1)
        shared = (self._terms[rows] @ self._terms[columns].T).toarray()
        alike = MEANING * meaning + (1 - MEANING) * shared
        apart = np.outer(self._has_aspect[rows], self._has_aspect[columns]) & ~(
            self._aspects[rows] @ self._aspects[columns].T
        )
        return np.where(apart, OTHER_ASPECT * alike, alike).astype(np.float32)


def _aspects(asked: Sequence[Question]) -> Any:
    """What kinds of answer each question wants (n × kinds, bool)."""
    import numpy as np

    rows = [[*(kind in q.wants for kind in Dimension), q.where, q.who] for q in asked]
    return np.array(rows, dtype=bool).reshape(len(asked), len(Dimension) + 2)


def _weighted_terms(asked: Sequence[Question]) -> Any:
    """Unit rows of terms weighted by rarity (n × terms, sparse)."""
    import numpy as np
    from scipy.sparse import csr_matrix

    found = [Counter(_terms(question)) for question in asked]
    frequency = Counter(term for counts in found for term in counts)
    number = {term: i for i, term in enumerate(frequency)}
    rows, columns, values = [], [], []
    for row, counts in enumerate(found):
        weights = {term: _weight(term, frequency[term], len(asked)) for term in counts}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        for term, weight in weights.items():
            rows.append(row)
            columns.append(number[term])
            values.append(weight / norm)
    shape = (len(asked), max(len(number), 1))
    return csr_matrix((np.array(values, dtype=np.float32), (rows, columns)), shape=shape)


def _weight(term: str, frequency: int, count: int) -> float:
    rarity = math.log(1 + count / frequency)
    if term.startswith(_SYLLABLES):
        return 0.5 * rarity
    return rarity if len(term) > 1 or not is_chinese(term) else 0.5 * rarity


def _terms(question: Question) -> Iterator[str]:
    """Characters and pairs of the content words, and pairs of their syllables."""
    from pypinyin import lazy_pinyin

    for run in question.content:
        yield from tokens(run)
        syllables = lazy_pinyin(run)
        for first, second in pairwise(syllables):
            yield f"{_SYLLABLES}{first} {second}"


def _connected(similar: Similarity, least: float) -> list[Any]:
    """Index arrays of the connected parts of the graph of pairs that are similar enough."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows, columns, count = [], [], similar.count
    everything = np.arange(count)
    for start in range(0, count, _BLOCK):
        block = everything[start : start + _BLOCK]
        near, far = np.nonzero(similar.block(block, everything[start:]) >= least)
        rows.append(near + start)
        columns.append(far + start)
    edges = np.concatenate(rows), np.concatenate(columns)
    ones = np.ones(len(edges[0]), dtype=np.int8)
    _, label = connected_components(coo_matrix((ones, edges), shape=(count, count)), directed=False)
    order = np.argsort(label, kind="stable")
    return list(np.split(order, np.flatnonzero(np.diff(label[order])) + 1))


def _linked(similar: Similarity, members: Any, least: float) -> list[tuple[int, ...]]:
    """The groups of one connected part by average linkage."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(members) == 1:
        return [(int(members[0]),)]
    distances = 1 - similar.block(members, members).astype(np.float64)
    distances = np.maximum((distances + distances.T) / 2, 0)
    np.fill_diagonal(distances, 0)
    label = fcluster(linkage(squareform(distances, checks=False), "average"), 1 - least, "distance")
    groups: dict[int, list[int]] = {}
    for member, group in zip(members, label, strict=True):
        groups.setdefault(int(group), []).append(int(member))
    return [tuple(group) for group in groups.values()]
