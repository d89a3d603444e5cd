"""Reads and checks a decision table: every mistake is named with its place and its remedy."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from rules.condition_reading import Reader
from rules.inputs import REQUEST
from rules.reading import BookFile, suggest
from rules.row_reading import SOURCE, RowReader
from rules.tables import Field, Hit, Table, TableShape
from rules.vocabulary import GROUPS, Vocabulary

__all__ = ["SOURCE", "check_head", "declared_outputs", "parse_table"]

_INPUT_TYPES = ("enum", "number", "boolean", "date", "signals")
_OUTPUT_TYPES = ("enum", "number", "boolean", "text", "limit", "facts")
_HEAD = ("id", "title", "version", "effective_from", "hit", "inputs", "outputs", "rows")


def parse_table(
    file: BookFile, shape: TableShape, supplied: Mapping[str, Field], vocabulary: Vocabulary
) -> Table:
    """Check and build one table that may read the `supplied` fields.

    Raises `MalformedBook` naming the row and the remedy.
    """
    data = file.check_keys(file.data, _HEAD, ("effective_to", "priority"))
    check_head(file)
    hit = _hit(file, shape)
    _check_columns(file)
    inputs = {name: _input(file, name, supplied, vocabulary) for name in data["inputs"]}
    outputs = declared_outputs(file, shape, vocabulary)
    reader = RowReader(file, Reader(file, MappingProxyType(inputs), vocabulary), outputs)
    return Table(
        id=data["id"],
        title=data["title"],
        version=data["version"],
        effective_from=data["effective_from"],
        effective_to=data.get("effective_to"),
        hit=hit,
        inputs=inputs,
        outputs=outputs,
        rows=reader.rows(),
        priority=_priority(file, hit, outputs, vocabulary),
        file=file.name,
    )


def check_head(file: BookFile) -> None:
    """Check what every file of the rulebook begins with: id, version, dates of validity."""
    data = file.data
    file.check_texts(data, ("id", "title", "version"))
    stem = file.name.rsplit(".", 1)[0]
    if data["id"] != stem:
        file.fail(f"id「{data['id']}」与文件名不符", f"请改为 id: {stem}", ("id",))
    file.check_dates(data, ())


def _hit(file: BookFile, shape: TableShape) -> Hit:
    given = file.data["hit"]
    if given not in tuple(Hit):
        file.fail(f"不认识的取舍规则「{given}」", suggest(str(given), tuple(Hit)), ("hit",))
    if given not in shape.hits:
        problem = f"这张表的 hit 不能是「{given}」"
        file.fail(problem, f"可用的有 {'、'.join(shape.hits)}", ("hit",))
    return Hit(given)


def _check_columns(file: BookFile) -> None:
    for part in ("inputs", "outputs"):
        if not isinstance(file.data[part], dict):
            file.fail(f"{part} 应当是「名称: 类型」的形式", "没有就写 {}", (part,))


def _priority(
    file: BookFile, hit: Hit, outputs: Mapping[str, Field], vocabulary: Vocabulary
) -> tuple[str | int, ...]:
    """The order of values under `priority`: every code of the first output, once."""
    listed = file.data.get("priority")
    if hit is not Hit.PRIORITY:
        if listed is not None:
            file.fail("priority 只用于 hit: priority", "请删去 priority 或改 hit", ("priority",))
        return ()
    first = next(iter(outputs.values()))
    codes = vocabulary.codes(first.group) if first.type == "enum" else ()
    if not isinstance(listed, list) or sorted(map(str, listed)) != sorted(map(str, codes)):
        remedy = f"请从高到低列出全部取值，如 priority: [{', '.join(map(str, codes))}]"
        file.fail(f"priority 应当列出 {first.name} 的每个取值各一次", remedy, ("priority",))
    return tuple(listed)


def declared_outputs(file: BookFile, shape: TableShape, vocabulary: Vocabulary) -> dict[str, Field]:
    """The declared outputs; of a table that the program knows exactly those it reads."""
    for name in shape.outputs:
        if name not in file.data["outputs"]:
            file.fail(f"缺少输出 {name}", f"请在 outputs 里声明 {name}", ("outputs",))
    if not file.data["outputs"]:
        file.fail("outputs 是空的", "请声明这张表给出什么", ("outputs",))
    for name in file.data["outputs"]:
        if shape.outputs and name not in shape.outputs:
            remedy = suggest(str(name), shape.outputs)
            file.fail(f"这张表没有输出「{name}」", remedy, ("outputs", name))
        if name in REQUEST:
            problem = f"输出「{name}」与来件的事实同名"
            file.fail(problem, "请给输出换一个名称", ("outputs", name))
    return {
        name: _declared(file, ("outputs", name), _OUTPUT_TYPES, vocabulary)
        for name in file.data["outputs"]
    }


def _input(
    file: BookFile, name: str, supplied: Mapping[str, Field], vocabulary: Vocabulary
) -> Field:
    """A declared input with what the program knows of it; its type must be the program's."""
    path = ("inputs", name)
    given = supplied.get(name)
    if given is None:
        file.fail(f"这张表没有输入「{name}」", suggest(name, supplied), path)
    declared = _declared(file, path, _INPUT_TYPES, vocabulary)
    if (declared.type, declared.group) != (given.type, given.group):
        of = f", of: {given.group}" if given.group else ""
        problem = f"输入 {name} 的类型不是「{declared.type}」"
        file.fail(problem, f"请写成 {{type: {given.type}{of}}}", path)
    return replace(
        given, label=declared.label or given.label or name, unit=declared.unit or given.unit
    )


def _declared(
    file: BookFile, path: tuple[str, str], types: tuple[str, ...], vocabulary: Vocabulary
) -> Field:
    """Check the declaration of a column such as `{type: enum, of: kinds}`."""
    spec = file.check_keys(file.data[path[0]][path[1]], ("type",), ("of", "unit", "label"), path)
    file.check_texts(spec, ("type", "of", "unit", "label"), path)
    if spec["type"] not in types:
        remedy = suggest(spec["type"], types)
        file.fail(f"不认识的类型「{spec['type']}」", remedy, (*path, "type"))
    if spec["type"] == "enum" and spec.get("of") not in vocabulary.groups:
        remedy = suggest(str(spec.get("of")), GROUPS)
        file.fail(f"enum 的 of「{spec.get('of')}」不在词汇表里", remedy, path)
    label, group = spec.get("label", ""), spec.get("of", "")
    return Field(path[1], spec["type"], label, group, spec.get("unit", ""))


def is_table(file: BookFile) -> bool:
    """Whether a file of another name looks like a table of the company's own."""
    return "rows" in file.data and "outputs" in file.data
