"""The classifier: trained once from the examples, kept as plain numpy, honest about doubt."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.classifier import FILE_NAME, Classifier, ensure_classifier
from assistant.classifier_training import train
from assistant.errors import InputError, ModelUnavailable
from assistant.training_examples import Example, examples_digest, load_examples
from kb.encoder import Encoder


@pytest.fixture(scope="module")
def folder(sample_home_copy: Path) -> Path:
    """Holds a classifier that was trained when the data folder was prepared."""
    return sample_home_copy / "models"


@pytest.fixture(scope="module")
def classifier(folder: Path, encoder: Encoder) -> Classifier:
    return ensure_classifier(folder, encoder)


def share_right(classifier: Classifier, encoder: Encoder, target: str) -> float:
    rows = load_examples("heldout.jsonl")
    predictions = classifier.predict([row.text for row in rows], encoder)
    right = [
        getattr(row, target) == next(iter(getattr(prediction, target)))
        for row, prediction in zip(rows, predictions, strict=True)
    ]
    return float(np.mean(right))


def test_unseen_messages_are_mostly_labelled_rightly(
    classifier: Classifier, encoder: Encoder
) -> None:
    assert share_right(classifier, encoder, "kind") >= 0.74
    assert share_right(classifier, encoder, "department") >= 0.75


def test_confidence_is_about_as_high_as_the_share_that_is_right(
    classifier: Classifier, encoder: Encoder
) -> None:
    rows = load_examples("heldout.jsonl")
    predictions = classifier.predict([row.text for row in rows], encoder)
    confidence = np.mean([max(prediction.kind.values()) for prediction in predictions])
    assert abs(float(confidence) - share_right(classifier, encoder, "kind")) <= 0.08


def test_a_message_is_judged_the_same_alone_and_in_a_batch(
    classifier: Classifier, encoder: Encoder
) -> None:
    texts = ["楼道灯坏了", "物业费多少钱一平", "感谢保安小哥", "水" * 20_000]
    together = classifier.predict(texts, encoder)
    alone = [classifier.predict([text], encoder)[0] for text in texts]
    assert together == alone
    assert classifier.predict([], encoder) == []


def test_a_saved_classifier_predicts_the_same_after_loading(
    classifier: Classifier, encoder: Encoder, tmp_path: Path
) -> None:
    path = tmp_path / "sub" / FILE_NAME
    classifier.save(path)
    texts = ["电梯坏了三天没人修", "怎么办停车月卡"]
    assert Classifier.load(path).predict(texts, encoder) == classifier.predict(texts, encoder)
    assert [file.name for file in path.parent.iterdir()] == [FILE_NAME]


def test_what_is_present_and_fresh_is_not_trained_again(
    classifier: Classifier, folder: Path, encoder: Encoder
) -> None:
    trained: list[bool] = []
    again = ensure_classifier(folder, encoder, on_train=lambda: trained.append(True))
    assert trained == []
    assert again.manifest == classifier.manifest
    assert again.manifest.examples == examples_digest()


def test_a_damaged_or_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with pytest.raises(ModelUnavailable, match="没有分类模型"):
        Classifier.load(path)
    path.write_bytes(b"not a zip file")
    with pytest.raises(ModelUnavailable, match="已损坏"):
        Classifier.load(path)


def test_a_damaged_file_is_replaced_by_training(
    classifier: Classifier, encoder: Encoder, tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"broken")
    trained: list[bool] = []
    fresh = ensure_classifier(tmp_path, encoder, on_train=lambda: trained.append(True))
    assert trained == [True]
    assert fresh.predict(["停水了"], encoder) == classifier.predict(["停水了"], encoder)


class AnotherEncoder:
    name = "another"


def test_a_classifier_refuses_the_vectors_of_another_encoder(classifier: Classifier) -> None:
    with pytest.raises(ModelUnavailable, match="another"):
        classifier.predict(["停水了"], AnotherEncoder())  # type: ignore[arg-type]


def test_too_few_examples_are_refused(encoder: Encoder) -> None:
    with pytest.raises(InputError, match="训练样例不够"):
        train([Example("灯坏了", "repair", "engineering")] * 10, encoder)


def test_using_a_classifier_imports_no_scikit_learn() -> None:
    script = (
        "import sys, assistant.classifier, assistant.triage;"
        "print(sorted({'sklearn', 'scipy', 'torch', 'chromadb'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
