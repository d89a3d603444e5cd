"""One server with one model, spoken to through llama-index's `OpenAILike`.

Import it only where a model is configured and in the background: llama-index takes seconds.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import openai.resources.chat.completions  # noqa: F401, else loaded by the first request
from llama_index.core.llms import LLM, ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike

from assistant.errors import ModelTimedOut
from assistant.language.failures import Unreadable
from assistant.language.settings import LanguageModelSettings
from assistant.language.types import Prompt

_PROBE_SECONDS = 3.0
_NO_IDLE_CONNECTIONS = httpx.Limits(max_keepalive_connections=0)


class Connection:
    """Requests to the model `name` at `url`; `grammar`: whether the server obeys grammars."""

    def __init__(
        self,
        settings: LanguageModelSettings,
        name: str,
        url: str,
        api_key: str,
        *,
        grammar: bool,
        is_local: bool,
    ) -> None:
        self._settings, self._url, self._grammar = settings, url, grammar
        self._headers = {"Authorization": f"Bearer {api_key}"}
        # a local address must not be left by way of a redirect or of a proxy from the environment;
        # without idle connections there is nothing to close but the requests themselves
        self._http = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=not is_local,
            limits=_NO_IDLE_CONNECTIONS,
        )
        self._arguments: dict[str, Any] = {
            "model": name,
            "api_base": url,
            "api_key": api_key,
            "is_chat_model": True,
            "context_window": settings.context,
            "temperature": settings.temperature,
            "max_retries": 0,
        }
        self._llm = OpenAILike(
            **self._arguments, async_http_client=self._http, timeout=settings.total_seconds
        )

    def llama_index_llm(self) -> LLM:
        """The same model for anything built on llama-index; it does not pass our queue."""
        llm: LLM = OpenAILike(
            **self._arguments,
            max_tokens=self._settings.max_tokens,
            timeout=self._settings.total_seconds,
            http_client=httpx.Client(
                follow_redirects=False,
                trust_env=self._http.trust_env,
                limits=_NO_IDLE_CONNECTIONS,
            ),
        )
        return llm

    async def read(
        self, prompt: Prompt, deadline: float, say: Callable[[str], None]
    ) -> "Completion":
        """Ask and hand each piece of the answer to `say`.

        `deadline` is of `time.monotonic`. Raises ModelTimedOut, Unreadable, and whatever the
        client raises.
        """
        done = Completion()
        left = deadline - time.monotonic()
        first = min(self._settings.first_token_seconds, left)
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(now + first) as limit:
                answer = await self._llm.astream_chat(_messages(prompt), **self._request(prompt))
                async for chunk in answer:
                    done.take(chunk.raw)
                    if chunk.delta:
                        done.pieces += 1
                        limit.reschedule(now + left)
                        say(chunk.delta)
        except TimeoutError:
            what, name = (
                ("说完", "total_seconds") if done.pieces else ("开口", "first_token_seconds")
            )
            raise ModelTimedOut(
                f"语言模型没有在限定时间内{what}；请稍后再试，或调大 {name}"
            ) from None
        except (AttributeError, LookupError, TypeError) as error:
            # the client does not check the shape of what it is sent
            raise Unreadable("no chat completion") from error
        if done.finish is None:
            raise Unreadable("the answer breaks off")
        return done

    async def probe(self) -> int | None:
        """The status with which the server lists its models; None where it cannot be reached."""
        try:
            answer = await self._http.get(
                f"{self._url.rstrip('/')}/models", headers=self._headers, timeout=_PROBE_SECONDS
            )
        except httpx.HTTPError:
            return None
        return answer.status_code

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        most = self._settings.max_tokens
        body = dict(self._settings.extra_body)
        if prompt.grammar is not None and self._grammar:
            body["grammar"] = prompt.grammar
        return {
            "max_tokens": most if prompt.max_tokens is None else min(prompt.max_tokens, most),
            "stream_options": {"include_usage": True},
            **({"stop": list(prompt.stop)} if prompt.stop else {}),
            **({"extra_body": body} if body else {}),
        }


class Completion:
    """What is known of an answer besides its text."""

    def __init__(self) -> None:
        self.pieces = 0
        self.finish: str | None = None
        self._counted: int | None = None

    @property
    def tokens(self) -> int:
        return self.pieces if self._counted is None else self._counted

    def take(self, chunk: Any) -> None:
        """Note how a chunk says that the answer ended, and what was counted."""
        if chunk.usage is not None:
            self._counted = chunk.usage.completion_tokens
        for choice in chunk.choices:
            self.finish = choice.finish_reason or self.finish


def _messages(prompt: Prompt) -> list[ChatMessage]:
    system = [ChatMessage(role=MessageRole.SYSTEM, content=prompt.system)] if prompt.system else []
    return [*system, ChatMessage(role=MessageRole.USER, content=prompt.user)]
