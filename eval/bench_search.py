"""Time a search, encoding included, over knowledge bases of several sizes.

    python -m eval.bench_search --queries queries.jsonl --corpus corpus.jsonl \\
        --models folder --sizes 1000 10000 50000

The passages are the corpus, cycled and varied up to each size. Queries are encoded by the real
encoder; the passages' vectors are random, because encoding 50,000 of them would take most of an
hour and the time of a search does not depend on what they mean. Quality is measured by
`guanjia eval retrieval`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.readers import CorpusLine, read_corpus, read_queries
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType

_WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of a query, and the seconds that indexing and opening took."""

    passages: int
    p50: float
    p95: float
    indexing: float
    opening: float


class RandomPassages:
    """Encodes queries like `encoder` and passages as random unit vectors."""

    def __init__(self, encoder: Encoder, seed: int) -> None:
        self.name = f"random passages, {encoder.name}"
        self.dimension = encoder.dimension
        self.encode_queries = encoder.encode_queries
        self._random = np.random.default_rng(seed)

    def encode_passages(
        self,
        texts: Sequence[str],
        progress: Callable[[int], None] | None = None,  # noqa: ARG002
    ) -> np.ndarray:
        """Vectors of no meaning (n × dimension, float32, unit length)."""
        vectors = self._random.standard_normal((len(texts), self.dimension), dtype=np.float32)
        unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def measure(
    corpus: Sequence[CorpusLine],
    questions: Sequence[str],
    encoder: Encoder,
    home: Path,
    size: int,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """Index `size` passages under the empty folder `home`, open it again and search."""
    stand_in = RandomPassages(encoder, seed=size)
    started = clock()
    with KnowledgeBase(home, stand_in) as knowledge_base:
        knowledge_base.put(list(items(corpus, size)))
    indexed = clock()
    with KnowledgeBase(home, stand_in) as knowledge_base:
        opened = clock()
        for question in questions[:_WARM_UP]:
            knowledge_base.search(question)
        seconds = [_seconds(knowledge_base, question, clock) for question in questions]
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return Timing(size, float(p50), float(p95), indexed - started, opened - indexed)


def _seconds(knowledge_base: KnowledgeBase, question: str, clock: Callable[[], float]) -> float:
    started = clock()
    knowledge_base.search(question)
    return clock() - started


def items(corpus: Sequence[CorpusLine], size: int) -> Iterator[tuple[Document, list[Chunk]]]:
    for n in range(size):
        line, round_ = corpus[n % len(corpus)], n // len(corpus)
        identity = f"{line.id}-{round_}"
        # Each round keeps another half of the words, so that no passage is there twice.
        text = line.text if round_ == 0 else line.text[round_::2] + line.text[:round_]
        document = Document(identity, DocumentType.POLICY, line.title, identity, identity)
        chunk = Chunk(f"{identity}:0", identity, document.type, line.title, (), 0, text[:200])
        yield document, [chunk]


def main() -> None:
    """Print the times, one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--encoder", default=KbSettings().encoder)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    arguments = parser.parse_args()
    encoder = load_encoder(arguments.encoder, arguments.models)
    corpus = read_corpus(arguments.corpus)
    questions = [query.question for query in read_queries(arguments.queries)][:300]
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as home:
            timing = measure(corpus, questions, encoder, Path(home), size)
        print(
            f"{timing.passages:7,} passages: query p50 {timing.p50:.1f} ms, "
            f"p95 {timing.p95:.1f} ms; indexing {timing.indexing:.0f} s, "
            f"opening {timing.opening:.2f} s"
        )


if __name__ == "__main__":
    main()
