"""Properties: nothing that is added to the facts lowers the tier."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.decide import decide, default_rulebook
from rules.types import Facts, Kind, Milestone, Tier

VOCABULARY = default_rulebook().vocabulary
SIGNALS = st.sampled_from(sorted(VOCABULARY.signals))
START = datetime.fromisoformat("2026-01-01T00:00:00+08:00")

FACTS = st.builds(
    Facts,
    kind=st.sampled_from(Kind),
    received_at=st.integers(0, 364 * 24 * 60).map(lambda n: START + timedelta(minutes=n)),
    signals=st.frozensets(SIGNALS, max_size=6),
    category=st.sampled_from([None, *VOCABULARY.codes("categories")]),
    repeat_count=st.integers(0, 5),
    unattended_days=st.integers(0, 10),
    incident_reports=st.integers(0, 5),
    suspected_danger=st.integers(0, 100),
    raised_tier=st.sampled_from([None, *Tier]),
    department=st.sampled_from([None, *VOCABULARY.codes("departments")]),
)


@given(FACTS, SIGNALS)
def test_adding_a_signal_never_lowers_the_tier_or_the_level(facts: Facts, signal: str) -> None:
    before = decide(facts)
    after = decide(replace(facts, signals=facts.signals | {signal}))
    assert after.tier.rank >= before.tier.rank
    assert after.level >= before.level


@given(FACTS, SIGNALS)
def test_adding_a_signal_never_delays_the_first_response_or_the_dispatch(
    facts: Facts, signal: str
) -> None:
    before = {one.milestone: one.due_at for one in decide(facts).deadlines}
    after_facts = replace(facts, signals=facts.signals | {signal})
    after = {one.milestone: one.due_at for one in decide(after_facts).deadlines}
    assert after[Milestone.ACKNOWLEDGE] <= before[Milestone.ACKNOWLEDGE]
    if Milestone.DISPATCH in before:
        # A major complaint goes to the supervisor at once; the critical table allows 3 minutes.
        latest = max(before[Milestone.DISPATCH], facts.received_at + timedelta(minutes=3))
        assert after[Milestone.DISPATCH] <= latest


@given(FACTS, st.sampled_from(Tier))
def test_a_raised_tier_only_raises(facts: Facts, raised: Tier) -> None:
    unraised = decide(replace(facts, raised_tier=None)).tier
    after = decide(replace(facts, raised_tier=raised)).tier
    assert after.rank == max(unraised.rank, raised.rank)


@given(FACTS, st.sampled_from(sorted(VOCABULARY.family("life_safety"))))
def test_a_life_safety_signal_is_critical_in_every_company(facts: Facts, signal: str) -> None:
    assert decide(replace(facts, signals=facts.signals | {signal})).tier is Tier.CRITICAL


@given(FACTS)
def test_the_same_facts_always_give_the_same_decision(facts: Facts) -> None:
    assert decide(facts) == decide(replace(facts))


@given(FACTS)
def test_no_deadline_lies_before_receipt_and_each_names_a_row_that_decided(facts: Facts) -> None:
    decision = decide(facts)
    rules = {row.rule for row in decision.because}
    for one in decision.deadlines:
        assert one.rule in rules
        assert one.due_at is None or one.due_at >= facts.received_at
