"""An OpenAI-compatible server that somebody else runs."""

import threading
import time
from typing import TYPE_CHECKING

from assistant.errors import LanguageModelError, LanguageModelUnavailable, ServerUnreachable
from assistant.language.background import Background
from assistant.language.settings import LanguageModelSettings
from assistant.language.state import State
from assistant.language.types import Health, Status

if TYPE_CHECKING:
    from assistant.language.connection import Connection

MISSING_EXTRA = "语言模型需要附加组件；请运行 pip install 'guanjia[llm]'"
_FRESH_SECONDS = 15.0


class UrlServer:
    """Its state is asked for in the background, at most every fifteen seconds."""

    def __init__(self, settings: LanguageModelSettings, background: Background) -> None:
        self._settings, self._background = settings, background
        self._state = State()
        self._lock = threading.Lock()
        self._probed: float | None = None
        self._connection: Connection | None = None

    def start(self) -> None:
        with self._lock:
            if self._probed is not None:
                return
            self._probed = time.monotonic()
        threading.Thread(target=self._open, name="language-model-start", daemon=True).start()

    def connection(self) -> "Connection":
        """Present once the client is loaded: only a request tells whether a server is back."""
        if self._connection is None or self._state.health is State.CLOSED:
            raise LanguageModelUnavailable(self._state.health.reason)
        return self._connection

    def heard(self, _connection: "Connection", error: LanguageModelError | None) -> None:
        if error is None:
            self._state.set(Status.READY)
        elif isinstance(error, ServerUnreachable):
            self._state.set(Status.FAILED, str(error))

    def health(self) -> Health:
        with self._lock:
            stale = self._probed is not None and time.monotonic() - self._probed > _FRESH_SECONDS
            if stale:
                self._probed = time.monotonic()
        if stale and self._connection is not None:
            self._ask(self._connection)
        return self._state.health

    def wait_until_ready(self, seconds: float) -> Health:
        return self._state.wait(seconds)

    def close(self) -> None:
        self._state.close()

    def _open(self) -> None:
        try:
            from assistant.language.connection import Connection
        except ImportError:
            self._state.set(Status.FAILED, MISSING_EXTRA)
            return
        settings = self._settings
        key = settings.api_key.get_secret_value() if settings.api_key else "none"
        self._connection = Connection(
            settings,
            str(settings.model),
            str(settings.url),
            key,
            grammar=settings.grammar,
            is_local=settings.is_local,
        )
        self._ask(self._connection)

    def _ask(self, connection: "Connection") -> None:
        async def probe() -> None:
            self._judge(await connection.probe())

        try:
            self._background.spawn(probe(), lambda _error: None)
        except RuntimeError:
            self._state.close()

    def _judge(self, status: int | None) -> None:
        """A server that lists no models may still have one: only clear words count as failed."""
        where = f"语言模型服务 {self._settings.url}"
        if status is None:
            self._state.set(Status.FAILED, f"连不上{where}；请检查它是否在运行")
        elif status in (401, 403):
            self._state.set(Status.FAILED, f"{where}不接受密钥；请核对设置 assistant.llm.api_key")
        elif status == 503:
            self._state.set(Status.STARTING, f"{where}正在载入模型")
        elif status >= 500:
            self._state.set(Status.FAILED, f"{where}出错（{status}）；请查看它的日志")
        else:
            self._state.set(Status.READY)
