"""Find the files to ingest below the given paths, each with a key that is the same every run."""

import os
import stat
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import EmptyFile, FileTooLarge, InputError, UnreadableFile
from ingest.parsers import CONTAINER_ENDINGS, SUPPORTED_ENDINGS
from ingest.types import Failure, Skipped, SourceFile

Opener = Callable[[Path], bytes]
Lister = Callable[[Path], list[os.DirEntry[str]]]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files found, those left out on purpose, and the paths that could not be read."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...] = ()
    failures: tuple[Failure, ...] = ()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


def readable(name: Path | str) -> str:
    """A path's name as text: names that are not UTF-8, as old archives unpack to, are GB18030."""
    text = str(name)
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode("gb18030", errors="replace")
    return text


def discover(paths: Sequence[Path | str], lister: Lister = _entries) -> Discovery:
    """Every supported file below `paths`, in a fixed order, each file once.

    A folder's files get the key `folder/relative/path`, a single file's key is
    `parentfolder/filename`. A path that cannot be read becomes a `Failure`; the rest goes
    through. Symbolic links to folders are not followed, so that no walk runs in circles.
    """
    found: dict[str, SourceFile] = {}
    seen: dict[Path, str] = {}
    skipped: list[Skipped] = []
    failures: list[Failure] = []
    for path in map(Path, paths):
        for item in _walk_argument(path, lister):
            if isinstance(item, Skipped):
                skipped.append(item)
            elif isinstance(item, Failure):
                failures.append(item)
            elif item.path in seen:
                continue
            elif item.key in found:
                failures.append(same_key(item, found[item.key]))
            else:
                found[item.key] = item
                seen[item.path] = item.key
    return Discovery(tuple(found.values()), tuple(skipped), tuple(failures))


def place_of(source: SourceFile) -> str:
    """Where a source lies on the disk; what is inside a file lies below it."""
    place = readable(source.path)
    return f"{place}/{source.inside}" if source.inside else place


def with_known_keys(files: Sequence[SourceFile], known: Container[str]) -> list[SourceFile]:
    """The files, each under the longest of the `known` keys that its path ends with.

    So a file given by itself, or with a folder inside, is the document that went in with the
    whole folder, and not a second one beside it.
    """
    taken = {source.key for source in files}
    found = []
    for source in files:
        key = _longest_known(source, known)
        if key not in taken:
            taken.add(key)
            source = replace(source, key=key)
        found.append(source)
    return found


def _longest_known(source: SourceFile, known: Container[str]) -> str:
    parts = place_of(source).strip("/").split("/")
    longer = ("/".join(parts[i:]) for i in range(len(parts) - source.key.count("/") - 1))
    return next((key for key in longer if key in known), source.key)


def same_key(item: SourceFile, other: SourceFile) -> Failure:
    """The line for two files that would be one document."""
    if item.path == other.path:
        where = readable(item.path.name)
        message = f"「{item.key}」在「{where}」里出现了两次，只收第一个，请改名或改编号"
        return Failure(item.key, message)
    places = f"{readable(other.path)} 与 {readable(item.path)}"
    message = f"两个不同的文件得到同一来源名「{item.key}」（{places}），请改文件夹名后再导入"
    return Failure(readable(item.path), message)


def _walk_argument(path: Path, lister: Lister) -> Iterator[SourceFile | Skipped | Failure]:
    name = readable(path)
    try:
        resolved = path.expanduser().resolve()
        mode = resolved.stat().st_mode
    except FileNotFoundError:
        yield Failure(name, f"找不到「{name}」，请检查路径")
        return
    except PermissionError:
        yield Failure(name, f"没有权限读取「{name}」，请检查文件夹权限")
        return
    except (OSError, RuntimeError) as error:
        yield Failure(name, f"无法读取「{name}」：{_cause(error)}")
        return
    if stat.S_ISDIR(mode):
        yield from _walk_folder(resolved, readable(resolved.name) or "root", lister)
    else:
        key = readable(f"{resolved.parent.name or 'root'}/{resolved.name}")
        yield from _classify(resolved, key, mode)


def _walk_folder(
    folder: Path, key: str, lister: Lister
) -> Iterator[SourceFile | Skipped | Failure]:
    try:
        entries = lister(folder)
    except PermissionError:
        yield Failure(key, f"没有权限读取文件夹「{readable(folder)}」，请检查权限后再导入")
        return
    except OSError as error:
        yield Failure(key, f"无法读取文件夹「{readable(folder)}」：{_cause(error)}")
        return
    for entry in entries:
        yield from _walk_entry(entry, f"{key}/{readable(entry.name)}", lister)


def _walk_entry(
    entry: os.DirEntry[str], key: str, lister: Lister
) -> Iterator[SourceFile | Skipped | Failure]:
    try:
        if entry.name.startswith("."):
            yield Skipped(key, "隐藏文件")
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk_folder(Path(entry.path), key, lister)
        elif entry.is_symlink() and entry.is_dir():
            yield Skipped(key, "指向文件夹的链接")
        else:
            yield from _classify(Path(entry.path), key, entry.stat().st_mode)
    except FileNotFoundError:
        yield Failure(key, f"「{key}」是失效的链接，请删除或修复")
    except PermissionError:
        yield Failure(key, f"没有权限读取「{key}」，请检查权限后再导入")
    except OSError as error:
        yield Failure(key, f"无法读取「{key}」：{_cause(error)}")


def _classify(path: Path, key: str, mode: int) -> Iterator[SourceFile | Skipped | Failure]:
    ending = path.suffix.lower()
    if path.name.startswith((".", "~$")):
        yield Skipped(key, "隐藏文件" if path.name.startswith(".") else "办公软件的临时文件")
    elif not stat.S_ISREG(mode):
        yield Skipped(key, "不是普通文件")
    elif ending not in SUPPORTED_ENDINGS | CONTAINER_ENDINGS:
        yield Skipped(key, f"不支持的格式「{ending or '无后缀'}」")
    else:
        yield SourceFile(key, path)


def read(source: SourceFile, max_file_mb: int, opener: Opener = Path.read_bytes) -> bytes:
    """The bytes of one file, its size checked before it is opened.

    Raises `FileTooLarge`, `EmptyFile` or `UnreadableFile`, each with one line for people; a
    member of a container also `DamagedFile` or `EncryptedFile`.
    """
    data = _bytes(source, max_file_mb, opener) if source.load is None else source.load()
    if not data.strip():
        raise EmptyFile("文件是空的，请补充内容或移走该文件")
    return data


def too_large(size: int, max_file_mb: int) -> FileTooLarge | None:
    """The error for a file of `size` bytes, when it exceeds the limit."""
    if size <= max_file_mb * 1024 * 1024:
        return None
    return FileTooLarge(
        f"文件有 {size / 1024 / 1024:.0f} MB，超过上限 {max_file_mb} MB，"
        "请拆分文件或调大 max_file_mb"
    )


def _bytes(source: SourceFile, max_file_mb: int, opener: Opener) -> bytes:
    try:
        if error := too_large(source.path.stat().st_size, max_file_mb):
            raise error
        return opener(source.path)
    except InputError:
        raise
    except FileNotFoundError as error:
        raise UnreadableFile("文件已不存在，请重新导入") from error
    except PermissionError as error:
        raise UnreadableFile("没有权限读取该文件，请检查权限后再导入") from error
    except OSError as error:
        raise UnreadableFile(f"无法读取该文件：{_cause(error)}") from error


def _cause(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)
