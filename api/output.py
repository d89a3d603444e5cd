"""What the command line prints: JSON for programs, Chinese text for people."""

import json
import sys
from typing import Any

import typer


def emit_json(value: Any) -> None:
    """One JSON document on one line, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def say(text: str = "") -> None:
    typer.echo(text)


def complain(text: str) -> None:
    """One line on standard error."""
    typer.echo(f"错误：{text}", err=True)


def attached() -> bool:
    """Whether a person watches the error stream, so that a progress bar is of use."""
    return sys.stderr.isatty()
