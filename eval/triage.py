"""Triage measured against labels: strict (first label) and lenient (either label)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.location import Places, default_places
from assistant.types import Location, Triage
from eval.locations import in_product_words
from eval.metrics import (
    Bin,
    ClassScore,
    Interval,
    class_scores,
    confusion,
    expected_calibration_error,
    macro_f1,
    reliability,
    wilson,
)
from eval.readers import PLACE_FIELDS, LabelLine
from rules.types import Facts, Kind, Tier

IN_SCOPE, OUT_OF_SCOPE = "in", "out"

Judge = Callable[[Facts], Tier]
"""The tier that the rules give to facts."""

_Pair = tuple[Triage, LabelLine]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether confidence is honest: expected calibration error and the reliability curve."""

    ece: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One labelled field: accuracies with Wilson intervals, scores by class, confusion counts.

    `top2` is the share in which the first label is among the (one or two) opinions shown;
    `shown` how many those are on average. `calibration` is that of the first opinion. They are
    None where the product shows no opinions of that field.
    """

    field: str
    strict: Interval
    lenient: Interval
    macro_f1: float
    by_class: tuple[ClassScore, ...]
    confusion: dict[tuple[str, str], int]
    top2: Interval | None = None
    shown: float | None = None
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class WordScore:
    """A field of words, as building or room. `right` counts empty ones found empty too.

    `found` is the share of what was said that was found as said, `correct` the share of what was
    found that was said so (None where messages without it are not labelled).
    """

    field: str
    right: Interval
    found: Interval
    correct: Interval | None


@dataclass(frozen=True, slots=True)
class TriageScores:
    """Scores of a set of messages.

    `under` and `over` count tiers below, or above, both labels; `tiers_labelled` how many have a
    tier of their own: for the others the tier is that which the rules give to the labelled kind,
    department and category with the signals found, so that only the classifier can err.
    `in_scope` has the classes `in` and `out`. `place_exact` is the share of those with a labelled
    location (`places_labelled`) in which all five fields are right, whatever words say them
    (`eval.locations`).
    """

    messages: int
    under: Interval
    over: Interval
    tiers_labelled: int
    fields: tuple[FieldScore, ...]
    places_labelled: int
    place_exact: Interval
    places: tuple[WordScore, ...]
    details: tuple[WordScore, ...]

    def field(self, name: str) -> FieldScore:
        """The score of one field. Raises KeyError."""
        return {one.field: one for one in self.fields}[name]


def score(
    results: Mapping[str, Triage],
    labels: Sequence[LabelLine],
    judge: Judge,
    places: Places | None = None,
) -> TriageScores:
    """Score triage results by message id. Every label needs its result (KeyError otherwise).

    `places` are the public places that the product was run with, by default those it ships with.
    """
    pairs = [(results[label.id], label) for label in labels]
    tiers = [(triage, _tiers(triage, label, judge)) for triage, label in pairs]
    placed = _locations(pairs, places)
    return TriageScores(
        messages=len(pairs),
        under=_share([t.decision.tier.rank < min(x.rank for x in wanted) for t, wanted in tiers]),
        over=_share([t.decision.tier.rank > max(x.rank for x in wanted) for t, wanted in tiers]),
        tiers_labelled=sum(label.tier is not None for label in labels),
        fields=(
            _kinds(pairs),
            _departments(pairs),
            _field("tier", [(t.decision.tier, x[0], x[-1]) for t, x in tiers]),
            _field(
                "category", [(t.category or "", x.category, None) for t, x in pairs if x.category]
            ),
            _field(
                "in_scope",
                [
                    (_scope(t.in_scope), _scope(x.in_scope), None)
                    for t, x in pairs
                    if x.in_scope is not None
                ],
            ),
        ),
        places_labelled=len(placed),
        place_exact=_share([found == said for found, said in placed]),
        places=tuple(
            _words(name, [(getattr(found, name), getattr(said, name)) for found, said in placed])
            for name in PLACE_FIELDS
        ),
        details=_details(pairs),
    )


def grouped(
    results: Mapping[str, Triage],
    labels: Sequence[LabelLine],
    judge: Judge,
    key: Callable[[LabelLine], str],
    places: Places | None = None,
) -> dict[str, TriageScores]:
    """Scores of the messages that have the same key, by key, the most numerous first."""
    groups: dict[str, list[LabelLine]] = {}
    for label in labels:
        groups.setdefault(key(label), []).append(label)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: score(results, members, judge, places) for name, members in ordered}


def wrong_fields(triage: Triage, label: LabelLine) -> dict[str, tuple[str, str]]:
    """What is wrong by both labels: field to (labelled, given)."""
    rows = {
        "kind": (triage.kind, label.kind, label.kind_alt),
        "department": (triage.department, label.department, label.department_alt),
    }
    if label.category and triage.category:
        rows["category"] = (triage.category, label.category, None)
    if label.tier:
        rows["tier"] = (triage.decision.tier, label.tier, label.tier_alt)
    if label.in_scope is not None:
        rows["in_scope"] = (_scope(triage.in_scope), _scope(label.in_scope), None)
    return {
        name: (str(first), str(given))
        for name, (given, first, second) in rows.items()
        if given not in (first, second)
    }


def _tiers(triage: Triage, label: LabelLine, judge: Judge) -> tuple[Tier, ...]:
    """The labelled tiers, or the one that follows from the other labels."""
    if label.tier is not None:
        return tuple(Tier(name) for name in (label.tier, label.tier_alt) if name is not None)
    facts = replace(
        triage.facts,
        kind=Kind(label.kind),
        department=label.department,
        category=label.category,
    )
    return (judge(facts),)


def _locations(pairs: Sequence[_Pair], places: Places | None) -> list[tuple[Location, Location]]:
    """Found and labelled, the label in the product's words."""
    table = places or default_places()
    return [
        (t.location, in_product_words(x.location, t.location, table))
        for t, x in pairs
        if x.location is not None
    ]


