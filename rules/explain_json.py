"""An explanation as plain values for JSON."""

from typing import Any

from rules.explain import Explanation
from rules.tracing import TracedRow
from rules.turning import Turn
from rules.types import Deadline, Decision, FiredRow


def explanation_json(explained: Explanation) -> dict[str, Any]:
    """Decision, trace row by row, ways up and down, questions; times ISO 8601 with offset."""
    return {
        **decision_fields(explained.decision),
        "trace": [_traced(row) for row in explained.trace],
        "higher": [_turn(turn) for turn in explained.higher],
        "lower": [_turn(turn) for turn in explained.lower],
        "ask_next": list(explained.ask_next),
    }


def decision_fields(decision: Decision) -> dict[str, Any]:
    """A decision in plain values."""
    return {
        "tier": decision.tier.value,
        "level": decision.level,
        "responsible": decision.responsible,
        "leading": decision.leading,
        "deadlines": [deadline_json(one) for one in decision.deadlines],
        "because": [_fired(row) for row in decision.because],
        "rulebook": decision.rulebook,
    }


def deadline_json(deadline: Deadline) -> dict[str, Any]:
    after = deadline.after_completion
    return {
        "milestone": deadline.milestone.value,
        "due_at": deadline.due_at and deadline.due_at.isoformat(),
        "clock": deadline.clock.value,
        "limit": deadline.limit,
        "rule": deadline.rule,
        "provisional": deadline.provisional,
        "note": deadline.note,
        "after_completion_seconds": None if after is None else after.total_seconds(),
    }


def _fired(row: FiredRow) -> dict[str, Any]:
    outputs = dict(row.outputs)
    return {"rule": row.rule, "text": row.text, "source": row.source, "outputs": outputs}


def _traced(row: TracedRow) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "status": row.status.value,
        "when": row.words,
        "text": row.text,
        "source": row.source,
        "failed": row.failed,
        "policy": row.policy,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {"tier": turn.tier.value, "signals": list(turn.signals), "words": list(turn.words)}
