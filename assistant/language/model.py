"""A language model behind a server: turns, limits, cancelling, figures."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from assistant.errors import (
    LanguageModelError,
    LanguageModelUnavailable,
    ModelCancelled,
    ModelLooped,
    ModelTimedOut,
    PromptTooLong,
    QueueFull,
)
from assistant.language.background import Background
from assistant.language.loops import LoopDetector
from assistant.language.settings import LanguageModelSettings
from assistant.language.turns import Turns
from assistant.language.types import Health, Measured, OnDone, Outcome, Prompt

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from assistant.language.connection import Completion, Connection

_LOOK_SECONDS = 0.05  # how often a running request looks whether it is still wanted
_OUTCOMES: dict[type[BaseException], Outcome] = {
    GeneratorExit: Outcome.CANCELLED,
    ModelCancelled: Outcome.CANCELLED,
    ModelTimedOut: Outcome.TIMED_OUT,
    ModelLooped: Outcome.LOOPED,
    PromptTooLong: Outcome.REFUSED,
    QueueFull: Outcome.REFUSED,
}


class Server(Protocol):
    """What serves the model, here or elsewhere."""

    def start(self) -> None: ...

    def connection(self) -> "Connection":
        """What requests go through now. Raises LanguageModelUnavailable."""

    def heard(self, connection: "Connection", error: LanguageModelError | None) -> None:
        """Told how each request went, so that trouble is known before the next one."""

    def health(self) -> Health: ...

    def wait_until_ready(self, seconds: float) -> Health: ...

    def close(self) -> None: ...


class ServedModel:
    """A `LanguageModel` by the server that runs it. `on_done` gets the figures of each request."""

    def __init__(
        self,
        settings: LanguageModelSettings,
        name: str,
        server: Server,
        background: Background,
        slots: int,
        on_done: OnDone = lambda _measured: None,
    ) -> None:
        self._name, self._is_local = name, settings.is_local
        self._server, self._background = server, background
        self._turns = Turns(slots, settings.queue)
        self._total_seconds, self._on_done = settings.total_seconds, on_done

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_local(self) -> bool:
        return self._is_local

    def start(self) -> None:
        self._server.start()

    def health(self) -> Health:
        return self._server.health()

    def wait_until_ready(self, seconds: float) -> Health:
        return self._server.wait_until_ready(seconds)

    def llama_index_llm(self) -> "LLM":
        """The same model for what is built on llama-index; a restart of the server needs a new one.

        It does not pass the queue. Raises LanguageModelUnavailable.
        """
        return self._server.connection().llama_index_llm()

    def stream(self, prompt: Prompt, stop: threading.Event | None = None) -> Iterator[str]:
        started = time.monotonic()
        request = _Request()
        outcome = Outcome.FAILED
        try:
            give_back = self._turns.take(stop, started + self._total_seconds)
            self._begin(request, prompt, started + self._total_seconds, give_back)
            loops = LoopDetector()
            for piece in request.pieces(stop):
                request.first = request.first or time.monotonic()
                looped = loops.feed(piece)
                yield piece
                if looped:
                    raise ModelLooped(f"语言模型 {self._name} 反复说同样的话，已中断")
            outcome = Outcome.TRUNCATED if request.finish == "length" else Outcome.DONE
        except BaseException as error:
            outcome = _OUTCOMES.get(type(error), Outcome.FAILED)
            raise
        finally:
            request.cancel()
            first = None if request.first is None else request.first - started
            self._on_done(Measured(first, request.tokens, time.monotonic() - started, outcome))

    def close(self) -> None:
        # the requests first: a server that goes down with some in hand waits for them
        self._background.close()
        self._server.close()

    def _begin(
        self, request: "_Request", prompt: Prompt, deadline: float, give_back: Callable[[], None]
    ) -> None:
        try:
            connection = self._server.connection()

            def ended(error: BaseException | None) -> None:
                give_back()
                request.ended(self._understood(error, connection))

            request.cancel = self._background.spawn(
                request.read(connection, prompt, deadline), ended
            )
        except RuntimeError as error:
            give_back()
            raise LanguageModelUnavailable("语言模型已关闭") from error
        except BaseException:
            give_back()
            raise

    def _understood(
        self, error: BaseException | None, connection: "Connection"
    ) -> BaseException | None:
        """The error for the caller; a defect of ours stays as it is."""
        if isinstance(error, asyncio.CancelledError):
            return ModelCancelled("已取消")
        if error is None:
            self._server.heard(connection, None)
            return None
        from assistant.language.failures import understood

        found = understood(error, self._name)
        if found is None:
            return error
        if found is not error:
            found.__cause__ = error
        self._server.heard(connection, found)
        return found


class _Request:
    """One request between the thread that asks and the loop in which it runs."""

    def __init__(self) -> None:
        self._said: SimpleQueue[str | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._done: Completion | None = None
        self._count = 0
        self.first: float | None = None
        self.cancel: Callable[[], None] = lambda: None

    @property
    def finish(self) -> str | None:
        """Why the answer ended, in the server's word."""
        return None if self._done is None else self._done.finish

    @property
    def tokens(self) -> int:
        return self._count if self._done is None else self._done.tokens

    async def read(self, connection: "Connection", prompt: Prompt, deadline: float) -> None:
        self._done = await connection.read(prompt, deadline, self._said.put)

    def ended(self, error: BaseException | None) -> None:
        self._error = error
        self._said.put(None)

    def pieces(self, stop: threading.Event | None) -> Iterator[str]:
        """What is said, until the end or `stop`. Raises what the request ended by."""
        while True:
            if stop is not None and stop.is_set():
                raise ModelCancelled("已取消")
            try:
                piece = self._said.get(timeout=None if stop is None else _LOOK_SECONDS)
            except Empty:
                continue
            if piece is None:
                break
            self._count += 1
            yield piece
        if self._error is not None:
            raise self._error
