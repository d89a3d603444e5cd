"""One process at a time owns a knowledge-base folder: Chroma loses data when two write."""

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kb.errors import StoreBusy


class FolderLock:
    """An operating-system lock on `folder/lock`; it vanishes with the process that holds it.

    Who holds it is written beside it, because taking a lock empties the lock's own file.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        """Take the lock, or raise StoreBusy naming the process that has it."""
        self._owner = folder / "owner.json"
        # Whoever closes the knowledge base may be another thread than the one that opened it.
        self._lock = FileLock(folder / "lock", blocking=False, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise StoreBusy(_busy(folder, _read(self._owner))) from None
        owner = {"pid": os.getpid(), "since": f"{now:%Y-%m-%d %H:%M}"}
        self._owner.write_text(json.dumps(owner), encoding="utf-8")

    def release(self) -> None:
        """Give the folder back; safe to call twice."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                self._owner.unlink()
            self._lock.release()


def _read(path: Path) -> dict[str, object]:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _busy(folder: Path, owner: dict[str, object]) -> str:
    who = (
        f"进程 {owner['pid']}，自 {owner.get('since', '?')} 起" if "pid" in owner else "另一个进程"
    )
    return f"知识库 {folder} 正被占用（{who}）：请先停止它，或改用它提供的服务接口。"
