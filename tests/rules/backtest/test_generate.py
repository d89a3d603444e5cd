"""Generated histories: decided by the seed, and as a desk would recognise them."""

from collections import Counter
from itertools import pairwise

import pytest

from rules.backtest import Past, generate, run
from rules.backtest.matters import SUMMER, WINTER
from rules.decide import default_rulebook
from rules.types import Kind, Milestone
from tests.rules.backtest.books import changed

BOOK = default_rulebook()
COUNT = 4000


@pytest.fixture(scope="module")
def history() -> list[Past]:
    return list(generate(COUNT, 1, BOOK))


def test_the_seed_decides_everything(history: list[Past]) -> None:
    assert list(generate(COUNT, 1, BOOK)) == history
    assert list(generate(COUNT, 2, BOOK)) != history


@pytest.mark.parametrize("count", [0, 1, 399, 400, 1234])
def test_as_many_requests_are_made_as_asked_for(count: int) -> None:
    made = list(generate(count, 5, BOOK))
    assert len(made) == count
    assert len({one.id for one in made}) == count


def test_requests_come_in_order_of_receipt(history: list[Past]) -> None:
    times = [one.facts.received_at for one in history]
    assert all(first <= second for first, second in pairwise(times))


def test_kinds_have_the_shares_of_a_real_desk(history: list[Past]) -> None:
    kinds = Counter(one.facts.kind for one in history)
    assert set(kinds) == set(Kind)
    bounds = {
        Kind.REPAIR: (0.4, 0.65), Kind.COMPLAINT: (0.1, 0.25), Kind.INQUIRY: (0.1, 0.25),
        Kind.ASSISTANCE: (0.04, 0.12), Kind.SUGGESTION: (0.01, 0.05),
    }  # fmt: skip
    for kind, (low, high) in bounds.items():
        assert low < kinds[kind] / COUNT < high, kind


def test_most_requests_come_by_day_with_peaks_in_the_morning_and_evening(
    history: list[Past],
) -> None:
    hours = Counter(one.facts.received_at.hour for one in history)
    assert sum(hours[hour] for hour in range(6)) < 0.06 * COUNT
    assert hours[9] > hours[13] < hours[20]


def test_seasons_show(history: list[Past]) -> None:
    def share(signal: str, months: frozenset[int]) -> float:
        found = [one.facts.received_at.month for one in history if signal in one.facts.signals]
        return sum(month in months for month in found) / len(found)

    assert share("active_leak", SUMMER) > 0.35
    assert share("no_gas_or_heat", WINTER) > 0.5
    assert share("no_water", WINTER) > 0.4


def test_bursts_bring_many_requests_of_one_matter_within_two_hours(history: list[Past]) -> None:
    wide = [one.facts.received_at for one in history if "group_affected" in one.facts.signals]
    close = [(wide[place + 3] - wide[place]).total_seconds() for place in range(len(wide) - 3)]
    assert sum(seconds < 7200 for seconds in close) > 10


def test_signals_fit_the_kind(history: list[Past]) -> None:
    for one in history:
        facts = one.facts
        if facts.kind in (Kind.INQUIRY, Kind.PRAISE, Kind.SUGGESTION, Kind.OTHER):
            assert facts.signals == frozenset()
        assert ("repeat_report" in facts.signals) == (facts.repeat_count > 0)
        assert facts.wished_at is None or facts.kind is Kind.REPAIR
        assert facts.wished_at is None or facts.wished_at > facts.received_at


def test_milestones_follow_one_another_and_some_are_never_met(history: list[Past]) -> None:
    unfinished = 0
    for one in history:
        times = [one.met[milestone] for milestone in Milestone if milestone in one.met]
        if Milestone.REPLY not in one.met:
            assert times == sorted(times)
        if Milestone.DISPATCH in one.met:
            unfinished += Milestone.RESOLVE not in one.met
    assert 0.005 < unfinished / COUNT < 0.04


def test_breaches_are_neither_rare_nor_the_rule(history: list[Past]) -> None:
    before, _ = run(BOOK, BOOK, history).totals()
    assert 0.04 < before.share < 0.25


def test_a_book_without_a_signal_gets_no_such_requests() -> None:
    newer = changed(
        ("vocabulary.yaml", "  anger: {label: 情绪激动, family: mood}\n",
         "  angry: {label: 情绪激动, family: mood}\n"),
    )  # fmt: skip
    made = list(generate(500, 1, newer))
    assert not any("anger" in one.facts.signals for one in made)
    assert run(newer, newer, made).left_out == 0
