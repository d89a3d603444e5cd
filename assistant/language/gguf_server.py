"""A GGUF file served on a port of this machine by xllamacpp, whose key only its starter knows.

As a program (`python -m assistant.language.gguf_server`) it reads its options as one line of JSON,
answers with one line, `{"address": …}` or `{"error": …}`, and serves until its input ends: so it
never outlives the process that started it, however that one ends.
"""

import json
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from typing import Any

# what a cancelled prompt still computes: the native server looks for cancelled requests between
# batches of the prompt
_BATCH_TOKENS = 128
_PROMPT_CACHE_MIB = 64
_TRIES, _PAUSE_SECONDS = 100, 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """What a server is started with; `threads` is at least 1."""

    path: str
    context: int
    threads: int
    api_key: str

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


def serve(options: Options) -> tuple[Any, str]:
    """Load the model; returns the server, which ends when it is deleted, and its address.

    Raises RuntimeError when the file cannot be loaded, ImportError without xllamacpp.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.path
    params.n_ctx = options.context
    params.n_parallel = 1  # the context is divided among the slots
    params.n_batch = params.n_ubatch = _BATCH_TOKENS
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.api_keys = [options.api_key]
    params.endpoint_slots = False
    params.ui = False
    params.verbosity = 0
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    server = xllamacpp.Server(params)
    _generate_one_token(server.listening_address, options.api_key)
    return server, server.listening_address


def _generate_one_token(address: str, api_key: str) -> None:
    """Proves that the model works, and that its loop runs: deleted before, the server hangs."""
    host, port = address.removeprefix("http://").split(":")
    body = json.dumps({"prompt": "1", "n_predict": 1})
    headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
    connection = HTTPConnection(host, int(port))
    try:
        for _ in range(_TRIES):
            try:
                connection.request("POST", "/completion", body, headers)
                status = connection.getresponse().status
                break
            except ConnectionError:
                connection.close()
                time.sleep(_PAUSE_SECONDS)
        else:
            raise RuntimeError("the server does not listen")
        if status != 200:
            raise RuntimeError(f"the server answers {status}")
    finally:
        connection.close()


def main() -> None:
    # Ctrl+C reaches the whole group of processes; when to end is the starter's to say
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # the native library prints where it likes: its words must not mix with ours
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        options = Options(**json.loads(sys.stdin.readline()))
        told, server = _load(options)
        with suppress(BrokenPipeError):  # the starter may have ended while the model was loading
            print(json.dumps(told), file=answer, flush=True)
            if server is not None:
                sys.stdin.read()
    except Exception:
        traceback.print_exc()
    finally:
        # at once, while the server lives: its orderly end waits for requests, and can hang
        os._exit(0)


def _load(options: Options) -> tuple[dict[str, str], Any]:
    try:
        server, address = serve(options)
    except Exception as error:  # the library raises what it likes
        return {"error": str(error) or type(error).__name__}, None
    return {"address": address}, server


if __name__ == "__main__":
    main()
