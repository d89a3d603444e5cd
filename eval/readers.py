"""Evaluation inputs: JSON lines of fixed shapes, refused with file, line and remedy when off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class EvalInputError(Exception):
    """An evaluation file cannot be used: correct it where the message says."""


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """A passage to be found: `{id, text, title?}`."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A question with the ids of the passages that answer it: `{id, question, relevant}`."""

    id: str
    question: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelLine:
    """Labels of one message; `*_alt` is a second defensible one, `in_scope` None when disputed."""

    id: str
    kind: str
    kind_alt: str | None
    department: str
    department_alt: str | None
    category: str | None
    tier: str
    tier_alt: str | None
    in_scope: bool | None


def json_lines(path: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, each holding the required fields."""
    if not path.is_file():
        raise EvalInputError(f"没有找到文件 {path}；请核对路径。")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _object(line, required, f"{path} 第{number}行")


def _object(line: str, required: tuple[str, ...], where: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvalInputError(
            f"{where}不是合法的 JSON({error.msg})；请改成一行一个对象。"
        ) from error
    missing = [name for name in required if not isinstance(value, dict) or name not in value]
    if missing:
        raise EvalInputError(f"{where}缺少字段 {'、'.join(missing)}；请补上。")
    return dict(value)


def read_corpus(path: Path) -> list[CorpusLine]:
    return [
        CorpusLine(str(v["id"]), str(v["text"]), str(v.get("title") or ""))
        for v in json_lines(path, ("id", "text"))
    ]


def read_queries(path: Path) -> list[QueryLine]:
    return [
        QueryLine(str(v["id"]), str(v["question"]), tuple(str(r) for r in v["relevant"]))
        for v in json_lines(path, ("id", "question", "relevant"))
    ]


def read_messages(path: Path) -> dict[str, str]:
    return {str(v["id"]): str(v["text"]) for v in json_lines(path, ("id", "text"))}


def read_labels(path: Path) -> list[LabelLine]:
    return [_label(v) for v in json_lines(path, ("id", "kind", "department", "tier"))]


def _label(value: dict[str, Any]) -> LabelLine:
    return LabelLine(
        id=str(value["id"]),
        kind=str(value["kind"]),
        kind_alt=value.get("kind_alt"),
        department=str(value["department"]),
        department_alt=value.get("department_alt"),
        category=value.get("category"),
        tier=str(value["tier"]),
        tier_alt=value.get("tier_alt"),
        in_scope=value.get("in_scope"),
    )
