"""The labellers to which triage is compared."""

import json
from pathlib import Path

import pytest

from eval.baselines import Labelled, baseline_scores
from eval.bench_baselines import sample, trained_svm
from eval.llm_labels import LlmAnswer, LlmLabeller
from eval.triage_sets import shipped_set
from rules.decide import decide
from rules.types import Kind, Tier
from tests.eval.triage_results import label, result


@pytest.mark.slow
def test_the_svm_labels_unseen_messages_far_better_than_chance() -> None:
    svm, given = trained_svm(), shipped_set()
    few = sample(given, 150)
    said = {x.id: svm.label(given.texts[x.id]) for x in few}
    assert sum(said[x.id].kind == x.kind for x in few) > 0.6 * len(few)
    assert sum(said[x.id].department == x.department for x in few) > 0.6 * len(few)
    assert all((one.category is not None) == (one.kind == "complaint") for one in said.values())


def test_a_labeller_is_judged_by_its_labels_and_the_signals_of_the_product() -> None:
    results = {
        "a": result("a", Kind.REPAIR, tier=Tier.NORMAL),
        "b": result("b", Kind.REPAIR, tier=Tier.URGENT, codes=("no_water",)),
    }
    labels = [label("a"), label("b", tier="urgent")]
    said = {
        "a": Labelled("inquiry", "engineering", None, True, "critical"),
        "b": Labelled("repair", "finance", None, False, "low"),
    }
    product = baseline_scores(results, labels, decide)
    other = baseline_scores(results, labels, decide, said)
    assert (product.under.value, product.over.value) == (0.0, 0.0)
    assert (product.own_under, product.own_over) == (None, None)
    assert other.kind_strict.value == 0.5
    assert other.department_strict.value == 0.5
    assert other.under.value == 0.5  # an inquiry is low by the rules
    assert other.own_under is not None
    assert other.own_over is not None
    assert (other.own_under.value, other.own_over.value) == (0.5, 0.5)


def test_a_sample_is_the_same_whenever_it_is_drawn_and_its_beginning_never_changes() -> None:
    given = shipped_set()
    few, more = sample(given, 20), sample(given, 60)
    assert more[:20] == few
    assert sample(given, 20) == few


def test_answers_of_the_llm_come_from_the_cache_where_it_was_asked_before(tmp_path: Path) -> None:
    gguf = tmp_path / "no-such-model.gguf"
    labeller = LlmLabeller(gguf, tmp_path)
    assert not labeller.known("灯坏了")
    row = {
        "key": labeller.key("灯坏了"),
        "answer": ["报修", "工程", "无", "一般", True],
        "seconds": 2.5,
    }
    kept = json.dumps(row, ensure_ascii=False)
    labeller.cache.write_text(kept + '\n{"key": "cut of', encoding="utf-8")
    again = LlmLabeller(gguf, tmp_path)
    assert again.known("灯坏了")
    assert again.label("灯坏了") == LlmAnswer("repair", "engineering", None, "normal", True, 2.5)


def test_another_model_or_schema_does_not_share_answers(tmp_path: Path) -> None:
    one, other = (LlmLabeller(tmp_path / name, tmp_path) for name in ("a.gguf", "b.gguf"))
    assert one.cache != other.cache
