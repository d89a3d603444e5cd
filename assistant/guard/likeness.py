"""How far the words of one text stand in another: characters by the pairs they belong to."""

from collections.abc import Iterable
from functools import lru_cache

# what sentences are held together with, and how a letter speaks to its reader
_COMMON = frozenset(
    "的了是在和与及或就才都也还再又很太最更而但并且若如果则因为所以对于把被让给向从到由以"
    "您你我们咱请好吗呢吧啊哦呀哈嗯这那哪个些么什怎样会能可要想得该应需将已经过着之其中"
    "一二三四五六七八九十零两几上下前后内外里时候有没不无非未"
)
_LONE = 0.35


@lru_cache(maxsize=4096)
def pairs_of(folded: str) -> frozenset[str]:
    """Neighbouring characters, Chinese ones only."""
    return frozenset(
        folded[i : i + 2]
        for i in range(len(folded) - 1)
        if _is_chinese(folded[i]) and _is_chinese(folded[i + 1])
    )


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def content_of(folded: str) -> list[int]:
    """The places of the characters that carry meaning."""
    return [i for i, c in enumerate(folded) if _is_chinese(c) and c not in _COMMON]


def covered(folded: str, texts: Iterable[str]) -> float:
    """The share (0..1) of a text's content whose pairs stand in the texts; 1 where it has none."""
    sources = tuple(texts)
    known: frozenset[str] = frozenset().union(*(pairs_of(text) for text in sources))
    single = frozenset().union(*(frozenset(text) for text in sources))
    places = content_of(folded)
    if not places:
        return 1.0
    total = 0.0
    for i in places:
        if folded[i - 1 : i + 1] in known or folded[i : i + 2] in known:
            total += 1.0
        elif folded[i] in single:
            total += _LONE
    return total / len(places)


def shared(a: str, b: str) -> int:
    """How many pairs with at least one telling character two texts share."""
    both = pairs_of(a) & pairs_of(b)
    return sum(any(c not in _COMMON for c in pair) for pair in both)
