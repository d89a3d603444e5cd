"""Labellers to compare triage with, and their scores on the same messages.

Every labeller gives kind, department and category; the tier then comes from the rules on these and
on the signals that the product finds, so that the labellers alone differ. A labeller that names a
tier itself is scored on that as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.types import Triage
from eval.metrics import Interval
from eval.readers import LabelLine
from eval.triage import OUT_OF_SCOPE, TriageScores, score
from rules.types import Decision, Facts, Kind, Tier

READ_CHARACTERS = 1000  # as much of a message as the product's classifier reads
SVM_C = 1.0

Decide = Callable[[Facts], Decision]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a labeller says of one message; `tier` and `in_scope` None where it does not say."""

    kind: str
    department: str
    category: str | None
    in_scope: bool | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class BaselineScores:
    """Scores of one labeller. `own_under` and `own_over` are those of the tier that it names."""

    messages: int
    kind_strict: Interval
    kind_lenient: Interval
    kind_macro_f1: float
    department_strict: Interval
    department_lenient: Interval
    department_macro_f1: float
    under: Interval
    over: Interval
    own_under: Interval | None
    own_over: Interval | None
    out_of_scope_f1: float | None


class SvmLabeller:
    """TF-IDF of character 1- to 3-grams and a linear SVM for each label (scikit-learn)."""

    def __init__(self, texts: Mapping[str, str], labels: Sequence[LabelLine]) -> None:
        """Learns from the labelled messages; `texts` holds theirs by id."""
        rows = [(texts[x.id], x) for x in labels]
        self._kind = _svm([(text, x.kind) for text, x in rows])
        self._department = _svm([(text, x.department) for text, x in rows])
        self._category = _svm([(text, x.category) for text, x in rows if x.category])
        self._scope = _svm([(text, str(x.in_scope)) for text, x in rows])

    def label(self, text: str) -> Labelled:
        """The labels of one message."""
        read = [text[:READ_CHARACTERS]]
        kind = str(self._kind.predict(read)[0])
        return Labelled(
            kind=kind,
            department=str(self._department.predict(read)[0]),
            category=str(self._category.predict(read)[0]) if kind == Kind.COMPLAINT else None,
            in_scope=self._scope.predict(read)[0] == "True",
        )


def _svm(rows: Sequence[tuple[str, str]]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
        LinearSVC(C=SVM_C, class_weight="balanced"),
    )
    return model.fit([text[:READ_CHARACTERS] for text, _ in rows], [name for _, name in rows])


def as_triage(triage: Triage, said: Labelled, decide: Decide) -> Triage:
    """The product's result with a labeller's labels in place of its own."""
    kind = Kind(said.kind)
    facts = replace(triage.facts, kind=kind, department=said.department, category=said.category)
    return replace(
        triage,
        kind=kind,
        department=said.department,
        category=said.category,
        in_scope=said.in_scope is not False,
        facts=facts,
        decision=decide(facts),
        kinds=(),
        departments=(),
    )


def baseline_scores(
    results: Mapping[str, Triage],
    labels: Sequence[LabelLine],
    decide: Decide,
    said: Mapping[str, Labelled] | None = None,
) -> BaselineScores:
    """Scores of a labeller on the messages, of the product itself where `said` is None.

    `results` are the product's, by message id.
    """
    judged = dict(results)
    if said is not None:
        judged = {x.id: as_triage(results[x.id], said[x.id], decide) for x in labels}
    scores = score(judged, labels, lambda facts: decide(facts).tier)
    own = _own_tiers(judged, labels, decide, said or {})
    kind, department = scores.field("kind"), scores.field("department")
    speaks_of_scope = said is None or all(one.in_scope is not None for one in said.values())
    return BaselineScores(
        messages=scores.messages,
        kind_strict=kind.strict,
        kind_lenient=kind.lenient,
        kind_macro_f1=kind.macro_f1,
        department_strict=department.strict,
        department_lenient=department.lenient,
        department_macro_f1=department.macro_f1,
        under=scores.under,
        over=scores.over,
        own_under=own.under if own else None,
        own_over=own.over if own else None,
        out_of_scope_f1=_out_of_scope(scores) if speaks_of_scope else None,
    )


def _own_tiers(
    judged: Mapping[str, Triage],
    labels: Sequence[LabelLine],
    decide: Decide,
    said: Mapping[str, Labelled],
) -> TriageScores | None:
    """Scores with the tiers that the labeller itself named; None where it named none."""
    own = {
        name: replace(judged[name], decision=judged[name].decision._replace(tier=Tier(one.tier)))
        for name, one in said.items()
        if one.tier is not None
    }
    if len(own) < len(labels):
        return None
    return score(own, labels, lambda facts: decide(facts).tier)


def _out_of_scope(scores: TriageScores) -> float:
    found = [one.f1 for one in scores.field("in_scope").by_class if one.label == OUT_OF_SCOPE]
    return found[0] if found else 0.0
