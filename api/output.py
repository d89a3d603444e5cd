"""What the command line prints: JSON for programs, Chinese text for people."""

import json
import sys
from pathlib import Path
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


def write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet. Raises InputError."""
    from kb.errors import InputError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(f"文件 {path} 已经存在：请换一个名字，以免盖掉写好的答案。") from error
    except OSError as error:
        raise InputError(f"无法写入 {path}（{error.strerror}）：请检查路径和权限。") from error
