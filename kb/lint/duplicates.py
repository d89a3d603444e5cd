"""Questions that are asked twice, with the same answer or with another."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from kb.lint.figures import figures
from kb.lint.nearness import terms
from kb.lint.shelf import Shelf
from kb.lint.types import Finding, Severity
from kb.normalization import normalize
from kb.types import Chunk, Document, DocumentType

# Words that make no difference between two questions.
_FILLER = re.compile(
    r"请问|你好|您好|我想问|问一下|麻烦|一下|怎么样|怎么|怎样|如何|应该|需要|可以|能不能|能否|是否|可不可以"
    r"|我们|我|你们|您|的|了|呢|啊|吗|呀|吧|么|嘛|请|要|能"
)
_OTHER = re.compile(r"[^\u3400-\u9fffa-z0-9]+")
_SAME_ANSWER = 0.85
Entry = tuple[Document, Chunk]


def check(shelf: Shelf) -> Iterator[Finding]:
    """Every pair of FAQs in force that ask the same."""
    asked: defaultdict[str, list[tuple[Entry, str]]] = defaultdict(list)
    for document, chunk in shelf.current(DocumentType.FAQ):
        for question in chunk.questions:
            asked[_key(question)].append(((document, chunk), question))
    told: set[frozenset[str]] = set()
    for key, found in asked.items():
        for (one, _), (other, question) in combinations(found, 2):
            pair = frozenset((one[1].id, other[1].id))
            if key and len(pair) == 2 and pair not in told:
                told.add(pair)
                yield _finding(one, other, question)


def _key(question: str) -> str:
    """The question without filler, its characters in order: word order makes no difference."""
    plain = _OTHER.sub("", normalize(question))
    bare = _FILLER.sub("", plain)
    return "".join(sorted(bare if len(bare) >= 2 else plain))


def _finding(one: Entry, other: Entry, question: str) -> Finding:
    is_same = _answers_alike(one[1], other[1])
    where = f"{one[0].id}（{_heading(one[1])}）"
    return Finding(
        "duplicate-question",
        Severity.HINT if is_same else Severity.ERROR,
        f"问题“{question}”在 {where} 已经有了，两处的回答"
        + ("相同。" if is_same else "不同，住户会得到不一样的答复。"),
        "保留一处，把其他问法合并过去。" if is_same else "核对哪个回答正确，只保留一处。",
        other[0].id,
        other[1].id,
        other[1].section,
    )


def _answers_alike(one: Chunk, other: Chunk) -> bool:
    ours, theirs = terms(one.text), terms(other.text)
    shared = 2 * len(ours & theirs) / ((len(ours) + len(theirs)) or 1)
    return shared >= _SAME_ANSWER and _values(one) == _values(other)


def _values(chunk: Chunk) -> set[str]:
    return {f"{figure.kind} {figure.text}" for figure in figures(chunk.text)}


def _heading(chunk: Chunk) -> str:
    return chunk.questions[0] if chunk.questions else " ".join(chunk.section)
