"""What each part of retrieval gives: nDCG@10 with one thing changed at a time.

    python -m eval.bench_ablation --corpus corpus.jsonl --queries queries.jsonl --models folder

Every row is compared with the shipped configuration on the same questions (paired bootstrap).
Where the queries carry an `answer`, a last line tells how far the labels reach: how often the
first passage is not the one labelled although the whole answer stands in it.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.metrics import ndcg, paired_difference
from eval.readers import CorpusLine, QueryLine, json_lines, read_corpus, read_queries
from eval.retrieval import document_item
from kb.encoder import load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.normalization import tokens
from kb.search import Ranking, fuse
from kb.settings import KbSettings

_RRF = 60
_WHOLE_ANSWER = 0.95
Order = Callable[[Ranking], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One change: other settings, or another order out of the same arms."""

    name: str
    settings: Mapping[str, float] | None = None
    order: Order = lambda ranking: ranking.arm("fused")


def _fixed(weight: float) -> Order:
    return lambda ranking: list(fuse(ranking.dense, ranking.lexical, weight, 100))


def _reciprocal_rank(ranking: Ranking) -> list[str]:
    """Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009), k = 60."""
    scores: dict[str, float] = {}
    for arm in (ranking.dense, ranking.lexical):
        for rank, chunk in enumerate(arm, 1):
            scores[chunk] = scores.get(chunk, 0.0) + 1 / (_RRF + rank)
    return sorted(scores, key=lambda chunk: -scores[chunk])


def _min_max(weight: float) -> Order:
    def order(ranking: Ranking) -> list[str]:
        dense, lexical = _scaled(ranking.dense), _scaled(ranking.lexical)
        ids = dense.keys() | lexical.keys()
        total = {i: weight * dense.get(i, 0) + (1 - weight) * lexical.get(i, 0) for i in ids}
        return sorted(total, key=lambda chunk: -total[chunk])

    return order


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=1.0)
    return {chunk: (score - low) / ((high - low) or 1.0) for chunk, score in scores.items()}


VARIANTS = (
    Variant("shipped"),
    Variant("dense alone", order=lambda ranking: ranking.arm("dense")),
    Variant("lexical alone", order=lambda ranking: ranking.arm("lexical")),
    Variant("lexical alone, whole passages", {"part_weight": 0}, lambda r: r.arm("lexical")),
    Variant("lexical alone, no single characters", {"character_weight": 0},
            lambda r: r.arm("lexical")),
    Variant("whole passages only in the lexical arm", {"part_weight": 0}),
    Variant("parts only in the lexical arm", {"part_weight": 1}),
    Variant("no other names", {"synonym_weight": 0}),
    Variant("no sounds", {"sound_weight": 0}),
    Variant("fixed share of the dense arm 0.2", order=_fixed(0.2)),
    Variant("fixed share of the dense arm 0.45", order=_fixed(0.45)),
    Variant("fixed share of the dense arm 0.6", order=_fixed(0.6)),
    Variant("min-max scores, dense 0.5", order=_min_max(0.5)),
    Variant("reciprocal rank fusion", order=_reciprocal_rank),
)  # fmt: skip


def run(
    corpus: Sequence[CorpusLine], queries: Sequence[QueryLine], models: Path, home: Path
) -> dict[str, list[list[str]]]:
    """The first ten document ids of every question, by variant."""
    encoder = load_encoder(KbSettings().encoder, models)
    found: dict[str, list[list[str]]] = {}
    rankings: dict[str, list[Ranking]] = {}
    for variant in VARIANTS:
        changed = dict(variant.settings or {})
        key = str(changed)
        if key not in rankings:
            settings = KbSettings.model_validate(changed)
            with KnowledgeBase(home, encoder, settings) as knowledge_base:
                if not rankings:
                    knowledge_base.put([document_item(line) for line in corpus])
                rankings[key] = [knowledge_base.rank(query.question) for query in queries]
        found[variant.name] = [
            [chunk.rpartition(":")[0] for chunk in list(variant.order(ranking))[:10]]
            for ranking in rankings[key]
        ]
    return found


def main() -> None:
    """Print one line per variant, and how far the labels reach."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    corpus, queries = read_corpus(arguments.corpus), read_queries(arguments.queries)
    with tempfile.TemporaryDirectory() as home:
        found = run(corpus, queries, arguments.models, Path(home))
    scores = {
        name: [ndcg(ids, query.relevant) for ids, query in zip(rows, queries, strict=True)]
        for name, rows in found.items()
    }
    shipped = scores["shipped"]
    for name, values in scores.items():
        gap = paired_difference(values, shipped)
        mean = sum(values) / len(values)
        print(f"{mean:.3f}  {gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})  {name}")
    _tell_reach(arguments.queries, corpus, queries, found["shipped"])


def _tell_reach(
    path: Path, corpus: Sequence[CorpusLine], queries: Sequence[QueryLine], rows: list[list[str]]
) -> None:
    answers = [str(line.get("answer", "")) for line in json_lines(path, ("id",))]
    if not any(answers):
        return
    texts = {line.id: frozenset(tokens(line.text)) for line in corpus}
    missed = holding = 0
    for answer, query, row in zip(answers, queries, rows, strict=True):
        if row and row[0] not in query.relevant:
            terms = frozenset(tokens(answer))
            missed += 1
            holding += len(terms & texts[row[0]]) >= _WHOLE_ANSWER * len(terms)
    print(
        f"first passage not the labelled one: {missed} of {len(queries)}, "
        f"of these the whole answer stands in it: {holding}"
    )


if __name__ == "__main__":
    main()
