"""Rulebooks with one mistake, and what the engine says of a counter-example."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rules.decide import decide
from rules.loading import rulebook_of, shipped_texts
from rules.types import Deadline, Decision, Milestone
from rules.verify.check import check_texts
from rules.verify.examples import facts_of
from rules.verify.findings import Finding

SHIPPED = shipped_texts()


def changed(name: str, *replaced: tuple[str, str]) -> dict[str, str]:
    """The shipped files with the first occurrence of some texts of one file replaced."""
    text = SHIPPED[f"{name}.yaml"]
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**SHIPPED, f"{name}.yaml": text}


def only(texts: Mapping[str, str], code: str) -> Finding:
    """The one finding of this code; there is no finding of another code that is an error."""
    found = check_texts(texts).findings
    errors = [one for one in found if one.severity == "error" or one.code == code]
    assert [one.code for one in errors] == [code], [one.line_of_text for one in errors]
    return errors[0]


def decided(texts: Mapping[str, str], example: Mapping[str, Any]) -> Decision:
    """What the engine decides for an example's facts."""
    as_of = example.get("as_of")
    at = None if as_of is None else datetime.fromisoformat(as_of)
    return decide(facts_of(example), rulebook_of(texts), at)


def limit(decision: Decision, milestone: Milestone) -> Deadline | None:
    return next((one for one in decision.deadlines if one.milestone == milestone), None)


def due(decision: Decision, milestone: Milestone) -> datetime | timedelta | None:
    """When a milestone is due, or how long after completion; None without a limit."""
    one = limit(decision, milestone)
    return None if one is None else one.due_at or one.after_completion