def _scope(value: bool | None) -> str:
    return IN_SCOPE if value else OUT_OF_SCOPE


def _share(hits: Sequence[bool]) -> Interval:
    return wilson(sum(hits), len(hits))


def _kinds(pairs: Sequence[_Pair]) -> FieldScore:
    opinions = [
        [(o.code, o.confidence) for o in t.kinds] or [(str(t.kind), t.kind_confidence)]
        for t, _ in pairs
    ]
    return _field("kind", [(t.kind, x.kind, x.kind_alt) for t, x in pairs], opinions)


def _departments(pairs: Sequence[_Pair]) -> FieldScore:
    opinions = [[(o.code, o.confidence) for o in t.departments] for t, _ in pairs]
    rows = [(t.department, x.department, x.department_alt) for t, x in pairs]
    return _field("department", rows, opinions if all(opinions) else ())


def _field(
    name: str,
    rows: Sequence[tuple[str, str, str | None]],
    opinions: Sequence[Sequence[tuple[str, float]]] = (),
) -> FieldScore:
    """`rows` are (given, first label, second label); `opinions` go with them or are left out."""
    truth = [str(row[1]) for row in rows]
    predicted = [str(row[0]) for row in rows]
    by_class = class_scores(truth, predicted)
    top2 = shown = calibration = None
    if opinions:
        firsts = [said[0] for said in opinions]
        bins = reliability(
            [confidence for _, confidence in firsts],
            [code == t for (code, _), t in zip(firsts, truth, strict=True)],
        )
        calibration = Calibration(expected_calibration_error(bins), bins)
        top2 = _share(
            [t in [code for code, _ in said[:2]] for said, t in zip(opinions, truth, strict=True)]
        )
        shown = sum(len(said) for said in opinions) / len(opinions)
    return FieldScore(
        field=name,
        strict=_share([g == t for g, t in zip(predicted, truth, strict=True)]),
        lenient=_share([guess in (first, second) for guess, first, second in rows]),
        macro_f1=macro_f1(by_class),
        by_class=by_class,
        confusion=confusion(truth, predicted),
        top2=top2,
        shown=shown,
        calibration=calibration,
    )


def _words(name: str, rows: Sequence[tuple[str | None, str | None]]) -> WordScore:
    """`rows` are (given, labelled)."""
    return WordScore(
        field=name,
        right=_share([given == said for given, said in rows]),
        found=_share([given == said for given, said in rows if said is not None]),
        correct=_share([given == said for given, said in rows if given is not None]),
    )


def _details(pairs: Sequence[_Pair]) -> tuple[WordScore, ...]:
    """Contacts by their digits, wishes by sharing their words; what is not labelled counts not."""
    contacts, wishes = [], []
    for triage, label in pairs:
        said = label.details or {}
        if "contact" in said:
            contacts.append(_digits(said["contact"]) in map(_digits, triage.details.contacts))
        if "wished" in said:
            found = triage.details.wish.text if triage.details.wish else ""
            wishes.append(bool(found) and (found in said["wished"] or said["wished"] in found))
    return tuple(
        WordScore(name, _share(hits), _share(hits), None)
        for name, hits in (("contact", contacts), ("wished", wishes))
        if hits
    )


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdecimal() or mark == "*")
