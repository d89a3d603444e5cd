"""Rank a corpus by each arm of the product's own search, and time a query.

    python -m eval.bench_search --corpus corpus.jsonl --queries queries.jsonl \\
        --home folder --models folder

`--home` keeps the index and the embeddings, so that a second run encodes nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.metrics import ndcg
from eval.readers import CorpusLine, read_corpus, read_queries
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase, Progress
from kb.search import ArmName
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType, chunk_id

ARMS: tuple[ArmName, ...] = ("dense", "lexical", "fused")


@dataclass(frozen=True, slots=True)
class ArmRankings:
    """For each arm, query id → corpus ids best first; and the seconds each query took."""

    rankings: dict[ArmName, dict[str, list[str]]]
    seconds: list[float]


def arms_ranking(
    corpus: Sequence[CorpusLine],
    queries: Mapping[str, str],
    encoder: Encoder,
    home: Path,
    settings: KbSettings | None = None,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> ArmRankings:
    """Index `corpus` under `home` and rank it for `queries` (id → question) by every arm.

    Each line is a document of one passage. `progress` counts texts while indexing. Raises
    StoreBusy when `home` is in use.
    """
    rankings: dict[ArmName, dict[str, list[str]]] = {arm: {} for arm in ARMS}
    seconds = []
    with KnowledgeBase(home, encoder, settings) as knowledge_base:
        owner = _fill(knowledge_base, corpus, progress)
        for query_id, question in queries.items():
            started = clock()
            ranking = knowledge_base.rank(question)
            seconds.append(clock() - started)
            for arm in ARMS:
                rankings[arm][query_id] = [owner[chunk] for chunk in ranking.arm(arm)]
    return ArmRankings(rankings, seconds)


def _fill(
    knowledge_base: KnowledgeBase, corpus: Iterable[CorpusLine], progress: Progress | None
) -> dict[str, str]:
    """Make the store hold exactly the corpus; returns chunk id → corpus id."""
    items = [_item(line) for line in corpus]
    known = {document.id: document for document in knowledge_base.documents()}
    wanted = {document.id for document, _ in items}
    knowledge_base.remove(known.keys() - wanted)
    new = [item for item in items if known.get(item[0].id) != item[0]]
    knowledge_base.put(new, progress)
    return {chunk.id: chunk.document_id for _, chunks in items for chunk in chunks}


def _item(line: CorpusLine) -> tuple[Document, list[Chunk]]:
    identity = chunk_id(line.id, (line.title,), line.text)
    document = Document(
        id=line.id,
        type=DocumentType.POLICY,
        title=line.title,
        source=line.id,
        content_hash=identity,
    )
    chunk = Chunk(identity, line.id, document.type, line.title, (), 0, line.text)
    return document, [chunk]


def main() -> None:
    """Print nDCG@10 of every arm and the time of a query."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "home", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--encoder", default=KbSettings().encoder)
    arguments = parser.parse_args()
    encoder = load_encoder(arguments.encoder, arguments.models)
    queries = read_queries(arguments.queries)
    found = arms_ranking(
        read_corpus(arguments.corpus),
        {query.id: query.question for query in queries},
        encoder,
        arguments.home,
    )
    for arm, rankings in found.rankings.items():
        scores = [ndcg(rankings[query.id], query.relevant) for query in queries]
        print(f"{arm:8} nDCG@10 {statistics.fmean(scores):.4f}")
    milliseconds = sorted(second * 1000 for second in found.seconds)
    print(
        f"query    p50 {statistics.median(milliseconds):.1f} ms"
        f"  p95 {milliseconds[int(0.95 * (len(milliseconds) - 1))]:.1f} ms"
    )


if __name__ == "__main__":
    main()
