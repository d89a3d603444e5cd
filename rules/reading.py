"""Reads a YAML file of the rulebook, strictly, and finds lines for messages.

Stricter than YAML: a key given twice and an impossible date are errors.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from rules.errors import BookMissing, MalformedBook

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]

LARGEST_BYTES = 4_000_000


class _StrictLoader(_BaseLoader):
    """The safe loader, refusing duplicate keys and impossible dates with their line."""


def _strict_mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int):
            raise _Mistake(key_node, "这里的键只能是文字", "请检查冒号和缩进")
        if key in result:
            raise _Mistake(key_node, f"「{key}」写了两次", "请删去一处")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _strict_date(loader: Any, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        raise _Mistake(node, f"日期 {node.value} 不存在", "请写真实的日期，如 2026-01-31") from None


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _strict_mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _strict_date)


class _Mistake(Exception):
    def __init__(self, node: yaml.Node, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = node.start_mark.line + 1, problem, remedy


@dataclass(frozen=True)
class BookFile:
    """A file as read: `data` its content, `text` the original for finding lines."""

    name: str
    text: str
    data: dict[Any, Any]

    def fail(
        self, problem: str, remedy: str, path: Iterable[str | int] = (), row: str | None = None
    ) -> NoReturn:
        """Raise `MalformedBook` at the place `path` (keys and indices from the top)."""
        raise MalformedBook(self.name, problem, remedy, self.line_of(path), row)

    def line_of(self, path: Iterable[str | int]) -> int:
        """The line (1-based) of the deepest part of `path` that exists."""
        node = yaml.compose(self.text, Loader=_BaseLoader)
        line = node.start_mark.line + 1 if node else 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def lines_under(self, key: str) -> list[int]:
        """The line (1-based) of every item of the list under a key of the top level."""
        node = _child(yaml.compose(self.text, Loader=_BaseLoader), key)
        if node is None or not isinstance(node[1], yaml.SequenceNode):
            return []
        return [item.start_mark.line + 1 for item in node[1].value]

    def check_dates(
        self,
        mapping: Mapping[Any, Any],
        path: tuple[str | int, ...],
        row: str | None = None,
    ) -> None:
        """Raise `MalformedBook` unless `effective_from` and `effective_to` are days in order."""
        for key in ("effective_from", "effective_to"):
            if mapping.get(key) is not None and type(mapping[key]) is not date:
                problem = f"{key}「{mapping[key]}」不是日期"
                self.fail(problem, "请写成 2026-01-31 这样的日期", (*path, key), row)
        begins, ends = mapping.get("effective_from"), mapping.get("effective_to")
        if begins is not None and ends is not None and ends < begins:
            remedy = "请检查 effective_from 和 effective_to"
            self.fail("失效日期早于生效日期", remedy, (*path, "effective_to"), row)

    def check_texts(
        self,
        mapping: Mapping[Any, Any],
        keys: Iterable[str],
        path: tuple[str | int, ...] = (),
        row: str | None = None,
    ) -> None:
        """Raise `MalformedBook` unless each of `keys`, where given, is non-empty text."""
        for key in keys:
            value = mapping.get(key)
            if value is not None and (not isinstance(value, str) or not value.strip()):
                problem = f"{key} 应当是文字"
                self.fail(problem, f"请给 {key} 的值加上引号", (*path, key), row)

    def check_keys(
        self,
        mapping: object,
        required: Collection[str],
        optional: Collection[str] = (),
        path: tuple[str | int, ...] = (),
        row: str | None = None,
    ) -> dict[Any, Any]:
        """The mapping, when it has all required keys and no unknown one; else `MalformedBook`."""
        if not isinstance(mapping, dict):
            self.fail("这里应当是「键: 值」的形式", f"应有 {'、'.join(required)}", path, row)
        for key in required:
            if mapping.get(key) is None:
                self.fail(f"缺少 {key}", f"请补上 {key}", path, row)
        for key in mapping:
            if key not in required and key not in optional:
                known = [*required, *optional]
                self.fail(f"不认识的键「{key}」", suggest(str(key), known), (*path, key), row)
        return mapping


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child.start_mark.line + 1, child
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    return None


def nodes_of(text: str) -> yaml.Node | None:
    """The nodes of a YAML text that can be read, with their places."""
    return yaml.compose(text, Loader=_BaseLoader)


def suggest(word: str, known: Collection[str]) -> str:
    """A remedy in words: the known words that look most like `word`, or all of them."""
    close = difflib.get_close_matches(word, [str(item) for item in known], n=3, cutoff=0.5)
    if close:
        return f"是不是 {'、'.join(close)}"
    if not known:
        return "请删去"
    return f"可用的有 {'、'.join(str(item) for item in known)}"


def read_book_file(path: Path) -> BookFile:
    """Read one YAML file (UTF-8, a mapping at the top); raises `MalformedBook`, `BookMissing`."""
    raw = _bytes_of(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedBook(path.name, "不是 UTF-8 编码", "请用 UTF-8 编码另存后再试") from None
    return parse_book_text(path.name, text)


def parse_book_text(name: str, text: str) -> BookFile:
    """A file of the rulebook from its text; raises `MalformedBook`."""
    return BookFile(name, text, _parse(name, text))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise MalformedBook(path.name, "文件超过 4 MB", "请确认放的是规则表，或拆小后再试")
        return path.read_bytes()
    except OSError as error:
        raise BookMissing(f"读不了规则文件 {path}（{error.strerror}）；请检查文件和权限") from None


def _parse(name: str, text: str) -> dict[Any, Any]:
    try:
        data = yaml.load(text, Loader=_StrictLoader)
    except _Mistake as mistake:
        raise MalformedBook(name, mistake.problem, mistake.remedy, mistake.line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        remedy = "请检查这一行前后的缩进、冒号后的空格、引号和括号"
        raise MalformedBook(name, "YAML 写法有误", remedy, line) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        remedy = "请检查有没有乱码或不可见字符"
        raise MalformedBook(name, "YAML 读不出来", remedy) from None
    if not isinstance(data, dict):
        problem = "文件是空的" if data is None else "最外层应当是「键: 值」的形式"
        raise MalformedBook(name, problem, "请对照自带的同名文件填写", 1)
    return data
