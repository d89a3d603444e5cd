"""The YAML block between `---` lines at the top of a Markdown or text file."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from ingest.errors import FrontMatterError
from kb.types import DocumentType

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# A document that merely begins with a horizontal rule has no `key:` line.
_KEY_LINE = re.compile(r"^[A-Za-z_][\w-]*[ \t]*:", re.MULTILINE)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
DATE_FIELDS = ("effective_from", "effective_to")


def split(text: str) -> tuple[Mapping[str, Any], str]:
    """The checked front matter (empty when there is none) and the body.

    Raises `FrontMatterError` for invalid YAML, an unknown `type`, a bad `id` or a bad date.
    """
    match = _BLOCK.match(text)
    if match is None:
        first = text.lstrip("\ufeff").split("\n", 2)
        if first[0].rstrip() == "---" and len(first) > 1 and _KEY_LINE.match(first[1]):
            raise FrontMatterError("文件头缺少结尾的「---」行，请补上")
        return MappingProxyType({}), text
    if match[1].strip() and not _KEY_LINE.search(match[1]):
        return MappingProxyType({}), text
    return MappingProxyType(_load(match[1])), text[match.end() :]


def _load(block: str) -> dict[str, Any]:
    import yaml

    try:
        values = yaml.safe_load(block) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 2} 行附近" if mark else "位置不明"
        raise FrontMatterError(
            f"文件头不是有效的 YAML（{where}），请检查冒号、引号和缩进"
        ) from error
    except ValueError as error:
        # PyYAML reads dates itself and passes on what datetime says about 2026-02-30.
        raise FrontMatterError("文件头里有不存在的日期，请写成 2026-01-31 的形式") from error
    except RecursionError as error:
        raise FrontMatterError("文件头的嵌套层数太多，请改成「字段: 值」的形式") from error
    if not isinstance(values, dict):
        raise FrontMatterError("文件头应是「字段: 值」的形式，请修改")
    checked = {str(key): value for key, value in values.items()}
    _check_type(checked)
    _check_identifier(checked)
    for name in DATE_FIELDS:
        checked[name] = _as_date(name, checked.get(name))
    _check_order(checked)
    return {key: value for key, value in checked.items() if value not in (None, "")}


def _check_type(values: dict[str, Any]) -> None:
    value = values.get("type")
    if value in (None, ""):
        return
    known = [item.value for item in DocumentType]
    if value not in known:
        raise FrontMatterError(f"文件头的 type「{value}」无效，只能是 {'、'.join(known)}")


def _check_identifier(values: dict[str, Any]) -> None:
    value = values.get("id")
    if value in (None, ""):
        return
    if not _IDENTIFIER.fullmatch(str(value)):
        raise FrontMatterError(
            f"文件头的 id「{value}」无效，只能用英文字母、数字、点、下划线和连字符，最多 100 个字符"
        )
    values["id"] = str(value)


def _as_date(name: str, value: object) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise FrontMatterError(
            f"文件头的 {name}「{value}」不是有效日期，请写成 2026-01-31 的形式"
        ) from error


def _check_order(values: dict[str, Any]) -> None:
    start, end = values.get("effective_from"), values.get("effective_to")
    if start and end and end < start:
        raise FrontMatterError("文件头的 effective_to 早于 effective_from，请核对有效期")
