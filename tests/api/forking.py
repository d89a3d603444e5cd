"""Runs commands in processes forked from one that has imported everything already.

`python -m tests.api.forking` reads one JSON object per line from its standard input: arguments,
environment, and the files for standard input, output and error. It answers each with the exit code.
A command is a process of its own, as for a person; only its imports were made before.
"""

import importlib
import json
import os
import sys
import threading
from typing import Any

FIRST = (
    "chromadb",
    "openpyxl",
    "tantivy",
    "api.cli",
    "api.doctor",
    "api.server",
    "api.wiring",
    "assistant.gaps.store",
    "eval.retrieval",
    "ingest.pipeline",
    "kb.knowledge_base",
    "kb.lint",
    "rules.verify",
    "training.drills",
)


def requests() -> Any:
    """The lines of standard input; read by number, so that a fork inherits nothing half read."""
    rest = b""
    while data := os.read(0, 65536):
        rest += data
        while b"\n" in rest:
            line, rest = rest.split(b"\n", 1)
            yield json.loads(line)


def become(request: dict[str, Any], added: dict[str, str]) -> None:
    """Make this process the one that was asked for."""
    os.environ.clear()
    os.environ.update(added | request["env"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        opened = os.open(request[name], flags if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["guanjia", *request["arguments"]]
    sys.modules["__main__"].__package__ = None


def serve() -> bool:
    """Fork for each request; true in a fork, which goes on to run its command."""
    before = dict(os.environ)
    for name in FIRST:
        importlib.import_module(name)
    added = {name: value for name, value in os.environ.items() if name not in before}
    # a thread that one of the imports started would be missing in every fork
    assert threading.active_count() == 1, threading.enumerate()
    for request in requests():
        child = os.fork()
        if child == 0:
            become(request, added)
            return True
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return False


if __name__ == "__main__" and serve():
    from api.cli import main

    main()
