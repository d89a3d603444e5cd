"""Triage drills over past cases: the key is computed by the rules, never written by hand.

Pure functions: a case in, a drill out; an answer in, a grade out.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from kb.types import Document
from rules.types import Decision, Facts, FiredRow, Kind, Tier
from training.errors import BadAnswer, NothingToTrain

Decide = Callable[[Facts], Decision]
Label = Callable[[str | int, str | None], str]


@dataclass(frozen=True, slots=True)
class Drill:
    """A past message to triage. `facts` are the case's own; `decision` is the rules' key."""

    case_id: str
    title: str
    message: str
    channel: str
    received_at: datetime
    facts: Facts
    decision: Decision

    def to_json(self) -> dict[str, Any]:
        """The question without its key."""
        return {
            "case_id": self.case_id,
            "message": self.message,
            "channel": self.channel,
            "received_at": self.received_at.isoformat(),
            "kinds": list(Kind),
            "tiers": list(Tier),
            "levels": [1, 2, 3],
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """One field of an answer: what was given, what is right."""

    field: str
    given: str
    right: str

    @property
    def correct(self) -> bool:
        return self.given == self.right


@dataclass(frozen=True, slots=True)
class Grade:
    """A graded answer. `rows` are the rows that decided the key, to explain a mistake."""

    case_id: str
    marks: tuple[Mark, ...]
    rows: tuple[FiredRow, ...]
    label: Label

    @property
    def correct(self) -> bool:
        return all(mark.correct for mark in self.marks)

    def lines(self) -> list[str]:
        """The grade for people: each field, then the rows behind the key."""
        lines = ["全部正确。" if self.correct else "有不对的地方，看看为什么："]
        for mark in self.marks:
            name, given, right = self._labels(mark)
            lines.append(
                f"✓ {name}：{right}" if mark.correct else f"✗ {name}：你答{given}，应为{right}"
            )
        lines.extend(f"依据 {row.rule}：{row.text}（{row.source}）" for row in self.rows)
        return lines

    def to_json(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "correct": self.correct,
            "marks": [
                {"field": m.field, "given": m.given, "right": m.right, "correct": m.correct}
                for m in self.marks
            ],
            "because": [
                {"rule": row.rule, "text": row.text, "source": row.source} for row in self.rows
            ],
            "explanation": self.lines(),
        }

    def _labels(self, mark: Mark) -> tuple[str, str, str]:
        name, group = FIELDS[mark.field]
        code = (lambda value: int(value)) if mark.field == "level" else (lambda value: value)
        return name, self.label(code(mark.given), group), self.label(code(mark.right), group)


# answered fields: what people call them, and the vocabulary's group of their values
FIELDS: dict[str, tuple[str, str]] = {
    "kind": ("诉求类型", "kinds"),
    "tier": ("紧急程度", "tiers"),
    "level": ("处理级别", "levels"),
}


def drill_from(case: Document, decide: Decide) -> Drill | None:
    """The drill of a case, or None when the case lacks the resident's words or its kind.

    Nor is there one where nobody has said which signals the words hold: the key would be wrong.
    """
    fields = case.metadata
    if fields.get("signals_unknown"):
        return None
    if not fields.get("message") or not fields.get("kind") or not fields.get("received_at"):
        return None
    facts = Facts(
        kind=Kind(fields["kind"]),
        received_at=datetime.fromisoformat(fields["received_at"]),
        signals=frozenset(json.loads(fields.get("signals") or "[]")),
        category=fields.get("category") or None,
        repeat_count=int(fields.get("repeat_count") or 0),
        unattended_days=int(fields.get("unattended_days") or 0),
    )
    return Drill(
        case_id=case.id,
        title=case.title,
        message=fields["message"],
        channel=fields.get("channel") or "other",
        received_at=facts.received_at,
        facts=facts,
        decision=decide(facts),
    )


def choose(drills: Sequence[Drill], recent: Sequence[str], random: Random) -> Drill:
    """A drill that was not met lately. Raises NothingToTrain when there is none at all."""
    if not drills:
        raise NothingToTrain("知识库里没有可以练习的案例；请先收录带来件原文的案例。")
    fresh = [drill for drill in drills if drill.case_id not in set(recent)]
    return random.choice(fresh or list(drills))


def grade(drill: Drill, kind: str, tier: str, level: int, label: Label) -> Grade:
    """Compare an answer with the key. Raises BadAnswer for a value that does not exist."""
    _check("kind", kind, list(Kind))
    _check("tier", tier, list(Tier))
    _check("level", str(level), ["1", "2", "3"])
    decision = drill.decision
    marks = (
        Mark("kind", kind, str(drill.facts.kind)),
        Mark("tier", tier, str(decision.tier)),
        Mark("level", str(level), str(decision.level)),
    )
    return Grade(drill.case_id, marks, _deciding(decision.because, marks), label)


def _deciding(rows: Sequence[FiredRow], marks: Sequence[Mark]) -> tuple[FiredRow, ...]:
    """The rows that set what was answered: those of tier and level."""
    fields = {mark.field for mark in marks}
    return tuple(row for row in rows if fields & set(row.outputs))


def _check(field: str, value: str, possible: Sequence[str]) -> None:
    if value not in possible:
        name, _ = FIELDS[field]
        raise BadAnswer(f"{name}没有 {value!r} 这个选项；可选的是 {'、'.join(possible)}。")
