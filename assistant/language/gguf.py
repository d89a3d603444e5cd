"""A GGUF file that this machine runs itself, in a process of its own or in this one."""

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import LanguageModelError, LanguageModelUnavailable, ServerUnreachable
from assistant.language.gguf_server import Options, serve
from assistant.language.settings import LanguageModelSettings
from assistant.language.state import State
from assistant.language.types import Health, Status
from assistant.language.url_server import MISSING_EXTRA

if TYPE_CHECKING:
    from assistant.language.connection import Connection

_MOST_CRASHES = 5  # in a row while loading, before nothing more is tried
_FIRST_PAUSE_SECONDS = 0.25
_RECHECK_SECONDS = 1.0
_END_SECONDS = 5.0


class GgufServer:
    """Loads in the background; a process of its own that crashes is started again.

    `path` finds the file and may raise LanguageModelUnavailable.
    """

    def __init__(
        self, settings: LanguageModelSettings, name: str, path: Callable[[], Path]
    ) -> None:
        self._settings, self._name, self._path = settings, name, path
        self._state = State()
        self._lock = threading.RLock()
        self._started = False
        self._closed = threading.Event()
        self._connection: Connection | None = None
        self._process: subprocess.Popen[str] | None = None
        self._native: Any = None

    def start(self) -> None:
        with self._lock:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._run, name="language-model-start", daemon=True).start()

    def connection(self) -> "Connection":
        health, connection = self._state.health, self._connection
        if not health.ok or connection is None:
            raise LanguageModelUnavailable(health.reason)
        return connection

    def heard(self, connection: "Connection", error: LanguageModelError | None) -> None:
        """A broken connection is the first sign of a crash: nobody is sent there meanwhile."""
        with self._lock:
            if not isinstance(error, ServerUnreachable) or connection is not self._connection:
                return
            self._state.set(Status.STARTING, "模型进程没有应答，正在查看")
        timer = threading.Timer(_RECHECK_SECONDS, self._still_there, (connection,))
        timer.daemon = True
        timer.start()

    def health(self) -> Health:
        return self._state.health

    def wait_until_ready(self, seconds: float) -> Health:
        return self._state.wait(seconds)

    def close(self) -> None:
        self._closed.set()
        self._state.close()
        with self._lock:
            process, self._native = self._process, None
        if process is not None:
            process.kill()
            process.wait(_END_SECONDS)

    def _run(self) -> None:
        try:
            path = self._path()
            # loaded before the model is: an import that fails needs no model
            import xllamacpp  # noqa: F401

            from assistant.language.connection import Connection as _  # noqa: F401
        except LanguageModelError as error:
            self._state.set(Status.FAILED, str(error))
        except ImportError:
            self._state.set(Status.FAILED, MISSING_EXTRA)
        else:
            if self._settings.own_process:
                self._supervise(path)
            else:
                self._load_here(path)

    def _load_here(self, path: Path) -> None:
        options = self._options(path)
        try:
            native, address = serve(options)
        except Exception as error:  # the library raises what it likes
            self._cannot_load(path, str(error))
            return
        with self._lock:
            if not self._closed.is_set():
                self._native = native
                self._open(address, options.api_key)

    def _supervise(self, path: Path) -> None:
        crashes = 0
        while not self._closed.wait(_FIRST_PAUSE_SECONDS * 2.0**crashes if crashes else 0.0):
            options = self._options(path)
            process = self._spawn()
            if process is None:
                return
            with _pipes_of(process):
                answer = _handshake(process, options)
                if "address" in answer:
                    crashes = 0
                    self._open(answer["address"], options.api_key)
                process.wait()
            if "error" in answer:
                self._cannot_load(path, answer["error"])
                return
            with self._lock:
                self._connection = None
                self._state.set(Status.STARTING, "模型进程意外退出，正在重新启动")
            crashes += 1
            if crashes == _MOST_CRASHES:
                reason = "模型进程接连意外退出，已停用；请查看日志后重启服务"
                self._state.set(Status.FAILED, reason)
                return

    def _spawn(self) -> subprocess.Popen[str] | None:
        """The process of the next server, unless we are being closed."""
        with self._lock:
            if self._closed.is_set():
                return None
            self._process = subprocess.Popen(
                [sys.executable, "-m", "assistant.language.gguf_server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            return self._process

    def _options(self, path: Path) -> Options:
        return Options(
            str(path),
            self._settings.context,
            self._settings.threads or _cores(),
            secrets.token_hex(32),
        )

    def _open(self, address: str, key: str) -> None:
        from assistant.language.connection import Connection

        connection = Connection(
            self._settings, self._name, f"{address}/v1", key, grammar=True, is_local=True
        )
        with self._lock:
            self._connection = connection
            self._state.set(Status.READY)

    def _cannot_load(self, path: Path, why: str) -> None:
        self._state.set(
            Status.FAILED, f"模型文件 {path} 载入失败（{why}）；请核对文件，或调小 context"
        )

    def _still_there(self, connection: "Connection") -> None:
        """A process that lives on after a connection broke is good for the next request."""
        with self._lock:
            alive = self._process is None or self._process.poll() is None
            if alive and connection is self._connection:
                self._state.set(Status.READY)


def _cores() -> int:
    """Cores that this process may use: in a container fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _handshake(process: subprocess.Popen[str], options: Options) -> dict[str, str]:
    """The first line of a server, empty where it ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(options.to_line())
        process.stdin.flush()
        answer: dict[str, str] = json.loads(process.stdout.readline() or "{}")
    except (OSError, json.JSONDecodeError):
        return {}
    return answer


@contextmanager
def _pipes_of(process: subprocess.Popen[str]) -> Iterator[None]:
    """Closes both pipes at the end, also where the process left words unread."""
    try:
        yield
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
