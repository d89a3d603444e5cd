"""Kind, department and complaint category of messages: a linear model on frozen features.

Features are the encoder's vector (centred, scaled) beside hashed character 1- and 2-grams; both
together beat either alone. The model is plain numpy, so that using it imports no scikit-learn;
training it (`assistant.classifier_training`) does. One file holds weights and manifest.
"""

import json
import math
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
VERSION = 1
TARGETS = ("kind", "department", "category")
BUCKETS = 1 << 14
VECTOR_SCALE = 4.0
GRAM_SCALE = 2.0
# The matter stands in the first part of a long message; the rest would cost time for nothing.
READ_CHARACTERS = 1000

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
    """Probabilities by class of each target, largest first."""

    kind: dict[str, float]
    department: dict[str, float]
    category: dict[str, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model was trained from: it fits only the same encoder, examples and features."""

    encoder: str
    examples: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Classifier:
    """A trained model. `mean` is the mean vector of the training examples."""

    manifest: Manifest
    mean: Floats
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
        read = [readable(text) for text in texts]
        vectors = (encoder.encode_queries(read) - self.mean) * VECTOR_SCALE
        grams = [gram_features(text) for text in read]
        by_target = {
            name: _probabilities(head, vectors, grams) for name, head in self.heads.items()
        }
        return [
            Prediction(
                **{name: _ordered(self.heads[name], by_target[name][row]) for name in TARGETS}
            )
            for row in range(len(texts))
        ]

    def save(self, path: Path) -> None:
        """Write the model; the file is whole or not there."""
        arrays: dict[str, NDArray[np.generic]] = {"mean": self.mean}
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
                mean = file["mean"]
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
            heads,
        )


def readable(text: str) -> str:
    """The part of a message that the model reads, in the form it was trained on."""
    return fold(text[: 2 * READ_CHARACTERS]).text.strip()[:READ_CHARACTERS]


def gram_features(text: str) -> tuple[NDArray[np.int64], Floats]:
    """Hashed character 1- and 2-grams of a readable text: buckets, and weights of unit length."""
    counts: dict[int, int] = {}
    for size in (1, 2):
        for start in range(len(text) - size + 1):
            gram = text[start : start + size].encode("utf-8", "surrogatepass")
            bucket = zlib.crc32(gram) % BUCKETS
            counts[bucket] = counts.get(bucket, 0) + 1
    weights = np.array([1 + math.log(count) for count in counts.values()], dtype=np.float32)
    norm = float(np.linalg.norm(weights)) or 1.0
    return np.fromiter(counts, dtype=np.int64, count=len(counts)), weights * GRAM_SCALE / norm


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
