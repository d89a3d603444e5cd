"""Questions that ask the same fall together, with the real encoder."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from assistant.gaps.clustering import Similarity, cluster, comparable, medoid
from kb.encoder import Encoder

HERE = Path(__file__).parent


def groups_of(name: str) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line:
            groups.append([])
        elif not line.startswith("#"):
            groups[-1].append(line)
    return [group for group in groups if group]


def pairwise(groups: Sequence[Sequence[str]], encoder: Encoder) -> tuple[float, float, float]:
    """F1, precision and recall over pairs of questions that are put together."""
    asked = [comparable(question) for group in groups for question in group]
    gold = [number for number, group in enumerate(groups) for _ in group]
    found = np.zeros(len(asked), dtype=int)
    for number, members in enumerate(cluster(Similarity(asked, encoder.encode_queries(asked)))):
        found[list(members)] = number
    together = [(gold[a] == gold[b], found[a] == found[b]) for a, b in _pairs(len(asked))]
    both = sum(wanted and got for wanted, got in together)
    wanted, got = (sum(pair[side] for pair in together) for side in (0, 1))
    return 2 * both / (wanted + got), both / got, both / wanted


def _pairs(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))


def test_the_set_is_as_large_as_it_says() -> None:
    groups = groups_of("gap_questions.txt")
    assert len(groups) >= 30
    assert sum(map(len, groups)) >= 120
    questions = [question for group in groups for question in group]
    assert len(set(questions)) == len(questions)


def test_paraphrases_fall_together_and_different_matters_stay_apart(encoder: Encoder) -> None:
    f1, precision, recall = pairwise(groups_of("gap_questions.txt"), encoder)
    print(f"F1 {f1:.3f} precision {precision:.3f} recall {recall:.3f}")
    assert f1 >= 0.85
    assert precision >= 0.8


def test_so_they_do_in_questions_that_no_threshold_was_chosen_on(encoder: Encoder) -> None:
    f1, precision, recall = pairwise(groups_of("gap_questions_fresh.txt"), encoder)
    print(f"F1 {f1:.3f} precision {precision:.3f} recall {recall:.3f}")
    assert f1 >= 0.85


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("小区泳池几点开放？", "請問泳池幾點開放"),
        ("电瓶车能不能上楼", "我姓〔姓名〕，住〔房号〕，电瓶车可以上楼吗"),
        ("养狗要不要登记", "養狗使唔使登記"),
    ],
)
def test_two_wordings_are_one_matter(encoder: Encoder, one: str, other: str) -> None:
    texts = [comparable(one), comparable(other), comparable("垃圾分类时间是几点")]
    assert cluster(Similarity(texts, encoder.encode_queries(texts))) == [(0, 1), (2,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("泳池几点开放", "泳池门票多少钱"),
        ("电动车可以进电梯吗", "电动车在哪里充电"),
        ("老年食堂在哪", "老年食堂一餐多少钱"),
    ],
)
def test_the_same_words_about_another_matter_are_kept_apart(
    encoder: Encoder, one: str, other: str
) -> None:
    texts = [comparable(one), comparable(other)]
    assert cluster(Similarity(texts, encoder.encode_queries(texts))) == [(0,), (1,)]


def test_clusters_are_the_same_every_time(encoder: Encoder) -> None:
    texts = [comparable(q) for group in groups_of("gap_questions.txt")[:12] for q in group]
    vectors = encoder.encode_queries(texts)
    first = cluster(Similarity(texts, vectors))
    assert first == cluster(Similarity(texts, vectors))
    assert sorted(i for group in first for i in group) == list(range(len(texts)))


@pytest.mark.parametrize(("texts", "groups"), [([], []), (["泳池几点开"], [(0,)])])
def test_nothing_and_one_question_are_no_trouble(
    encoder: Encoder, texts: list[str], groups: list[tuple[int, ...]]
) -> None:
    assert cluster(Similarity(texts, encoder.encode_queries(texts))) == groups


def test_courtesy_is_not_compared() -> None:
    assert comparable("您好，我想请问一下，泳池几点开放？谢谢您！") == comparable("泳池几点开放")


def test_the_central_wording_speaks_for_its_group(encoder: Encoder) -> None:
    texts = ["泳池的水今天看着特别绿", "泳池几点开放", "泳池的水特别绿，它到底几点开放"]
    similar = Similarity(texts, encoder.encode_queries(texts))
    assert medoid(similar, (0, 1, 2), [1, 3, 1]) == 1
    assert medoid(similar, (0, 1, 2), [3, 1, 1]) == 0


def test_five_thousand_questions_are_grouped(encoder: Encoder) -> None:
    base = [comparable(q) for group in groups_of("gap_questions.txt") for q in group]
    vectors = encoder.encode_queries(base)
    random = np.random.default_rng(7)
    count = 5000
    picked = random.integers(0, len(base), count)
    # every question a little different, in words and in meaning, as people's are
    texts = [f"{base[i]}{chr(0x4E00 + n)}" for n, i in enumerate(picked)]
    noisy = vectors[picked] + random.normal(0, 0.01, (count, vectors.shape[1]))
    noisy = (noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32)
    groups = cluster(Similarity(texts, noisy))
    assert sorted(i for group in groups for i in group) == list(range(count))
    assert 20 < len(groups) < 300
