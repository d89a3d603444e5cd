"""Corrected messages as examples to learn from: masked, without doubles, without contradictions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from assistant.masking import mask, unmasked
from assistant.training_examples import Example
from assistant.training_set import fixed_test, same_text

LABELS = ("kind", "department", "category", "in_scope")
"""The fields of a triage that the classifier learns."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A message with the labels that hold for it.

    `set_by_person` names the fields that somebody corrected; `present` and `absent` are signals
    that somebody said to be there, or not. `at` is when the last of it was said.
    """

    text: str
    at: datetime
    labels: Mapping[str, Any]
    set_by_person: frozenset[str]
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
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
        if one.set_by_person & set(LABELS):
            by_text.setdefault(same_text(mask(one.text)), []).append(one)
    tested = {same_text(one.text) for one in fixed_test()}
    examples, left_out = [], []
    for text, same in by_text.items():
        if not unmasked(text).strip():
            left_out.append((text, "遮盖个人信息后没有内容"))
        elif text in tested:
            left_out.append((text, "与固定测试的样例相同"))
        elif disputed := _disputed(same):
            names = "、".join(_NAMES[name] for name in disputed)
            left_out.append((text, f"{names}被改成了不同的结果"))
        else:
            examples.append(_example(same))
    return Gathered(tuple(examples), tuple(left_out))


_NAMES = {"kind": "类型", "department": "部门", "category": "投诉类别", "in_scope": "物业能办"}


def _disputed(same: Sequence[Corrected]) -> list[str]:
    """The fields that people set to different values."""
    return [
        name
        for name in LABELS
        if len({one.labels.get(name) for one in same if name in one.set_by_person}) > 1
    ]


def _example(same: Sequence[Corrected]) -> Example:
    """What people set counts; what nobody set is as in the newest message."""
    labels = dict(same[-1].labels)
    for one in same:
        labels |= {name: one.labels[name] for name in LABELS if name in one.set_by_person}
    if labels["kind"] != "complaint":
        labels["category"] = None
    known = {one.name for one in fields(Example)}
    values: dict[str, Any] = {name: labels.get(name) for name in LABELS if name in known}
    return Example(text=mask(same[-1].text).strip(), **values)
