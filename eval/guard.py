"""The guard measured: faults caught and false alarms, by type, with Wilson's 95 % intervals."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.types import Violation
from eval.guard_faults import CLEAN, Trial
from eval.metrics import Interval, wilson

Judge = Callable[[Trial], Sequence[Violation]]


@dataclass(frozen=True, slots=True)
class TypeScore:
    """One fault type: how many were caught, and in how many the faulty words were pointed at."""

    fault: str
    trials: int
    caught: Interval
    located: Interval


@dataclass(frozen=True, slots=True)
class Miss:
    """A trial that was judged wrongly: a fault not caught, or a clean draft that was blamed."""

    trial: Trial
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class GuardScores:
    """All trials of one set; `alarms` by code counts clean drafts, `milliseconds` is per draft."""

    types: tuple[TypeScore, ...]
    caught: Interval
    clean: int
    false_alarms: Interval
    alarms: dict[str, int]
    misses: tuple[Miss, ...]
    milliseconds: float


def measure(trials: Sequence[Trial], judge: Judge) -> GuardScores:
    """Judge every trial. A fault is caught when a violation stands in its segment."""
    started = time.perf_counter()
    judged = [(trial, tuple(judge(trial))) for trial in trials]
    took = time.perf_counter() - started
    faulty = [(t, v) for t, v in judged if t.fault != CLEAN]
    sound = [(t, v) for t, v in judged if t.fault == CLEAN]
    names = sorted({trial.fault for trial, _ in faulty})
    types = tuple(_score(name, [(t, v) for t, v in faulty if t.fault == name]) for name in names)
    alarms = Counter(str(code) for _, found in sound for code in {v.code for v in found})
    return GuardScores(
        types=types,
        caught=wilson(sum(is_caught(t, v) for t, v in faulty), len(faulty)),
        clean=len(sound),
        false_alarms=wilson(sum(bool(v) for _, v in sound), len(sound)),
        alarms=dict(alarms.most_common()),
        misses=tuple(
            Miss(t, v) for t, v in judged if (bool(v) if t.fault == CLEAN else not is_caught(t, v))
        ),
        milliseconds=1000 * took / max(len(trials), 1),
    )


def _score(name: str, judged: Sequence[tuple[Trial, tuple[Violation, ...]]]) -> TypeScore:
    total = len(judged)
    return TypeScore(
        name,
        total,
        wilson(sum(is_caught(t, v) for t, v in judged), total),
        wilson(sum(is_located(t, v) for t, v in judged), total),
    )


def is_caught(trial: Trial, violations: Sequence[Violation]) -> bool:
    """Whether the segment of the fault is blamed; of what lacks, whether that is said."""
    where = -1 if trial.where is None else trial.where
    return any(violation.segment == where for violation in violations)


def is_located(trial: Trial, violations: Sequence[Violation]) -> bool:
    """Whether the blamed words overlap the faulty ones."""
    if trial.where is None:
        return is_caught(trial, violations)
    start = trial.segments[trial.where].text.find(trial.span)
    if start < 0:
        return is_caught(trial, violations)
    end = start + len(trial.span)
    return any(v.segment == trial.where and v.start < end and start < v.end for v in violations)
