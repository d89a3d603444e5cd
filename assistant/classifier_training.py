"""Training of the classifier: multinomial logistic regression with a fitted temperature.

Only this module needs scikit-learn and scipy.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.classifier import (
    BUCKETS,
    TARGETS,
    VECTOR_SCALE,
    Classifier,
    Head,
    Manifest,
    gram_features,
    readable,
)
from assistant.errors import InputError
from assistant.training_examples import Example, examples_digest

if TYPE_CHECKING:
    from kb.encoder import Encoder

REGULARISATION = 2.0  # scikit-learn's C; the best of .5, 1, 2, 4 and 8 in cross-validation
FOLDS = 5
SEED = 1
_TEMPERATURES = np.geomspace(0.2, 3.0, 60)


def train(examples: Sequence[Example], encoder: "Encoder") -> Classifier:
    """A classifier from labelled examples; deterministic for equal input.

    Raises InputError when a target has fewer than two classes or a class fewer examples than
    there are folds.
    """
    features, mean = _features([example.text for example in examples], encoder)
    reduced, back = _reduced(features)
    heads = {}
    with _one_thread():
        for target in TARGETS:
            rows, labels = _labelled(examples, target)
            heads[target] = _head(reduced[rows], labels, back, encoder.dimension)
    return Classifier(Manifest(encoder.name, examples_digest()), mean, heads)


def cross_validated(
    examples: Sequence[Example], encoder: "Encoder", target: str, seed: int = SEED
) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.float64]]:
    """Labels, predictions and confidences of one target, each predicted by a model without it."""
    features, _ = _reduced(_features([example.text for example in examples], encoder)[0])
    rows, labels = _labelled(examples, target)
    classes = np.unique(labels)
    with _one_thread():
        scores = _held_out_scores(features[rows], labels, seed)
    probabilities = _softmax(scores / _temperature(scores, labels, classes))
    best = probabilities.argmax(axis=1)
    return labels, classes[best], probabilities[np.arange(len(best)), best]


def _features(texts: Sequence[str], encoder: "Encoder") -> tuple[Any, NDArray[np.float32]]:
    from scipy import sparse

    read = [readable(text) for text in texts]
    vectors = encoder.encode_queries(read)
    mean = vectors.mean(axis=0)
    pairs = [gram_features(text) for text in read]
    grams = sparse.csr_matrix(
        (
            np.concatenate([weights for _, weights in pairs]),
            np.concatenate([buckets for buckets, _ in pairs]),
            np.cumsum([0, *(len(buckets) for buckets, _ in pairs)]),
        ),
        shape=(len(texts), BUCKETS),
    )
    centred = sparse.csr_matrix((vectors - mean) * VECTOR_SCALE)
    return sparse.hstack([centred, grams]).tocsr(), mean


def _reduced(features: Any) -> tuple[NDArray[np.float64], Any]:
    """The examples in as many dimensions as there are examples, and the way back for weights.

    The weights that L2 regularisation chooses are sums of examples, so turning the space onto
    the examples changes no result and makes fitting many times faster.
    """
    values, vectors = np.linalg.eigh((features @ features.T).toarray())
    kept = values > 1e-9 * values[-1]
    scale = np.sqrt(values[kept])
    return vectors[:, kept] * scale, features.T @ (vectors[:, kept] / scale)


def _labelled(
    examples: Sequence[Example], target: str
) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    rows = [i for i, example in enumerate(examples) if getattr(example, target) is not None]
    labels = np.array([getattr(examples[i], target) for i in rows])
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2 or counts.min() < FOLDS:
        raise InputError(f"训练样例不够:{target} 至少要两类，每类至少 {FOLDS} 条")
    return np.array(rows), labels


def _one_thread() -> Any:
    """The matrices are small: threads that wait for each other would cost more than they bring."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(1)


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=REGULARISATION, max_iter=300, tol=1e-3, class_weight="balanced")


def _scores(model: Any, features: Any) -> NDArray[np.float64]:
    """One column for each class, also where there are only two."""
    scores: NDArray[np.float64] = model.decision_function(features)
    return scores if scores.ndim == 2 else np.column_stack([-scores / 2, scores / 2])


def _held_out_scores(
    features: Any, labels: NDArray[np.str_], seed: int = SEED
) -> NDArray[np.float64]:
    from sklearn.model_selection import StratifiedKFold

    scores = np.zeros((len(labels), len(np.unique(labels))))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for learned, held_out in folds.split(features, labels):
        model = _regression().fit(features[learned], labels[learned])
        scores[held_out] = _scores(model, features[held_out])
    return scores


def _temperature(
    scores: NDArray[np.float64], labels: NDArray[np.str_], classes: NDArray[np.str_]
) -> float:
    """The temperature at which held-out labels are likeliest."""
    right = np.searchsorted(classes, labels)
    rows = np.arange(len(labels))
    losses = [-np.log(_softmax(scores / t)[rows, right]).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _head(features: Any, labels: NDArray[np.str_], back: Any, dimension: int) -> Head:
    classes = np.unique(labels)
    temperature = _temperature(_held_out_scores(features, labels), labels, classes)
    model = _regression().fit(features, labels)
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0], bias[0]]) / 2
    full = back @ weights.T
    return Head(
        classes=tuple(str(name) for name in model.classes_),
        vector=full[:dimension].astype(np.float32),
        gram=full[dimension:].astype(np.float32),
        bias=bias.astype(np.float32),
        temperature=temperature,
    )


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return result
