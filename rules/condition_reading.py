"""Reads the conditions of a row: every mistake is named with its row and its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isfinite
from typing import Any

from rules.conditions import Between, Code, Condition, Cut, OneOf, Present
from rules.reading import BookFile, suggest
from rules.tables import Field
from rules.vocabulary import GROUPS, Vocabulary

Path = tuple[str | int, ...]

UNKNOWN = "unknown"
"""How a row asks for an optional input that is not known."""

_BOUNDS = ("at_least", "at_most", "above", "below")
_RANGE_HELP = {
    "number": "请写成 {at_least: 3}、{at_most: 30} 或 {at_least: 1, at_most: 30}",
    "date": "请写成 {at_least: 2026-01-01, at_most: 2026-12-31}",
}


@dataclass(frozen=True)
class Reader:
    """Reads the conditions of one file against its declared inputs and the vocabulary."""

    file: BookFile
    inputs: Mapping[str, Field]
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

    def _condition(self, given: Field, value: object, path: Path, row: str) -> Condition:
        if given.type == "enum":
            return self._one_of(given, value, path, row)
        if given.type == "boolean":
            return self._is(given, value, path, row)
        if given.type == "signals":
            return self._present(given, value, path, row)
        return self._between(given, value, path, row)

    def _one_of(self, given: Field, value: object, path: Path, row: str) -> Condition:
        codes: list[Any] = value if isinstance(value, list) else [value]
        if not codes:
            self.file.fail(f"{given.name} 的取值是空的", "请写上取值，或删去这个条件", path, row)
        known: list[Code] = []
        for code in codes:
            if code == UNKNOWN and given.optional:
                known.append(None)
                continue
            self.code(given.group, code, path, row)
            known.append(code)
        labels = "或".join(
            "未知" if code is None else self.vocabulary.label(code, given.group) for code in known
        )
        return OneOf(given.name, frozenset(known), f"{given.label}为{labels}")

    def _is(self, given: Field, value: object, path: Path, row: str) -> Condition:
        if not isinstance(value, bool):
            self.file.fail(f"{given.name} 应当是 true 或 false", "请写 true 或 false", path, row)
        words = given.label if value else f"不是{given.label}"
        return OneOf(given.name, frozenset({value}), words)

    def code(self, group: str, code: object, path: Path, row: str) -> None:
        """Fail unless `code` belongs to the vocabulary's group."""
        known = self.vocabulary.codes(group)
        if isinstance(code, list | dict) or code not in known or isinstance(code, bool):
            remedy = suggest(str(code), [str(item) for item in known])
            self.file.fail(f"未知的{GROUPS[group]}「{code}」", remedy, path, row)

    def _between(self, given: Field, value: object, path: Path, row: str) -> Condition:
        if is_of(given.type, value):
            value = {"at_least": value, "at_most": value}
        what = "日期" if given.type == "date" else "数"
        if not isinstance(value, dict) or not value:
            problem = f"{given.name} 的条件应当是{what}的范围"
            self.file.fail(problem, _RANGE_HELP[given.type], path, row)
        self.file.check_keys(value, (), _BOUNDS, path, row)
        for key, bound in value.items():
            if not is_of(given.type, bound):
                problem = f"{key} 应当是{what}，现在是「{bound}」"
                remedy = "请写成 2026-01-31" if given.type == "date" else "请写数字"
                self.file.fail(problem, remedy, (*path, key), row)
        for pair in (("at_least", "above"), ("at_most", "below")):
            if all(key in value for key in pair):
                self.file.fail(f"{pair[0]} 和 {pair[1]} 只能写一个", "请删去一个", path, row)
        low, high = _cuts(given, value)
        if low is not None and high is not None and low >= high:
            said = " 到 ".join(
                str(value[key]) for key in _BOUNDS[::2] + _BOUNDS[1::2] if key in value
            )
            self.file.fail(f"范围 {said} 是空的", "请把小的数写在 at_least", path, row)
        return Between(given.name, low, high, range_words(given, value))

    def _present(self, given: Field, value: object, path: Path, row: str) -> Condition:
        if not isinstance(value, dict) or not value:
            remedy = "如 {any: [no_water]}"
            self.file.fail("signals 的条件要写 any、all 或 none", remedy, path, row)
        self.file.check_keys(value, (), ("any", "all", "none"), path, row)
        any_of = self._codes(value.get("any"), (*path, "any"), row)
        all_of = self.signal_codes(value.get("all"), (*path, "all"), row)
        none_of = self._codes(value.get("none"), (*path, "none"), row)
        if not any_of | all_of | none_of:
            self.file.fail("signals 的条件是空的", "请写上信号，或删去这个条件", path, row)
        both = none_of & (all_of | (any_of if any_of <= none_of else frozenset()))
        if both:
            said = "、".join(sorted(both))
            self.file.fail(f"又要有又不要有 {said}", "请删去一处，否则永不成立", path, row)
        words = [f"出现{self.vocabulary.label(code)}" for code in sorted(all_of)]
        if any_of:
            end = "之一" if len(any_of) > 1 else ""
            words.append(f"出现{self.vocabulary.signals_in_words(any_of)}{end}")
        if none_of:
            words.append(f"没有{self.vocabulary.signals_in_words(none_of)}")
        return Present(given.name, any_of, all_of, none_of, "，且".join(words))

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


def is_of(kind: str, value: object) -> bool:
    """Whether a value can stand in a condition on a `number` or a `date`."""
    if kind == "date":
        return type(value) is date
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _cuts(given: Field, bounds: Mapping[str, Any]) -> tuple[Cut | None, Cut | None]:
    """The bounds as cuts; of whole numbers and days every cut lies just below a value."""
    low = high = None
    if "at_least" in bounds:
        low = Cut(bounds["at_least"])
    elif "above" in bounds:
        low = Cut(bounds["above"], above=True)
    if "at_most" in bounds:
        high = Cut(bounds["at_most"], above=True)
    elif "below" in bounds:
        high = Cut(bounds["below"])
    return _whole(given, low), _whole(given, high)


def _whole(given: Field, cut: Cut | None) -> Cut | None:
    if cut is None or not (given.whole or given.type == "date"):
        return cut
    if given.type == "date":
        following = date.fromordinal(min(cut.value.toordinal() + 1, date.max.toordinal()))
        return Cut(following) if cut.above else cut
    return Cut(floor(cut.value) + 1) if cut.above else Cut(ceil(cut.value))


def range_words(given: Field, bounds: Mapping[str, Any]) -> str:
    """The bounds in Chinese, such as `逾期天数在 1 到 30 天之间`."""
    low, high = bounds.get("at_least"), bounds.get("at_most")
    label, unit = given.label, given.unit
    if low is not None and low == high:
        return f"{label}为 {low} {unit}".rstrip()
    if low is not None and high is not None:
        return f"{label}在 {low} 到 {high} {unit}之间"
    words = {"at_least": "至少", "above": "超过", "at_most": "至多", "below": "不到"}
    return "且".join(f"{label}{words[key]} {bounds[key]} {unit}".rstrip() for key in bounds)
