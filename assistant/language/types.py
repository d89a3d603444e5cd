"""What the rest of the product sees of a language model. Frozen, free of I/O."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request. `grammar` is GBNF and holds only where the back end obeys grammars.

    `max_tokens` bounds the answer; None, or more than the settings allow, means the settings' own.
    The answer ends before any of the texts in `stop`.
    """

    system: str
    user: str
    grammar: str | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()


class Status(StrEnum):
    """Whether a model can be asked."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a model can be asked now; `reason` is a Chinese line, empty when it can."""

    status: Status
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.status is Status.READY


class Outcome(StrEnum):
    """How a request ended; `truncated`: cut at its bound of tokens."""

    DONE = "done"
    TRUNCATED = "truncated"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    LOOPED = "looped"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Measured:
    """One request in figures, in seconds from asking on, the wait for a turn included.

    `tokens` is what the server counted, else the number of pieces that came.
    """

    first_token_seconds: float | None
    tokens: int
    seconds: float
    outcome: Outcome

    @property
    def tokens_per_second(self) -> float | None:
        """Speed after the first token; None where fewer than two came."""
        if self.first_token_seconds is None or self.tokens < 2:
            return None
        spent = self.seconds - self.first_token_seconds
        return (self.tokens - 1) / spent if spent > 0 else None


OnDone = Callable[[Measured], None]


class LanguageModel(Protocol):
    """A language model, for use from any thread.

    `is_local` says whether prompts stay on this machine: what goes elsewhere is masked first.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_local(self) -> bool: ...

    def start(self) -> None:
        """Begin to load in the background; returns at once, and a second call does nothing."""

    def stream(self, prompt: Prompt, stop: threading.Event | None = None) -> Iterator[str]:
        """The answer in pieces as they come.

        Closing the iterator or setting `stop` cancels the request, waiting or running. Raises a
        LanguageModelError, LanguageModelUnavailable at once while the model is still loading;
        whatever came before it was said by the model and is incomplete.
        """

    def health(self) -> Health:
        """The present state; never waits."""

    def wait_until_ready(self, seconds: float) -> Health:
        """The state once it is no longer starting, or after so many seconds."""

    def close(self) -> None:
        """Cancel what runs and give everything back."""
