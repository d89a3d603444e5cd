"""Realistic histories of a mid-size estate, for tests and benchmarks; decided by the seed."""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate

from rules.backtest.handling import handled
from rules.backtest.history_lines import Past
from rules.backtest.matters import (
    CHANNELS,
    FEE_MONTHS,
    FREEZE,
    HOURS,
    MATTERS,
    OUTAGE,
    STORM,
    SUMMER,
    WINTER,
    Matter,
)  # fmt: skip
from rules.rulebook import Rulebook
from rules.types import Facts, Kind, Tier

FIRST_DAY, DAYS = date(2025, 1, 1), 365
_REQUESTS_PER_BURST = 400
_NIGHT = frozenset((22, 23, 0, 1, 2, 3, 4, 5, 6))
_THREATS = ("threat_authority", "threat_fee_refusal", "threat_media", "threat_legal")

_Arrival = tuple[datetime, Matter | None]
"""When a request comes in, and its matter where a burst decides it."""


def generate(
    count: int, seed: int, book: Rulebook, first_day: date = FIRST_DAY, days: int = DAYS
) -> Iterator[Past]:
    """`count` past requests over `days` days, in order of receipt, handled under `book`.

    Codes that the vocabulary of `book` does not know are left out. The same arguments always give
    the same requests.
    """
    rng = random.Random(seed)
    for number, (received, matter) in enumerate(_arrivals(rng, count, book, first_day, days), 1):
        facts = _facts(rng, received, matter or _matter(rng, received), book)
        yield handled(rng, f"H{number:06d}", facts, book, burst=matter is not None)


def _arrivals(
    rng: random.Random, count: int, book: Rulebook, first_day: date, days: int
) -> list[_Arrival]:
    """All arrivals in order: single ones by the rhythm of days and hours, and bursts."""
    calendar = [first_day + timedelta(days=offset) for offset in range(days)]
    weights = list(accumulate(_day_weight(day) for day in calendar))
    hours = list(accumulate(HOURS))
    arrivals: list[_Arrival] = []
    for _ in range(count // _REQUESTS_PER_BURST):
        arrivals += _burst(rng, book, calendar)
    # the bursts of a short history must not be more than the history
    del arrivals[count // 4 :]
    while len(arrivals) < count:
        day = calendar[_drawn(rng, weights)]
        moment = _moment(rng, book, day, _drawn(rng, hours))
        arrivals.append((moment, None))
    return sorted(arrivals, key=lambda arrival: arrival[0])


def _burst(rng: random.Random, book: Rulebook, calendar: Sequence[date]) -> list[_Arrival]:
    """A storm, an outage or a frozen pipe: many requests of one matter within two hours."""
    day = rng.choice(calendar)
    matter = OUTAGE
    if day.month in SUMMER and rng.random() < 0.7:
        matter = STORM
    elif day.month in WINTER:
        matter = FREEZE
    begin = _moment(rng, book, day, rng.randrange(24))
    size = rng.randint(4, 25)
    return [(begin + timedelta(seconds=rng.randrange(7200)), matter) for _ in range(size)]


def _moment(rng: random.Random, book: Rulebook, day: date, hour: int) -> datetime:
    second = rng.randrange(3600)
    return datetime(
        day.year, day.month, day.day, hour, second // 60, second % 60, tzinfo=book.calendar.zone
    )


def _day_weight(day: date) -> float:
    """How busy a day is: summers and winters more, the last days before fees are due as well."""
    weight = 1.15 if day.month in SUMMER | WINTER else 1.0
    if day.month in FEE_MONTHS and day.day > 15:
        weight *= 1.2
    return weight * (1.1 if day.weekday() >= 5 else 1.0)


def _drawn(rng: random.Random, cumulative: Sequence[float]) -> int:
    return min(bisect(cumulative, rng.random() * cumulative[-1]), len(cumulative) - 1)


def _matter(rng: random.Random, received: datetime) -> Matter:
    weekend, night = received.weekday() >= 5, received.hour in _NIGHT
    return MATTERS[_drawn(rng, _matter_weights(received.month, weekend, night))]


@lru_cache(maxsize=64)
def _matter_weights(month: int, weekend: bool, night: bool) -> Sequence[float]:
    return list(
        accumulate(
            one.weight
            * (one.season if month in one.months else 1.0)
            * (one.weekend if weekend else 1.0)
            * (0.25 if night and not one.night else 1.0)
            for one in MATTERS
        )
    )


def _facts(rng: random.Random, received: datetime, matter: Matter, book: Rulebook) -> Facts:
    vocabulary = book.vocabulary
    signals = set(matter.signals)
    signals |= {code for code, share in matter.sometimes.items() if rng.random() < share}
    repeats, days = _history(rng, matter.kind)
    if repeats:
        signals.add("repeat_report")
    if days:
        signals.add("unattended_days")
    if matter.kind is Kind.COMPLAINT and rng.random() < (0.2 if repeats > 2 else 0.03):
        signals.add(rng.choice(_THREATS))
    facts = Facts(
        kind=matter.kind,
        received_at=received,
        signals=frozenset(signals & vocabulary.signals.keys()),
        category=matter.category if matter.category in vocabulary.groups["categories"] else None,
        repeat_count=repeats,
        unattended_days=days,
        raised_tier=Tier.URGENT if rng.random() < 0.008 else None,
        department=_department(rng, matter, book),
        channel=_channel(rng, received, book),
    )
    if matter.kind is Kind.REPAIR and not matter.signals and rng.random() < 0.4:
        return replace(facts, wished_at=_wished(rng, received))
    return facts


def _history(rng: random.Random, kind: Kind) -> tuple[int, int]:
    """How often a matter was reported before and how many days nobody came; mostly neither."""
    often = {Kind.COMPLAINT: 0.22, Kind.REPAIR: 0.08}.get(kind, 0.0)
    if rng.random() >= often:
        return 0, 0
    repeats = rng.choices((2, 3, 4, 5), (65, 22, 9, 4))[0]
    days = rng.choices((0, 2, 3, 5, 7, 10, 15), (40, 15, 15, 12, 9, 6, 3))[0]
    return repeats, days


def _department(rng: random.Random, matter: Matter, book: Rulebook) -> str | None:
    """The department as registered; every tenth registration leaves it open."""
    known = matter.department in book.vocabulary.groups["departments"]
    return matter.department if known and rng.random() < 0.9 else None


def _channel(rng: random.Random, received: datetime, book: Rulebook) -> str | None:
    codes = [code for code in CHANNELS if code in book.vocabulary.groups["channels"]]
    if received.hour in _NIGHT:
        codes = [code for code in codes if code != "front_desk"]
    if not codes:
        return None
    return rng.choices(codes, [CHANNELS[code] for code in codes])[0]


def _wished(rng: random.Random, received: datetime) -> datetime:
    """A full hour of one of the next days, mornings, afternoons or after work."""
    days, hour = rng.choice((1, 1, 1, 2, 2, 3)), rng.choice((9, 10, 14, 15, 16, 19))
    day = received + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0)
