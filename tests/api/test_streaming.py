"""Steps of slow work, awaited one by one."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.streaming import streamed


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: a browser test may have left its loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_steps_come_in_order_and_what_is_raised_is_raised_here() -> None:
    def steps(_stop: threading.Event) -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("三")

    async def read() -> list[int]:
        return [step async for step in streamed(steps)]

    with pytest.raises(ValueError, match="三"):
        run(read())


@pytest.mark.parametrize("leaving", ["break", "gone"])
def test_work_is_stopped_when_nobody_waits_any_more(leaving: str) -> None:
    stopped = threading.Event()

    def steps(stop: threading.Event) -> Iterator[int]:
        yield 1
        if stop.wait(30):
            stopped.set()

    async def gone() -> bool:
        return leaving == "gone"

    async def read() -> None:
        found = streamed(steps, gone)
        async for _ in found:
            if leaving == "break":
                break
        await found.aclose()  # type: ignore[attr-defined]

    run(read())
    assert stopped.wait(10)
