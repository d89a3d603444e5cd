"""Decides a recorded request again and compares the result byte for byte."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.archive import Archive
from rules.decide import decide
from rules.records import Record, canonical, decision_json, facts_from_json
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Replay:
    """What was decided and what the same version decides now; `differences` in Chinese."""

    id: str
    rulebook: str
    stored: bytes
    computed: bytes
    differences: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both are equal to the byte."""
        return self.stored == self.computed


def replay(record: Record, archive: Archive) -> Replay:
    """Decide a recorded request again by the version that decided it.

    Raises `VersionMissing`, `VersionDamaged`, and `InvalidFacts` for facts that cannot be read.
    """
    book = archive.book_of(archive.version(record.rulebook))
    facts = facts_from_json(record.facts)
    stored = record.decision.encode()
    computed = canonical(decision_json(decide(facts, book, record.as_of)))
    differences = () if stored == computed else tuple(_differences(stored, computed, book))
    return Replay(record.id, record.rulebook, stored, computed, differences)


def _differences(stored: bytes, computed: bytes, book: Rulebook) -> Iterator[str]:
    try:
        before = json.loads(stored)
    except ValueError:
        before = None
    if not isinstance(before, dict):
        yield "存下的判定已损坏，读不出来"
        return
    after = json.loads(computed)
    found = [*_plain_differences(before, after, book), *_limit_differences(before, after, book)]
    before_rules, after_rules = _rules(before), _rules(after)
    found += [f"重判不再命中规则 {rule}" for rule in before_rules if rule not in after_rules]
    found += [f"重判多命中规则 {rule}" for rule in after_rules if rule not in before_rules]
    yield from found or ["结论相同，但记录的文字不同（理由、依据或写法）"]


_SINGLE = {
    "tier": ("紧急程度", "tiers"),
    "level": ("处理级别", "levels"),
    "responsible": ("首责部门", "departments"),
    "leading": ("牵头部门", "departments"),
}


def _plain_differences(
    before: Mapping[str, Any], after: Mapping[str, Any], book: Rulebook
) -> Iterator[str]:
    for name, (title, group) in _SINGLE.items():
        if before.get(name) != after.get(name):
            old, new = (
                book.vocabulary.label(one.get(name, "无"), group) for one in (before, after)
            )
            yield f"{title}：原判{old}，重判{new}"
    if before.get("rulebook") != after.get("rulebook"):
        yield f"规则版本：原判 {before.get('rulebook')}，重判 {after.get('rulebook')}"


def _limit_differences(
    before: Mapping[str, Any], after: Mapping[str, Any], book: Rulebook
) -> Iterator[str]:
    old, new = _limits(before), _limits(after)
    for milestone in dict.fromkeys([*old, *new]):
        if old.get(milestone) != new.get(milestone):
            title = book.vocabulary.label(milestone, "milestones")
            said = [_limit_words(one.get(milestone)) for one in (old, new)]
            if said[0] == said[1]:
                yield f"{title}时限：期限相同，说明或依据不同"
            else:
                yield f"{title}时限：原判{said[0]}，重判{said[1]}"


def _limits(decision: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["milestone"]: one for one in decision.get("deadlines", ())}


def _limit_words(limit: Mapping[str, Any] | None) -> str:
    if limit is None:
        return "无"
    due = limit.get("due_at")
    return f"{limit['limit']}（{due} 前）" if due else str(limit["limit"])


def _rules(decision: Mapping[str, Any]) -> list[str]:
    return [row["rule"] for row in decision.get("because", ())]
