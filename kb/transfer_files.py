"""The files of an export: one document with its passages as readable JSON, and the manifest.

Values are written by the fields of their dataclasses, so a field that is added to a document or
a passage is exported without a word here. Texts of passages are lists of lines, so that a change
of one line is one line of difference. The same values always give the same bytes.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from kb.errors import InputError
from kb.types import Chunk, Document

MANIFEST = "manifest.json"
FOLDER = "documents"
FORMAT = "guanjia-knowledge-base"
FORMAT_VERSION = 1
_PLAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
# names that Windows keeps for itself, with any ending
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")

Item = tuple[Document, Sequence[Chunk]]


class ExportFault(Exception):
    """What is wrong with one file of an export, as the end of a line for people."""


def digest(data: bytes) -> str:
    """SHA-256 (hex)."""
    return hashlib.sha256(data).hexdigest()


def file_name(document: Document) -> str:
    """Where a document's file goes: different documents never share a name on any system."""
    name = document.id
    if not _PLAIN_NAME.fullmatch(name) or _RESERVED.match(name):
        readable = re.sub(r"[^a-z0-9]+", "-", quote(name, safe="", errors="replace").lower())
        name = f"{readable[:60].strip('-')}~{digest(name.encode(errors='replace'))[:16]}"
    return f"{FOLDER}/{document.type.value}/{name}.json"


def document_bytes(document: Document, chunks: Sequence[Chunk]) -> bytes:
    """One document's file. Raises InputError for a text that cannot be written as UTF-8."""
    passages = [_lined(_plain(chunk)) for chunk in chunks]
    return _json_bytes({"document": _plain(document), "passages": passages}, document.id)


def _plain(value: Document | Chunk) -> dict[str, Any]:
    """A value by its fields, in their order; mappings by their keys."""
    kind: Any = type(value)
    plain: dict[str, Any] = _adapter(kind).dump_python(value, mode="json")
    return {field.name: _sorted(plain[field.name]) for field in dataclasses.fields(value)}


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return value


def _lined(passage: dict[str, Any]) -> dict[str, Any]:
    return {**passage, "text": passage["text"].split("\n")}


def _json_bytes(value: Any, name: str) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
        return f"{text}\n".encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"资料 {name!r} 里有不完整的字符（代理码位），不能导出：请重新收录它的原文件。"
        ) from error


def read_document(data: bytes) -> tuple[Document, list[Chunk]]:
    """The document of a file. Raises ExportFault when it is not what this program writes."""
    content = read_json(data)
    if not isinstance(content, dict) or set(content) != {"document", "passages"}:
        raise ExportFault("应该只有 document 和 passages 两部分")
    passages = content["passages"]
    if not isinstance(passages, list):
        raise ExportFault("passages 应该是列表")
    document = _value(Document, content["document"], "document")
    chunks = [
        _value(Chunk, _joined(passage, number), f"第 {number} 个段落")
        for number, passage in enumerate(passages, 1)
    ]
    _check_together(document, chunks)
    return document, chunks


def read_json(data: bytes) -> Any:
    """The content of a JSON file. Raises ExportFault."""
    try:
        return json.loads(data.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ExportFault("不是 UTF-8 文本") from error
    except json.JSONDecodeError as error:
        raise ExportFault(f"不是合法的 JSON（第 {error.lineno} 行）") from error
    except RecursionError as error:
        raise ExportFault("嵌套层数太多") from error


def _no_constant(name: str) -> Any:
    raise ExportFault(f"里有不能用的数 {name}")


def _joined(passage: Any, number: int) -> Any:
    if not isinstance(passage, dict):
        raise ExportFault(f"第 {number} 个段落应该是「字段: 值」的形式")
    lines = passage.get("text")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ExportFault(f"第 {number} 个段落的 text 应该是一行行文字的列表")
    if any("\n" in line for line in lines) or not lines:
        raise ExportFault(f"第 {number} 个段落的 text 每一项应该正好是一行")
    return {**passage, "text": "\n".join(lines)}


@lru_cache(maxsize=8)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _value(kind: Any, content: Any, where: str) -> Any:
    """A dataclass from its fields: none missing, none unknown, each of its exact type."""
    if not isinstance(content, dict):
        raise ExportFault(f"的 {where} 应该是「字段: 值」的形式")
    names = [field.name for field in dataclasses.fields(kind)]
    if unknown := [name for name in content if name not in names]:
        raise ExportFault(f"的 {where} 里有本程序不认识的字段 {unknown[0]}；可能由更新的版本导出")
    if missing := [name for name in names if name not in content]:
        raise ExportFault(f"的 {where} 里缺少字段 {missing[0]}；可能由更早的版本导出")
    try:
        # JSON, because in it a date or an enumeration is what was written; strict all the same
        value = _adapter(kind).validate_json(json.dumps(content, ensure_ascii=False), strict=True)
        again = _plain(value)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ExportFault(f"的 {where} 里字段 {place} 的值不可用") from error
    except UnicodeEncodeError as error:
        raise ExportFault(f"的 {where} 里有不完整的字符（代理码位）") from error
    for name in names:
        if again[name] != content[name]:
            raise ExportFault(f"的 {where} 里字段 {name} 的值不可用")
    return value


def _check_together(document: Document, chunks: Sequence[Chunk]) -> None:
    seen: set[str] = set()
    for number, chunk in enumerate(chunks, 1):
        if chunk.document_id != document.id or chunk.type != document.type:
            raise ExportFault(f"的第 {number} 个段落不属于资料 {document.id}")
        if chunk.id in seen:
            raise ExportFault(f"的第 {number} 个段落与前面的编号相同（{chunk.id}）")
        seen.add(chunk.id)


def manifest_bytes(files: Mapping[str, tuple[str, int]]) -> bytes:
    """The manifest: `files` maps each file to its SHA-256 and its number of passages."""
    content = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "documents": len(files),
        "passages": sum(count for _, count in files.values()),
        "files": {
            name: {"sha256": files[name][0], "passages": files[name][1]} for name in sorted(files)
        },
    }
    return _json_bytes(content, MANIFEST)


def read_manifest(data: bytes) -> dict[str, tuple[str, int]]:
    """File → SHA-256 and number of passages. Raises ExportFault."""
    content = read_json(data)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ExportFault("不是知识库导出的清单")
    if content.get("version") != FORMAT_VERSION:
        raise ExportFault(
            f"的格式版本是 {content.get('version')}，本程序只认 {FORMAT_VERSION}；"
            "请使用导出它的程序版本"
        )
    files = content.get("files")
    if not isinstance(files, dict):
        raise ExportFault("缺少 files")
    listed = {}
    for name, entry in files.items():
        valid = isinstance(entry, dict) and set(entry) == {"sha256", "passages"}
        if not valid or not _is_inside(name):
            raise ExportFault(f"里 {name} 一项不可用")
        listed[name] = (str(entry["sha256"]), entry["passages"])
    if manifest_bytes(listed) != data:
        raise ExportFault("被改动过，数目或写法与内容不符；请重新导出")
    return listed


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return (
        len(parts) == 3
        and parts[0] == FOLDER
        and not any(part in ("", ".", "..") for part in parts)
    )
