"""The one place that turns what a request can fail by into errors that name what to do next.

Import it only where a request runs: it needs the client library.
"""

import json
from typing import Any

import httpx
import openai

from assistant.errors import (
    LanguageModelError,
    LanguageModelUnavailable,
    PromptTooLong,
    QueueFull,
    ServerUnreachable,
)

# llama.cpp's name, and the one that OpenAI and vLLM use
_TOO_LONG = ("exceed_context_size_error", "context_length_exceeded", "maximum context length")


class Unreadable(Exception):
    """What a server sent breaks off or is no chat completion."""


def understood(error: BaseException, name: str) -> LanguageModelError | None:
    """What an error of a request means for the caller; None for a defect of ours.

    `name` is the model's, for the message.
    """
    if isinstance(error, LanguageModelError):
        return error
    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code, _text_of(error), name)
    if isinstance(error, openai.APIConnectionError | httpx.HTTPError | OSError):
        return ServerUnreachable(f"连不上语言模型 {name}，或连接中断；请检查模型服务是否在运行")
    if isinstance(error, openai.APIError):
        return _of_status(500, _text_of(error), name)
    if isinstance(error, Unreadable | json.JSONDecodeError | UnicodeDecodeError):
        return LanguageModelUnavailable(f"语言模型 {name} 的回应不完整或无法读懂；请检查模型服务")
    return None


def _of_status(status: int, text: str, name: str) -> LanguageModelError:
    if any(sign in text for sign in _TOO_LONG):
        return PromptTooLong(f"内容超出语言模型 {name} 的上下文长度；请缩短内容，或调大 context")
    if status in (401, 403):
        return LanguageModelUnavailable(f"语言模型 {name} 的服务不接受密钥；请核对设置 api_key")
    if status == 404:
        return LanguageModelUnavailable(f"服务上没有语言模型 {name}；请核对设置 url 和 model")
    if status == 429:
        return QueueFull(f"语言模型 {name} 的服务正忙或额度已用完；请稍后再试")
    return LanguageModelUnavailable(f"语言模型 {name} 的服务出错（{status}）；请查看它的日志")


def _text_of(error: openai.APIError) -> str:
    body: Any = error.body
    return f"{error.message} {json.dumps(body, ensure_ascii=False, default=str)}"
