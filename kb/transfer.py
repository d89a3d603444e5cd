"""The whole knowledge base as a folder of readable files, and back again, exactly.

`export_to` writes beside the target and then changes places with it. `read_export` checks every
file before anything is put, so that a damaged export changes nothing. Vectors are not exported:
they follow from the texts and the encoder, and are computed when an export is imported.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import InputError
from kb.knowledge_base import KnowledgeBase
from kb.transfer_files import (
    MANIFEST,
    ExportFault,
    Item,
    digest,
    document_bytes,
    file_name,
    manifest_bytes,
    read_document,
    read_manifest,
)
from kb.types import Chunk, Document

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Export:
    """What was read of an export; with `problems`, one line per file, nothing may be put."""

    items: tuple[tuple[Document, tuple[Chunk, ...]], ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transferred:
    """How many documents and passages were exported, or what an import did with documents."""

    documents: int
    passages: int
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


# -- out


def export_to(folder: Path, kb: KnowledgeBase, progress: Progress | None = None) -> Transferred:
    """Write everything below `folder`, replacing a former export there.

    Entries of the folder whose names begin with a dot (`.git`) stay. Raises InputError when the
    folder holds anything else, or cannot be written; then nothing has changed.
    """
    target = folder.expanduser().resolve()
    try:
        kept = _may_be_replaced(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            made = _write(beside, kb, progress or (lambda *_: None))
            # mkdtemp lets only its owner in; an export is an ordinary folder
            beside.chmod(0o777 & ~_umask())
            _change_places(beside, target, kept)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise InputError(
            f"无法导出到 {folder}（{error.strerror or error}）：请检查路径、权限和磁盘空间。"
        ) from error
    return made


def _may_be_replaced(target: Path) -> list[str]:
    """Names in the target that stay; raises InputError when it holds what is not ours."""
    if not target.exists():
        return []
    if not target.is_dir():
        raise InputError(f"{target} 是一个文件：请给一个文件夹。")
    names = sorted(os.listdir(target))
    kept = [name for name in names if name.startswith(".")]
    if kept == names:
        return kept
    if (fault := _foreign(target)) is not None:
        raise InputError(
            f"文件夹 {target} 里有不是导出的内容（{fault}）：请换一个空文件夹，或先把它移走。"
        )
    return kept


def _foreign(target: Path) -> str | None:
    """The first entry that no former export put there."""
    try:
        listed = read_manifest((target / MANIFEST).read_bytes())
    except (OSError, ExportFault):
        names = sorted(name for name in os.listdir(target) if not name.startswith("."))
        return names[0]
    for name in _present(target):
        if name != MANIFEST and name not in listed:
            return name
    return None


def _present(folder: Path) -> list[str]:
    """Files below an export as names with `/`; what begins with a dot at the top is not ours."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(".") and (not path.is_dir() or path.is_symlink()):
            found.append(name)
    return found


def _write(folder: Path, kb: KnowledgeBase, progress: Progress) -> Transferred:
    files: dict[str, tuple[str, int]] = {}
    documents = kb.documents()
    for done, document in enumerate(documents, 1):
        chunks = kb.chunks(document.id)
        data = document_bytes(document, chunks)
        name = file_name(document)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        files[name] = digest(data), len(chunks)
        progress(done, len(documents))
    # last, so that a folder without it is known to be incomplete
    (folder / MANIFEST).write_bytes(manifest_bytes(files))
    return Transferred(len(files), sum(count for _, count in files.values()))


def _change_places(beside: Path, target: Path, kept: Sequence[str]) -> None:
    """Put `beside` where `target` is; the old folder goes last."""
    if not target.exists():
        beside.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.rename(old / target.name)
    try:
        beside.rename(target)
    except BaseException:
        (old / target.name).rename(target)
        old.rmdir()
        raise
    for name in kept:
        (old / target.name / name).rename(target / name)
    shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# -- in


