"""Train the judgement whether a sentence answers, from questions over the sample content.

    python -m assistant.judgement_training --home FOLDER

FOLDER is a data folder with the encoder and the sample knowledge base (`guanjia init` makes one).
Prints how it does on questions that a fold has not seen, and writes `assistant/judgement.json`;
equal inputs give equal bytes. The trees may count each statement only in its own direction
(`assistant.judgement_features.DIRECTIONS`), so that they also hold over other documents. The
threshold that ships is the lowest whose F1 comes within 0.01 of the best.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering import look_up
from assistant.judgement import from_json
from assistant.judgement_features import DIRECTIONS, row
from assistant.scoring import Weighed, weigh
from assistant.settings import AnswerSettings
from kb.encoder import Encoder, load_encoder
from kb.knowledge_base import KnowledgeBase
from kb.normalization import normalize
from kb.settings import KbSettings
from kb.types import Chunk

if TYPE_CHECKING:
    import numpy as np

SEED = 20260101
FOLDS = 10
TREES, DEPTH, RATE, SMALLEST, SHRINK = 80, 3, 0.08, 30, 5.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """The sentences of one question: features (n × names), and whether each answers."""

    values: list[list[float]]
    answers: list[bool]


def read_lines() -> list[dict[str, Any]]:
    """The training questions that ship."""
    text = files("assistant").joinpath("examples", "questions_train.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def name_of(chunk: Chunk) -> str:
    """`document_id 第N条`, or `document_id: question` of an FAQ, as the questions name passages."""
    if chunk.questions:
        return f"{chunk.document_id}: {chunk.questions[0]}"
    return " ".join((chunk.document_id, *(part.split(" ")[0] for part in chunk.section[-1:])))


def learn_from(
    lines: Sequence[dict[str, Any]], base: KnowledgeBase, encoder: Encoder
) -> list[Learnt]:
    """What each question shows."""
    settings, learnt = AnswerSettings(), list[Learnt]()
    for line in lines:
        looked = look_up(line["question"], base, settings)
        weighed = weigh(*looked.evidence(), encoder, settings.compared)
        values = [row(one.features, tuple(DIRECTIONS)) for one in weighed]
        learnt.append(Learnt(values, [_answers(one, line) for one in weighed]))
    return learnt


def _answers(weighed: Weighed, line: dict[str, Any]) -> bool:
    """Whether a sentence stands in a passage that answers; of a clause it must state the fact."""
    chunk = weighed.candidate.hit.chunk
    groups = [g for g, names in enumerate(line.get("relevant", ())) if name_of(chunk) in names]
    if not groups or chunk.questions:
        return bool(groups)
    facts = line["facts"]
    if len(facts) == len(line["relevant"]):
        facts = [facts[g] for g in groups]
    text = normalize(weighed.candidate.text)
    return any(normalize(one) in text for fact in facts for one in fact)


def fit(learnt: Sequence[Learnt], directions: Mapping[str, int] = DIRECTIONS) -> dict[str, Any]:
    """The trees as `judgement.json` holds them."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_depth=DEPTH, learning_rate=RATE, min_samples_leaf=SMALLEST,
        l2_regularization=SHRINK, early_stopping=False, random_state=SEED,
        monotonic_cst=list(directions.values()),
    )  # fmt: skip
    values = np.array([value for one in learnt for value in one.values])
    answers = np.array([answer for one in learnt for answer in one.answers], dtype=int)
    model.fit(values, answers)
    trees = [_nodes(step[0].nodes) for step in model._predictors]
    return {
        "features": list(directions),
        "base": float(model._baseline_prediction.ravel()[0]),
        "trees": trees,
    }


def _nodes(nodes: "np.ndarray") -> list[list[float]]:
    return [
        [float(node["value"])]
        if node["is_leaf"]
        else [int(node["feature_idx"]), float(node["num_threshold"]), int(node["left"]),
              int(node["right"])]
        for node in nodes
    ]  # fmt: skip


def unseen(learnt: Sequence[Learnt]) -> list[float]:
    """For each question the greatest probability that trees give which have not seen it."""
    likeliest = [0.0] * len(learnt)
    for held in range(FOLDS):
        model = from_json(fit([one for i, one in enumerate(learnt) if i % FOLDS != held]))
        for i in range(held, len(learnt), FOLDS):
            likeliest[i] = max(map(model.probability, learnt[i].values), default=0.0)
    return likeliest


def by_threshold(
    likeliest: Sequence[float], answerable: Sequence[bool]
) -> list[tuple[float, float, float, float]]:
    """For each threshold F1, precision and recall of abstaining below it: `(F1, threshold, …)`."""
    found = []
    for threshold in (step / 100 for step in range(5, 96)):
        declined = [value < threshold for value in likeliest]
        rightly = sum(d and not a for d, a in zip(declined, answerable, strict=True))
        meant = len(answerable) - sum(answerable)
        precision, recall = rightly / max(1, sum(declined)), rightly / max(1, meant)
        found.append((2 * rightly / (sum(declined) + meant), threshold, precision, recall))
    return found


def main() -> None:
    """Train, tell how it does on what a fold has not seen, and write the trees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    home = parser.parse_args().home
    encoder = load_encoder(KbSettings().encoder, home / "models")
    lines = read_lines()
    with KnowledgeBase(home, encoder) as base:
        learnt = learn_from(lines, base, encoder)
    for f1, threshold, precision, recall in by_threshold(
        unseen(learnt), [bool(line["answerable"]) for line in lines]
    )[::5]:
        print(f"below {threshold:.2f}: abstaining F1 {f1:.3f}, {precision:.3f}, {recall:.3f}")
    made = f"python -m assistant.judgement_training ({len(lines)} questions; {encoder.name})"
    content = {"made": made, **_rounded(fit(learnt))}
    target = Path(str(files("assistant").joinpath("judgement.json")))
    target.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(content: dict[str, Any]) -> dict[str, Any]:
    """Six digits are more than the features mean, and make a small file."""
    trees = [
        [[_short(n[0])] if len(n) == 1 else [n[0], _short(n[1]), n[2], n[3]] for n in tree]
        for tree in content["trees"]
    ]
    return {**content, "base": _short(content["base"]), "trees": trees}


def _short(value: float) -> float:
    return float(f"{value:.6g}")


if __name__ == "__main__":
    main()
