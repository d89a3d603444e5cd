"""Retraining with corrections: the new classifier takes the old one's place only if it is no worse.

Old and new are compared on the fixed test that ships, on emergencies, and on the corrections
themselves, each predicted by a model that has not seen it. What is in use is replaced at the end,
file by file: the corrections first, so that after an interruption the next start trains what was
compared.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.classifier import FILE_NAME, Classifier, Manifest
from assistant.errors import RetrainingRefused
from assistant.training_examples import Example
from assistant.training_set import KEPT, example_lines, training_digest, training_set

if TYPE_CHECKING:
    from assistant.comparison import Comparison
    from assistant.triage import Triager
    from kb.encoder import Count, Encoder, Vectors

PREVIOUS = "previous-"


@dataclass(frozen=True, slots=True)
class Retrained:
    """A trained candidate with its figures; `replaced` says whether it is in use."""

    classifier: Classifier
    comparison: "Comparison"
    replaced: bool


class Remembering:
    """An encoder that encodes each question once; folds and models share the vectors."""

    def __init__(self, encoder: "Encoder") -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known |= dict(zip(new, self._encoder.encode_queries(new), strict=True))
        if not texts:
            return self._encoder.encode_queries(texts)
        return np.stack([self._known[text] for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: "Count | None" = None) -> "Vectors":
        return self._encoder.encode_passages(texts, progress)


def train_with(
    corrections: Sequence[Example], encoder: "Encoder", *, calibrated: bool = True
) -> Classifier:
    """A classifier of the shipped examples and these corrections, named after both."""
    from assistant.classifier_training import train

    manifest = Manifest(encoder.name, training_digest(corrections))
    return replace(
        train(training_set(corrections), encoder, calibrated=calibrated), manifest=manifest
    )


def retrain(
    models_dir: Path,
    old: Classifier,
    corrections: Sequence[Example],
    encoder: "Encoder",
    triager: "Callable[[Classifier], Triager]",
    *,
    most_lost: float,
    dry_run: bool = False,
    tell: Callable[[str], None] = lambda _line: None,
) -> Retrained:
    """Train with the corrections, compare, and replace the classifier in use where it is no worse.

    `triager` makes the whole triage around a classifier; `most_lost` is in points of macro-F1.
    With `dry_run`, or where the comparison refuses, nothing is touched.
    """
    from assistant.comparison import compare

    remembering = Remembering(encoder)
    tell(f"正在训练：自带的样例和 {len(corrections)} 条更正…")
    new = train_with(corrections, remembering)
    tell("正在与现在的模型比较…")
    comparison = compare(old, new, corrections, remembering, triager, most_lost=most_lost)
    replaced = not dry_run and not comparison.refusals
    if replaced:
        put_in_use(models_dir, new, corrections)
    return Retrained(new, comparison, replaced)


def put_in_use(models_dir: Path, new: Classifier, corrections: Sequence[Example]) -> None:
    """Replace the classifier and its corrections; those until now are kept for `roll_back`."""
    for name in (KEPT, FILE_NAME):
        _copy(models_dir / name, models_dir / f"{PREVIOUS}{name}")
    _write(models_dir / KEPT, example_lines(corrections))
    new.save(models_dir / FILE_NAME)


def roll_back(models_dir: Path) -> Manifest:
    """Put the previous classifier and its corrections in use; the present ones become the previous.

    Raises RetrainingRefused where there is none, ModelUnavailable where it is damaged.
    """
    previous = models_dir / f"{PREVIOUS}{FILE_NAME}"
    if not previous.is_file():
        raise RetrainingRefused("没有上一个分类模型可以退回；重新训练过之后才有。")
    manifest = Classifier.load(previous).manifest
    held = {name: models_dir / f".rollback-{name}" for name in (KEPT, FILE_NAME)}
    for name, path in held.items():
        _copy(models_dir / name, path)
    for name, path in held.items():
        _copy(models_dir / f"{PREVIOUS}{name}", models_dir / name)
        path.replace(models_dir / f"{PREVIOUS}{name}")
    return manifest


def _copy(source: Path, target: Path) -> None:
    """A copy that is whole or not there; of a file that does not exist, an empty one."""
    unfinished = target.with_name(f".{target.name}.part")
    if source.is_file():
        shutil.copyfile(source, unfinished)
    else:
        unfinished.write_bytes(b"")
    _settle(unfinished, target)


def _write(target: Path, content: str) -> None:
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.write_text(content, encoding="utf-8")
    _settle(unfinished, target)


def _settle(unfinished: Path, target: Path) -> None:
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
