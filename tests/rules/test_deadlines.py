"""Wished times, notice, fallbacks and pauses: what a cell of the deadlines table may say."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rules.deadlines import deadlines, due_after
from rules.decide import decide, default_rulebook, load_rulebook
from rules.durations import BadSpan, Limit, Span, parse_span
from rules.errors import InvalidFacts, MalformedBook
from rules.loading import SHIPPED
from rules.planning import LimitRow
from rules.types import Clock, Deadline, Facts, Kind, Milestone
from tests.rules.books import PlanOf

CALENDAR = default_rulebook().calendar
RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
HOUR = timedelta(hours=1)
WISH, FALLBACK = "wished_time: true, notice: 30分钟", "fallback: 1个服务日"
COMPLETION = "counts_from: completion"
ONE_DAY = parse_span("1个服务日", Clock.SERVICE)
NOTICE = parse_span("30分钟", Clock.CALENDAR)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


def only(limit: Limit, wished: datetime | None = None, received: datetime = RECEIVED) -> Deadline:
    plan = PlanOf(((Milestone.ON_SITE, (LimitRow(limit, "t/r"),)),))
    (found,) = deadlines(plan, Facts(Kind.REPAIR, received, wished_at=wished), CALENDAR)
    return found


@pytest.mark.parametrize(
    ("wished", "due", "note"),
    [
        ("25T15:00", "25T15:00", "按约定时间"),
        ("23T10:30", "23T10:30", "按约定时间"),
        ("23T10:29", "23T10:30", "约定时间太近，顺延到受理后30分钟"),
        ("23T10:01", "23T10:30", "约定时间太近，顺延到受理后30分钟"),
        ("23T10:00", "24T10:00", ""),  # not after receipt: no wish
        ("22T15:00", "24T10:00", ""),
    ],
)
def test_a_wish_goes_before_the_limit_but_leaves_us_the_notice(
    wished: str, due: str, note: str
) -> None:
    found = only(Limit(ONE_DAY, wished_time=True, notice=NOTICE), at(wished))
    assert (found.due_at, found.note) == (at(due), note)
    assert found.limit == ("约定时间" if note else "1个服务日")
    assert found.clock is (Clock.CALENDAR if note else Clock.SERVICE)
    assert (found.rule, found.provisional, found.after_completion) == ("t/r", False, None)


def test_a_wish_without_notice_may_come_at_once_and_counts_only_where_the_row_says_so() -> None:
    soon = at("23T10:01")
    assert only(Limit(ONE_DAY, wished_time=True), soon).due_at == soon
    assert only(Limit(ONE_DAY), soon).due_at == at("24T10:00")
    assert only(Limit(ONE_DAY, wished_time=True)).due_at == at("24T10:00")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (Limit(ONE_DAY, fallback=ONE_DAY), "当时答复不了的，最迟 11月24日 10:00 前告知答复日期"),
        (
            Limit(ONE_DAY, fallback=ONE_DAY, fallback_note="最迟 {due} 办结", note="先回电"),
            "先回电；最迟 11月24日 10:00 办结",
        ),
        (
            Limit(ONE_DAY, fallback=parse_span("75分钟", Clock.CALENDAR)),
            "当时答复不了的，最迟 11月23日 11:15 前告知答复日期",
        ),
        (Limit(ONE_DAY, note="先回电"), "先回电"),
    ],
)  # fmt: skip
def test_a_fallback_is_told_in_the_cells_own_words(limit: Limit, expected: str) -> None:
    assert only(limit).note == expected


def test_a_fallback_in_a_year_not_announced_makes_the_deadline_provisional() -> None:
    late = datetime.fromisoformat("2098-12-31T10:00:00+08:00")
    hour = parse_span("1小时", Clock.CALENDAR)
    assert only(Limit(hour, fallback=ONE_DAY), received=late).provisional
    assert not only(Limit(hour, fallback=hour), received=late).provisional
    assert only(Limit(ONE_DAY, fallback=hour), received=late).provisional


def test_limits_from_completion_have_a_length_and_say_so() -> None:
    found = only(Limit(ONE_DAY, from_completion=True))
    assert (found.due_at, found.after_completion, found.note) == (
        None,
        8 * HOUR,
        "办结后1个服务日内",
    )
    found = only(Limit(parse_span("24小时", Clock.CALENDAR), from_completion=True, note="电话回访"))
    assert (found.after_completion, found.note) == (24 * HOUR, "电话回访")
    assert found == Deadline(
        Milestone.ON_SITE, None, Clock.CALENDAR, "24小时", "t/r", False, "电话回访", 24 * HOUR
    )


def test_the_return_visit_counts_from_completion() -> None:
    done = at("23T17:00")
    assert due_after(24 * HOUR, Clock.CALENDAR, done, CALENDAR) == (at("24T17:00"), False)
    assert due_after(2 * HOUR, Clock.SERVICE, done, CALENDAR) == (at("24T09:30"), False)
    late = datetime.fromisoformat("2098-12-31T17:00:00+08:00")
    assert not due_after(24 * HOUR, Clock.CALENDAR, late, CALENDAR).provisional
    assert due_after(2 * HOUR, Clock.SERVICE, late, CALENDAR).provisional


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_rows_the_first_to_end_wins_and_one_from_completion_last(order: int) -> None:
    rows = (
        LimitRow(Limit(parse_span("24小时", Clock.CALENDAR), from_completion=True), "t/done"),
        LimitRow(Limit(ONE_DAY), "t/day"),
        LimitRow(Limit(parse_span("23小时", Clock.CALENDAR)), "t/soon"),
    )[::order]
    plan = PlanOf(((Milestone.REPLY, rows),))
    (found,) = deadlines(plan, Facts(Kind.REPAIR, RECEIVED), CALENDAR)
    assert (found.rule, found.due_at) == ("t/soon", at("24T09:00"))


def test_at_equal_due_times_the_first_row_is_named() -> None:
    rows = (
        LimitRow(Limit(ONE_DAY), "t/one"),
        LimitRow(Limit(parse_span("1天", Clock.CALENDAR)), "t/two"),
    )
    plan = PlanOf(((Milestone.REPLY, rows),))
    (found,) = deadlines(plan, Facts(Kind.REPAIR, RECEIVED), CALENDAR)
    assert found.rule == "t/one"


@pytest.mark.parametrize("name", ["received_at", "wished_at"])
def test_a_time_without_offset_is_refused_with_the_way_to_write_it(name: str) -> None:
    times = {"received_at": RECEIVED, "wished_at": RECEIVED} | {name: datetime(2026, 11, 23, 10)}
    facts = Facts(Kind.REPAIR, times["received_at"], wished_at=times["wished_at"])
    with pytest.raises(InvalidFacts, match=r"2026-11-23T10:00:00 没有时区；请写成 2026-01-31T09"):
        decide(facts)


def test_the_shipped_book_pauses_only_resolutions() -> None:
    limits = [
        (milestone, limit)
        for row in default_rulebook().tables["deadlines"].rows
        for milestone, limit in row.then.items()
    ]
    assert {milestone for milestone, limit in limits if limit.pauses} == {"resolve"}
    assert all(limit.pauses for milestone, limit in limits if milestone == "resolve")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("note: 立即报主管", "pauses: 是", ["pauses 的值不对", "请写 true 或 false"]),
        (WISH, "notice: 30分钟", ["有 notice 却没有 wished_time", "请补上 wished_time"]),
        (WISH, "wished_time: true, notice: 半小时", ["时限「半小时」看不懂"]),
        (WISH, "wished_time: true, notice: 1个服务小时", ["要用服务时钟"]),
        (WISH, "wished_time: maybe", ["wished_time 的值不对"]),
        (FALLBACK, 'fallback_note: "最迟 {due}"', ["有 fallback_note 却没有 fallback"]),
        (FALLBACK, f"{FALLBACK}, fallback_note: 尽快", ["要有一处 {due}"]),
        (FALLBACK, f'{FALLBACK}, fallback_note: "{{due}} {{at}}"', ["要有一处 {due}"]),
        (FALLBACK, f'{FALLBACK}, fallback_note: "{{due"', ["要有一处 {due}"]),
        (FALLBACK, f"{FALLBACK}, fallback_note: 3", ["fallback_note 应当是文字"]),
        ("acknowledge: {limit", "acknowledge: {pauses: true, limit", ["首次响应的时限不能暂停"]),
        (COMPLETION, f"{COMPLETION}, pauses: true", ["从办结起算的时限不能暂停"]),
        (COMPLETION, "counts_from: receipt", ["counts_from 的值不对"]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_limit_is_named(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    text = (SHIPPED / "deadlines.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "deadlines.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(MalformedBook) as caught:
        load_rulebook(tmp_path)
    assert str(caught.value).startswith("deadlines.yaml 第 ")
    assert "（行「" in str(caught.value)
    for part in expected:
        assert part in str(caught.value)


def test_a_cells_notice_pause_and_words_reach_its_limit(tmp_path: Path) -> None:
    text = (SHIPPED / "deadlines.yaml").read_text(encoding="utf-8")
    text = text.replace("notice: 30分钟", "notice: 45分钟")
    words = 'fallback: 1个服务日, fallback_note: "最迟 {due} 回话"'
    text = text.replace("fallback: 1个服务日", words)
    (tmp_path / "deadlines.yaml").write_text(text, encoding="utf-8")
    rows = {row.id: row.then for row in load_rulebook(tmp_path).tables["deadlines"].rows}
    assert rows["repair"]["on_site"].notice == parse_span("45分钟", Clock.CALENDAR)
    assert rows["inquiry-reply"]["reply"].fallback_note == "最迟 {due} 回话"
    assert not rows["repair"]["on_site"].pauses


def test_a_span_knows_its_length_in_microseconds() -> None:
    assert parse_span("15分钟", Clock.CALENDAR).microseconds == 900_000_000
    assert Span("1个服务日", Clock.SERVICE, service_days=1) == ONE_DAY
    assert ONE_DAY.microseconds == 0
    with pytest.raises(BadSpan):
        parse_span("0分钟", Clock.CALENDAR)
