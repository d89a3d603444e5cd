"""Triage measured on messages in danger and on messages that only sound like it.

A message of the suite holds an emergency when its words prove a life-safety signal. A signal that
is in neither of its lists is not judged.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Triage
from eval.metrics import Interval, wilson
from eval.readers import EmergencyLine
from rules.types import Tier

THRESHOLDS = (0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class SignalScore:
    """One signal: of those judged, how many found are right, and how many right are found."""

    code: str
    precision: Interval
    recall: Interval


@dataclass(frozen=True, slots=True)
class SuspicionScore:
    """Suspected signals at or above a confidence (0..1): messages with one, and how many are right.

    `precision` counts suspicions of a signal that is in one of the lists; `rescued` is the share of
    emergencies without any proven life-safety signal in which one is suspected.
    """

    threshold: float
    messages: int
    precision: Interval
    rescued: Interval


@dataclass(frozen=True, slots=True)
class EmergencyScores:
    """Scores of an emergency suite.

    `missed` is the share of emergencies that are not critical, `unheeded` of those not even urgent;
    `unproved` of those in which no words were found to prove a danger. `false_critical` is the
    share of the messages without emergency, in which a life-safety signal must not be found, that
    are critical.
    """

    messages: int
    missed: Interval
    unheeded: Interval
    unproved: Interval
    false_critical: Interval
    signals: tuple[SignalScore, ...]
    suspicions: tuple[SuspicionScore, ...]


def score_emergencies(
    results: Mapping[str, Triage], lines: Sequence[EmergencyLine], life_safety: Collection[str]
) -> EmergencyScores:
    """Score results by message id. Every line needs its result (KeyError otherwise)."""
    pairs = [(results[line.id], line) for line in lines]
    danger = [(t, x) for t, x in pairs if x.present & set(life_safety)]
    calm = [(t, x) for t, x in pairs if is_calm(x, life_safety)]
    codes = sorted({code for line in lines for code in line.present | line.absent})
    return EmergencyScores(
        messages=len(lines),
        missed=_share(danger, lambda t: t.decision.tier is not Tier.CRITICAL),
        unheeded=_share(danger, lambda t: t.decision.tier.rank < Tier.URGENT.rank),
        unproved=_share(danger, lambda t: not found(t) & set(life_safety)),
        false_critical=_share(calm, lambda t: t.decision.tier is Tier.CRITICAL),
        signals=tuple(_signal(code, pairs) for code in codes),
        suspicions=tuple(_suspicion(level, pairs, life_safety) for level in THRESHOLDS),
    )


def grouped_emergencies(
    results: Mapping[str, Triage],
    lines: Sequence[EmergencyLine],
    life_safety: Collection[str],
) -> dict[str, EmergencyScores]:
    """Scores by style, the most numerous first."""
    styles: dict[str, list[EmergencyLine]] = {}
    for line in lines:
        styles.setdefault(line.style, []).append(line)
    ordered = sorted(styles.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: score_emergencies(results, rows, life_safety) for name, rows in ordered}


def is_calm(line: EmergencyLine, life_safety: Collection[str]) -> bool:
    """Whether the message must not be taken for an emergency."""
    return not line.present & set(life_safety) and bool(line.absent & set(life_safety))


def found(triage: Triage) -> set[str]:
    """The codes of the signals that were found."""
    return {signal.code for signal in triage.signals}


def wrong_signals(triage: Triage, line: EmergencyLine) -> dict[str, tuple[str, ...]]:
    """Which signals were missed and which were found that must not be; empty when all is right."""
    codes = found(triage)
    wrong = {"missed": sorted(line.present - codes), "false": sorted(line.absent & codes)}
    return {name: tuple(listed) for name, listed in wrong.items() if listed}


def _share(
    pairs: Sequence[tuple[Triage, EmergencyLine]], holds: Callable[[Triage], bool]
) -> Interval:
    return wilson(sum(holds(triage) for triage, _ in pairs), len(pairs))


def _signal(code: str, pairs: Sequence[tuple[Triage, EmergencyLine]]) -> SignalScore:
    hit = sum(code in x.present and code in found(t) for t, x in pairs)
    false = sum(code in x.absent and code in found(t) for t, x in pairs)
    return SignalScore(
        code,
        precision=wilson(hit, hit + false),
        recall=wilson(hit, sum(code in x.present for _, x in pairs)),
    )


def _suspicion(
    threshold: float,
    pairs: Sequence[tuple[Triage, EmergencyLine]],
    life_safety: Collection[str],
) -> SuspicionScore:
    suspected = [
        ({o.code for o in triage.suggested if o.confidence >= threshold}, triage, line)
        for triage, line in pairs
    ]
    right = sum(len(codes & line.present) for codes, _, line in suspected)
    wrong = sum(len(codes & line.absent) for codes, _, line in suspected)
    unproved = [
        bool(codes)
        for codes, triage, line in suspected
        if line.present & set(life_safety) and not found(triage) & set(life_safety)
    ]
    return SuspicionScore(
        threshold,
        messages=sum(bool(codes) for codes, _, _ in suspected),
        precision=wilson(right, right + wrong),
        rescued=wilson(sum(unproved), len(unproved)),
    )
