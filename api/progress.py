"""Progress bars for people; nothing where no terminal is attached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from api.output import attached

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A function that takes (done, total) and draws it with the time left."""
    if not attached():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class TimeLeft(ProgressColumn):
        max_refresh = 1.0

        def render(self, task: Task) -> Text:
            return Text(time_left(task.time_remaining))

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeLeft(),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, speed_estimate_period=60) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def time_left(seconds: float | None) -> str:
    """「约剩 2 分 5 秒」; of what cannot be told yet, that it is being estimated."""
    if seconds is None:
        return "正在估算剩余时间"
    minutes, rest = divmod(ceil(seconds), 60)
    if minutes >= 60:
        return f"约剩 {minutes // 60} 小时 {minutes % 60} 分"
    return f"约剩 {minutes} 分 {rest} 秒" if minutes else f"约剩 {rest} 秒"
