"""Work away from the event loop, with failures as one line."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from nicegui import run

from api.errors import classify

log = structlog.get_logger()

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Failed(Exception):
    """Work did not succeed; the message is the line that the page shows."""


async def away(
    work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """The result of `work`, run on a thread. Raises Failed with a line for people."""
    outcome: list[Result] = []

    def keep_result() -> None:
        outcome.append(work(*args, **kwargs))

    try:
        await run.io_bound(keep_result)
    except Exception as error:
        raise Failed(explain(error)) from error
    if not outcome:
        raise Failed("服务正在停止；请稍后重试。")
    return outcome[0]


def explain(error: Exception) -> str:
    """One line for people; what nobody expected also goes to the log with its traceback."""
    problem = classify(error)
    if problem is None:
        log.error("page work failed", exc_info=error)
        return "出了意外，已写入日志；请重试，仍不行请告诉管理员。"
    return problem.detail
