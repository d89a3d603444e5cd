"""Whose turn it is."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelCancelled, ModelTimedOut, QueueFull
from assistant.language.turns import Turns


def soon() -> float:
    return time.monotonic() + 30


def test_who_came_first_goes_first() -> None:
    turns = Turns(1, 10)
    give_back = turns.take(None, soon())
    order: list[int] = []

    def wait(number: int) -> None:
        mine = turns.take(None, soon())
        order.append(number)
        mine()

    threads = []
    for number in range(6):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        time.sleep(0.03)
    give_back()
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4, 5]


def test_a_turn_that_does_not_come_in_time_is_given_up_and_leaves_the_queue() -> None:
    turns = Turns(1, 1)
    give_back = turns.take(None, soon())
    with pytest.raises(ModelTimedOut, match="排队"):
        turns.take(None, time.monotonic() + 0.1)
    give_back()
    turns.take(None, soon())()


def test_one_that_is_not_wanted_any_more_lets_the_next_go_ahead() -> None:
    turns = Turns(1, 5)
    give_back = turns.take(None, soon())
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    with pytest.raises(ModelCancelled):
        turns.take(stop, soon())
    give_back()
    turns.take(None, soon())()


@given(st.integers(1, 4), st.lists(st.sampled_from(["take", "back", "twice"]), max_size=40))
def test_never_more_run_than_there_are_slots(slots: int, steps: list[str]) -> None:
    turns = Turns(slots, 0)
    running = []
    for step in steps:
        if step == "take" and len(running) == slots:
            with pytest.raises(QueueFull):
                turns.take(None, soon())
        elif step == "take":
            running.append(turns.take(None, soon()))
        elif running:
            give_back = running.pop()
            give_back()
            if step == "twice":
                give_back()
