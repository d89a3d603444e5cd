"""What a message looks like: a linear model on frozen features.

It tells kind, department and complaint category, whether a property company can act on the matter
at all, and whether the words make one fear for a life. Features are the encoder's vector (centred,
scaled) beside hashed character 1- to 3-grams weighted by their rarity (tf-idf); both together beat
either alone. The model is plain numpy, so that using it imports no scikit-learn; training it
(`assistant.classifier_training`) does. One file holds weights and manifest.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelUnavailable
from assistant.script import fold

if TYPE_CHECKING:
    from kb.encoder import Encoder

FILE_NAME = "triage-classifier.npz"
VERSION = 2
TARGETS = ("kind", "department", "category", "in_scope", "danger", "danger_code")
BUCKETS = 1 << 16
GRAM_SIZES = (1, 2, 3)
VECTOR_SCALE = 4.0
GRAM_SCALE = 4.0
# The matter stands in the first part of a long message; the rest would cost time for nothing.
READ_CHARACTERS = 1000
ENCODED_CHARACTERS = 240
YES, NO = "yes", "no"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of one target: `vector` (dimension × classes), `gram` (buckets × classes), `bias`.

    Scores are divided by `temperature` before the softmax, which makes probabilities honest.
    """

    classes: tuple[str, ...]
    vector: Floats
    gram: Floats
    bias: Floats
    temperature: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """Calibrated probabilities by class, largest first.

    `in_scope` is the probability that a property company can act on the matter, `danger` that
    the words tell of a danger to life, `danger_code` which one it would be.
    """

    kind: dict[str, float]
    department: dict[str, float]
    category: dict[str, float]
    in_scope: float
    danger: float
    danger_code: dict[str, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model was trained from: it fits only the same encoder, examples and features."""

    encoder: str
    examples: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Classifier:
    """A trained model.

    `mean` is the mean vector of the training examples, `rarity` the inverse document frequency of
    each bucket of grams.
    """

    manifest: Manifest
    mean: Floats
    rarity: Floats
    heads: dict[str, Head]

    def predict(self, texts: Sequence[str], encoder: "Encoder") -> list[Prediction]:
        """Probabilities for each text. Raises ModelUnavailable when `encoder` is another one."""
        if encoder.name != self.manifest.encoder:
            raise ModelUnavailable(
                f"分类模型由编码模型 {self.manifest.encoder} 训练，与现在的 {encoder.name} 不符；"
                "请重启服务，它会自动重新训练"
            )
        if not texts:
            return []
        vectors = (encode(texts, encoder) - self.mean) * VECTOR_SCALE
        grams = [gram_features(readable(text), self.rarity) for text in texts]
        by_target = {
            name: _probabilities(head, vectors, grams) for name, head in self.heads.items()
        }
        return [
            self._prediction({name: rows[row] for name, rows in by_target.items()})
            for row in range(len(texts))
        ]

    def _prediction(self, rows: dict[str, Floats]) -> Prediction:
        ordered = {name: _ordered(self.heads[name], row) for name, row in rows.items()}
        return Prediction(
            kind=ordered["kind"],
            department=ordered["department"],
            category=ordered["category"],
            in_scope=ordered["in_scope"][YES],
            danger=ordered["danger"][YES],
            danger_code=ordered["danger_code"],
        )

    def save(self, path: Path) -> None:
        """Write the model; the file is whole or not there."""
        arrays: dict[str, NDArray[np.generic]] = {"mean": self.mean, "rarity": self.rarity}
        manifest: dict[str, object] = {
            "encoder": self.manifest.encoder,
            "examples": self.manifest.examples,
            "version": self.manifest.version,
        }
        for name, head in self.heads.items():
            arrays |= {
                f"{name}.vector": head.vector,
                f"{name}.gram": head.gram,
                f"{name}.bias": head.bias,
            }
            manifest[name] = {"classes": head.classes, "temperature": head.temperature}
        arrays["manifest"] = np.array(json.dumps(manifest))
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.part")
        with unfinished.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a saved model. Raises ModelUnavailable when it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                manifest = json.loads(str(file["manifest"]))
                heads = {
                    name: Head(
                        classes=tuple(manifest[name]["classes"]),
                        vector=file[f"{name}.vector"],
                        gram=file[f"{name}.gram"],
                        bias=file[f"{name}.bias"],
                        temperature=float(manifest[name]["temperature"]),
                    )
                    for name in TARGETS
                }
                mean, rarity = file["mean"], file["rarity"]
        except FileNotFoundError as error:
            raise ModelUnavailable(
                f"没有分类模型 {path.name}；请先训练(启动时会自动进行)"
            ) from error
        except Exception as error:  # zip, json and numpy each have their own
            raise ModelUnavailable(
                f"分类模型 {path.name} 已损坏；请删除它，下次启动会重新训练"
            ) from error
        return cls(
            Manifest(manifest["encoder"], manifest["examples"], int(manifest["version"])),
            mean,
            rarity,
            heads,
        )


def readable(text: str) -> str:
    """The part of a message that the model reads, in the form it was trained on."""
    return fold(text[: 2 * READ_CHARACTERS]).text.strip()[:READ_CHARACTERS]


def encode(texts: Sequence[str], encoder: "Encoder") -> Floats:
    """Vectors of the beginnings of messages, shape (texts, dimension)."""
    return encoder.encode_queries([readable(text)[:ENCODED_CHARACTERS] for text in texts])


def gram_counts(text: str) -> dict[int, int]:
    """How often each bucket of hashed character n-grams occurs in a readable text."""
    counts: dict[int, int] = {}
    for size in GRAM_SIZES:
        for start in range(len(text) - size + 1):
            bucket = zlib.crc32(text[start : start + size].encode()) % BUCKETS
            counts[bucket] = counts.get(bucket, 0) + 1
    return counts


def gram_features(text: str, rarity: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The buckets of a readable text, and their weights: (1 + log tf) · idf, of unit length."""
    counts = gram_counts(text)
    buckets = np.fromiter(counts, dtype=np.int64, count=len(counts))
    frequencies = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    weights: Floats = (1 + np.log(frequencies)) * rarity[buckets]
    norm = float(np.linalg.norm(weights)) or 1.0
    return buckets, weights * (GRAM_SCALE / norm)


def _probabilities(
    head: Head, vectors: Floats, grams: list[tuple[NDArray[np.int64], Floats]]
) -> Floats:
    scores = vectors @ head.vector + head.bias
    for row, (buckets, weights) in enumerate(grams):
        scores[row] += weights @ head.gram[buckets]
    scores /= head.temperature
    scores -= scores.max(axis=1, keepdims=True)
    exponents = np.exp(scores)
    result: Floats = exponents / exponents.sum(axis=1, keepdims=True)
    return result


def _ordered(head: Head, row: Floats) -> dict[str, float]:
    order = np.argsort(-row, kind="stable")
    return {head.classes[i]: round(float(row[i]), 4) for i in order}


def ensure_classifier(
    models_dir: Path,
    encoder: "Encoder",
    on_train: Callable[[], None] | None = None,
) -> Classifier:
    """The classifier for this encoder and its examples, trained first when missing or stale.

    The examples are those that ship and the corrections that were kept beside the model.

    `on_train` is called before training begins (seconds, not minutes).
    """
    from assistant.training_set import KEPT, read_examples, training_digest, training_set

    path = models_dir / FILE_NAME
    corrections = read_examples(models_dir / KEPT)
    wanted = Manifest(encoder.name, training_digest(corrections))
    try:
        present = Classifier.load(path)
        if present.manifest == wanted:
            return present
    except ModelUnavailable:
        pass  # missing or damaged alike: train anew
    if on_train is not None:
        on_train()
    from assistant.classifier_training import train

    trained = replace(train(training_set(corrections), encoder), manifest=wanted)
    trained.save(path)
    return trained
