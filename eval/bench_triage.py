"""Speed of triage, by hand: `python -m eval.bench_triage [MODELS_DIR]`.

One message at a time, end to end and by stage, and batches of 64, beside the encoder alone. The
messages are the held-out examples in a mix of lengths: every tenth is four of them in a row. Wanted
on two cores: 15 ms p95 for a message, 150 messages/s in batches, signals and rules within 1 ms.
Prints one JSON object. A message alone is one thread's work: its times are milliseconds of
processor time, on an idle machine those of the wall clock, so that other work hardly counts. Rates
of batches are of the wall clock: only an idle machine shows them.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from assistant.classifier import ENCODED_CHARACTERS, Classifier, ensure_classifier, readable
from assistant.location import default_places, find_location
from assistant.script import fold
from assistant.signals import detect_signals
from assistant.triage import Triager
from assistant.types import Message
from eval.triage_sets import shipped_set
from kb.encoder import Encoder, Vectors, load_encoder
from rules.decide import decide

T = TypeVar("T")
ENCODER = "multilingual-e5-small"
BATCH = 64
ROUNDS = 3
WANTED = {"end_to_end_p95_ms": 15.0, "messages_per_s": 150.0, "signals_and_rules_p95_ms": 1.0}
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Remembered:
    """An encoder that gives the vectors it was given, so that what is left can be timed."""

    def __init__(self, encoder: Encoder, texts: Sequence[str]) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._vectors = {text: encoder.encode_queries([text]) for text in texts}

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.vstack([self._vectors[text] for text in texts])

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> Vectors:
        raise NotImplementedError


def mixed_messages() -> list[str]:
    """Short and long messages, the same in every run."""
    texts = list(shipped_set().texts.values())
    return [
        "\n".join(texts[place : place + 4]) if place % 10 == 0 else text
        for place, text in enumerate(texts)
    ]


def times(work: Callable[[T], object], given: Sequence[T]) -> list[float]:
    """Milliseconds of processor time of each call, the best of ROUNDS passes."""
    passes = []
    for _ in range(ROUNDS):
        took = []
        for one in given:
            started = time.process_time()
            work(one)
            took.append((time.process_time() - started) * 1000)
        passes.append(took)
    return [min(same) for same in zip(*passes, strict=True)]


def summary(took: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {
        "p50_ms": round(float(np.percentile(took, 50)), 3),
        "p95_ms": round(float(np.percentile(took, 95)), 3),
    }


def rate(work: Callable[[list[T]], object], given: Sequence[T]) -> float:
    """Items per second in batches of BATCH, the best of ROUNDS."""
    best = 0.0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for start in range(0, len(given), BATCH):
            work(list(given[start : start + BATCH]))
        best = max(best, len(given) / (time.perf_counter() - started))
    return round(best, 1)


def measured(texts: Sequence[str], encoder: Encoder, classifier: Classifier) -> dict[str, object]:
    """Times of everything, and whether what is wanted is reached."""
    triager, places = Triager(classifier, encoder), default_places()
    messages = [Message(text, NOW) for text in texts]
    read = [readable(text)[:ENCODED_CHARACTERS] for text in texts]
    facts = [result.facts for result in triager.triage(messages)]
    known = Remembered(encoder, read)
    stages = {
        "fold": times(fold, texts),
        "signals": times(detect_signals, texts),
        "location": times(lambda text: find_location(text, places), texts),
        "encode": times(lambda text: encoder.encode_queries([text]), read),
        "classify": times(lambda text: classifier.predict([text], known), texts),
        "rules": times(decide, facts),
    }
    whole = times(lambda message: triager.triage([message]), messages)
    both = [a + b for a, b in zip(stages["signals"], stages["rules"], strict=True)]
    in_batches, alone = rate(triager.triage, messages), rate(encoder.encode_queries, read)
    reached = {
        "end_to_end_p95_ms": summary(whole)["p95_ms"] <= WANTED["end_to_end_p95_ms"],
        "messages_per_s": in_batches >= WANTED["messages_per_s"],
        "signals_and_rules_p95_ms": (summary(both)["p95_ms"] <= WANTED["signals_and_rules_p95_ms"]),
    }
    return {
        "messages": len(texts),
        "mean_characters": round(sum(map(len, texts)) / len(texts), 1),
        "end_to_end": summary(whole),
        "stages": {name: summary(took) for name, took in stages.items()},
        "signals_and_rules": summary(both),
        "end_to_end_to_encoder": round(sum(whole) / sum(stages["encode"]), 2),
        "messages_per_s": in_batches,
        "encoder_per_s": alone,
        "batches_to_encoder": round(in_batches / alone, 2),
        "wanted": WANTED,
        "reached": reached,
    }


def main(models_dir: Path) -> None:
    """Print the measurement as JSON."""
    encoder = load_encoder(ENCODER, models_dir)
    texts = mixed_messages()
    told = measured(texts, encoder, ensure_classifier(models_dir, encoder))
    print(json.dumps({**told, "load": os.getloadavg()[0]}, indent=1))


if __name__ == "__main__":
    home = Path(os.environ.get("GUANJIA_HOME", "")) / "models"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else home)
