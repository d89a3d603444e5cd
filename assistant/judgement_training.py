"""Train the judgement whether a sentence answers, from questions over the sample content.

    python -m assistant.judgement_training --home FOLDER

FOLDER is a data folder with the encoder and the sample knowledge base (`guanjia init` makes one).
Prints how it does on questions that a fold has not seen, and writes `assistant/judgement.json`;
equal inputs give equal bytes. A question that is answered is also shown without the passages that
answer it: what then stands first must be judged to answer nothing.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answering import look_up
from assistant.judgement import from_json
from assistant.judgement_features import row
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
# How much a passage counts that was left when those that answer were taken away.
_WITHHELD = 0.5


@dataclass(frozen=True, slots=True)
class Learnt:
    """The sentences of one question: features (n × names), whether each answers, its weight."""

    question: int
    values: list[list[float]]
    answers: list[bool]
    weight: float


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
) -> tuple[list[str], list[Learnt]]:
    """The names of the features, and what each question shows."""
    settings, names, learnt = AnswerSettings(), list[str](), list[Learnt]()
    for number, line in enumerate(lines):
        looked = look_up(line["question"], base, settings)
        relevant = {name for group in line.get("relevant", ()) for name in group}
        shown = [(looked, 1.0)]
        if relevant:
            rest = looked.without(lambda chunk, named=relevant: name_of(chunk) in named)
            shown.append((rest, _WITHHELD))
        for seen, weight in shown:
            weighed = weigh(*seen.evidence(), encoder, settings.compared)
            names = names or [name for one in weighed[:1] for name in one.features]
            values = [row(one.features, names) for one in weighed]
            answers = [_answers(one, line) for one in weighed]
            learnt.append(Learnt(number, values, answers, weight))
    return names, learnt


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


def fit(names: Sequence[str], learnt: Sequence[Learnt]) -> dict[str, Any]:
    """The trees as `judgement.json` holds them."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_depth=DEPTH, learning_rate=RATE, min_samples_leaf=SMALLEST,
        l2_regularization=SHRINK, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    values = np.array([value for one in learnt for value in one.values])
    answers = np.array([answer for one in learnt for answer in one.answers], dtype=int)
    weights = np.array([one.weight for one in learnt for _ in one.values])
    model.fit(values, answers, sample_weight=weights)
    trees = [_nodes(step[0].nodes) for step in model._predictors]
    return {
        "features": list(names),
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


def unseen(names: Sequence[str], learnt: Sequence[Learnt], questions: int) -> Iterator[float]:
    """For each question the greatest probability that trees give which have not seen it."""
    import numpy as np

    order = np.random.default_rng(SEED).permutation(questions)
    fold = {int(question): place % FOLDS for place, question in enumerate(order)}
    models = [
        from_json(fit(names, [one for one in learnt if fold[one.question] != held]))
        for held in range(FOLDS)
    ]
    for one in learnt:
        if one.weight == 1.0:
            model = models[fold[one.question]]
            yield max((model.probability(value) for value in one.values), default=0.0)


def best_threshold(
    likeliest: Sequence[float], answerable: Sequence[bool]
) -> tuple[float, float, float, float]:
    """The threshold of the best F1 of abstaining, and that F1 with its precision and recall."""
    found = []
    for threshold in (step / 100 for step in range(5, 96)):
        declined = [value < threshold for value in likeliest]
        rightly = sum(d and not a for d, a in zip(declined, answerable, strict=True))
        meant = len(answerable) - sum(answerable)
        precision, recall = rightly / max(1, sum(declined)), rightly / max(1, meant)
        found.append((2 * rightly / (sum(declined) + meant), threshold, precision, recall))
    f1, threshold, precision, recall = max(found)
    return threshold, f1, precision, recall


def main() -> None:
    """Train, tell how it does on what a fold has not seen, and write the trees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    home = parser.parse_args().home
    encoder = load_encoder(KbSettings().encoder, home / "models")
    lines = read_lines()
    with KnowledgeBase(home, encoder) as base:
        names, learnt = learn_from(lines, base, encoder)
    likeliest = list(unseen(names, learnt, len(lines)))
    told = best_threshold(likeliest, [bool(line["answerable"]) for line in lines])
    print(
        "threshold {:.2f}: F1 of abstaining {:.3f}, precision {:.3f}, recall {:.3f}".format(*told)
    )
    made = f"python -m assistant.judgement_training ({len(lines)} questions; {encoder.name})"
    content = {"made": made, **_rounded(fit(names, learnt))}
    target = Path(str(files("assistant").joinpath("judgement.json")))
    target.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(content: dict[str, Any]) -> dict[str, Any]:
    """Six digits are more than the features mean, and make a small file."""
    shorten: Callable[[float], float] = lambda value: float(f"{value:.6g}")  # noqa: E731
    trees = [
        [[shorten(n[0])] if len(n) == 1 else [n[0], shorten(n[1]), n[2], n[3]] for n in tree]
        for tree in content["trees"]
    ]
    return {**content, "base": shorten(content["base"]), "trees": trees}


if __name__ == "__main__":
    main()
