"""Retrieval measured: every arm with nDCG@10, recall@5 and MRR@10 and bootstrap intervals.

The corpus is put into a knowledge base of its own, one document a line, and searched exactly as
the product searches: what is measured is the product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from eval.metrics import Interval, bootstrap, ndcg, paired_difference, recall, reciprocal_rank
from eval.readers import CorpusLine, EvalInputError, QueryLine
from kb.knowledge_base import KnowledgeBase
from kb.search import ArmName
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType, chunk_id

if TYPE_CHECKING:
    from kb.encoder import Encoder

ARMS: tuple[ArmName, ...] = ("dense", "lexical", "fused")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ArmScores:
    """One arm's means over all queries, with 95 % bootstrap intervals."""

    arm: str
    ndcg_10: Interval
    recall_5: Interval
    mrr_10: Interval


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """`gain` is the fused arm's nDCG@10 minus the best single arm's, paired by query."""

    passages: int
    queries: int
    arms: tuple[ArmScores, ...]
    best_arm: str
    gain: Interval


def evaluate(
    corpus: Sequence[CorpusLine],
    queries: Sequence[QueryLine],
    encoder: "Encoder",
    home: Path,
    settings: KbSettings | None = None,
    progress: Progress = lambda _done, _total: None,
) -> RetrievalScores:
    """Index the corpus under `home` and rank every query by every arm.

    Raises EvalInputError when a query names a passage that the corpus does not hold.
    """
    _check(corpus, queries)
    with KnowledgeBase(home, encoder, settings) as knowledge:
        knowledge.put([document_item(line) for line in corpus], progress)
        ranked = _rank_all(knowledge, queries)
    arms = tuple(_score(arm, ranked[arm], queries) for arm in ARMS)
    per_query = {arm: _ndcgs(ranked[arm], queries) for arm in ARMS}
    single: tuple[ArmName, ...] = ("dense", "lexical")
    best = max(single, key=lambda arm: sum(per_query[arm]))
    gain = paired_difference(per_query["fused"], per_query[best])
    return RetrievalScores(len(corpus), len(queries), arms, best, gain)


def _check(corpus: Sequence[CorpusLine], queries: Sequence[QueryLine]) -> None:
    known = {line.id for line in corpus}
    for query in queries:
        missing = [name for name in query.relevant if name not in known]
        if missing or not query.relevant:
            raise EvalInputError(
                f"问题 {query.id} 的 relevant {missing or '为空'}，语料里没有；"
                "请核对两个文件是否配套。"
            )


def document_item(line: CorpusLine) -> tuple[Document, list[Chunk]]:
    digest = sha256(f"{line.title}\x1f{line.text}".encode()).hexdigest()
    document = Document(line.id, DocumentType.POLICY, line.title, line.id, digest)
    chunk = Chunk(
        chunk_id(line.id, (), line.text),
        line.id,
        DocumentType.POLICY,
        line.title,
        (),
        0,
        line.text,
    )
    return document, [chunk]


def _rank_all(knowledge: KnowledgeBase, queries: Sequence[QueryLine]) -> dict[str, list[list[str]]]:
    ranked: dict[str, list[list[str]]] = {arm: [] for arm in ARMS}
    for query in queries:
        ranking = knowledge.rank(query.question)
        for arm in ARMS:
            # a chunk's id is its document's and a digest, so ids come back without a look-up
            ranked[arm].append([chunk.rpartition(":")[0] for chunk in ranking.arm(arm)])
    return ranked


def _ndcgs(ranked: Sequence[Sequence[str]], queries: Sequence[QueryLine]) -> list[float]:
    return [ndcg(found, query.relevant) for found, query in zip(ranked, queries, strict=True)]


def _score(arm: str, ranked: Sequence[Sequence[str]], queries: Sequence[QueryLine]) -> ArmScores:
    pairs = list(zip(ranked, queries, strict=True))
    return ArmScores(
        arm,
        bootstrap(_ndcgs(ranked, queries)),
        bootstrap([recall(found, query.relevant) for found, query in pairs]),
        bootstrap([reciprocal_rank(found, query.relevant) for found, query in pairs]),
    )
