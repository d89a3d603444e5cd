"""Conditions of a row: read from the file once, then pure predicates.

A condition tests one input. Signals are only ever required, never forbidden, so that one more
signal cannot make a row stop firing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from rules.reading import BookFile, suggest
from rules.vocabulary import GROUPS, Vocabulary

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A declared input or output: its `type`, and for an enum the vocabulary's `group`."""

    name: str
    type: str
    label: str
    group: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`matches(value)` tells whether the input fits; `words` says it in Chinese.

    `signals` are those that the condition asks for (empty for other inputs).
    """

    input: str
    words: str
    matches: Callable[[Any], bool]
    signals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """Reads the conditions of one file against its declared inputs and the vocabulary."""

    file: BookFile
    inputs: Mapping[str, Input]
    vocabulary: Vocabulary

    def alternatives(self, when: object, path: Path, row: str) -> tuple[tuple[Condition, ...], ...]:
        """`when` as alternatives (any) of conditions (all)."""
        if isinstance(when, list):
            if not when:
                self.file.fail("when 是空列表", "不限条件请写 when: {}", path, row)
            return tuple(self._all_of(part, (*path, index), row) for index, part in enumerate(when))
        return (self._all_of(when, path, row),)

    def _all_of(self, when: object, path: Path, row: str) -> tuple[Condition, ...]:
        if not isinstance(when, dict):
            self.file.fail("when 应当是「输入: 条件」的形式", "不限条件请写 when: {}", path, row)
        for name in when:
            if name not in self.inputs:
                remedy = suggest(str(name), self.inputs) + "，或在 inputs 里声明"
                self.file.fail(f"条件用了没有声明的输入「{name}」", remedy, (*path, name), row)
        return tuple(
            self._condition(self.inputs[name], value, (*path, name), row)
            for name, value in when.items()
        )

    def _condition(self, given: Input, value: object, path: Path, row: str) -> Condition:
        if given.type == "enum":
            return self._one_of(given, value, path, row)
        if given.type == "number":
            return self._between(given, value, path, row)
        return self._signals(given, value, path, row)

    def _one_of(self, given: Input, value: object, path: Path, row: str) -> Condition:
        codes: list[Any] = value if isinstance(value, list) else [value]
        if not codes:
            self.file.fail(f"{given.name} 的取值是空的", "请写上取值，或删去这个条件", path, row)
        for code in codes:
            self.code(given.group, code, path, row)
        labels = "或".join(self.vocabulary.label(code, given.group) for code in codes)
        return Condition(given.name, f"{given.label}为{labels}", frozenset(codes).__contains__)

    def code(self, group: str, code: object, path: Path, row: str) -> None:
        """Fail unless `code` belongs to the vocabulary's group."""
        known = self.vocabulary.codes(group)
        if code not in known or isinstance(code, bool):
            remedy = suggest(str(code), [str(item) for item in known])
            self.file.fail(f"未知的{GROUPS[group]}「{code}」", remedy, path, row)

    def _between(self, given: Input, value: object, path: Path, row: str) -> Condition:
        if _is_number(value):
            value = {"at_least": value, "at_most": value}
        if not isinstance(value, dict) or not value:
            remedy = "请写成 {at_least: 3}、{at_most: 30} 或 {at_least: 1, at_most: 30}"
            self.file.fail(f"{given.name} 的条件应当是数的范围", remedy, path, row)
        self.file.check_keys(value, (), ("at_least", "at_most"), path, row)
        low, high = value.get("at_least"), value.get("at_most")
        for key, bound in (("at_least", low), ("at_most", high)):
            if bound is not None and not _is_number(bound):
                self.file.fail(f"{key} 应当是数，现在是「{bound}」", "请写数字", (*path, key), row)
        if low is not None and high is not None and low > high:
            self.file.fail(f"范围 {low} 到 {high} 是空的", "请把小的数写在 at_least", path, row)
        words = _range_words(given, low, high)
        return Condition(given.name, words, _within(low, high))

    def _signals(self, given: Input, value: object, path: Path, row: str) -> Condition:
        if not isinstance(value, dict) or not value:
            self.file.fail("signals 的条件要写 any 或 all", "如 {any: [no_water]}", path, row)
        self.file.check_keys(value, (), ("any", "all"), path, row)
        any_of = self._codes(value.get("any"), (*path, "any"), row)
        all_of = self.signal_codes(value.get("all"), (*path, "all"), row)
        if not any_of and not all_of:
            self.file.fail("signals 的条件是空的", "请写上信号，或删去这个条件", path, row)
        words = [f"出现{self.vocabulary.label(code)}" for code in sorted(all_of)]
        if any_of:
            end = "之一" if len(any_of) > 1 else ""
            words.append(f"出现{self.vocabulary.signal_labels(any_of)}{end}")
        return Condition(
            given.name, "，且".join(words), _signals_test(any_of, all_of), any_of | all_of
        )

    def _codes(self, listed: object, path: Path, row: str) -> frozenset[str]:
        """Signals of a list in which a family's name stands for all of its signals."""
        if not isinstance(listed, list):
            return self.signal_codes(listed, path, row)
        known = self.vocabulary.groups["families"]
        families = [item for item in listed if isinstance(item, str) and item in known]
        single = [item for item in listed if item not in families]
        chosen = self.signal_codes(single, path, row) if single or not families else frozenset()
        return chosen.union(*(self.vocabulary.family(name) for name in families))

    def signal_codes(self, listed: object, path: Path, row: str) -> frozenset[str]:
        """A list of signals, each known to the vocabulary; nothing given is the empty set."""
        if listed is None:
            return frozenset()
        if not isinstance(listed, list) or not listed:
            self.file.fail("信号应当列在方括号里", "如 [no_water, no_power]", path, row)
        for index, code in enumerate(listed):
            if not isinstance(code, str) or code not in self.vocabulary.signals:
                remedy = suggest(str(code), self.vocabulary.signals) + "；新信号先登记到词汇表"
                self.file.fail(f"未知信号「{code}」", remedy, (*path, index), row)
        return frozenset(listed)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _within(low: float | None, high: float | None) -> Callable[[Any], bool]:
    if high is None:
        return lambda value: value is not None and value >= low
    if low is None:
        return lambda value: value is not None and value <= high
    return lambda value: value is not None and low <= value <= high


def _range_words(given: Input, low: float | None, high: float | None) -> str:
    if low == high:
        return f"{given.label}为 {low} {given.unit}".rstrip()
    if high is None:
        return f"{given.label}至少 {low} {given.unit}".rstrip()
    if low is None:
        return f"{given.label}至多 {high} {given.unit}".rstrip()
    return f"{given.label}在 {low} 到 {high} {given.unit}之间"


def _signals_test(any_of: frozenset[str], all_of: frozenset[str]) -> Callable[[Any], bool]:
    if not all_of:
        return lambda present: not any_of.isdisjoint(present)
    if not any_of:
        return all_of.issubset
    return lambda present: all_of <= present and not any_of.isdisjoint(present)
