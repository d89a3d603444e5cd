"""The proofs say exactly what trying every combination of facts on the engine says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from rules.engine import CompiledTables, Hits, output
from rules.errors import MalformedBook
from rules.loading import rulebook_of
from rules.promises import Case, Promise, unmet
from rules.rulebook import Rulebook
from rules.types import Tier
from rules.verify.check import check_book
from rules.verify.examples import facts_of
from tests.rules.verify.small_books import MOST_REPEATS, SIGNALS, all_facts, small_books

FACTS = all_facts()
SLOW = [HealthCheck.too_slow]
PHASES = [one for one in Phase if one is not Phase.explain]
CASES = [Case(timedelta(hours=8), wish) for wish in (False, True)]
RAISES = (None, "low", "normal", "urgent", "critical")


@dataclass
class Judged:
    """What the engine finds of one combination; `stopped` names a table without a row."""

    tier: Any = None
    level: Any = None
    limits: dict[str, frozenset[Promise]] = field(default_factory=dict)
    stopped: str = ""


def compiled(book: Rulebook, name: str, inputs: dict[str, Any]) -> Hits:
    """One table evaluated by itself, on facts and the results of the tables before."""
    table = book.editions[0].tables[name]
    tables = CompiledTables([table], table.table.inputs, book.codes)
    return tables.evaluate([inputs[one] for one in tables.supplied]).hits[name]


def judge(book: Rulebook, facts: dict[str, Any], tried: dict[str, set[Any]]) -> Judged:
    """Evaluate table after table as `plan` does, noting overlaps and rows that decide."""
    inputs, judged = dict(facts), Judged()
    for name in book.order:
        hits = compiled(book, name, inputs)
        tried["decided"] |= {row.rule for row in hits.decided}
        if book.tables[name].hit == "unique":
            matched = hits.matched
            tried["overlaps"] |= {(name, row.id) for row in matched[1:]}
        if book.tables[name].single:
            if not hits.decided:
                judged.stopped = name
                return judged
            for one in book.tables[name].outputs:
                inputs[one] = output(hits.decided[0], one, inputs)
            judged.tier = inputs.get("tier")
            judged.level = inputs.get("level")
        if name == "deadlines":
            for milestone in ("acknowledge", "resolve"):
                rows = [row for row in hits.decided if milestone in row.then]
                judged.limits[milestone] = frozenset(
                    Promise.of(row.then[milestone]) for row in rows
                )
    return judged


def key(facts: dict[str, Any]) -> tuple[Any, ...]:
    return facts["kind"], facts["signals"], facts["repeat_count"], facts["raised_tier"]


def rises(facts: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What rises, and the facts after it."""
    kind, signals, repeat, raised = key(facts)
    for signal in SIGNALS:
        yield "signals", (kind, signals | {signal}, repeat, raised)
    if repeat <= MOST_REPEATS:
        yield "repeat_count", (kind, signals, repeat + 1, raised)
    if raised != "critical":
        yield "raised_tier", (kind, signals, repeat, RAISES[RAISES.index(raised) + 1])


def enumerated(book: Rulebook) -> set[tuple[Any, ...]]:
    """Every mistake that the combinations show."""
    tried: dict[str, set[Any]] = {"decided": set(), "overlaps": set()}
    judged = {key(facts): judge(book, facts, tried) for facts in FACTS}
    found: set[tuple[Any, ...]] = {("overlap", *one) for one in tried["overlaps"]}
    for name in book.order:
        found |= {
            ("idle", row.rule) for row in book.tables[name].rows if row.rule not in tried["decided"]
        }
    for facts in FACTS:
        one = judged[key(facts)]
        if one.stopped:
            found.add(("gap", one.stopped))
        if one.tier not in (None, "critical") and facts["signals"] & {"fire", "gas"}:
            found |= {("floor", signal) for signal in facts["signals"] & {"fire", "gas"}}
        if not one.stopped and not one.limits["acknowledge"]:
            found.add(("no-acknowledge",))
        for what, after in rises(facts):
            found |= {(*mistake, what) for mistake in worse(one, judged[after])}
    return found


def worse(before: Judged, after: Judged) -> Iterator[tuple[str, ...]]:
    if before.tier and after.tier and Tier(after.tier).rank < Tier(before.tier).rank:
        yield ("lowers-tier",)
    if before.stopped or after.stopped:
        return
    if after.level < before.level:
        yield ("lowers-level",)
    for milestone, limits in before.limits.items():
        if breaks(limits, after.limits[milestone]):
            yield "later-deadline", milestone


@cache
def breaks(before: frozenset[Promise], after: frozenset[Promise]) -> bool:
    return any(unmet(before, after, case) for case in CASES)


MILESTONES = {"首次响应": "acknowledge", "办结": "resolve"}


def proved(book: Rulebook) -> set[tuple[Any, ...]]:
    """The same mistakes as the proofs name them."""
    found: set[tuple[Any, ...]] = set()
    for one in check_book(book):
        table = one.file.removesuffix(".yaml")
        if table not in book.order or one.code == "idle-question":
            continue
        if one.code in ("contradiction", "shadowed", "never-decides"):
            found.add(("idle", f"{table}/{one.rows[0]}"))
        elif one.code == "overlap":
            found.add(("overlap", table, one.rows[1]))
        elif one.code == "gap":
            found.add(("gap", table))
        elif one.code == "floor":
            found |= {("floor", signal) for signal in ("fire", "gas") if signal in one.problem}
        elif one.code == "no-acknowledge":
            found.add(("no-acknowledge",))
        else:
            found.add((one.code, *_milestone(one.problem), _what(one.example)))
    return found


def _milestone(problem: str) -> list[str]:
    return [code for words, code in MILESTONES.items() if f"，{words}的时限" in problem]


def _what(example: Any) -> str:
    """Which of the facts differs between before and after; it must be higher after."""
    before, after = facts_of(example["before"]), facts_of(example["after"])
    names = ("signals", "repeat_count", "raised_tier")
    (name,) = (one for one in names if getattr(before, one) != getattr(after, one))
    low, high = getattr(before, name), getattr(after, name)
    assert RAISES.index(low) < RAISES.index(high) if name == "raised_tier" else low < high
    return name


@settings(deadline=None, max_examples=40, phases=PHASES, suppress_health_check=SLOW)
@given(small_books())
def test_every_mistake_and_no_other_is_found(texts: dict[str, str]) -> None:
    try:
        book = rulebook_of(texts)
    except MalformedBook:
        return  # an empty range, a signal both wanted and unwanted
    expected, found = enumerated(book), proved(book)
    if any(code in ("lowers-tier", "lowers-level") for code, *_ in expected):
        # later deadlines follow from a lower tier or level and are not told again
        expected = {one for one in expected if one[0] != "later-deadline"}
    later = [{one for one in some if one[0] == "later-deadline"} for some in (expected, found)]
    assert found - later[1] == expected - later[0]
    # rises that lead to the same rows are told once
    assert later[1] <= later[0]
    assert {one[1] for one in later[1]} == {one[1] for one in later[0]}
