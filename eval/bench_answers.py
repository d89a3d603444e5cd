"""Time an extractive answer after its search, over a knowledge base of many passages.

    python -m eval.bench_answers --queries queries.jsonl --corpus corpus.jsonl \\
        --models folder --size 50000

The passages are made as in `eval.bench_search`, with random vectors; what an answer does after the
search (weighing sentences, encoding the likeliest, judging, citing, looking for conflicts) runs in
full on what was found. The time of each search within an answer is measured and taken off.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answering import answer
from eval.bench_search import RandomPassages, items
from eval.readers import read_corpus, read_queries
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.remembering import RememberingEncoder
from kb.settings import KbSettings

_WARM_UP = 20
_QUESTIONS = 300


class Timed(KnowledgeBase):
    """A knowledge base that adds up the seconds its searches take."""

    searching = 0.0

    def search(self, *arguments: Any, **options: Any) -> Any:
        """The same search, timed."""
        started = time.perf_counter()
        try:
            return super().search(*arguments, **options)
        finally:
            self.searching += time.perf_counter() - started


def measure(base: Timed, encoder: Encoder, questions: Sequence[str]) -> tuple[float, float]:
    """Milliseconds after search, p50 and p95."""
    taken = []
    for number, question in enumerate(questions):
        base.searching = 0.0
        started = time.perf_counter()
        answer(question, base, encoder)
        if number >= _WARM_UP:
            taken.append(1000 * (time.perf_counter() - started - base.searching))
    p50, p95 = np.percentile(taken, [50, 95])
    return float(p50), float(p95)


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--size", type=int, default=50_000)
    arguments = parser.parse_args()
    # what was searched for is not encoded again to be weighed; of earlier questions nothing is left
    encoder = RememberingEncoder(load_encoder(KbSettings().encoder, arguments.models), most=4)
    questions = [query.question for query in read_queries(arguments.queries)]
    passages = list(items(read_corpus(arguments.corpus), arguments.size))
    # the encoder of the answer is the real one: only stored passages have random vectors
    indexed = RandomPassages(encoder, seed=arguments.size)
    with tempfile.TemporaryDirectory() as home, Timed(Path(home), indexed) as base:
        base.put(passages)
        p50, p95 = measure(base, encoder, questions[: _QUESTIONS + _WARM_UP])
    print(f"{arguments.size:,} passages: after search p50 {p50:.0f} ms, p95 {p95:.0f} ms")


if __name__ == "__main__":
    main()
