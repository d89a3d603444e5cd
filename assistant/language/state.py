"""The state of a model's server, set by one thread and waited for by others."""

import threading

from assistant.language.types import Health, Status


class State:
    """Starting until it is set; `CLOSED` once closed, whatever is set later."""

    CLOSED = Health(Status.FAILED, "语言模型已关闭")

    def __init__(self) -> None:
        self._health = Health(Status.STARTING, "语言模型正在载入")
        self._changed = threading.Condition()

    @property
    def health(self) -> Health:
        return self._health

    def set(self, status: Status, reason: str = "") -> None:
        with self._changed:
            if self._health is not self.CLOSED:
                self._health = Health(status, reason)
                self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._health = self.CLOSED
            self._changed.notify_all()

    def wait(self, seconds: float) -> Health:
        """The state once it is no longer starting, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._health.status is not Status.STARTING, seconds)
            return self._health
