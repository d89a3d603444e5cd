"""Slow work done on a thread, its steps awaited one by one, stopped when nobody waits any more."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TypeVar

T = TypeVar("T")
# how often a reader that may be gone is looked for, in seconds
_LOOK = 0.5


async def streamed(
    steps: Callable[[threading.Event], Iterator[T]],
    gone: Callable[[], Awaitable[bool]] | None = None,
) -> AsyncIterator[T]:
    """The steps as they come. `steps` gets an event that is set when it should stop.

    That happens when the iteration is left for whatever reason, or when `gone` says so while a
    step is waited for. What `steps` raises is raised here.
    """
    loop, stop = asyncio.get_running_loop(), threading.Event()
    queue: asyncio.Queue[tuple[T | None, BaseException | None]] = asyncio.Queue()

    def tell(step: T | None, error: BaseException | None = None) -> None:
        # a loop that was closed meanwhile has nobody to tell
        if not loop.is_closed():
            loop.call_soon_threadsafe(queue.put_nowait, (step, error))

    def work() -> None:
        try:
            for step in steps(stop):
                tell(step)
        except BaseException as error:
            tell(None, error)
        else:
            tell(None)

    threading.Thread(target=work, daemon=True, name="streamed").start()
    try:
        while True:
            try:
                step, error = await asyncio.wait_for(queue.get(), _LOOK)
            except TimeoutError:
                if gone is not None and await gone():
                    return
                continue
            if error is not None:
                raise error
            if step is None:
                return
            yield step
    finally:
        stop.set()
