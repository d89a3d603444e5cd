"""The judgement is plain numbers that say what the trained trees say."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asks import MOST, asking_parts
from assistant.judgement import Judgement, default_judgement, from_json
from assistant.judgement_training import Learnt, by_threshold, fit, read_lines

ONE_WAY = {"a": 1, "b": 0, "c": 0}


def learnt(seed: int) -> list[Learnt]:
    draws = np.random.default_rng(seed)
    rows = draws.random((400, 3))
    answers = rows[:, 0] + 0.2 * draws.random(400) > 0.6
    return [Learnt(rows.tolist(), answers.tolist())]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_written_trees_separate_what_was_learnt(seed: int) -> None:
    seen = learnt(seed)
    content = json.loads(json.dumps(fit(seen, ONE_WAY)))
    judgement = from_json(content)
    said = [judgement.probability(row) > 0.5 for row in seen[0].values]
    right = [s == a for s, a in zip(said, seen[0].answers, strict=True)]
    assert sum(right) / len(right) > 0.95


def test_training_twice_gives_the_same_trees() -> None:
    assert fit(learnt(3), ONE_WAY) == fit(learnt(3), ONE_WAY)


def test_a_value_at_the_threshold_goes_to_the_lower_side() -> None:
    judgement = Judgement(("a",), 0.0, (((0, 0.5, 1, 2), (-1.0,), (1.0,)),))
    assert judgement.probability([0.5]) < 0.5 < judgement.probability([0.6])


@given(st.lists(st.floats(-1e6, 1e6), min_size=40, max_size=40))
def test_every_sentence_gets_a_probability(values: list[float]) -> None:
    judgement = default_judgement()
    assert 0 < judgement.probability(values[: len(judgement.features)]) < 1


def test_some_threshold_separates_what_is_perfectly_separated() -> None:
    found = by_threshold([0.1, 0.2, 0.8, 0.9], [False, False, True, True])
    f1, threshold, precision, recall = max(found)
    assert 0.2 < threshold <= 0.8
    assert (f1, precision, recall) == (1.0, 1.0, 1.0)


def test_the_training_questions_are_many_and_of_both_kinds() -> None:
    lines = read_lines()
    assert len({line["question"] for line in lines}) == len(lines) >= 380
    assert sum(not line["answerable"] for line in lines) >= 160
    assert all(bool(line.get("relevant")) is line["answerable"] for line in lines)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("补一张卡多少钱？另外收房时白送几张？", ["补一张卡多少钱", "收房时白送几张"]),
        ("我刚搬来，还不熟，垃圾几点能扔", ["垃圾几点能扔"]),
        ("物业费", []),
        ("", []),
    ],
)
def test_the_parts_that_ask_are_found(text: str, parts: list[str]) -> None:
    assert asking_parts(text) == parts


@given(st.text(max_size=200))
def test_parts_stand_in_the_text_and_are_few(text: str) -> None:
    parts = asking_parts(text)
    assert len(parts) <= MOST
    assert all(part in text for part in parts)
