"""Whose turn it is: a bounded first-come, first-served queue that can be left while waiting."""

import threading
import time
from collections import deque
from collections.abc import Callable

from assistant.errors import ModelCancelled, ModelTimedOut, QueueFull

_LOOK_SECONDS = 0.05  # how often a waiting request looks whether it is still wanted


class Turns:
    """At most `slots` requests run at once and `waiting` more may wait."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._free, self._most_waiting = slots, waiting
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    def take(self, stop: threading.Event | None, deadline: float) -> Callable[[], None]:
        """Wait for a turn and return what gives it back, which works from any thread, once.

        `deadline` is of `time.monotonic`. Raises QueueFull, ModelCancelled and ModelTimedOut.
        """
        ticket = object()
        with self._changed:
            if len(self._queue) - self._free >= self._most_waiting:
                raise QueueFull(f"语言模型正忙，已有 {len(self._queue)} 个请求在等；请稍后再试")
            self._queue.append(ticket)
            try:
                while not (self._free and self._queue[0] is ticket):
                    self._wait(stop, deadline)
                self._free -= 1
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()
        return self._giving_back()

    def _wait(self, stop: threading.Event | None, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ModelTimedOut("排队等语言模型超时；请稍后再试，或调大 total_seconds")
        self._changed.wait(left if stop is None else min(left, _LOOK_SECONDS))
        if stop is not None and stop.is_set():
            raise ModelCancelled("已取消")

    def _giving_back(self) -> Callable[[], None]:
        given = False

        def give_back() -> None:
            nonlocal given
            with self._changed:
                if not given:
                    given = True
                    self._free += 1
                    self._changed.notify_all()

        return give_back
