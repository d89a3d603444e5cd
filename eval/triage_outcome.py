"""Everything that one evaluation of triage found, and that as plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.location import Places
from assistant.types import Triage
from eval.emergencies import (
    EmergencyScores,
    grouped_emergencies,
    is_calm,
    score_emergencies,
    wrong_signals,
)
from eval.triage import Judge, TriageScores, grouped, score, wrong_fields
from eval.triage_sets import TriageSet
from rules.types import Tier


@dataclass(frozen=True, slots=True)
class Misjudged:
    """A labelled message of which something is wrong by both labels: field to (label, given).

    `text` is None for messages from outside.
    """

    id: str
    style: str
    text: str | None
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Misread:
    """An emergency message whose signals or tier are wrong: codes missed, codes found falsely."""

    id: str
    style: str
    text: str | None
    tier: str
    tier_wrong: bool
    missed: tuple[str, ...]
    false: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`scores` and `emergencies` are None where the set has no such messages."""

    shipped: bool
    scores: TriageScores | None
    by_set: dict[str, TriageScores]
    by_style: dict[str, TriageScores]
    emergencies: EmergencyScores | None
    emergencies_by_style: dict[str, EmergencyScores]
    misjudged: tuple[Misjudged, ...]
    misread: tuple[Misread, ...]


def evaluate(
    results: Mapping[str, Triage],
    given: TriageSet,
    judge: Judge,
    life_safety: Collection[str],
    places: Places | None = None,
) -> Evaluation:
    """Score the results, by message id, of every message of the set.

    `places` are the public places that the product was run with, by default those it ships with.
    """
    labels, lines = given.labels, given.emergencies
    return Evaluation(
        shipped=given.shipped,
        scores=score(results, labels, judge, places) if labels else None,
        by_set=grouped(results, labels, judge, lambda x: x.group, places) if given.shipped else {},
        by_style=grouped(results, labels, judge, lambda x: x.style, places),
        emergencies=score_emergencies(results, lines, life_safety) if lines else None,
        emergencies_by_style=grouped_emergencies(results, lines, life_safety),
        misjudged=tuple(
            Misjudged(x.id, x.style, given.texts[x.id] if given.shipped else None, fields)
            for x in labels
            if (fields := wrong_fields(results[x.id], x))
        ),
        misread=_misread(results, given, life_safety),
    )


def _misread(
    results: Mapping[str, Triage], given: TriageSet, life_safety: Collection[str]
) -> tuple[Misread, ...]:
    found = []
    for line in given.emergencies:
        result, wrong = results[line.id], wrong_signals(results[line.id], line)
        critical = result.decision.tier is Tier.CRITICAL
        danger = bool(line.present & set(life_safety))
        tier_wrong = critical if is_calm(line, life_safety) else danger and not critical
        if wrong or tier_wrong:
            found.append(
                Misread(
                    line.id,
                    line.style,
                    given.texts[line.id] if given.shipped else None,
                    str(result.decision.tier),
                    tier_wrong,
                    wrong.get("missed", ()),
                    wrong.get("false", ()),
                )
            )
    return tuple(found)


def evaluation_json(outcome: Evaluation) -> dict[str, Any]:
    """The evaluation for programs, the scores of all labelled messages at the top level."""
    value: dict[str, Any] = plain(outcome)
    return {**(value.pop("scores") or {}), **value}


def plain(value: Any) -> Any:
    """Dataclasses as dictionaries; confusion counts as a list, since JSON keys are text."""
    if hasattr(value, "__slots__") and not isinstance(value, str):
        return {name: plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, dict):
        if any(isinstance(key, tuple) for key in value):
            return [{"true": t, "predicted": p, "count": n} for (t, p), n in value.items()]
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value
