"""The text of one cell and the YAML-plain value of a condition or an output, both ways.

Grammar (docs/rules.md has it with examples). `list` is words by 、 or a comma, a word a label, a
code or a text in double quotes; `parts` are separated by ； or a line break:

- enum condition: `list`, 未知 for unknown.
- number or date condition: `value`, `low–high` (also - ~ 至), or bounds ≥ > ≤ < joined by 且.
- boolean: 是 or 否.
- signals: `parts` of 任一：`list`, 全部：`list`, 没有：`list`; a list alone is 任一. The label of a
  family stands for all its signals, 大类：may stand before it.
- enum output: one word, or 同：`input` (also `=input`) for the value of an input.
- number, text output: as they are. Limits and facts: `limit_cells`.

An empty cell is no condition, or an output that the row leaves out. Reading what was written gives
the same condition or output, in words too; `[repair]` comes back as `repair`, and `{at_least: 3,
at_most: 3}` as `3`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from rules.cell_words import (
    BadCell,
    Lexicon,
    Word,
    date_value,
    folded,
    is_number,
    number_cell,
    number_value,
    pieces,
    text_cell,
    text_value,
)
from rules.condition_reading import UNKNOWN
from rules.limit_cells import facts_cell, facts_value, limit_cell, limit_value
from rules.tables import Field
from rules.vocabulary import GROUPS, Vocabulary

__all__ = ["BadCell", "Cells", "date_value"]

_SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
_KEYS = {sign: key for key, sign in _SIGNS.items()} | {
    ">=": "at_least", "=>": "at_least", "≧": "at_least", "<=": "at_most", "=<": "at_most",
    "≦": "at_most",
}  # fmt: skip
_BOUND = re.compile(r"(>=|=>|<=|=<|[≥≧>≤≦<])(.+)")
_BETWEEN = {
    "number": re.compile(
        r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?[^-–—~至到\d]*?)\s*(?:–|—|-|~|至|到)\s*([-+]?\d.*)"
    ),
    "date": re.compile(r"(\d{4}\S\d+\S\d+日?)\s*(?:–|—|-|~|至|到)\s*(\d{4}\S\d+\S\d+日?)"),
}
_QUANTIFIERS = {"all": "全部", "any": "任一", "none": "没有"}
_PREFIX = re.compile(r"(任一|全部|没有)\s*[：:]\s*(.*)", re.DOTALL)
_FAMILY = re.compile(r"大类\s*[：:]\s*")
_TRUTH = {"是": True, "否": False, "true": True, "false": False}


@dataclass(frozen=True)
class Cells:
    """Reads and writes the cells of a table with these inputs."""

    inputs: Mapping[str, Field]
    vocabulary: Vocabulary

    def lexicon(self, group: str) -> Lexicon:
        """The words for the codes of a vocabulary group."""
        if group not in self._lexicons:
            labels = tuple(self.vocabulary.groups[group].items())
            self._lexicons[group] = Lexicon(GROUPS[group], labels)
        return self._lexicons[group]

    @cached_property
    def _lexicons(self) -> dict[str, Lexicon]:
        return {}

    @cached_property
    def signals(self) -> Lexicon:
        """The words for signals and their families."""
        signals = [(code, entry.label) for code, entry in self.vocabulary.signals.items()]
        return Lexicon("信号", (*signals, *self.vocabulary.groups["families"].items()))

    @cached_property
    def _references(self) -> Lexicon:
        labels = tuple((name, given.label or name) for name, given in self.inputs.items())
        return Lexicon("输入", labels)

    def condition_cell(self, given: Field, value: Any) -> str:
        """The text for a condition on an input as a row's `when` has it."""
        if given.type == "enum":
            codes = value if isinstance(value, list) else [value]
            lexicon = self.lexicon(given.group)
            return "、".join(
                "未知" if code == UNKNOWN and given.optional else lexicon.word(code)
                for code in codes
            )
        if given.type == "boolean":
            return "是" if value else "否"
        if given.type == "signals":
            said = [
                f"{word}：{self.signals.words(value[key])}"
                for key, word in _QUANTIFIERS.items()
                if value.get(key)
            ]
            return "；".join(said)
        return _range_cell(value)

    def condition_value(self, given: Field, cell: str) -> Any:
        """The condition that a cell (not empty) asks for; raises `BadCell`."""
        if given.type == "enum":
            codes = [self._enum_code(given, word) for word in pieces(cell, "words")]
            if not codes:
                raise BadCell(f"「{cell}」里没有取值", "请写上取值，或清空这一格")
            return codes[0] if len(codes) == 1 else codes
        if given.type == "boolean":
            return _truth(cell)
        if given.type == "signals":
            return self._signals_value(cell)
        return _range_value(given, cell)

    def _enum_code(self, given: Field, word: str) -> Word:
        if folded(word).casefold() in ("未知", UNKNOWN):
            return UNKNOWN
        return self.lexicon(given.group).code(word)

    def _signals_value(self, cell: str) -> dict[str, list[Word]]:
        found: dict[str, list[Word]] = {}
        keys = {word: key for key, word in _QUANTIFIERS.items()}
        for part in pieces(cell, "parts"):
            match = _PREFIX.fullmatch(part)
            key, listed = (keys[match[1]], match[2]) if match else ("any", part)
            if key in found:
                problem = f"「{_QUANTIFIERS[key]}」写了两次"
                raise BadCell(problem, "请把信号用顿号写在一处")
            words = [_FAMILY.sub("", word, count=1) for word in pieces(listed, "words")]
            if not words:
                raise BadCell(f"「{part}」后面没有信号", "请写上信号，或删去这一段")
            found[key] = [self.signals.code(word) for word in words]
        for code in found.get("all", ()):
            if code in self.vocabulary.groups["families"]:
                problem = f"「全部」里不能写大类「{self.signals.word(code)}」"
                raise BadCell(problem, "请逐个写出信号，或改写在「任一」里")
        if not found:
            raise BadCell(f"「{cell}」里没有信号", "请写成 任一：停水、停电")
        return found

    def output_cell(self, column: Field, value: Any) -> str:
        """The text for an output as a row's `then` has it."""
        if column.type == "limit":
            return limit_cell(value)
        if column.type == "facts":
            return facts_cell(value, self.signals)
        if column.type == "enum":
            if isinstance(value, str) and value.startswith("="):
                word = self._references.word(value[1:])
                return value if word == value[1:] or word.startswith('"') else f"同：{word}"
            return self.lexicon(column.group).word(value)
        if column.type == "boolean":
            return "是" if value else "否"
        return number_cell(value) if column.type == "number" else text_cell(value)

    def output_value(self, column: Field, cell: str) -> Any:
        """The output that a cell (not empty) gives; raises `BadCell`."""
        if column.type == "limit":
            return limit_value(cell, column.name)
        if column.type == "facts":
            return facts_value(cell, self.signals)
        if column.type == "number":
            return number_value(cell, column.unit)
        if column.type == "boolean":
            return _truth(cell)
        if column.type == "text":
            return text_value(cell)
        said = cell.strip()
        reference = re.fullmatch(r"(?:同\s*[：:]|[=＝])\s*(.+)", said, re.DOTALL)
        if reference:
            return f"={self._references.code(reference[1])}"
        return self.lexicon(column.group).code(said)


