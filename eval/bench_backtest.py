"""Seconds of a backtest from file to report: `python -m eval.bench_backtest [COUNT] [--profile]`.

The new book moves tiers, departments and two limits, so that both shared and separate times are
computed. The history is generated with a fixed seed; writing it is not measured.
"""

import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rules.backtest import (
    generate,
    read_history,
    run,
    stream_history,
    summary,
    write_history,
    write_report,
)  # fmt: skip
from rules.loading import load_rulebook, rulebook_of, shipped_texts
from rules.rulebook import Rulebook

Result = TypeVar("Result")
SEED = 11
EDITS = (
    ("urgency.yaml", "unattended_days: {at_least: 7}", "unattended_days: {at_least: 3}"),
    ("deadlines.yaml", "on_site: {limit: 30分钟", "on_site: {limit: 20分钟"),
    ("deadlines.yaml", "reply: {limit: 4个服务小时", "reply: {limit: 2个服务小时"),
    ("routing.yaml", "{responsible: customer_service, leading: finance}",
     "{responsible: finance, leading: finance}"),
)  # fmt: skip


def changed_book() -> Rulebook:
    """The shipped book with `EDITS`."""
    texts = shipped_texts()
    for name, old, new in EDITS:
        if old not in texts[name]:
            raise SystemExit(f"{name} no longer holds {old!r}: correct EDITS")
        texts[name] = texts[name].replace(old, new)
    return rulebook_of(texts)


def backtest(before: Rulebook, after: Rulebook, history: Path, report: Path) -> list[str]:
    """Read, judge by both books and write the report; the summary."""
    outcome = run(before, after, stream_history(history, [], before, after))
    write_report(outcome, report)
    return list(summary(outcome))


def timed(name: str, work: Callable[[], Result]) -> Result:
    """What `work` returns; its seconds by the clock and of this process are printed.

    On a machine that others use too, the second figure says more.
    """
    started, spent = time.perf_counter(), time.process_time()
    result = work()
    wall, own = time.perf_counter() - started, time.process_time() - spent
    print(f"{name:30}{wall:6.1f} s by the clock {own:6.1f} s of the processor")
    return result


def main(count: int, profile: bool) -> None:
    """Print the seconds of reading alone and of the whole."""
    before, after = load_rulebook(), changed_book()
    with tempfile.TemporaryDirectory() as folder:
        history, report = Path(folder, "history.jsonl"), Path(folder, "report.html")
        write_history(generate(count, SEED, before), history)
        if profile:
            profiler = cProfile.Profile()
            profiler.runcall(backtest, before, after, history, report)
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
            return
        lines = timed(
            "read, judged twice, reported", lambda: backtest(before, after, history, report)
        )
        timed("read only", lambda: read_history(history, before, after))
        print(f"{count:,} requests; {lines[0]}")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(numbers[0] if numbers else 100_000, "--profile" in sys.argv)
