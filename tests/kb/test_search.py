"""Fusion by itself, and what search makes of the default encoder and real text."""

import json
import os
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import ndcg
from kb.encoder import Encoder
from kb.knowledge_base import KnowledgeBase
from kb.search import dense_weight, fuse
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType
from kb.views import chunk_of, is_negative, views
from tests.kb.samples import faq, policy

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 50), max_size=8)


@given(SCORES, SCORES, st.floats(0, 1))
def test_fusion_ranks_every_candidate_once_between_0_and_1(
    dense: dict[str, float], lexical: dict[str, float], weight: float
) -> None:
    fused = fuse(dense, lexical, weight, full=100)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(0 < score < 1 for score in fused.values())
    assert list(fused.values()) == sorted(fused.values(), reverse=True)


def test_a_weight_of_one_keeps_the_order_of_the_dense_arm() -> None:
    assert list(fuse({"a": 0.9, "b": 0.8, "c": 0.7}, {"c": 9.0}, 1.0, full=100)) == ["a", "b", "c"]


def test_what_both_arms_find_comes_before_what_one_finds() -> None:
    fused = fuse({"a": 0.90, "b": 0.89, "c": 0.7}, {"b": 9.0, "d": 8.0}, 0.5, full=100)
    assert next(iter(fused)) == "b"


def test_two_lexical_hits_alone_are_both_better_than_none() -> None:
    dense = {f"d{n}": 0.8 for n in range(10)}
    fused = list(fuse(dense, {"x": 9.0, "d3": 5.0}, 0.3, full=100))
    assert set(fused[:2]) == {"x", "d3"}


def test_the_better_the_words_match_the_less_the_meaning_weighs() -> None:
    settings = KbSettings()
    shares = [dense_weight(coverage / 10, settings) for coverage in range(11)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == settings.dense_weight_unmatched
    assert shares[-1] == settings.dense_weight_matched


def test_coverage_tells_a_passage_worded_like_the_question_from_one_that_is_not(
    base: KnowledgeBase,
) -> None:
    lexical = base._indexes.lexical
    worded = lexical.query("电梯困人时值班人员三分钟内到场", 10).coverage
    elsewhere = lexical.query("附近哪里有好吃的馆子", 10).coverage
    assert worded > 2 * elsewhere


def test_a_long_passage_is_found_by_the_part_that_has_the_words_together(
    encoder: Encoder, tmp_path: Path
) -> None:
    filler = "本条说明一般情况。" * 40
    scattered = policy("scattered", f"电梯{filler}困人{filler}救援{filler}时间。", title="甲")
    together = policy("together", f"{filler}电梯困人救援时间为三十分钟。{filler}", title="乙")
    with KnowledgeBase(tmp_path, encoder) as knowledge_base:
        knowledge_base.put([scattered, together])
        ranking = knowledge_base.rank("电梯困人救援时间")
    assert next(iter(ranking.lexical)).startswith("together:")


def test_an_faq_is_encoded_by_its_questions_and_its_near_misses_but_not_its_answer() -> None:
    (chunk,) = faq("f", "几点开门?", "什么时候开?", answer="八点。", negatives=("几点关门?",))[1]
    found = views(chunk, 240)
    assert [(view.role, view.text) for view in found] == [
        ("query", "几点开门?"),
        ("query", "什么时候开?"),
        ("query", "几点关门?"),
    ]
    assert [is_negative(view.id) for view in found] == [False, False, True]
    assert {chunk_of(view.id) for view in found} == {chunk.id}


def test_a_long_clause_is_encoded_in_windows_under_its_heading() -> None:
    (chunk,) = policy("p", "甲" * 100 + "。" + "乙" * 100 + "。", title="收费規定")[1]
    assert [view.text for view in views(chunk, 120)] == [
        "收费规定 第1条\n" + "甲" * 100 + "。",
        "收费规定 第1条\n" + "乙" * 100 + "。",
    ]


@pytest.fixture(scope="module")
def base(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path_factory.mktemp("base"), encoder) as knowledge_base:
        knowledge_base.put(
            [
                policy("fees", "物业费按季预缴,每季首月十五日到期。", title="收费规定"),
                policy("lift", "电梯困人时,值班人员三分钟内到场安抚。", title="电梯规定"),
                policy("dogs", "遛狗牵绳不超过一米五。", title="养宠规定"),
                faq(
                    "card",
                    "门禁卡丢了怎么办?",
                    "出入卡弄丢了咋整",
                    answer="先挂失,再到前台补办,每张二十元。",
                    negatives=("停车卡丢了怎么办",),
                ),
                faq("water", "家里没水了怎么办?", answer="先看公告,再打应急电话。"),
            ]
        )
        yield knowledge_base


@pytest.mark.parametrize(
    ("query", "document_id"),
    [
        ("物业费什么时候交", "fees"),
        ("物業費幾號到期", "fees"),
        ("有人被关在升降机里了", "lift"),
        ("牵引绳能放多长", "dogs"),
        ("出入卡找不到了", "card"),
        ("水龙头不出水", "water"),
        ("狗", "dogs"),
    ],
)
def test_a_question_in_other_words_or_script_finds_its_passage(
    base: KnowledgeBase, query: str, document_id: str
) -> None:
    assert base.search(query, k=1)[0].document.id == document_id


def test_an_exact_question_is_certain_to_the_dense_arm(base: KnowledgeBase) -> None:
    hit = base.search("门禁卡丢了怎么办?", k=1)[0]
    assert hit.arms["dense"] == pytest.approx(1.0, abs=0.001)
    assert hit.arms["lexical"] > 0


def test_an_faq_is_not_found_by_the_words_of_its_answer(base: KnowledgeBase) -> None:
    (card,) = base.chunks("card")
    assert card.id not in base.rank("每张二十元").lexical


def test_a_question_near_to_a_near_miss_pushes_the_faq_away(base: KnowledgeBase) -> None:
    (card,) = base.chunks("card")
    near_miss = base.rank("停车卡丢了")
    assert near_miss.negative[card.id] > near_miss.dense[card.id]
    assert near_miss.fused[card.id] < base.rank("门禁卡丢了").fused[card.id] / 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_fused_arm_is_no_worse_than_either_on_real_questions(
    encoder: Encoder, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("GUANJIA_EVAL_DATA", "")) / "policy_qa"
    if not os.environ.get("GUANJIA_EVAL_DATA"):
        pytest.skip("未设置 GUANJIA_EVAL_DATA,不在真实语料上测量")
    passages = _lines(folder / "passages.jsonl")
    queries = _lines(folder / "queries.jsonl")
    with KnowledgeBase(tmp_path, encoder) as knowledge_base:
        knowledge_base.put([_passage(line["id"], line["text"]) for line in passages])
        rankings = [knowledge_base.rank(query["question"]) for query in queries]

    def mean(arm: str) -> float:
        return statistics.fmean(
            ndcg([chunk.removesuffix(":0") for chunk in ranking.arm(arm)], query["relevant"])  # type: ignore[arg-type]
            for ranking, query in zip(rankings, queries, strict=True)
        )

    assert mean("fused") >= max(mean("dense"), mean("lexical") - 0.005, 0.9)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _passage(identity: str, text: str) -> tuple[Document, list[Chunk]]:
    document = Document(identity, DocumentType.POLICY, "", identity, identity)
    return document, [Chunk(f"{identity}:0", identity, document.type, "", (), 0, text)]