def _truth(cell: str) -> bool:
    said = folded(cell).casefold()
    if said not in _TRUTH:
        raise BadCell(f"「{cell}」不是「是」或「否」", "请写 是 或 否")
    return _TRUTH[said]


def _scalar_cell(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else number_cell(value)


def _range_cell(value: Any) -> str:
    if not isinstance(value, dict):
        return _scalar_cell(value)
    if value.keys() == {"at_least", "at_most"}:
        low, high = (_scalar_cell(value[key]) for key in ("at_least", "at_most"))
        return low if low == high else f"{low}–{high}"
    return " 且 ".join(
        f"{sign}{_scalar_cell(value[key])}" for key, sign in _SIGNS.items() if key in value
    )


def _range_value(given: Field, cell: str) -> Any:
    said = folded(cell)
    between = _BETWEEN[given.type].fullmatch(said)
    single = _BOUND.match(said) is None and not between
    # 6e-5 is one number
    if single or (given.type == "number" and is_number(said)):
        return _scalar_value(given, said)
    if between:
        bounds = [("at_least", between[1]), ("at_most", between[2])]
    else:
        bounds = [_bound(part) for part in re.split(r"\s*[且,、;]\s*|\s+(?=[≥≧>≤≦<=])", said)]
    found: dict[str, Any] = {}
    for key, scalar in bounds:
        if key in found:
            raise BadCell(f"「{cell}」里同一边写了两次", "请只留一个，如 ≥3 或 1–30")
        found[key] = _scalar_value(given, scalar)
    low = found.get("at_least", found.get("above"))
    high = found.get("at_most", found.get("below"))
    if low is not None and high is not None and low > high:
        raise BadCell(f"范围「{cell}」是空的", "请把小的写在前面，如 1–30")
    return found


def _bound(part: str) -> tuple[str, str]:
    match = _BOUND.fullmatch(part.strip())
    if match is None:
        raise BadCell(f"「{part}」看不懂", "请写成 ≥3、≤30 或 1–30")
    return _KEYS[match[1]], match[2]


def _scalar_value(given: Field, said: str) -> Any:
    if given.type == "date":
        return date_value(said)
    try:
        return number_value(said, given.unit)
    except BadCell:
        raise BadCell(f"「{said}」看不懂", "请写成 3、≥3、≤30 或 1–30") from None
