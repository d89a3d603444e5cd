"""Reads and checks a decision table: every mistake is named with its row and its remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from types import MappingProxyType
from typing import Any

from rules.conditions import Input, Path, Reader
from rules.limit_reading import read_limit
from rules.reading import BookFile, suggest
from rules.tables import Copied, Row, Table, TableShape
from rules.vocabulary import GROUPS, Vocabulary

SOURCE = re.compile(r"\S+ 第[一二三四五六七八九十百]+条(、\S+ 第[一二三四五六七八九十百]+条)*")
_TYPES = {
    "input": ("enum", "number", "signals"),
    "output": ("enum", "number", "text", "limit", "facts"),
}


def parse_table(file: BookFile, shape: TableShape, vocabulary: Vocabulary) -> Table:
    """Check and compile one table; raises `MalformedBook` naming the row and the remedy."""
    head = ("id", "title", "version", "effective_from", "hit", "inputs", "outputs", "rows")
    data = file.check_keys(file.data, head, ("effective_to", "aggregate"))
    check_head(file)
    _check_policy(file, shape)
    inputs = {name: _input(file, name, vocabulary, shape) for name in data["inputs"]}
    outputs = _outputs(file, shape, vocabulary)
    reader = _RowReader(file, Reader(file, MappingProxyType(inputs), vocabulary), outputs)
    return Table(
        id=data["id"],
        title=data["title"],
        version=data["version"],
        effective_from=data["effective_from"],
        effective_to=data.get("effective_to"),
        hit=shape.hit,
        aggregate=shape.aggregate,
        inputs=inputs,
        outputs={name: _declared(name, spec) for name, spec in outputs.items()},
        rows=reader.rows(),
    )


def check_head(file: BookFile) -> None:
    """Check what every file of the rulebook begins with: id, version, dates of validity."""
    data = file.data
    file.check_texts(data, ("id", "title", "version"))
    stem = file.name.rsplit(".", 1)[0]
    if data["id"] != stem:
        file.fail(f"id「{data['id']}」与文件名不符", f"请改为 id: {stem}", ("id",))
    for key in ("effective_from", "effective_to"):
        if data.get(key) is not None and type(data[key]) is not date:
            file.fail(f"{key}「{data[key]}」不是日期", "请写成 2026-01-31 这样的日期", (key,))
    until = data.get("effective_to")
    if until is not None and until < data["effective_from"]:
        remedy = "请检查 effective_from 和 effective_to"
        file.fail("失效日期早于生效日期", remedy, ("effective_to",))


def _check_policy(file: BookFile, shape: TableShape) -> None:
    for key, fixed in (("hit", shape.hit), ("aggregate", shape.aggregate)):
        given = file.data.get(key, "all")
        if given != fixed:
            problem = f"这张表的 {key} 不能是「{given}」"
            file.fail(problem, f"这张表只能按 {key}: {fixed} 取舍", (key,))
    for part in ("inputs", "outputs"):
        if not isinstance(file.data[part], dict):
            file.fail(f"{part} 应当是「名称: 类型」的形式", "没有就写 {}", (part,))


def _outputs(
    file: BookFile, shape: TableShape, vocabulary: Vocabulary
) -> dict[str, dict[str, str]]:
    """The declared outputs with their types; exactly those that the program reads."""
    for name in shape.outputs:
        if name not in file.data["outputs"]:
            file.fail(f"缺少输出 {name}", f"请在 outputs 里声明 {name}", ("outputs",))
    for name in file.data["outputs"]:
        if name not in shape.outputs:
            remedy = suggest(str(name), shape.outputs)
            file.fail(f"这张表没有输出「{name}」", remedy, ("outputs", name))
    return {
        name: _check_type(file, ("outputs", name), "output", vocabulary)
        for name in file.data["outputs"]
    }


def _input(file: BookFile, name: str, vocabulary: Vocabulary, shape: TableShape) -> Input:
    path = ("inputs", name)
    if name not in shape.inputs:
        file.fail(f"这张表没有输入「{name}」", suggest(name, shape.inputs), path)
    spec = _check_type(file, path, "input", vocabulary)
    return _declared(name, spec)


def _declared(name: str, spec: Mapping[str, str]) -> Input:
    label = spec.get("label", "")
    return Input(name, spec["type"], label, spec.get("of", ""), spec.get("unit", ""))


def _check_type(
    file: BookFile, path: tuple[str, str], what: str, vocabulary: Vocabulary
) -> dict[str, str]:
    """Check the declaration of an input or output such as `{type: enum, of: kinds}`."""
    spec = file.check_keys(file.data[path[0]][path[1]], ("type",), ("of", "unit", "label"), path)
    file.check_texts(spec, ("type", "of", "unit", "label"), path)
    if spec["type"] not in _TYPES[what]:
        remedy = suggest(spec["type"], _TYPES[what])
        file.fail(f"不认识的类型「{spec['type']}」", remedy, (*path, "type"))
    if spec["type"] == "enum" and spec.get("of") not in vocabulary.groups:
        remedy = suggest(str(spec.get("of")), GROUPS)
        file.fail(f"enum 的 of「{spec.get('of')}」不在词汇表里", remedy, path)
    return spec


@dataclass(frozen=True)
class _RowReader:
    """Reads the rows of one file."""

    file: BookFile
    conditions: Reader
    outputs: Mapping[str, dict[str, str]]

    def rows(self) -> tuple[Row, ...]:
        listed = self.file.data["rows"]
        if not isinstance(listed, list) or not listed:
            self.file.fail("rows 里没有行", "每行以「- id: 名称」开头", ("rows",))
        seen: dict[str, int] = {}
        rows = []
        for index, data in enumerate(listed):
            row = self._row(data, ("rows", index))
            if row.id in seen:
                remedy = f"第 {seen[row.id] + 1} 行和第 {index + 1} 行请用不同的 id"
                self.file.fail(f"行 id「{row.id}」重复", remedy, ("rows", index), row.id)
            seen[row.id] = index
            rows.append(row)
        return tuple(rows)

    def _row(self, data: object, path: Path) -> Row:
        name = data.get("id") if isinstance(data, dict) else None
        row_id = name if isinstance(name, str) else f"第 {int(path[1]) + 1} 行"
        required = ("id", "when", "then", "reason", "source")
        row = self.file.check_keys(data, required, ("origin",), path, row_id)
        self.file.check_texts(row, ("id", "reason", "source", "origin"), path, row_id)
        if not SOURCE.fullmatch(row["source"]):
            remedy = "请写成「pol-grading 第三条」，多处用顿号隔开"
            self.file.fail(f"依据「{row['source']}」写法不对", remedy, (*path, "source"), row_id)
        self._check_reason(row["reason"], (*path, "reason"), row_id)
        alternatives = self.conditions.alternatives(row["when"], (*path, "when"), row_id)
        then = self._then(row["then"], (*path, "then"), row_id)
        rule = f"{self.file.data['id']}/{row_id}"
        origin = row.get("origin", "")
        return Row(row_id, rule, alternatives, then, row["reason"], row["source"], origin)

    def _check_reason(self, reason: str, path: Path, row: str) -> None:
        try:
            names = [name for _, name, _, _ in Formatter().parse(reason) if name is not None]
        except ValueError:
            self.file.fail("reason 里的花括号不成对", "请检查 { 和 }", path, row)
        for name in names:
            if name not in self.conditions.inputs:
                remedy = suggest(name, self.conditions.inputs)
                self.file.fail(f"reason 里的 {{{name}}} 不是输入", remedy, path, row)

    def _then(self, then: object, path: Path, row: str) -> Mapping[str, Any]:
        if not isinstance(then, dict) or not then:
            self.file.fail("then 应当是「输出: 值」的形式", "请写上这一行的结果", path, row)
        result = {}
        for name, value in then.items():
            if name not in self.outputs:
                what = "未知的时限节点" if _only_limits(self.outputs) else "未知的输出"
                remedy = suggest(str(name), self.outputs)
                self.file.fail(f"{what}「{name}」", remedy, (*path, name), row)
            result[name] = self._value(self.outputs[name], value, (*path, name), row)
        return MappingProxyType(result)

    def _value(self, spec: dict[str, str], value: Any, path: Path, row: str) -> Any:
        if spec["type"] == "limit":
            return read_limit(self.file, value, path, row)
        if spec["type"] == "facts":
            return self._facts(value, path, row)
        if isinstance(value, str) and value.startswith("=") and spec["type"] == "enum":
            return self._copied(spec, value[1:], path, row)
        if spec["type"] == "enum":
            self.conditions.code(spec["of"], value, path, row)
        elif spec["type"] == "number" and (
            type(value) is bool or not isinstance(value, int | float)
        ):
            self.file.fail(f"「{value}」不是数", "请写数字，不要带单位", path, row)
        elif spec["type"] == "text" and not isinstance(value, str):
            self.file.fail(f"「{value}」不是文字", "请加上引号", path, row)
        return value

    def _copied(self, spec: dict[str, str], name: str, path: Path, row: str) -> Copied:
        given = self.conditions.inputs.get(name)
        if given is None or given.group != spec["of"]:
            known = [one.name for one in self.conditions.inputs.values() if one.group == spec["of"]]
            self.file.fail(f"「={name}」不是同类的输入", suggest(name, known), path, row)
        return Copied(name)

    def _facts(self, value: object, path: Path, row: str) -> Mapping[str, Any]:
        known = ("signals", "repeat_count", "unattended_days")
        facts = dict(self.file.check_keys(value, (), known, path, row))
        if "signals" in facts:
            listed, place = facts["signals"], (*path, "signals")
            facts["signals"] = self.conditions.signal_codes(listed, place, row)
        for name in known[1:]:
            if type(facts.get(name, 0)) is not int:
                self.file.fail(f"{name} 应当是整数", "请写数字", (*path, name), row)
        return MappingProxyType(facts)


def _only_limits(outputs: Mapping[str, dict[str, str]]) -> bool:
    return all(spec["type"] == "limit" for spec in outputs.values())
