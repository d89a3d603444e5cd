"""An event loop in a thread of its own, in which requests run so that they can be cancelled.

A blocking read cannot be interrupted from another thread; a task can, and closes its connection
as it ends, which is what makes a server stop generating.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

_CLOSE_SECONDS = 5.0


class Background:
    """Runs coroutines for callers in other threads. Starts with the first one."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def spawn(
        self,
        coroutine: Coroutine[Any, Any, None],
        ended: Callable[[BaseException | None], None],
    ) -> Callable[[], None]:
        """Begin to run; returns what cancels it.

        `ended` is called in the loop's thread once it has really ended, with the error it ended
        by: CancelledError where it was cancelled. Raises RuntimeError after `close`.
        """
        tasks: list[asyncio.Task[None]] = []

        def begin() -> None:
            task = loop.create_task(coroutine)
            task.add_done_callback(
                lambda task: ended(
                    asyncio.CancelledError() if task.cancelled() else task.exception()
                )
            )
            tasks.append(task)

        with self._lock:
            if self._closed:
                coroutine.close()
                raise RuntimeError("closed")
            loop = self._running()
            loop.call_soon_threadsafe(begin)

        def cancel() -> None:
            with self._lock:
                if not self._closed:
                    loop.call_soon_threadsafe(lambda: tasks[0].cancel())

        return cancel

    def close(self) -> None:
        """Cancel what runs, wait until it has ended, and end the thread."""
        with self._lock:
            loop, thread, self._closed = self._loop, self._thread, True
        if loop is None or thread is None or not thread.is_alive():
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_CLOSE_SECONDS)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=_run, args=(self._loop,), name="language-model", daemon=True
            )
            self._thread.start()
        return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
