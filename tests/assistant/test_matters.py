"""Messages that tell several matters are cut apart by department, others stay whole."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.classifier import Classifier, Prediction, ensure_classifier
from assistant.matters import MOST_CHARACTERS, find_parts
from assistant.training_examples import EXAMPLES
from kb.encoder import Encoder


@pytest.fixture(scope="module")
def classifier(sample_home_copy: Path, encoder: Encoder) -> Classifier:
    return ensure_classifier(sample_home_copy / "models", encoder)


def opinion(department: str, other: str = "customer_service", sure: float = 0.8) -> Prediction:
    kinds = {"complaint": 0.9, "repair": 0.1}
    return Prediction(kinds, {department: sure, other: 1 - sure}, {"facilities": 1.0}, 1.0, 0.0, {})


def by_word(texts: list[str]) -> list[Prediction]:
    return [opinion("finance" if "费" in text else "engineering") for text in texts]


def test_two_matters_are_two_stretches_of_the_text() -> None:
    text = "电梯又停了，等了半天。另外，物业费的收据什么时候给？"
    first, second = find_parts(text, opinion("engineering"), by_word)  # type: ignore[arg-type]
    assert (first.text, first.department) == ("电梯又停了，等了半天。", "engineering")
    assert (second.text, second.department) == ("物业费的收据什么时候给？", "finance")
    assert all(part.text == text[part.start : part.end] for part in (first, second))
    assert first.category == "facilities"


@pytest.mark.parametrize(
    "text",
    ["电梯又停了。另外门也关不严。", "电梯停了", "费。" * MOST_CHARACTERS],
    ids=["one department", "one piece", "too long"],
)
def test_one_department_or_a_long_letter_stays_whole(text: str) -> None:
    assert find_parts(text, opinion("engineering"), by_word) == ()  # type: ignore[arg-type]


def test_nothing_is_judged_again_where_the_department_is_clear() -> None:
    def never(_texts: object) -> list[Prediction]:
        raise AssertionError("asked")

    whole = opinion("engineering", sure=0.97)
    assert find_parts("电梯停了。另外门也坏了。", whole, never) == ()


@given(st.text(alphabet="电梯费修了，。；\n①②另外还有顺便 1.、?", max_size=80))
def test_parts_are_in_order_and_never_overlap(text: str) -> None:
    parts = find_parts(text, opinion("engineering"), by_word)  # type: ignore[arg-type]
    assert len(parts) != 1
    edges = [edge for part in parts for edge in (part.start, part.end)]
    assert edges == sorted(edges)
    assert all(part.text == text[part.start : part.end] for part in parts)


def test_an_address_and_a_telephone_are_no_matter_of_their_own() -> None:
    text = "物业费的收据没给。8栋1单元302，13900001234"
    assert find_parts(text, opinion("finance", "engineering"), by_word) == ()  # type: ignore[arg-type]


def test_most_messages_with_several_matters_are_found_and_most_others_stay_whole(
    classifier: Classifier, encoder: Encoder
) -> None:
    lines = (EXAMPLES / "matters_test.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    wholes = classifier.predict([row["text"] for row in rows], encoder)

    def judge(texts: object) -> list[Prediction]:
        return classifier.predict(texts, encoder)  # type: ignore[arg-type]

    found = [bool(find_parts(r["text"], w, judge)) for r, w in zip(rows, wholes, strict=True)]
    several = [bool(row["parts"]) for row in rows]
    hits = sum(f and s for f, s in zip(found, several, strict=True))
    assert hits / sum(several) >= 0.5
    assert hits / sum(found) >= 0.65
