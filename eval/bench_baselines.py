"""Triage beside two baselines on the same messages, by hand:

`python -m eval.bench_baselines [--data DIR] [--llm [COUNT]] [--models DIR]`

Sets: the held-out examples, and with `--data` (or GUANJIA_EVAL_DATA) `labels/` of that folder.
Labellers: a linear SVM on character n-grams, trained on the very examples that the product's
classifier learns from; with `--llm` the local LLM of kb/models.toml on COUNT messages of each set
(the same in every run: those whose texts have the smallest digests); and the product. Answers of
the LLM are kept in GUANJIA_CACHE, so a run can be cut short and goes on where it stopped;
`--cached` asks nothing anew and scores what is there. Prints progress on standard error and one
JSON object; `seconds` are of processor time for one message, so other work on the machine does not
count.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean, median
from zoneinfo import ZoneInfo

from assistant.classifier import ensure_classifier
from assistant.training_examples import EXAMPLES, load_examples
from assistant.triage import Triager
from assistant.types import Message, Triage
from eval.baselines import Labelled, SvmLabeller, baseline_scores
from eval.llm_labels import LlmLabeller
from eval.readers import LabelLine, read_examples
from eval.triage_outcome import plain
from eval.triage_sets import TriageSet, outside_set, shipped_set
from kb.encoder import load_encoder
from rules.decide import decide

ENCODER = "multilingual-e5-small"
LLM = "qwen2.5-coder-1.5b-instruct-q4_k_m"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def trained_svm() -> SvmLabeller:
    """The SVM on what the product's classifier learns from, which is checked."""
    texts: dict[str, str] = {}
    labels: list[LabelLine] = []
    for path in sorted(EXAMPLES.glob("train_*.jsonl")):
        found, lines = read_examples(path)
        texts |= found
        labels += lines
    if sorted(texts.values()) != sorted(example.text for example in load_examples()):
        raise RuntimeError("the product's classifier learns from other examples")
    return SvmLabeller(texts, labels)


def sample(given: TriageSet, count: int | None) -> list[LabelLine]:
    """The first labels by digest of their text: the choice changes little when a set grows."""
    digests = {x.id: hashlib.sha256(given.texts[x.id].encode()).hexdigest() for x in given.labels}
    return sorted(given.labels, key=lambda x: digests[x.id])[:count]


def triaged(triager: Triager, given: TriageSet) -> tuple[dict[str, Triage], float]:
    """Results by id, and processor seconds for each message, one at a time."""
    started, results = time.process_time(), {}
    for label in given.labels:
        results[label.id] = triager.triage([Message(given.texts[label.id], NOW, id=label.id)])[0]
    return results, (time.process_time() - started) / max(1, len(results))


def by_svm(
    svm: SvmLabeller, given: TriageSet, labels: Sequence[LabelLine]
) -> tuple[dict[str, Labelled], float]:
    """Labels by id, and processor seconds for each message, one at a time."""
    started = time.process_time()
    said = {x.id: svm.label(given.texts[x.id]) for x in labels}
    return said, (time.process_time() - started) / max(1, len(said))


def by_llm(
    llm: LlmLabeller, given: TriageSet, labels: Sequence[LabelLine], cached: bool
) -> tuple[dict[str, Labelled], list[float]]:
    """Labels by id of the messages answered, and the seconds that each took when it was asked."""
    said, seconds = {}, []
    for done, label in enumerate(labels, 1):
        text = given.texts[label.id]
        if cached and not llm.known(text):
            continue
        answer = llm.label(text)
        seconds.append(answer.seconds)
        said[label.id] = Labelled(
            answer.kind, answer.department, answer.category, answer.in_scope, answer.tier
        )
        print(f"\r{done}/{len(labels)} {answer.seconds:.1f} s ", end="", file=sys.stderr)
    print(file=sys.stderr)
    return said, seconds


def compared(
    given: TriageSet,
    results: tuple[Mapping[str, Triage], float],
    svm: SvmLabeller,
    llm: tuple[LlmLabeller, int, bool] | None,
) -> dict[str, object]:
    """Scores of all labellers on one set; `sample` holds those on the messages the LLM read."""
    triage, seconds = results
    said, svm_seconds = by_svm(svm, given, given.labels)
    told: dict[str, object] = {
        "product": _row(baseline_scores(triage, given.labels, decide), seconds),
        "svm": _row(baseline_scores(triage, given.labels, decide, said), svm_seconds),
    }
    if llm is None:
        return told
    labeller, count, cached = llm
    answers, took = by_llm(labeller, given, sample(given, count), cached)
    few = [x for x in given.labels if x.id in answers]
    if not few:
        return told
    of_svm = {x.id: said[x.id] for x in few}
    told["sample"] = {
        "product": _row(baseline_scores(triage, few, decide), seconds),
        "svm": _row(baseline_scores(triage, few, decide, of_svm), svm_seconds),
        "llm": _row(baseline_scores(triage, few, decide, answers), mean(took))
        | {"median_seconds": round(median(took), 3)},
    }
    return told


def _row(scores: object, seconds: float) -> dict[str, object]:
    return {**plain(scores), "seconds": round(seconds, 5)}


def arguments() -> argparse.Namespace:
    home = os.environ.get("GUANJIA_HOME", "")
    cache = os.environ.get("GUANJIA_CACHE", str(Path(home) / "cache"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("GUANJIA_EVAL_DATA"))
    parser.add_argument("--models", type=Path, default=Path(home) / "models")
    parser.add_argument("--llm", type=int, nargs="?", const=150, metavar="COUNT")
    parser.add_argument("--cached", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path(cache) / "eval")
    return parser.parse_args()


def main(given: argparse.Namespace) -> None:
    """Print the scores of all labellers on all sets."""
    sets = {"heldout": shipped_set()}
    if given.data:
        folder = Path(given.data) / "labels"
        sets["real"] = outside_set(folder / "messages.jsonl", folder / "labels.jsonl")
    encoder = load_encoder(ENCODER, given.models)
    triager = Triager(ensure_classifier(given.models, encoder), encoder)
    svm, llm = trained_svm(), None
    if given.llm:
        gguf = next((given.models / LLM).glob("*.gguf"), None)
        if gguf is None:
            raise SystemExit(f"no model: guanjia models pull {LLM}")
        llm = (LlmLabeller(gguf, given.cache, given.threads), given.llm, given.cached)
    told = {name: compared(one, triaged(triager, one), svm, llm) for name, one in sets.items()}
    print(json.dumps(told, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(arguments())
