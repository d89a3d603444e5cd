"""What a figure is about: the words around it, the nearer the heavier."""

import math
import re
from collections.abc import Sequence

Bag = dict[str, float]
Span = tuple[int, int]

_END = re.compile(r"[。!?;…\n]")
_COMMA = re.compile(r"[。!?;…\n,:]")
_ITEM = re.compile(r"[。!?;…\n,:、]")
# Every text is full of these; they say nothing about the subject.
_EMPTY = re.compile(
    r"我们|我司|您|请|的|了|会|就|都|也|可以|应当|需要|进行|按照?|由|在|和|并|再|才|还|将|每平方米|每平米"
)
_HAN = re.compile(r"[\u3400-\u9fffa-z]+")
_BESIDE, _SAME_PART, _SAME_SENTENCE, _TOPIC = 2.0, 1.0, 0.45, 0.3


def around(text: str, spans: Sequence[Span], index: int, topic: str = "") -> tuple[str, Bag]:
    """The sentence of the figure at `spans[index]`, and the weighted bigrams around the figure.

    Figures are left out, so that two texts with other figures in the same words look the same.
    Bigrams between this figure and the next ones to its left and right count in full.
    """
    start, end = spans[index]
    left, right = _bounds(text, _END, start, end)
    blank = _blanked(text, spans)
    bag: Bag = {}
    _add(bag, blank[left:right], _SAME_SENTENCE)
    part = _bounds(text, _COMMA, start, end)
    _add(bag, blank[slice(*part)], _SAME_PART)
    # 15分钟响应、30分钟派单: what stands between two figures belongs to one of them.
    before = max((e for _, e in spans[:index]), default=0)
    after = min((s for s, _ in spans[index + 1 :]), default=len(text))
    item = _bounds(text, _ITEM, start, end)
    _add(bag, blank[max(item[0], before) : min(item[1], after)], _BESIDE)
    _add(bag, topic, _TOPIC)
    return text[left:right], bag


def _bounds(text: str, mark: re.Pattern[str], start: int, end: int) -> Span:
    left = max((match.end() for match in mark.finditer(text, 0, start)), default=0)
    return left, min((match.start() for match in mark.finditer(text, end)), default=len(text))


def _blanked(text: str, spans: Sequence[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _add(bag: Bag, text: str, weight: float) -> None:
    for run in _HAN.findall(_EMPTY.sub(" ", text)):
        for part in [run[i : i + 2] for i in range(len(run) - 1)] or [run]:
            bag[part] = max(bag.get(part, 0.0), weight)


def likeness(one: Bag, other: Bag) -> float:
    """The cosine of two surroundings, 0 to 1; 0 where either says nothing."""
    shared = sum(weight * other[part] for part, weight in one.items() if part in other)
    return shared / (_norm(one) * _norm(other)) if shared else 0.0


def _norm(bag: Bag) -> float:
    return math.sqrt(sum(weight * weight for weight in bag.values()))
