"""Decisions per second on one core, beside zen-engine: `python -m eval.bench_rules [COUNT]`.

Two loads over random requests spread over a year: `fresh`, in which no combination of facts comes
twice, and `usual`, 300 combinations that come again, as on a desk. `tables` is urgency, level,
routing and the limits that apply, which is what zen-engine is given as well (extra `bench`); its
results are compared with ours, request by request. `decision` adds all due times. The seed is
fixed; only the times vary between runs.
"""

import gc
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from eval.zen_tables import context, decision_graph, same_decision
from rules.decide import decide, load_rulebook
from rules.planning import plan
from rules.rulebook import Rulebook
from rules.types import Facts, Kind

T = TypeVar("T")
ROUNDS = 5
START = datetime.fromisoformat("2026-01-01T00:00:00+08:00")


def requests(count: int, distinct: int, book: Rulebook, seed: int = 7) -> list[Facts]:
    """`count` requests over a year; `distinct` combinations of facts, each used equally often."""
    rng = random.Random(seed)
    signals = sorted(book.vocabulary.signals)
    shapes: dict[tuple[object, ...], Facts] = {}
    while len(shapes) < distinct:
        codes = frozenset(rng.sample(signals, rng.choice((0, 0, 1, 1, 1, 2, 2, 3, 4))))
        facts = Facts(
            rng.choice(list(Kind)),
            START,
            codes,
            category=rng.choice((None, None, None, *_codes(book, "categories"))),
            repeat_count=rng.choice((0, 0, 0, 1, 2, 3, 5)),
            unattended_days=rng.choice((0, 0, 0, 1, 7, 30)),
            department=rng.choice((None, *_codes(book, "departments"))),
        )
        shapes[facts.kind, codes, facts.category, facts.department, facts.repeat_count,
               facts.unattended_days] = facts  # fmt: skip
    listed = list(shapes.values())
    rng.shuffle(listed)
    return [_at(listed[index % distinct], rng) for index in range(count)]


def _codes(book: Rulebook, group: str) -> list[str]:
    return [str(code) for code in book.vocabulary.codes(group)]


def _at(shape: Facts, rng: random.Random) -> Facts:
    return replace(shape, received_at=START + timedelta(minutes=rng.randrange(360 * 24 * 60)))


def rate(make: Callable[[], Callable[[T], object]], given: Sequence[T]) -> float:
    """Requests per second of processor time, the best of `ROUNDS`; each with new memory."""
    best = 0.0
    for _ in range(ROUNDS):
        work = make()
        gc.collect()
        started = time.process_time()
        for one in given:
            work(one)
        best = max(best, len(given) / (time.process_time() - started))
    return best


def tables() -> Callable[[Facts], object]:
    """Our tables alone, on a rulebook that has judged nothing yet."""
    book = _ready()
    return lambda one: plan(book, one)


def decisions() -> Callable[[Facts], object]:
    """Whole decisions, on a rulebook that has judged nothing yet."""
    book = _ready()
    return lambda one: decide(one, book)


def _ready() -> Rulebook:
    """A rulebook compiled, its calendar too: both are done once per process."""
    book = load_rulebook()
    for day in range(0, 365, 60):
        decide(Facts(Kind.REPAIR, START + timedelta(days=day)), book)
    return book


def zen_tables(book: Rulebook) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """zen-engine on the same tables: from a context to its result."""
    import zen

    engine = zen.ZenEngine().create_decision(decision_graph(book))
    return lambda given: dict(engine.evaluate(given)["result"])


def differing(book: Rulebook, facts: Sequence[Facts]) -> int:
    """How many results of zen-engine are not ours."""
    evaluate, different = zen_tables(book), 0
    for one in facts:
        made = plan(book, one)
        rows = {row.rule for row in made.hits["deadlines"].decided}
        different += not same_decision(evaluate(context(one)), made.tier, made.level, rows)
    return different


def main(count: int) -> None:
    """Print load time and all rates."""
    started = time.process_time()
    book = load_rulebook()
    print(
        f"load {(time.process_time() - started) * 1000:.0f} ms; {count} requests, best of {ROUNDS}"
    )
    for name, distinct in (("fresh", count), ("usual", 300)):
        facts = requests(count, distinct, book)
        few = facts[: count // 10]
        ours, whole = rate(tables, facts), rate(decisions, facts)
        contexts = [context(one) for one in few]
        theirs = rate(lambda: zen_tables(book), contexts)
        print(
            f"{name}: tables {ours:7.0f}/s, decisions {whole:7.0f}/s, zen-engine tables"
            f" {theirs:6.0f}/s; ratio {ours / theirs:.1f} (decisions {whole / theirs:.1f});"
            f" {differing(book, few)} of {len(few)} results differ"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
