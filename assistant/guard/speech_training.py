"""Train the model of `assistant.guard.speech` from the labelled sentences that ship.

    python -m assistant.guard.speech_training

Prints what it and the lists catch of sentences that a fold has not seen, and writes `speech.json`;
equal inputs give equal bytes.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from assistant.guard.ground import sentences_of
from assistant.guard.speech import Speech, runs_of
from assistant.script import fold

FINE = "fine"
SEED = 20260101
FOLDS, ROUNDS = 5, 5
INVERSE_PENALTY = 10.0
LEAST_SEEN = 2  # sentences that must hold a run
MOST_BLAMED = 0.005  # share of fine sentences not seen in training


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence of a reply and its label: `fine`, or the fault it commits."""

    text: str
    label: str

    @property
    def said(self) -> str:
        """The sentence as the guard judges it: folded, without its final mark."""
        return max((s.text for s in sentences_of(fold(self.text).text)), key=len)


def read_sentences() -> list[Labelled]:
    """The labelled sentences that ship, by a hand that saw neither lists nor test sets."""
    text = files("assistant").joinpath("examples", "guard_sentences.jsonl").read_text("utf-8")
    return [Labelled(**json.loads(line)) for line in text.splitlines()]


def fit(sentences: Sequence[Labelled], threshold: float = 0.0) -> Speech:
    """Logistic regression on the runs; each sentence has length 1, so long ones weigh no more."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    found = [runs_of(one.said) for one in sentences]
    seen = Counter(run for runs in found for run in runs)
    names = sorted(run for run, count in seen.items() if count >= LEAST_SEEN)
    place = {run: i for i, run in enumerate(names)}
    rows = [sorted(place[run] for run in runs if run in place) for runs in found]
    values = np.concatenate([np.full(len(row), max(len(row), 1) ** -0.5) for row in rows])
    ends = np.cumsum([0, *(len(row) for row in rows)])
    matrix = csr_matrix((values, np.concatenate(rows), ends), (len(rows), len(names)))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000, tol=1e-6)
    model.fit(matrix, [one.label != FINE for one in sentences])
    weights = dict(zip(names, (round(float(w), 3) for w in model.coef_[0]), strict=True))
    bias = round(float(model.intercept_[0]), 3)
    return Speech(bias, threshold, {run: w for run, w in weights.items() if w})


def unseen(sentences: Sequence[Labelled], rounds: int = ROUNDS) -> list[list[float]]:
    """For each sentence the logits (one per round) of models that have not seen it."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    logits: list[list[float]] = [[] for _ in sentences]
    labels = np.array([one.label for one in sentences])
    for turn in range(rounds):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + turn)
        for known, held in folds.split(labels, labels):
            model = fit([sentences[i] for i in known])
            for i in held:
                logits[i].append(model.logit(sentences[i].said))
    return logits


def threshold_of(sentences: Sequence[Labelled], logits: Sequence[Sequence[float]]) -> float:
    """The logit that no more than `MOST_BLAMED` of the fine sentences exceed."""
    fine = sorted(
        (logit for one, row in zip(sentences, logits, strict=True) if one.label == FINE
         for logit in row), reverse=True,
    )  # fmt: skip
    return round(fine[int(MOST_BLAMED * len(fine))] + 0.0005, 3)


def main() -> None:
    """Train, tell how it does on what a fold has not seen, and write the model."""
    sentences = read_sentences()
    logits = unseen(sentences)
    threshold = threshold_of(sentences, logits)
    for label in sorted({one.label for one in sentences}):
        rows = [row for one, row in zip(sentences, logits, strict=True) if one.label == label]
        blamed = sum(logit > threshold for row in rows for logit in row) / sum(map(len, rows))
        print(f"{label}\t{len(rows)}\tblamed by the model alone {blamed:.1%}")
    model = fit(sentences, threshold)
    content = {
        "made": f"python -m assistant.guard.speech_training ({len(sentences)} sentences)",
        "bias": model.bias,
        "threshold": model.threshold,
        "weights": model.weights,
    }
    target = files("assistant").joinpath("guard", "speech.json")
    with open(str(target), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
