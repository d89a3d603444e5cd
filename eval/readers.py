"""Evaluation inputs: JSON lines of fixed shapes, refused with file, line and remedy when off."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant.types import Location
from rules.types import Kind, Tier

PLACE_FIELDS = ("building", "unit", "floor", "room", "place")


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
    """Labels of one message. `*_alt` is a second defensible one.

    `tier` is None where nobody labelled it, `in_scope` where it is disputed; `location` and
    `details` (`contact`, `wished`: the words) are None where they are not judged. `group` is the
    set that the message is from.
    """

    id: str
    kind: str
    kind_alt: str | None
    department: str
    department_alt: str | None
    category: str | None
    tier: str | None
    tier_alt: str | None
    in_scope: bool | None
    style: str = "plain"
    location: Location | None = None
    details: Mapping[str, str] | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """A message with the signals that its words prove (`present`) or must not give (`absent`)."""

    id: str
    text: str
    present: frozenset[str]
    absent: frozenset[str]
    style: str = "plain"


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


def read_examples(path: Path) -> tuple[dict[str, str], list[LabelLine]]:
    """Texts by id and labels of a file of example messages, which number their lines.

    `in_scope` is true where the line leaves it out.
    """
    texts, labels = {}, []
    for number, value in enumerate(json_lines(path, ("text", "kind", "department")), 1):
        label = _label({"id": f"{path.stem}-{number}", "in_scope": True, "tier": None, **value})
        texts[label.id] = str(value["text"])
        labels.append(replace(label, group=path.stem))
    return texts, labels


def read_emergencies(path: Path) -> list[EmergencyLine]:
    """The messages of a YAML suite: `messages`, each `{text, present, absent, style?}`."""
    import yaml

    if not path.is_file():
        raise EvalInputError(f"没有找到文件 {path}；请核对路径。")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        raise EvalInputError(f"{path} 不是合法的 YAML({first})；请改正。") from error
    rows = content.get("messages") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise EvalInputError(f"{path} 里没有 messages 列表；请把来件逐条列在它下面。")
    return [_emergency(row, f"{path.stem}-{number}", path) for number, row in enumerate(rows, 1)]


def _emergency(row: Any, identity: str, path: Path) -> EmergencyLine:
    wanted = ("text", "present", "absent")
    if not isinstance(row, dict) or any(name not in row for name in wanted):
        raise EvalInputError(
            f"{path} 的来件 {identity} 要有 text、present、absent 三项；请补上(没有就写 [])。"
        )
    present, absent = (frozenset(map(str, row[name] or ())) for name in wanted[1:])
    if both := sorted(present & absent):
        raise EvalInputError(
            f"{path} 的来件 {identity} 把 {both[0]} 同时列为有和没有；请删去一处。"
        )
    return EmergencyLine(identity, str(row["text"]), present, absent, row.get("style") or "plain")


def _label(value: dict[str, Any]) -> LabelLine:
    place = value.get("location")
    return LabelLine(
        id=str(value["id"]),
        kind=str(_known(value["kind"], Kind, "类型", value["id"])),
        kind_alt=value.get("kind_alt"),
        department=str(value["department"]),
        department_alt=value.get("department_alt"),
        category=value.get("category"),
        tier=_known(value["tier"], Tier, "紧急程度", value["id"]),
        tier_alt=_known(value.get("tier_alt"), Tier, "紧急程度", value["id"]),
        in_scope=value.get("in_scope"),
        style=str(value.get("style") or "plain"),
        location=None if place is None else Location(**{f: place.get(f) for f in PLACE_FIELDS}),
        details=value.get("details"),
    )


def _known(name: str | None, codes: type[StrEnum], what: str, identity: object) -> str | None:
    """The code itself. Raises EvalInputError for one that the vocabulary does not have."""
    if name is not None and name not in set(codes):
        raise EvalInputError(
            f"标签 {identity} 的{what} {name} 不认识；请用 {'、'.join(codes)} 之一。"
        )
    return name
