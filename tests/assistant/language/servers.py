"""Real HTTP servers that behave as servers of language models sometimes do."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse

ENGLISH = "Dear resident, the lift will be checked today."


@dataclass
class Seen:
    """What a server was asked, and whether it noticed that nobody listened any more."""

    bodies: list[dict[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


def piece(text: str | None, finish: str | None = None) -> str:
    """One event of a streamed chat completion."""
    delta = {} if text is None else {"role": "assistant", "content": text}
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return f"data: {json.dumps(chunk)}\n\n"


async def english() -> AsyncIterator[str]:
    for word in ENGLISH.split(" "):
        yield piece(word if word == "Dear" else f" {word}")
    yield piece(None, "stop")
    yield "data: [DONE]\n\n"


async def looping() -> AsyncIterator[str]:
    while True:
        yield piece("我们会尽快处理您的问题。")
        await asyncio.sleep(0.001)


async def broken_json() -> AsyncIterator[str]:
    yield piece("您好")
    yield 'data: {"choices": [{"delta": {"content": "\n\n'


async def other_shape() -> AsyncIterator[str]:
    yield 'data: {"answer": "您好"}\n\n'


async def error_event() -> AsyncIterator[str]:
    yield piece("您好")
    yield 'data: {"error": {"message": "out of memory", "code": 500}}\n\n'


async def silent() -> AsyncIterator[str]:
    while True:
        yield ": still here\n\n"
        await asyncio.sleep(0.02)


async def endless() -> AsyncIterator[str]:
    number = 0
    while True:
        number += 1
        yield piece(f"{number}、")
        await asyncio.sleep(0.02)


async def dying() -> AsyncIterator[str]:
    yield piece("您好")
    raise ConnectionAbortedError


async def cut_short() -> AsyncIterator[str]:
    yield piece("您好")


STREAMS = {
    stream.__name__: stream
    for stream in (
        english,
        looping,
        broken_json,
        other_shape,
        error_event,
        silent,
        endless,
        dying,
        cut_short,
    )
}
STATUSES = {
    "refused_key": (401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}),
    "no_such_model": (404, {"error": {"message": "model not found"}}),
    "too_many": (429, {"error": {"message": "Rate limit reached", "code": "rate_limit"}}),
    "too_long": (400, {"error": {"message": "long", "code": "context_length_exceeded"}}),
    "at_fault": (500, {"error": {"message": "oops"}}),
}


def application(seen: Seen) -> FastAPI:
    """Each way to behave is the model of its name under `/{way}/v1`."""
    app = FastAPI()

    @app.get("/{way}/v1/models")
    def models(way: str) -> Response:
        if way == "refused_key":
            return JSONResponse(STATUSES[way][1], 401)
        return JSONResponse({"object": "list", "data": []})

    @app.post("/{way}/v1/chat/completions")
    async def chat(way: str, request: Request) -> Response:
        seen.bodies.append(await request.json())
        seen.keys.append(request.headers["authorization"])
        if way == "elsewhere":
            return RedirectResponse("/english/v1/chat/completions", 307)
        if way == "no_stream":
            return Response("<html></html>", media_type="text/html")
        if way in STATUSES:
            status, body = STATUSES[way]
            return JSONResponse(body, status)
        return StreamingResponse(_noticed(STREAMS[way](), seen), media_type="text/event-stream")

    return app


async def _noticed(stream: AsyncIterator[str], seen: Seen) -> AsyncIterator[str]:
    try:
        async for event in stream:
            yield event
    except asyncio.CancelledError:
        seen.left.set()
        raise


@contextmanager
def serving(seen: Seen, port: int = 0) -> Iterator[str]:
    """The address of a server that behaves in all the ways above."""
    with served(application(seen), port) as address:
        yield address


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The address of an application in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="critical", lifespan="off")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
