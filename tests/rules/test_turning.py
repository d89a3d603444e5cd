"""What would have to change for another tier: each change really does it."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.decide import decide, default_rulebook
from rules.turning import downwards, upwards
from rules.types import Facts, Kind, Tier

BOOK = default_rulebook()
RECEIVED = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
FACTS = st.builds(
    Facts,
    kind=st.sampled_from(Kind),
    received_at=st.just(RECEIVED),
    signals=st.frozensets(st.sampled_from(sorted(BOOK.vocabulary.signals)), max_size=5),
    category=st.sampled_from([None, *BOOK.vocabulary.codes("categories")]),
    repeat_count=st.integers(0, 5),
    unattended_days=st.integers(0, 9),
    raised_tier=st.sampled_from([None, *Tier]),
)


def test_a_plain_repair_turns_urgent_by_the_third_report_or_a_week_without_anyone() -> None:
    urgent, critical = upwards(BOOK, Facts(Kind.REPAIR, RECEIVED))
    assert urgent.tier is Tier.URGENT
    assert "已反映次数满 3 次" in urgent.words
    assert "无人处理天数满 7 天" in urgent.words
    assert {"no_water", "theft", "group_affected"} <= set(urgent.signals)
    assert "anger" not in urgent.signals
    assert set(critical.signals) == BOOK.vocabulary.family("life_safety")


def test_an_inquiry_is_not_raised_by_being_asked_often() -> None:
    words = [words for turn in upwards(BOOK, Facts(Kind.INQUIRY, RECEIVED)) for words in turn.words]
    assert not any("反映次数" in one for one in words)


def test_all_facts_that_hold_the_tier_must_go_together() -> None:
    facts = Facts(
        Kind.REPAIR, RECEIVED, frozenset({"no_water", "anger"}), repeat_count=4,
        raised_tier=Tier.URGENT,
    )  # fmt: skip
    (turn,) = downwards(BOOK, facts)
    assert turn.tier is Tier.NORMAL
    assert turn.words == ("停水", "已反映次数为 4 次", "人工或模型建议不低于「紧急」")


def test_below_a_floor_there_is_nothing_to_withdraw() -> None:
    assert downwards(BOOK, Facts(Kind.REPAIR, RECEIVED)) == ()
    assert upwards(BOOK, Facts(Kind.REPAIR, RECEIVED, frozenset({"gas_leak"}))) == ()


@given(FACTS)
def test_each_way_up_really_raises(facts: Facts) -> None:
    before = decide(facts).tier
    for turn in upwards(BOOK, facts):
        assert turn.tier.rank > before.rank
        for signal in turn.signals:
            changed = replace(facts, signals=facts.signals | {signal})
            assert decide(changed).tier is turn.tier


@given(FACTS)
def test_each_way_down_really_lowers_and_no_smaller_one_does(facts: Facts) -> None:
    before = decide(facts).tier
    for turn in downwards(BOOK, facts):
        left = facts.signals - set(turn.signals)
        changed = replace(
            facts,
            signals=left,
            repeat_count=0 if any("反映次数" in one for one in turn.words) else facts.repeat_count,
            unattended_days=0
            if any("无人处理" in one for one in turn.words)
            else facts.unattended_days,
            raised_tier=None if any("建议" in one for one in turn.words) else facts.raised_tier,
        )
        assert decide(changed).tier is turn.tier
        assert turn.tier.rank < before.rank
        for signal in turn.signals:  # each of them is needed
            assert decide(replace(changed, signals=left | {signal})).tier is before
