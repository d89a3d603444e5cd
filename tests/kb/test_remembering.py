"""Vectors that are kept for the next question."""

import numpy as np

from kb.encoder import Encoder
from kb.remembering import RememberingEncoder


class Counting:
    """The real encoder, counting the passages that reach it."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self.passages: list[str] = []
        self.encode_queries = encoder.encode_queries

    def encode_passages(self, texts, progress=None):  # type: ignore[no-untyped-def]
        self.passages += texts
        return self._encoder.encode_passages(texts, progress)


def test_a_passage_is_encoded_once_and_is_the_same_again(encoder: Encoder) -> None:
    counting = Counting(encoder)
    remembering = RememberingEncoder(counting)
    texts = ["上门费30元。", "物业费按月交。", "上门费30元。"]
    first = remembering.encode_passages(texts)
    again = remembering.encode_passages([*texts, "装修要登记。"])
    assert counting.passages == ["上门费30元。", "物业费按月交。", "装修要登记。"]
    np.testing.assert_array_equal(first, again[:3])
    np.testing.assert_array_equal(first, encoder.encode_passages(texts))
    assert remembering.encode_passages([]).shape == (0, encoder.dimension)


def test_what_was_not_asked_for_longest_is_forgotten_first(encoder: Encoder) -> None:
    counting = Counting(encoder)
    remembering = RememberingEncoder(counting, most=2)
    for text in ("一。", "二。", "一。", "三。", "一。", "二。"):
        remembering.encode_passages([text])
    assert counting.passages == ["一。", "二。", "三。", "二。"]
