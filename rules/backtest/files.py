"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import OutputRefused


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when all went well.

    Raises `OutputRefused` when the folder cannot be written to.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        reason = f"写不了文件 {path}（{error.strerror or error}）"
        raise OutputRefused(f"{reason}；请换一个可以写入的位置") from None
    finally:
        part.unlink(missing_ok=True)
