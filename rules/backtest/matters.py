"""What residents of a mid-size estate turn to the desk with, how often and when.

Shares are estimates (ours): about half repairs, a quarter inquiries and assistance, a fifth
complaints, as desks of this trade report. They make test data plausible and decide nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.types import Kind, Tier

WINTER, SUMMER = frozenset({12, 1, 2}), frozenset({6, 7, 8})
FEE_MONTHS = frozenset({3, 6, 9, 12})
"""Fees fall due at the end of these months."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of request.

    `weight` is its share in an ordinary month, multiplied by `season` in `months` and by `weekend`
    on Saturdays and Sundays. `signals` are always present, each of `sometimes` with its
    probability. `night`: as frequent at night as by day; others are rare then.
    """

    kind: Kind
    department: str
    weight: float
    signals: frozenset[str] = frozenset()
    sometimes: Mapping[str, float] = field(default_factory=dict)
    category: str | None = None
    months: frozenset[int] = frozenset()
    season: float = 1.0
    weekend: float = 1.0
    night: bool = False


def _repair(
    weight: float, *signals: str, department: str = "engineering", **rest: object
) -> Matter:
    return Matter(
        Kind.REPAIR, department, weight, frozenset(signals), weekend=1.3, **rest  # type: ignore[arg-type]
    )  # fmt: skip


def _complaint(weight: float, department: str, category: str, *signals: str) -> Matter:
    often = {"anger": 0.25, "vulnerable_person": 0.03, "group_affected": 0.04}
    return Matter(Kind.COMPLAINT, department, weight, frozenset(signals), often, category)


_HOME = {"vulnerable_person": 0.05}
_WIDE = {"vulnerable_person": 0.06, "group_affected": 0.2, "anger": 0.08}

MATTERS: tuple[Matter, ...] = (
    _repair(20.0, sometimes=_HOME),
    _repair(5.0, department="cleaning"),
    _repair(2.0, department="landscaping"),
    _repair(4.0, "active_leak", sometimes=_HOME, months=SUMMER, season=2.2, night=True),
    _repair(1.2, "sewage_backflow", months=SUMMER, season=1.8, night=True),
    _repair(3.2, "lift_fault", sometimes={**_WIDE, "person_trapped": 0.08}, night=True),
    _repair(0.4, "all_lifts_down", "group_affected", night=True),
    _repair(2.4, "no_power", sometimes={**_WIDE, "medical_device_without_power": 0.01},
            months=SUMMER, season=1.8, night=True),
    _repair(2.2, "no_water", sometimes=_WIDE, months=WINTER, season=2.5, night=True),
    _repair(1.0, "no_gas_or_heat", sometimes=_WIDE, months=WINTER, season=6.0, night=True),
    _repair(2.0, "entry_door_stuck", sometimes=_HOME, night=True),
    _repair(0.15, "electric_shock_or_live_wire", night=True),
    _repair(0.12, "flooding_now", months=SUMMER, season=3.0, night=True),
    _repair(0.1, "gas_leak", night=True),
    _repair(0.3, "facade_loose", months=SUMMER, season=2.5),
    _repair(0.3, "manhole_open"),
    _complaint(3.0, "engineering", "facilities"),
    _complaint(0.8, "engineering", "facilities", "lift_fault"),
    _complaint(3.5, "security", "management_service"),
    _complaint(3.0, "cleaning", "management_service"),
    _complaint(1.2, "landscaping", "management_service"),
    _complaint(2.0, "customer_service", "management_service"),
    _complaint(2.2, "finance", "charges"),
    _complaint(0.7, "security", "incident", "fire_lane_blocked"),
    _complaint(0.6, "security", "incident", "battery_charging_hazard"),
    _complaint(0.4, "security", "incident", "falling_object"),
    Matter(Kind.ASSISTANCE, "customer_service", 5.0, sometimes=_HOME),
    Matter(Kind.ASSISTANCE, "security", 2.0, sometimes=_HOME, night=True),
    Matter(Kind.ASSISTANCE, "security", 0.3, frozenset({"theft"}), night=True),
    Matter(Kind.ASSISTANCE, "security", 0.1, frozenset({"break_in"}), night=True),
    Matter(Kind.ASSISTANCE, "security", 0.15, frozenset({"person_injured_or_ill"}), night=True),
    Matter(Kind.ASSISTANCE, "security", 0.08, frozenset({"missing_person"}), night=True),
    Matter(Kind.ASSISTANCE, "security", 0.06, frozenset({"fire_or_smoke"}), night=True),
    Matter(Kind.INQUIRY, "customer_service", 12.0, weekend=0.8),
    Matter(Kind.INQUIRY, "finance", 4.0, months=FEE_MONTHS, season=2.5, weekend=0.7),
    Matter(Kind.SUGGESTION, "customer_service", 2.5),
    Matter(Kind.PRAISE, "customer_service", 2.0),
    Matter(Kind.OTHER, "customer_service", 1.5),
)  # fmt: skip

STORM = Matter(
    Kind.REPAIR, "engineering", 0.0, frozenset({"active_leak"}),
    {"group_affected": 0.5, "vulnerable_person": 0.06, "flooding_now": 0.05},
)  # fmt: skip
OUTAGE = Matter(
    Kind.REPAIR, "engineering", 0.0, frozenset({"no_power", "group_affected"}), _WIDE
)  # fmt: skip
FREEZE = Matter(
    Kind.REPAIR, "engineering", 0.0, frozenset({"no_water", "group_affected"}), _WIDE
)  # fmt: skip
"""What a whole building reports within two hours."""

HOURS = (
    1.0, 0.6, 0.4, 0.3, 0.3, 0.6, 1.5, 4.0, 7.0, 8.0, 7.0, 6.0,
    5.0, 4.5, 5.5, 5.5, 5.0, 5.5, 6.5, 8.0, 8.5, 6.5, 4.0, 2.0,
)  # fmt: skip
"""Requests by hour of the day: a peak in the morning and one when people come home."""

CHANNELS = {"hotline": 42, "wechat": 30, "app": 15, "front_desk": 10, "email": 2, "other": 1}

ANSWER_MINUTES = {Tier.CRITICAL: 1.4, Tier.URGENT: 6.0, Tier.NORMAL: 6.5, Tier.LOW: 22.0}
"""Median minutes to the first response, on service time below urgent."""

RESOLVE_HOURS = {
    "customer_service": 3.0, "engineering": 6.0, "cleaning": 3.5, "security": 3.0,
    "landscaping": 9.0, "finance": 5.0,
}  # fmt: skip
"""Median hours of work, on service time below urgent; urgent work takes 0.6 of it."""
