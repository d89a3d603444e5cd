"""Decisions per second on one core: `python -m eval.bench_rules [COUNT]`.

Two loads over random requests spread over a year: `fresh` (facts rarely repeat, so most plans
are new) and `usual` (300 combinations of facts that come again, as on a desk). A decision is
urgency, level and all deadlines. The seed is fixed; only the times vary between runs.
"""

import random
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from rules.decide import decide, load_rulebook
from rules.rulebook import Rulebook
from rules.types import Facts, Kind

START = datetime.fromisoformat("2026-01-01T00:00:00+08:00")


def requests(count: int, distinct: int, signals: Sequence[str], seed: int = 7) -> list[Facts]:
    """`count` requests over a year, drawn from `distinct` combinations of facts."""
    rng = random.Random(seed)
    shapes = [
        (rng.choice(list(Kind)), rng.sample(signals, rng.randint(0, 3)), rng.randint(0, 4))
        for _ in range(distinct)
    ]
    made = []
    for _ in range(count):
        kind, codes, repeats = rng.choice(shapes)
        received = START + timedelta(minutes=rng.randrange(360 * 24 * 60))
        made.append(Facts(kind, received, frozenset(codes), repeat_count=repeats))
    return made


def rate(book: Rulebook, facts: Sequence[Facts]) -> float:
    """Decisions per second over `facts`."""
    started = time.perf_counter()
    for one in facts:
        decide(one, book)
    return len(facts) / (time.perf_counter() - started)


def main(count: int) -> None:
    """Print load time and both rates."""
    started = time.perf_counter()
    book = load_rulebook()
    print(f"load      {(time.perf_counter() - started) * 1000:8.0f} ms")
    signals = sorted(book.vocabulary.signals)
    for name, distinct in (("fresh", count), ("usual", 300)):
        print(f"{name:9} {rate(book, requests(count, distinct, signals)):8.0f} decisions/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
