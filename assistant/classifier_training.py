"""Training of the classifier: multinomial logistic regression with a fitted temperature.

Only this module needs scikit-learn and scipy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.classifier import (
    BUCKETS,
    NO,
    TARGETS,
    VECTOR_SCALE,
    YES,
    Classifier,
    Head,
    Manifest,
    encode,
    gram_counts,
    gram_features,
    readable,
)
from assistant.errors import InputError
from assistant.training_examples import Example, examples_digest, load_dangers

if TYPE_CHECKING:
    from kb.encoder import Encoder

REGULARISATION = 2.0  # scikit-learn's C; .5, 1, 2 and 4 were tried by cross-validation
FOLDS = 3
LEAST = 5
SEED = 1
# Targets whose classes count as often as they occur: a danger is rare, and feared too easily else.
AS_FREQUENT = frozenset({"danger"})
_TEMPERATURES = np.geomspace(0.2, 3.0, 60)

Strings = NDArray[np.str_]
Scores = NDArray[np.float64]


def train(
    examples: Sequence[Example], encoder: "Encoder", *, calibrated: bool = True
) -> Classifier:
    """A classifier from labelled examples and the messages judged for danger.

    One that is not `calibrated` ranks the classes in the same order and is made in a fraction of
    the time: it has no temperatures, so its probabilities are no honest ones.
    Deterministic for equal input. Raises InputError when a target has fewer than two classes or a
    class fewer than `LEAST` examples.
    """
    everything = [*examples, *load_dangers()]
    _check(everything)
    features = _Features.of([example.text for example in everything], encoder)
    with _one_thread():
        heads = {
            target: _head(
                features, *_labelled(everything, target), target not in AS_FREQUENT, calibrated
            )
            for target in TARGETS
        }
    manifest = Manifest(encoder.name, examples_digest())
    return Classifier(manifest, features.mean, features.rarity, heads)


def cross_validated(
    examples: Sequence[Example], encoder: "Encoder", target: str, seed: int = SEED
) -> tuple[Strings, Strings, Scores]:
    """Labels, predictions and confidences of one target, each predicted by a model without it."""
    features = _Features.of([example.text for example in examples], encoder)
    rows, labels, groups = _labelled(examples, target)
    with _one_thread():
        classes, scores = _held_out_scores(
            features.matrix[rows], labels, groups, target not in AS_FREQUENT, seed
        )
    probabilities = _softmax(scores / _temperature(scores, labels, classes))
    best = probabilities.argmax(axis=1)
    return labels, classes[best], probabilities[np.arange(len(best)), best]


@dataclass(frozen=True, slots=True)
class _Features:
    """`matrix` holds a row for each text, sparse: the scaled vector, then the grams."""

    matrix: Any
    mean: NDArray[np.float32]
    rarity: NDArray[np.float32]

    @classmethod
    def of(cls, texts: Sequence[str], encoder: "Encoder") -> "_Features":
        from scipy import sparse

        vectors = encode(texts, encoder)
        mean = vectors.mean(axis=0)
        rarity = _rarity([readable(text) for text in texts])
        pairs = [gram_features(readable(text), rarity) for text in texts]
        grams = sparse.csr_matrix(
            (
                np.concatenate([weights for _, weights in pairs]),
                np.concatenate([buckets for buckets, _ in pairs]),
                np.cumsum([0, *(len(buckets) for buckets, _ in pairs)]),
            ),
            shape=(len(texts), BUCKETS),
        )
        centred = sparse.csr_matrix((vectors - mean) * VECTOR_SCALE)
        return cls(sparse.hstack([centred, grams]).tocsr(), mean, rarity)


def _rarity(texts: Sequence[str]) -> NDArray[np.float32]:
    """ln((1 + n) / (1 + df)) + 1 of each bucket, as scikit-learn's smoothed idf."""
    frequency = np.zeros(BUCKETS)
    for text in texts:
        frequency[list(gram_counts(text))] += 1
    return (np.log((1 + len(texts)) / (1 + frequency)) + 1).astype(np.float32)


