"""Train the model of `assistant.guard.speech` from the labelled sentences that ship.

    python -m assistant.guard.speech_training

Prints what it catches of sentences whose writer it has not learned from, and writes `speech.json`;
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
INVERSE_PENALTY = 20.0
LEAST_SEEN = 3  # sentences that must hold a run
# Share of fine sentences of an unknown hand; two of three of them were written to look faulty.
MOST_BLAMED = 0.003


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence of a reply and its label: `fine`, or the fault it commits.

    `batch` is the file it stands in: each was written by another hand.
    """

    text: str
    label: str
    batch: str = ""

    @property
    def said(self) -> str:
        """The sentence as the guard judges it: folded, without its final mark."""
        return max((s.text for s in sentences_of(fold(self.text).text)), key=len)


def read_sentences() -> list[Labelled]:
    """The labelled sentences that ship, by hands that saw neither lists nor test sets."""
    folder = files("assistant").joinpath("examples")
    batches = sorted(f.name for f in folder.iterdir() if f.name.startswith("guard_sentences"))
    return [
        Labelled(**json.loads(line), batch=name)
        for name in batches
        for line in folder.joinpath(name).read_text("utf-8").splitlines()
    ]


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
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000, tol=1e-4)
    model.fit(matrix, [one.label for one in sentences])
    fine = list(model.classes_).index(FINE)
    # against what is fine: one number less for each run
    weights = np.delete(model.coef_ - model.coef_[fine], fine, axis=0).T.round(2)
    bias = np.delete(model.intercept_ - model.intercept_[fine], fine).round(2)
    return Speech(
        tuple(str(label) for label in model.classes_ if label != FINE),
        tuple(bias.tolist()),
        threshold,
        {name: row.tolist() for name, row in zip(names, weights, strict=True) if row.any()},
    )


def unseen(sentences: Sequence[Labelled]) -> list[tuple[float, str]]:
    """What models say of each sentence that have not learned from its writer."""
    judged: dict[int, tuple[float, str]] = {}
    for batch in sorted({one.batch for one in sentences}):
        model = fit([one for one in sentences if one.batch != batch])
        for i, one in enumerate(sentences):
            if one.batch == batch:
                judged[i] = model.judged(one.said)
    return [judged[i] for i in range(len(sentences))]


def threshold_of(sentences: Sequence[Labelled], logits: Sequence[float]) -> float:
    """The logit that no more than `MOST_BLAMED` of the fine sentences exceed."""
    fine = sorted(
        (logit for one, logit in zip(sentences, logits, strict=True) if one.label == FINE),
        reverse=True,
    )
    return round(fine[int(MOST_BLAMED * len(fine))] + 0.0005, 3)


def main() -> None:
    """Train, tell how it does on what it has not seen, and write the model."""
    sentences = read_sentences()
    judged = unseen(sentences)
    threshold = threshold_of(sentences, [logit for logit, _ in judged])
    for label in sorted({one.label for one in sentences}):
        rows = [said for one, said in zip(sentences, judged, strict=True) if one.label == label]
        blamed = [fault for logit, fault in rows if logit > threshold]
        print(
            f"{label}\t{len(rows)}\tblamed by the model alone {len(blamed) / len(rows):.1%}"
            f"\tof these as {label} {blamed.count(label) / max(len(blamed), 1):.1%}"
        )
    model = fit(sentences, threshold)
    content = {
        "made": f"python -m assistant.guard.speech_training ({len(sentences)} sentences)",
        "faults": model.faults,
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
