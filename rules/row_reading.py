"""Reads the rows of a decision table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Any

from rules.condition_reading import Path, Reader
from rules.limit_reading import read_limit
from rules.reading import BookFile, suggest
from rules.tables import Copied, Field, Row
from rules.types import NUMBERS

SOURCE = re.compile(r"\S+ 第[一二三四五六七八九十百]+条(、\S+ 第[一二三四五六七八九十百]+条)*")
MOST_ROWS = 2_000
"""More rows than a person can answer for are refused; the proofs are exact up to here."""

_REQUIRED = ("id", "when", "then", "reason", "source")
_OPTIONAL = ("origin", "effective_from", "effective_to")


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one file."""

    file: BookFile
    conditions: Reader
    outputs: Mapping[str, Field]

    def rows(self) -> tuple[Row, ...]:
        """All rows; raises `MalformedBook` for the first mistake."""
        listed = self.file.data["rows"]
        if not isinstance(listed, list) or not listed:
            self.file.fail("rows 里没有行", "每行以「- id: 名称」开头", ("rows",))
        if len(listed) > MOST_ROWS:
            problem = f"有 {len(listed)} 行，超过 {MOST_ROWS} 行"
            remedy = "请合并条件相近的行；一个条件可以列出多个取值"
            self.file.fail(problem, remedy, ("rows",))
        lines = self.file.lines_under("rows")
        seen: dict[str, int] = {}
        rows = []
        for index, data in enumerate(listed):
            row = self._row(data, ("rows", index), lines[index])
            if row.id in seen:
                remedy = f"第 {seen[row.id] + 1} 行和第 {index + 1} 行请用不同的 id"
                self.file.fail(f"行 id「{row.id}」重复", remedy, ("rows", index), row.id)
            seen[row.id] = index
            rows.append(row)
        return tuple(rows)

    def _row(self, data: object, path: Path, line: int) -> Row:
        name = data.get("id") if isinstance(data, dict) else None
        row_id = name if isinstance(name, str) else f"第 {int(path[1]) + 1} 行"
        row = self.file.check_keys(data, _REQUIRED, _OPTIONAL, path, row_id)
        self.file.check_texts(row, ("id", "reason", "source", "origin"), path, row_id)
        if not SOURCE.fullmatch(row["source"]):
            remedy = "请写成「pol-grading 第三条」，多处用顿号隔开"
            self.file.fail(f"依据「{row['source']}」写法不对", remedy, (*path, "source"), row_id)
        self.file.check_dates(row, path, row_id)
        self._check_within_table(row, path, row_id)
        self._check_reason(row["reason"], (*path, "reason"), row_id)
        return Row(
            id=row_id,
            rule=f"{self.file.data['id']}/{row_id}",
            alternatives=self.conditions.alternatives(row["when"], (*path, "when"), row_id),
            then=self._then(row["then"], (*path, "then"), row_id),
            reason=row["reason"],
            source=row["source"],
            origin=row.get("origin", ""),
            effective_from=row.get("effective_from"),
            effective_to=row.get("effective_to"),
            line=line,
        )

    def _check_within_table(self, row: Mapping[str, Any], path: Path, row_id: str) -> None:
        table = self.file.data
        begins, ends = row.get("effective_from"), row.get("effective_to")
        until = table.get("effective_to")
        for key, day in (("effective_from", begins), ("effective_to", ends)):
            if day is None:
                continue
            if day < table["effective_from"] or (until is not None and day > until):
                problem = f"{key} {day} 不在这张表的有效期内"
                remedy = f"这张表自 {table['effective_from']} 起" + (f"到 {until}" if until else "")
                self.file.fail(problem, remedy, (*path, key), row_id)

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
                limits = all(one.type == "limit" for one in self.outputs.values())
                what = "未知的时限节点" if limits else "未知的输出"
                remedy = suggest(str(name), self.outputs)
                self.file.fail(f"{what}「{name}」", remedy, (*path, name), row)
            result[name] = self._value(self.outputs[name], value, (*path, name), row)
        return MappingProxyType(result)

    def _value(self, column: Field, value: Any, path: Path, row: str) -> Any:
        if column.type == "limit":
            return read_limit(self.file, value, path, row)
        if column.type == "facts":
            return self._facts(value, path, row)
        if isinstance(value, str) and value.startswith("=") and column.type == "enum":
            return self._copied(column, value[1:], path, row)
        if column.type == "enum":
            self.conditions.code(column.group, value, path, row)
        elif column.type == "number" and (
            type(value) is bool or not isinstance(value, int | float)
        ):
            self.file.fail(f"「{value}」不是数", "请写数字，不要带单位", path, row)
        elif column.type == "boolean" and not isinstance(value, bool):
            self.file.fail(f"「{value}」不是 true 或 false", "请写 true 或 false", path, row)
        elif column.type == "text" and not isinstance(value, str):
            self.file.fail(f"「{value}」不是文字", "请加上引号", path, row)
        return value

    def _copied(self, column: Field, name: str, path: Path, row: str) -> Copied:
        given = self.conditions.inputs.get(name)
        if given is None or given.group != column.group:
            alike = [
                one.name for one in self.conditions.inputs.values() if one.group == column.group
            ]
            self.file.fail(f"「={name}」不是同类的输入", suggest(name, alike), path, row)
        return Copied(name)

    def _facts(self, value: object, path: Path, row: str) -> Mapping[str, Any]:
        known = ("signals", *NUMBERS)
        facts = dict(self.file.check_keys(value, (), known, path, row))
        if "signals" in facts:
            listed, place = facts["signals"], (*path, "signals")
            facts["signals"] = self.conditions.signal_codes(listed, place, row)
        for name in known[1:]:
            if type(facts.get(name, 0)) is not int:
                self.file.fail(f"{name} 应当是整数", "请写数字", (*path, name), row)
        return MappingProxyType(facts)
