"""Fits the matcher's weights to a set of timelines: logistic regression with signs held.

A statement that speaks for one matter may never count against it, so that the weights can be read:
each is held to its sign (0 where the data would turn it). Projected gradient descent with an L2
penalty; a few hundred pairs and two dozen features need no library.

Each pair is seen twice as it is and once as if none of its words were known (`subjects.yaml` never
has all), so that nearness and wording carry their part. Messages of different timelines, put on one
day, are pairs of a crowded desk and weigh less. A pair that a veto settles teaches nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desk.matching import VETOES, Matcher, Report, features
from eval.duplicates import Timeline

FOR = frozenset(
    {
        "nearness", "wording", "soon", "same_person", "same_kind", "same_department", "reminder",
        "nothing_new", "same_thing", "same_fault", "same_signal", "same_building", "same_unit",
        "same_room", "same_place",
    }
)  # fmt: skip
"""Features that speak for one matter; all others speak against it."""

OF_WORDS = ("same_thing", "other_thing", "same_fault", "other_fault")
PENALTY = 0.003
_STEPS = 3_000
_RATE = 0.5
_FOLDS = 10
_OTHERS = 3  # timelines that a message is paired with as a stranger
_STRANGER = 0.02
SURE_PRECISION = 0.9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair's features, whether it is one matter, how much it weighs, and its timeline's place."""

    place: int
    features: Mapping[str, float]
    same: bool
    weight: float = 1.0


def pairs_of(
    timelines: Sequence[Timeline],
    reports: Mapping[str, Report],
    vectors: Mapping[str, NDArray[np.float32]],
) -> list[LabelledPair]:
    """Every pair of a timeline that is open together, and pairs of strangers."""
    found = []
    for place, timeline in enumerate(timelines):
        same = timeline.same()
        done = {matter: at for at, matter in timeline.closed}
        for later, new in enumerate(timeline.messages):
            for old in timeline.messages[:later]:
                closed = done.get(timeline.matters[old.id])
                if closed is not None and closed <= new.received_at:
                    continue
                nearness = float(vectors[new.id] @ vectors[old.id])
                pair = features(reports[new.id], reports[old.id], nearness)
                found.append(LabelledPair(place, pair, (old.id, new.id) in same))
        found += _strangers(place, timelines, reports, vectors)
    return found


def _strangers(
    place: int,
    timelines: Sequence[Timeline],
    reports: Mapping[str, Report],
    vectors: Mapping[str, NDArray[np.float32]],
) -> Iterator[LabelledPair]:
    """Pairs with the next timelines; what might be one matter there by chance is left out."""
    for other in timelines[place + 1 : place + 1 + _OTHERS]:
        for message in timelines[place].messages:
            for old in other.messages:
                one, two = reports[message.id], reports[old.id]
                if one.subject.things & two.subject.things or one.signals & two.signals:
                    continue
                two = replace(two, at=two.at.replace(
                    year=one.at.year, month=one.at.month, day=one.at.day))  # fmt: skip
                nearness = float(vectors[message.id] @ vectors[old.id])
                yield LabelledPair(place, features(one, two, nearness), False, _STRANGER)


def fit(pairs: Sequence[LabelledPair]) -> Matcher:
    """The matcher for these pairs; `threshold` gives the best F1 of cross-validation,
    `certain` a precision of SURE_PRECISION there.

    Raises ValueError without pairs.
    """
    pairs = [pair for pair in pairs if not any(pair.features[name] for name in VETOES)]
    if not pairs:
        raise ValueError("no pairs to fit")
    names = sorted(set(pairs[0].features) - VETOES)
    values = np.array([[pair.features[name] for name in names] for pair in pairs])
    truth = np.array([float(pair.same) for pair in pairs])
    heavy = np.array([pair.weight for pair in pairs])
    folds = np.array([pair.place % _FOLDS for pair in pairs])
    guessed = np.zeros(len(pairs))
    for fold in range(_FOLDS):
        held = folds == fold
        if held.any() and not held.all():
            weights = _weights(values[~held], truth[~held], heavy[~held], names)
            guessed[held] = _probabilities(values[held], weights)
    own = heavy == 1.0
    choices = np.arange(0.3, 0.91, 0.02)
    threshold = max(choices, key=lambda t: (_f1(guessed[own] >= t, truth[own]), -abs(t - 0.5)))
    sure = [t for t in choices if _precision(guessed[own] >= t, truth[own]) >= SURE_PRECISION]
    certain = max(threshold, sure[0] if sure else choices[-1])
    weights = _weights(values, truth, heavy, names)
    named = {name: round(float(w), 3) for name, w in zip(names, weights[1:], strict=True)}
    bias = round(float(weights[0]), 3)
    return Matcher(bias, named, round(float(threshold), 2), round(float(certain), 2))


def to_json(matcher: Matcher, made: str) -> dict[str, Any]:
    """The content of `desk/matching.json`; `made` says how it was made."""
    return {
        "made": made,
        "threshold": matcher.threshold,
        "certain": matcher.certain,
        "bias": matcher.bias,
        "weights": dict(matcher.weights),
    }


def _weights(values: Floats, truth: Floats, heavy: Floats, names: Sequence[str]) -> Floats:
    """The bias and one weight for each feature."""
    unknown = values.copy()
    unknown[:, [names.index(name) for name in OF_WORDS]] = 0
    inputs = np.vstack([values, unknown])
    inputs = np.hstack([np.ones((len(inputs), 1)), inputs])
    wanted, share = np.tile(truth, 2), np.concatenate([2 * heavy, heavy])
    share /= share.sum()
    low = np.array([-np.inf, *(0.0 if name in FOR else -np.inf for name in names)])
    high = np.array([np.inf, *(np.inf if name in FOR else 0.0 for name in names)])
    penalty = np.array([0.0, *([PENALTY] * len(names))])
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        error = _probabilities(inputs[:, 1:], weights) - wanted
        step = inputs.T @ (error * share) + penalty * weights
        moved = np.clip(weights - _RATE * step, low, high)
        if np.abs(moved - weights).max() < 1e-6:
            break
        weights = moved
    return weights


def _probabilities(values: Floats, weights: Floats) -> Floats:
    scores = np.clip(values @ weights[1:] + weights[0], -30, 30)
    result: Floats = 1 / (1 + np.exp(-scores))
    return result


def _f1(predicted: NDArray[np.bool_], truth: Floats) -> float:
    right = float((predicted & (truth > 0)).sum())
    return 2 * right / max(1.0, float(predicted.sum() + truth.sum()))


def _precision(predicted: NDArray[np.bool_], truth: Floats) -> float:
    return float((predicted & (truth > 0)).sum()) / max(1, int(predicted.sum()))
