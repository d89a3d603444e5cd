"""Vectors that are kept for the next question."""

import numpy as np

from kb.encoder import Encoder
from kb.remembering import RememberingEncoder


class Counting:
    """The real encoder, counting the texts that reach it."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self.passages: list[str] = []
        self.queries: list[str] = []

    def encode_queries(self, texts):  # type: ignore[no-untyped-def]
        self.queries += texts
        return self._encoder.encode_queries(texts)

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


def test_a_question_is_encoded_once_however_often_it_is_weighed(encoder: Encoder) -> None:
    counting = Counting(encoder)
    remembering = RememberingEncoder(counting)
    first = remembering.encode_queries(["物业费多少？"])
    again = remembering.encode_queries(["物业费多少？", "怎么交？"])
    assert counting.queries == ["物业费多少？", "怎么交？"]
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(again, encoder.encode_queries(["物业费多少？", "怎么交？"]))


def test_documents_that_are_taken_in_push_nothing_out(encoder: Encoder) -> None:
    counting = Counting(encoder)
    remembering = RememberingEncoder(counting, most=300)
    remembering.encode_passages(["上门费30元。"])
    done: list[int] = []
    remembering.encode_passages([f"{n}。" for n in range(400)], done.append)
    assert done[-1] == 400
    remembering.encode_passages(["上门费30元。"])
    assert counting.passages.count("上门费30元。") == 1
