"""How likely a sentence answers a question: boosted trees over plain statements about the pair.

`judgement.json` holds the trees as numbers and how they were made (`assistant.judgement_training`);
reading them needs no library. Pure.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

Leaf = tuple[float]
Split = tuple[int, float, int, int]
Tree = tuple[Leaf | Split, ...]
"""Nodes from the root: a leaf's value, or feature, threshold, and where `<=` and `>` lead."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Boosted trees (Friedman 2001): the logit is `base` and the sum of one leaf of each tree."""

    features: tuple[str, ...]
    base: float
    trees: tuple[Tree, ...]

    def probability(self, values: Sequence[float]) -> float:
        """The probability (0..1) that a sentence with these `features` answers."""
        logit = self.base + math.fsum(_leaf(tree, values) for tree in self.trees)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _leaf(tree: Tree, values: Sequence[float]) -> float:
    node = tree[0]
    while len(node) == 4:
        feature, threshold, low, high = node
        node = tree[low if values[feature] <= threshold else high]
    return node[0]


def from_json(content: dict[str, Any]) -> Judgement:
    """The judgement that `judgement.json` holds."""
    trees = tuple(tuple(tuple(node) for node in tree) for tree in content["trees"])
    return Judgement(tuple(content["features"]), float(content["base"]), trees)


@lru_cache(maxsize=1)
def default_judgement() -> Judgement:
    """The trees that ship with the package."""
    text = files("assistant").joinpath("judgement.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))
