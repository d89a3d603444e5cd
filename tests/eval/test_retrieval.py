"""The retrieval evaluation on a corpus small enough to know the answers."""

from pathlib import Path

import pytest

from eval.readers import CorpusLine, EvalInputError, QueryLine
from eval.retrieval import ARMS, evaluate
from kb.encoder import Encoder

CORPUS = [
    CorpusLine("fees", "物业服务费按季度预缴,每季首月十五日到期。", "收费"),
    CorpusLine("lift", "电梯困人时,维保人员应当在三十分钟内抵达现场。", "电梯"),
    CorpusLine("pets", "遛狗应当牵绳,并及时清理宠物粪便。", "宠物"),
    CorpusLine("noise", "夜间十点以后不得进行产生噪声的装修施工。", "装修"),
]
QUERIES = [
    QueryLine("1", "电梯困人多久到现场", ("lift",)),
    QueryLine("2", "遛狗要牵绳吗", ("pets",)),
    QueryLine("3", "物业服务费什么时候到期", ("fees",)),
]


def test_every_arm_is_scored_with_an_interval(encoder: Encoder, tmp_path: Path) -> None:
    scores = evaluate(CORPUS, QUERIES, encoder, tmp_path)
    assert [arm.arm for arm in scores.arms] == list(ARMS)
    fused = scores.arms[-1]
    assert fused.ndcg_10.value == 1.0
    assert fused.recall_5.value == fused.mrr_10.value == 1.0
    assert all(arm.ndcg_10.low <= arm.ndcg_10.value <= arm.ndcg_10.high for arm in scores.arms)
    assert scores.best_arm in ("dense", "lexical")


def test_a_query_about_nothing_known_is_refused(encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(EvalInputError, match="语料里没有"):
        evaluate(CORPUS, [QueryLine("9", "问", ("nowhere",))], encoder, tmp_path)
