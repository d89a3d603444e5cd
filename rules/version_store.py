"""The archive on disk: versions of the rulebook kept whole, and the log of their activations.

    versions/<first 12 digits of the digest>/*.yaml   all files of a version, never changed
    log.jsonl                                         one line per activation, only added to
    lock                                              held while a version is added

A version's files are durable before the log names them, and the line in the log is what puts it in
force: a crash leaves either the version before or the new one. A line without its end was never
in force.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rules.errors import ArchiveBusy, VersionDamaged
from rules.loading import digest_of

_DIGITS = 12
_PATIENCE_SECONDS = 10
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Activation:
    """A version put in force: when (with offset), by whom, why, and after which digest.

    `shipped`: its files are those that came with the program, so the program's next version may
    replace them.
    """

    at: datetime
    by: str
    why: str
    identity: str
    digest: str
    previous: str | None
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    """The activations, oldest first, and the numbers of lines that cannot be read."""

    activations: tuple[Activation, ...] = ()
    damaged: tuple[int, ...] = ()


class VersionStore:
    """Reads and writes one archive folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions, self._log = folder / "versions", folder / "log.jsonl"

    def stamp(self) -> tuple[int, int] | None:
        """What changes with every activation, whichever process did it; None without a log."""
        try:
            found = self._log.stat()
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from adding versions. Raises `ArchiveBusy`, OSError."""
        from filelock import FileLock, Timeout

        self._versions.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "lock", timeout=_PATIENCE_SECONDS):
                yield
        except Timeout:
            raise ArchiveBusy(f"规则存档 {self.folder} 正被另一个进程占用；请稍后再试") from None

    def log(self) -> Log:
        """All activations; an unfinished last line was never one. Raises OSError."""
        try:
            raw = self._log.read_bytes()
        except FileNotFoundError:
            return Log()
        activations, damaged = [], []
        for number, line in enumerate(raw.split(b"\n")[:-1], 1):
            try:
                activations.append(_activation(json.loads(line)))
            except (ValueError, TypeError, KeyError):
                damaged.append(number)
        return Log(tuple(activations), tuple(damaged))

    def append(self, activation: Activation) -> None:
        """Put a version in force whose files are written. Call while `locked`."""
        line = asdict(activation) | {"at": activation.at.isoformat()}
        with self._log.open("ab") as file:
            file.truncate(self._finished())
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self.folder)

    def _finished(self) -> int:
        """The length of the log up to the end of its last whole line."""
        return self._log.read_bytes().rfind(b"\n") + 1

    def read(self, digest: str) -> dict[str, str]:
        """The files of a version, name to text. Raises `VersionDamaged`."""
        place = self._place(digest)
        try:
            texts = {path.name: path.read_bytes().decode() for path in sorted(place.glob("*.yaml"))}
        except (OSError, UnicodeDecodeError):
            texts = {}
        if digest_of(texts) != digest:
            problem = f"规则版本 {place.name} 的文件已损坏或缺失（{place}）"
            raise VersionDamaged(f"{problem}；请从备份恢复，或重新启用同样的规则")
        return texts

    def write(self, texts: Mapping[str, str], digest: str) -> None:
        """Keep the files of a version; damaged files of the same version are replaced.

        Call while `locked`. What a crash left unfinished is cleared first.
        """
        for left in self._versions.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        place = self._place(digest)
        if self.holds(digest):
            return
        unfinished = self._versions / f"{_UNFINISHED}{place.name}"
        unfinished.mkdir()
        for name, text in texts.items():
            with (unfinished / name).open("wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        _sync_folder(unfinished)
        if place.exists():
            place.rename(self._versions / f"{_UNFINISHED}damaged-{place.name}")
        unfinished.rename(place)
        _sync_folder(self._versions)

    def holds(self, digest: str) -> bool:
        """Whether the files of a version are there and whole."""
        try:
            self.read(digest)
        except VersionDamaged:
            return False
        return True

    def _place(self, digest: str) -> Path:
        return self._versions / digest[:_DIGITS]


def _activation(line: Mapping[str, object]) -> Activation:
    values = dict(line) | {"at": datetime.fromisoformat(str(line["at"]))}
    return Activation(**values)  # type: ignore[arg-type]


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
