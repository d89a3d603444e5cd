"""The language model as operators see it: its state, and its figures for `/metrics`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram

from assistant.language.types import Health, Measured, Status

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.language.model import ServedModel

# seconds that loading a large file may take
LOADING_SECONDS = 300.0
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
_TOKENS_PER_SECOND = (0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256)


class LanguageFigures:
    """Counts every request of one house; its collectors are shown once they are registered."""

    def __init__(self) -> None:
        self._requests = Counter(
            "guanjia_llm_requests_total",
            "Requests to the language model by how they ended",
            ["outcome"],
            registry=None,
        )
        self._tokens = Counter(
            "guanjia_llm_tokens_total", "Tokens that the language model wrote", registry=None
        )
        self._first = Histogram(
            "guanjia_llm_first_token_seconds",
            "From asking to the first token, the wait for a turn included",
            buckets=_SECONDS,
            registry=None,
        )
        self._speed = Histogram(
            "guanjia_llm_tokens_per_second",
            "Speed of one answer after its first token",
            buckets=_TOKENS_PER_SECOND,
            registry=None,
        )

    def note(self, measured: Measured) -> None:
        """Count one request."""
        self._requests.labels(measured.outcome).inc()
        self._tokens.inc(measured.tokens)
        if measured.first_token_seconds is not None:
            self._first.observe(measured.first_token_seconds)
        if measured.tokens_per_second is not None:
            self._speed.observe(measured.tokens_per_second)

    def register(self, registry: CollectorRegistry) -> None:
        """Show the figures among those of a registry."""
        collectors: Sequence[Counter | Histogram] = (
            self._requests,
            self._tokens,
            self._first,
            self._speed,
        )
        for collector in collectors:
            registry.register(collector)


def language_health(house: "House") -> Health:
    """The model's present state; waits for nothing and builds nothing."""
    if house.settings.assistant.llm.backend == "none":
        return Health(Status.OFF)
    model = house.parts.get("language_model")
    return Health(Status.STARTING, "语言模型正在载入") if model is None else model.health()


def ready_model(house: "House") -> "ServedModel":
    """The configured model, loaded: for commands that need one. Raises LanguageModelError."""
    from assistant.errors import LanguageModelUnavailable

    model = house.language_model
    if model is None:
        raise LanguageModelUnavailable(
            "没有配置语言模型；请先设置 assistant.llm（docs/settings.md）。"
        )
    health = model.wait_until_ready(LOADING_SECONDS)
    if not health.ok:
        raise LanguageModelUnavailable(f"模型没有就绪：{health.reason}")
    return model
