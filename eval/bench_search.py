"""Time a search, encoding included, over knowledge bases of several sizes, and what they cost.

    python -m eval.bench_search --queries queries.jsonl --corpus corpus.jsonl \\
        --models folder --sizes 1000 10000 50000 200000

The passages are the corpus, cycled and varied up to each size. Queries are encoded by the real
encoder; the passages' vectors are random, because encoding 50,000 of them would take most of an
hour and the time of a search does not depend on what they mean. Quality is measured by
`guanjia eval retrieval`. Each size is indexed in one new process and searched in another, whose
peak memory is reported with encoder and indexes loaded.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np

from eval.readers import CorpusLine, read_corpus, read_queries
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import Chunk, Document, DocumentType

_WARM_UP = 20
_QUESTIONS = 300
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of a query, seconds of opening, megabytes of memory at most."""

    p50: float
    p95: float
    opening: float
    memory: float


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


def index(place: "Place", home: Path, size: int) -> float:
    """Put `size` passages under the empty folder `home`; gives the seconds it took."""
    passages = list(items(read_corpus(place.corpus), size))
    started = time.perf_counter()
    with KnowledgeBase(home, RandomPassages(place.load(), seed=size)) as knowledge_base:
        knowledge_base.put(passages)
    return time.perf_counter() - started


def search(place: "Place", home: Path, size: int) -> Timing:
    """Open what `index` left and ask every question."""
    encoder = RandomPassages(place.load(), seed=size)
    questions = [query.question for query in read_queries(place.queries)][:_QUESTIONS]
    started = time.perf_counter()
    with KnowledgeBase(home, encoder) as knowledge_base:
        opened = time.perf_counter()
        for question in questions[:_WARM_UP]:
            knowledge_base.search(question)
        seconds = [_seconds(knowledge_base, question) for question in questions]
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Timing(float(p50), float(p95), opened - started, kilobytes / 1024)


def _seconds(knowledge_base: KnowledgeBase, question: str) -> float:
    started = time.perf_counter()
    knowledge_base.search(question)
    return time.perf_counter() - started


def items(corpus: Sequence[CorpusLine], size: int) -> Iterator[tuple[Document, list[Chunk]]]:
    for n in range(size):
        line, round_ = corpus[n % len(corpus)], n // len(corpus)
        identity = f"{line.id}-{round_}"
        # Each round keeps another half of the words, so that no passage is there twice.
        text = line.text if round_ == 0 else line.text[round_::2] + line.text[:round_]
        document = Document(identity, DocumentType.POLICY, line.title, identity, identity)
        chunk = Chunk(f"{identity}:0", identity, document.type, line.title, (), 0, text[:200])
        yield document, [chunk]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files are that every process reads for itself."""

    corpus: Path
    queries: Path
    models: Path
    encoder: str

    def load(self) -> Encoder:
        return load_encoder(self.encoder, self.models)


def _alone(task: Callable[..., T], *arguments: object) -> T:
    """What a task gives, run in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task, *arguments).result()


def main() -> None:
    """Print the times, one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--encoder", default=KbSettings().encoder)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    arguments = parser.parse_args()
    place = Place(arguments.corpus, arguments.queries, arguments.models, arguments.encoder)
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            indexing = _alone(index, place, home, size)
            timing = _alone(search, place, home, size)
            disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
        print(
            f"{size:7,} passages: query p50 {timing.p50:.1f} ms, p95 {timing.p95:.1f} ms; "
            f"indexing {indexing:.0f} s, opening {timing.opening:.2f} s; "
            f"memory {timing.memory:.0f} MB, disk {disk / 1e6:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