def _label(example: Example, target: str) -> list[str]:
    """The labels of an example, several where it tells of several dangers, none if not judged."""
    if target == "danger_code":
        return list(example.danger or ())
    value = getattr(example, target)
    if value is None:
        return []
    if target in ("danger", "in_scope"):
        return [YES if value else NO]
    return [value]


def _labelled(
    examples: Sequence[Example], target: str
) -> tuple[NDArray[np.int64], Strings, Strings]:
    """Rows, labels and batches of what was judged."""
    pairs = [
        (row, label, example.batch)
        for row, example in enumerate(examples)
        for label in _label(example, target)
    ]
    rows, labels, batches = zip(*pairs, strict=True) if pairs else ((), (), ())
    return np.array(rows, dtype=np.int64), np.array(labels), np.array(batches)


def _check(examples: Sequence[Example]) -> None:
    for target in TARGETS:
        _, counts = np.unique(_labelled(examples, target)[1], return_counts=True)
        if len(counts) < 2 or counts.min() < LEAST:
            raise InputError(f"训练样例不够:{target} 至少要两类，每类至少 {LEAST} 条")


def _one_thread() -> Any:
    """The matrices are small: threads that wait for each other would cost more than they bring."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(1)


def _regression(balanced: bool) -> Any:
    from sklearn.linear_model import LogisticRegression

    weights = "balanced" if balanced else None
    return LogisticRegression(C=REGULARISATION, max_iter=200, tol=1e-3, class_weight=weights)


def _scores(model: Any, features: Any) -> Scores:
    """One column for each class, also where there are only two."""
    scores: Scores = model.decision_function(features)
    return scores if scores.ndim == 2 else np.column_stack([-scores / 2, scores / 2])


def _held_out_scores(
    features: Any, labels: Strings, batches: Strings, balanced: bool, seed: int = SEED
) -> tuple[Strings, Scores]:
    """Classes, and scores of each example by a model that has not seen it.

    Whole batches are held out where there are enough, because new messages are by other hands.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    classes = np.unique(labels)
    scores = np.zeros((len(labels), len(classes)))
    stratified: Any = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    if len(np.unique(batches)) >= FOLDS:
        stratified = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for learned, held_out in stratified.split(features, labels, batches):
        model = _regression(balanced).fit(features[learned], labels[learned])
        columns = np.searchsorted(classes, model.classes_)
        scores[held_out] = scores.min() - 10.0  # for a class that this model never saw
        scores[np.ix_(held_out, columns)] = _scores(model, features[held_out])
    return classes, scores


def _temperature(scores: Scores, labels: Strings, classes: Strings) -> float:
    """The temperature at which held-out labels are likeliest."""
    right = np.searchsorted(classes, labels)
    rows = np.arange(len(labels))
    losses = [-np.log(_softmax(scores / t)[rows, right] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _head(
    features: _Features,
    rows: NDArray[np.int64],
    labels: Strings,
    batches: Strings,
    balanced: bool,
    calibrated: bool,
) -> Head:
    matrix = features.matrix[rows]
    temperature = 1.0
    if calibrated:
        classes, scores = _held_out_scores(matrix, labels, batches, balanced)
        temperature = _temperature(scores, labels, classes)
    model = _regression(balanced).fit(matrix, labels)
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0], bias[0]]) / 2
    full = weights.T
    dimension = len(features.mean)
    return Head(
        classes=tuple(str(name) for name in model.classes_),
        vector=full[:dimension].astype(np.float32),
        gram=full[dimension:].astype(np.float32),
        bias=bias.astype(np.float32),
        temperature=temperature,
    )


def _softmax(scores: Scores) -> Scores:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Scores = shifted / shifted.sum(axis=1, keepdims=True)
    return result
