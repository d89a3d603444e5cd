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

from eval.zen_tables import context, decision_graph, same_decision
from rules.decide import decide, load_rulebook
from rules.planning import plan
from rules.rulebook import Rulebook
from rules.types import Facts, Kind

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


def rate(work: Callable[[Facts], object], facts: Sequence[Facts]) -> float:
    """Requests per second of processor time."""
    gc.collect()
    started = time.process_time()
    for one in facts:
        work(one)
    return len(facts) / (time.process_time() - started)


def zen_rate(book: Rulebook, facts: Sequence[Facts]) -> tuple[float, int]:
    """zen-engine's requests per second of processor time, and how many results are not ours."""
    import zen

    engine = zen.ZenEngine().create_decision(decision_graph(book))
    contexts = [context(one) for one in facts]
    started = time.process_time()
    results = [engine.evaluate(one)["result"] for one in contexts]
    spent = time.process_time() - started
    different = 0
    for one, result in zip(facts, results, strict=True):
        made = plan(book, one)
        rows = {row.rule for row in made.hits["deadlines"].decided}
        different += not same_decision(result, made.tier, made.level, rows)
    return len(contexts) / spent, different


def main(count: int) -> None:
    """Print load time and all rates."""
    started = time.perf_counter()
    book = load_rulebook()
    print(f"load {(time.perf_counter() - started) * 1000:.0f} ms, {count} requests")
    decide(requests(1, 1, book)[0], book)  # the calendar's year is built when first needed
    for name, distinct in (("fresh", count), ("usual", 300)):
        facts = requests(count, distinct, book)
        tables = rate(lambda one: plan(book, one), facts)
        whole = rate(lambda one: decide(one, book), facts)
        zen, different = zen_rate(book, facts[: count // 10])
        print(
            f"{name}: tables {tables:8.0f}/s  decision {whole:8.0f}/s  zen-engine tables "
            f"{zen:6.0f}/s  ratio {tables / zen:5.1f} (decision {whole / zen:.1f}), "
            f"{different} of {count // 10} results differ"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
