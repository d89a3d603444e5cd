"""Messages of one sender within seconds are one request; everything else stays apart."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Message
from desk.bursts import MOST_CHARACTERS, Burst, fits, joined

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = Burst(timedelta(seconds=60), 10)

messages = st.lists(
    st.builds(
        lambda second, sender, channel: Message(
            "水", NINE + timedelta(seconds=second), sender=sender, channel=channel
        ),
        st.integers(-400, 400),
        st.sampled_from(["", "王", "李"]),
        st.sampled_from(["app", "wechat"]),
    ),
    max_size=20,
)


def said(second: float, sender: str = "王", text: str = "水") -> Message:
    return Message(text, NINE + timedelta(seconds=second), sender=sender, channel="wechat")


def texts(bursts: list[list[Message]]) -> list[list[str]]:
    return [[message.text for message in burst] for burst in bursts]


@pytest.mark.parametrize(("second", "together"), [(59, True), (60, True), (61, False)])
def test_the_window_ends_with_its_last_second(second: int, together: bool) -> None:
    assert (len(MINUTE.grouped([said(0), said(second)])) == 1) is together
    assert MINUTE.takes([NINE], NINE + timedelta(seconds=second)) is together
    assert MINUTE.takes([NINE], NINE - timedelta(seconds=second)) is together


def test_fractions_of_a_second_do_not_part_what_the_store_keeps_in_seconds() -> None:
    assert MINUTE.takes([NINE], NINE + timedelta(seconds=60, milliseconds=900))


def test_each_message_reaches_from_the_one_before() -> None:
    assert len(MINUTE.grouped([said(0), said(50), said(100), said(150)])) == 1


def test_interleaved_senders_are_told_apart() -> None:
    lines = [
        said(0, "王", "a"),
        said(1, "李", "b"),
        said(2, "王", "c"),
        said(3, "", "d"),
        said(4, "李", "e"),
        said(5, "", "f"),
    ]
    assert texts(MINUTE.grouped(lines)) == [["a", "c"], ["b", "e"], ["d"], ["f"]]


def test_messages_that_arrive_out_of_order_are_read_in_the_order_of_time() -> None:
    burst = MINUTE.grouped([said(40, text="二"), said(0, text="一"), said(80, text="三")])
    assert texts(burst) == [["一", "二", "三"]]
    assert joined(burst[0]).text == "一\n二\n三"
    assert joined(burst[0]).received_at == NINE


def test_a_clock_that_jumps_back_an_hour_starts_another_request() -> None:
    assert len(MINUTE.grouped([said(0), said(-3600), said(10)])) == 2


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    new_york = ZoneInfo("America/New_York")
    first = datetime(2026, 11, 1, 1, 30, tzinfo=new_york)
    again = first.replace(fold=1)
    assert not MINUTE.takes([first], again)
    assert MINUTE.takes([first], first.astimezone(UTC) + timedelta(seconds=30))


def test_a_burst_has_no_more_parts_than_the_setting_says() -> None:
    three = Burst(timedelta(seconds=60), 3)
    assert [len(b) for b in three.grouped([said(n) for n in range(7)])] == [3, 3, 1]


def test_a_window_of_nothing_joins_nothing() -> None:
    never = Burst(timedelta(0), 10)
    assert len(never.grouped([said(0), said(0)])) == 2


def test_what_would_be_too_long_to_triage_stays_apart() -> None:
    long = said(0, text="水" * (MOST_CHARACTERS - 3))
    assert len(MINUTE.grouped([long, said(1, text="快来")])) == 1
    assert len(MINUTE.grouped([long, said(1, text="快来人")])) == 2
    assert not fits([long, said(1, text="快来人")])


@given(messages)
def test_every_message_stands_in_exactly_one_burst(lines: list[Message]) -> None:
    found = [message for burst in MINUTE.grouped(lines) for message in burst]
    assert sorted(map(id, found)) == sorted(map(id, lines))


@given(messages)
def test_a_burst_has_one_known_sender_one_channel_and_no_gap(lines: list[Message]) -> None:
    for burst in MINUTE.grouped(lines):
        assert len({(m.sender, m.channel) for m in burst}) == 1
        assert len(burst) == 1 or burst[0].sender
        assert len(burst) <= 10
        times = [message.received_at for message in burst]
        assert all(
            timedelta(0) <= after - before <= timedelta(seconds=60)
            for before, after in pairwise(times)
        )


@given(messages)
def test_in_order_the_whole_list_gives_what_one_by_one_gives(lines: list[Message]) -> None:
    ordered = sorted(lines, key=lambda message: message.received_at)
    live: list[list[Message]] = []
    for message in ordered:
        mine = [b for b in live if (b[0].sender, b[0].channel) == (message.sender, message.channel)]
        last = mine[-1] if mine and message.sender else None
        moments = [part.received_at for part in last] if last else []
        if last is not None and MINUTE.takes(moments, message.received_at):
            last.append(message)
        else:
            live.append([message])
    assert live == MINUTE.grouped(ordered)
