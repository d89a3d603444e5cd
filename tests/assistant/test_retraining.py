"""Retraining for real: trained, compared, refused or put in use, and put back."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.classifier import FILE_NAME, Classifier, ensure_classifier
from assistant.comparison import Comparison, Figure, compare, emergencies
from assistant.errors import ModelUnavailable, RetrainingRefused
from assistant.retraining import Remembering, put_in_use, retrain, roll_back, train_with
from assistant.training_examples import EXAMPLES, Example, load_examples
from assistant.training_set import KEPT, read_examples, training_digest
from assistant.triage import Triager
from kb.encoder import Encoder

LEFT_OUT = {f"train_batch_{number}" for number in range(11, 18)}
CORRECTIONS = (
    Example("快递柜占着我家门口的过道，能不能挪走", "suggestion", "customer_service"),
    Example("垃圾房的门总也关不上，味道飘到三楼", "complaint", "cleaning", "facilities", True),
    Example("我妈一个人在家，敲门没人应", danger=("missing_person",)),
)


@pytest.fixture(scope="module", autouse=True)
def fewer_examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Half of what ships: what is tested here does not hang on how good a classifier is."""
    folder = tmp_path_factory.mktemp("examples")
    for path in EXAMPLES.glob("*.jsonl"):
        if path.stem not in LEFT_OUT:
            shutil.copy(path, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.training_examples.EXAMPLES", folder)
        yield


@pytest.fixture(scope="module")
def remembering(encoder: Encoder) -> Remembering:
    return Remembering(encoder)


@pytest.fixture(scope="module")
def old(remembering: Remembering) -> Classifier:
    return train_with((), remembering)


@pytest.fixture(scope="module")
def new(remembering: Remembering) -> Classifier:
    return train_with(CORRECTIONS, remembering)


@pytest.fixture
def triager(remembering: Remembering) -> Callable[[Classifier], Triager]:
    return lambda classifier: Triager(classifier, remembering)


@pytest.fixture
def folder(tmp_path: Path, old: Classifier) -> Path:
    old.save(tmp_path / FILE_NAME)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def forgetful(classifier: Classifier) -> Classifier:
    """The same classifier after it has forgotten one kind: it takes repairs for praise."""
    head = classifier.heads["kind"]
    order = [*head.classes]
    repair, praise = order.index("repair"), order.index("praise")
    order[repair], order[praise] = order[praise], order[repair]
    return replace(
        classifier, heads={**classifier.heads, "kind": replace(head, classes=tuple(order))}
    )


def test_a_retrained_classifier_is_put_in_use_and_is_not_trained_again_at_the_next_start(
    folder: Path, old: Classifier, remembering: Remembering, triager: Callable[..., Triager]
) -> None:
    done = retrain(folder, old, CORRECTIONS, remembering, triager, most_lost=100.0)
    assert done.replaced
    assert read_examples(folder / KEPT) == CORRECTIONS

    trained: list[bool] = []
    started = ensure_classifier(folder, remembering, on_train=lambda: trained.append(True))
    assert trained == []
    assert started.manifest.examples == training_digest(CORRECTIONS)
    (label,) = started.predict([CORRECTIONS[0].text], remembering)
    assert next(iter(label.kind)) == "suggestion"


def test_a_dry_run_touches_nothing(
    folder: Path, old: Classifier, remembering: Remembering, triager: Callable[..., Triager]
) -> None:
    before = content(folder)
    done = retrain(folder, old, CORRECTIONS, remembering, triager, most_lost=100.0, dry_run=True)
    assert not done.replaced
    assert content(folder) == before


def test_a_worse_classifier_is_refused_by_what_it_lost(
    old: Classifier, remembering: Remembering, triager: Callable[..., Triager]
) -> None:
    compared = compare(old, forgetful(old), (), remembering, triager, most_lost=0.5)
    refused = {one.code for one in compared.refusals}
    assert {"test_kind", "emergency_acted_on"} <= refused
    assert "test_department" not in refused


def test_what_is_refused_leaves_the_old_one_untouched(
    folder: Path,
    old: Classifier,
    remembering: Remembering,
    triager: Callable[..., Triager],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = content(folder)
    monkeypatch.setattr("assistant.retraining.train_with", lambda *_arguments: forgetful(old))
    done = retrain(folder, old, CORRECTIONS, remembering, triager, most_lost=0.5)
    assert not done.replaced
    assert content(folder) == before


@pytest.mark.parametrize(
    ("lost", "most", "refuses"),
    [(0.5, 0.5, False), (0.51, 0.5, True), (-3.0, 0.0, False), (1.0, None, False)],
)
def test_a_figure_refuses_when_more_is_lost_than_may_be(
    lost: float, most: float | None, refuses: bool
) -> None:
    figure = Figure("test_kind", "固定测试·类型", 80.0, 80.0 - lost, 176, "F1", most)
    assert figure.refuses is refuses
    assert Comparison((figure,)).refusals == ((figure,) if refuses else ())


def test_when_the_shipped_examples_change_the_kept_corrections_are_learned_again(
    folder: Path, new: Classifier, remembering: Remembering
) -> None:
    put_in_use(folder, new, CORRECTIONS)
    outdated = replace(new, manifest=replace(new.manifest, examples="of an older package"))
    outdated.save(folder / FILE_NAME)

    started = ensure_classifier(folder, remembering)
    assert started.manifest == new.manifest
    assert started.predict(["停水了"], remembering) == new.predict(["停水了"], remembering)


def test_after_an_interruption_the_next_start_trains_what_was_compared(
    folder: Path, new: Classifier, remembering: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_classifier: Classifier, _path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Classifier, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            put_in_use(folder, new, CORRECTIONS)
    assert ensure_classifier(folder, remembering).manifest == new.manifest


def test_the_previous_classifier_comes_back_and_the_present_one_too(
    folder: Path, old: Classifier, new: Classifier, remembering: Remembering
) -> None:
    put_in_use(folder, new, CORRECTIONS)
    assert roll_back(folder) == old.manifest
    trained: list[bool] = []
    back = ensure_classifier(folder, remembering, on_train=lambda: trained.append(True))
    assert (trained, back.manifest) == ([], old.manifest)
    assert roll_back(folder) == new.manifest
    assert read_examples(folder / KEPT) == CORRECTIONS
    assert not [name for name in content(folder) if name.startswith(".")]


def test_without_a_previous_classifier_there_is_nothing_to_go_back_to(folder: Path) -> None:
    with pytest.raises(RetrainingRefused, match="没有上一个"):
        roll_back(folder)


def test_damaged_corrections_are_named_with_what_to_do(folder: Path) -> None:
    (folder / KEPT).write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="triage retrain"):
        read_examples(folder / KEPT)


def test_corrections_are_measured_by_models_that_have_not_seen_them(
    old: Classifier, remembering: Remembering, triager: Callable[..., Triager]
) -> None:
    # labels that nothing in the texts tells: whoever saw a text could repeat its label
    kinds = ["praise", "other", "inquiry", "repair", "suggestion"]
    strange = [Example(f"第{n}号来件：窗户关不严", kinds[n % 5], "finance") for n in range(10)]
    compared = compare(old, old, strange, remembering, triager, most_lost=0.5)
    figures = {one.code: one for one in compared.figures}
    assert figures["corrections_kind"].new < 60
    assert figures["corrections_kind"].most_lost is None  # too few to refuse by


def test_without_temperatures_the_same_classes_lead(
    new: Classifier, remembering: Remembering
) -> None:
    ranked = train_with(CORRECTIONS, remembering, calibrated=False)
    assert {head.temperature for head in ranked.heads.values()} == {1.0}
    texts = [one.text for one in load_examples("heldout.jsonl")]
    for target in ("kind", "department", "category"):
        leading = [
            [next(iter(getattr(one, target))) for one in model.predict(texts, remembering)]
            for model in (new, ranked)
        ]
        assert leading[0] == leading[1]


def test_a_correction_without_a_label_is_not_measured_by_it(
    old: Classifier, remembering: Remembering, triager: Callable[..., Triager]
) -> None:
    alone = [Example(f"第{n}号来件：屋里有怪味", danger=("gas_leak",)) for n in range(6)]
    compared = compare(old, old, alone, remembering, triager, most_lost=0.5)
    assert not [one.code for one in compared.figures if one.code.startswith("corrections")]


def test_the_emergencies_are_those_labelled_with_a_danger_to_life() -> None:
    texts = emergencies()
    assert len(texts) > 100
    assert any("困" in text for text in texts)
    assert set(texts).isdisjoint({one.text for one in load_examples("heldout.jsonl")})


def test_each_text_is_encoded_once_and_comes_back_the_same(encoder: Encoder) -> None:
    asked: list[str] = []

    class Counting:
        name, dimension = encoder.name, encoder.dimension

        def encode_queries(self, texts: list[str]) -> object:
            asked.extend(texts)
            return encoder.encode_queries(texts)

    remembering = Remembering(Counting())  # type: ignore[arg-type]
    remembering.encode_queries(["停水了", "停水了"])
    vectors = remembering.encode_queries(["灯坏了", "停水了"])
    assert asked == ["停水了", "灯坏了"]
    assert (vectors == encoder.encode_queries(["灯坏了", "停水了"])).all()
    assert remembering.encode_queries([]).shape == (0, encoder.dimension)


def test_the_kept_corrections_are_lines_that_a_person_can_read(
    folder: Path, new: Classifier
) -> None:
    put_in_use(folder, new, CORRECTIONS)
    lines = (folder / KEPT).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == [one.text for one in CORRECTIONS]
