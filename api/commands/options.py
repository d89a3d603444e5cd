"""What several commands share: the `--json` option and an opened house."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.wiring import House

AS_OF = Annotated[
    str | None, typer.Option("--as-of", help="按哪一天有效的资料，如 2019-01-01；默认今天。")
]
JSON = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


@contextmanager
def opened() -> Iterator["House"]:
    """The house of this process, closed again whatever happens."""
    from api.settings import load_settings
    from api.wiring import House

    house = House(load_settings(), tell=lambda line: typer.echo(line, err=True))
    try:
        yield house
    finally:
        house.close()
