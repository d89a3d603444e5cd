"""The time left, as people read it."""

import pytest

from api.progress import time_left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "正在估算剩余时间"),
        (0.2, "约剩 1 秒"),
        (59.4, "约剩 1 分 0 秒"),
        (125, "约剩 2 分 5 秒"),
        (7325, "约剩 2 小时 2 分"),
    ],
)
def test_the_time_left_is_told_in_minutes_and_seconds(seconds: float | None, words: str) -> None:
    assert time_left(seconds) == words
