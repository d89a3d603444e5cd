"""What the classifier's probabilities say to a person: the likeliest, close seconds, suspicions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.lexicon import life_safety_codes
from assistant.types import Opinion, Signal, Triage

if TYPE_CHECKING:
    from assistant.classifier import Prediction

CLOSE = 0.25
"""A second opinion is told where its probability is this near to the first one's."""
LEAST_DANGER = 0.3
"""Probability of a danger to life from which it is worth a person's look."""
LEAST_SHARE = 0.25
"""Share of a code among the dangers from which it is named beside the likeliest."""


def closest(probabilities: Mapping[str, float], first: str) -> tuple[Opinion, ...]:
    """`first`, and of the others the likeliest where it is close or likelier."""
    others = {code: p for code, p in probabilities.items() if code != first}
    second = max(others, key=lambda code: others[code])
    found = [Opinion(first, probabilities[first])]
    if probabilities[first] - others[second] <= CLOSE:
        found.append(Opinion(second, others[second]))
    return tuple(found)


def suspected(prediction: "Prediction", proven: Sequence[Signal]) -> tuple[Opinion, ...]:
    """Dangers to life that the model fears and no words prove, the likeliest first.

    Empty where a danger is proven already: then nothing is left to be raised. The confidence of a
    code is that of any danger times its share among the dangers.
    """
    if prediction.danger < LEAST_DANGER or any(s.code in life_safety_codes() for s in proven):
        return ()
    ranked = list(prediction.danger_code.items())
    named = [ranked[0], *((code, share) for code, share in ranked[1:] if share >= LEAST_SHARE)]
    return tuple(Opinion(code, round(prediction.danger * share, 4)) for code, share in named)


def danger_percent(prediction: "Prediction", proven: Sequence[Signal]) -> int:
    """How sure the model is of a danger that no words prove, in percent; 0 below `LEAST_DANGER`."""
    return int(100 * prediction.danger) if suspected(prediction, proven) else 0


def dangers_to_meet(triage: Triage) -> frozenset[str]:
    """Dangers to life whose safety step a critical reply must hold: the proven, else the likeliest.

    A step too many costs nothing, one too few may cost a life.
    """
    proven = {signal.code for signal in triage.signals} & life_safety_codes()
    return frozenset(proven or {opinion.code for opinion in triage.suggested[:1]})