def read_export(folder: Path) -> Export:
    """Read and check a whole export; every file that is missing, changed or foreign is named."""
    root = folder.expanduser()
    if not root.is_dir():
        return Export(problems=(f"没有文件夹 {folder}：请检查路径。",))
    try:
        listed = read_manifest((root / MANIFEST).read_bytes())
    except OSError:
        line = f"{folder} 里没有读得到的 {MANIFEST}：它不是完整的导出，请重新导出。"
        return Export(problems=(line,))
    except ExportFault as fault:
        return Export(problems=(f"{MANIFEST} {fault}。",))
    items: list[tuple[Document, tuple[Chunk, ...]]] = []
    problems = []
    for name, (expected, count) in sorted(listed.items()):
        try:
            items.append(_read(root / name, name, expected, count))
        except ExportFault as fault:
            problems.append(f"{name} {fault}。")
    problems += [
        f"{name} 不在清单里：请移走它，或重新导出。"
        for name in _present(root)
        if name != MANIFEST and name not in listed
    ]
    problems += _twice(items)
    return Export((), tuple(problems)) if problems else Export(tuple(items))


def _read(path: Path, name: str, expected: str, count: int) -> tuple[Document, tuple[Chunk, ...]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ExportFault("不见了：请从备份恢复，或重新导出") from error
    except OSError as error:
        raise ExportFault(f"读不了（{error.strerror}）：请检查权限") from error
    if digest(data) != expected:
        raise ExportFault("与清单里的校验值不符，被改动过或已损坏：请恢复原文件，或重新导出")
    document, chunks = read_document(data)
    if len(chunks) != count:
        raise ExportFault("的段落数与清单不符：请重新导出")
    if file_name(document) != name:
        raise ExportFault(f"里是资料 {document.id}，文件名与它不符：请重新导出")
    return document, tuple(chunks)


def _twice(items: Sequence[tuple[Document, Sequence[Chunk]]]) -> list[str]:
    """Documents and passages whose ids occur in more than one file."""
    owner: dict[str, str] = {}
    problems = []
    for document, chunks in items:
        name = file_name(document)
        for key in (f"资料 {document.id}", *(f"段落 {chunk.id}" for chunk in chunks)):
            first = owner.setdefault(key, name)
            if first != name:
                problems.append(f"{name} 与 {first} 里有相同的{key}：请重新导出。")
    return problems


def import_export(
    export: Export, kb: KnowledgeBase, *, replace: bool = False, progress: Progress | None = None
) -> Transferred:
    """Put an export into the store: add and update; with `replace` also remove all else.

    What is equal already is left alone. Removing comes last, when everything else is durable.
    Raises InputError, before anything is put, when the export has problems or a passage's id
    belongs to another document of the store.
    """
    if export.problems:
        raise InputError(export.problems[0])
    items: list[Item] = []
    unchanged = 0
    for document, chunks in export.items:
        if kb.document(document.id) == document and tuple(kb.chunks(document.id)) == chunks:
            unchanged += 1
        else:
            _check_owner(document, chunks, kb)
            items.append((document, chunks))
    report = kb.put(items, progress)
    removed = 0
    if replace:
        wanted = {document.id for document, _ in export.items}
        removed = kb.remove([d.id for d in kb.documents() if d.id not in wanted])
    return Transferred(
        documents=len(export.items),
        passages=sum(len(chunks) for _, chunks in export.items),
        added=report.added,
        updated=report.updated,
        unchanged=unchanged,
        removed=removed,
    )


def _check_owner(document: Document, chunks: Sequence[Chunk], kb: KnowledgeBase) -> None:
    for chunk in chunks:
        known = kb.chunk(chunk.id)
        if known is not None and known.document_id != document.id:
            raise InputError(
                f"{file_name(document)} 的段落 {chunk.id} 在知识库里属于资料 {known.document_id}："
                "请先用 guanjia forget 移除那份资料。"
            )
