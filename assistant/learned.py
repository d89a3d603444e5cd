"""Corrected messages as examples to learn from: masked, without doubles, without contradictions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.masking import mask, unmasked
from assistant.training_examples import Example
from assistant.training_set import fixed_test, same_text

LABELS = ("kind", "department", "category", "in_scope")
"""The fields of a triage that the classifier learns, beside the dangers to life."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A message with the labels that hold for it.

    `set_by_person` names the fields that somebody corrected; `present` and `absent` are signals
    that somebody said to be there, or not. `danger` holds the life-safety codes that are there,
    None where nobody judged that. `at` is when the last of it was said.
    """

    text: str
    at: datetime
    labels: Mapping[str, Any]
    set_by_person: frozenset[str]
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    danger: tuple[str, ...] | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """Examples to learn from, and for each text that is left out (masked) the reason."""

    examples: tuple[Example, ...]
    left_out: tuple[tuple[str, str], ...] = field(default=())


def gather(corrected: Iterable[Corrected]) -> Gathered:
    """One example for each corrected text; of several corrections the newest counts.

    Where people set a field of one text to different values, nobody knows what is right: the text
    is left out, as is one of the fixed test, or one of which masking leaves nothing.
    """
    by_text: dict[str, list[Corrected]] = {}
    for one in sorted(corrected, key=lambda one: one.at):
        if one.set_by_person & set(LABELS) or one.danger is not None:
            by_text.setdefault(same_text(mask(one.text)), []).append(one)
    tested = {same_text(one.text) for one in fixed_test()}
    examples, left_out = [], []
    for text, same in by_text.items():
        if not unmasked(text).strip():
            left_out.append((text, "遮盖个人信息后没有内容"))
        elif text in tested:
            left_out.append((text, "与固定测试的样例相同"))
        elif disputed := _disputed(same):
            names = "、".join(disputed)
            left_out.append((text, f"{names}被改成了不同的结果"))
        else:
            examples.append(_example(same))
    return Gathered(tuple(examples), tuple(left_out))


_NAMES = {"kind": "类型", "department": "部门", "category": "投诉类别", "in_scope": "物业能办"}


def _disputed(same: Sequence[Corrected]) -> list[str]:
    """What people set to different values, as they call it."""
    found = [
        _NAMES[name]
        for name in LABELS
        if len({one.labels.get(name) for one in same if name in one.set_by_person}) > 1
    ]
    dangers = {one.danger for one in same if one.danger is not None}
    return [*found, "人身安全信号"] if len(dangers) > 1 else found


def _example(same: Sequence[Corrected]) -> Example:
    """What people set counts; of the labels that nobody set, those of the newest message.

    Where people judged the danger alone, nobody looked at the labels: the example has none.
    """
    labels: dict[str, Any] = {}
    if any(one.set_by_person & set(LABELS) for one in same):
        labels = {name: same[-1].labels.get(name) for name in LABELS}
    for one in same:
        labels |= {name: one.labels[name] for name in LABELS if name in one.set_by_person}
    if labels.get("kind") != "complaint":
        labels["category"] = None
    if labels.get("kind") == "other" and not any("in_scope" in one.set_by_person for one in same):
        labels["in_scope"] = None  # what asks for nothing is neither in nor out of scope
    danger = next((one.danger for one in same if one.danger is not None), None)
    return Example(text=mask(same[-1].text).strip(), danger=danger, **labels)
