"""Random small rulebooks for hypothesis, and all facts that they can tell apart."""

from datetime import date
from itertools import combinations, product
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.rules.verify.books import SHIPPED

SIGNALS = ("fire", "gas", "leak", "many")
KINDS = ("inquiry", "repair", "praise")
TIERS = ("critical", "urgent", "normal", "low")
MOST_REPEATS = 2
_TABLE = {"version": "1", "effective_from": date(2026, 1, 1), "title": "表"}
_COLUMNS: dict[str, dict[str, str]] = {
    "kind": {"type": "enum", "of": "kinds"},
    "signals": {"type": "signals"},
    "repeat_count": {"type": "number"},
    "raised_tier": {"type": "enum", "of": "tiers"},
    "tier": {"type": "enum", "of": "tiers"},
    "level": {"type": "enum", "of": "levels"},
}
_LIMITS: list[dict[str, Any]] = [
    {"limit": "3分钟", "clock": "calendar"},
    {"limit": "1个服务小时", "clock": "service"},
    {"limit": "9小时", "clock": "calendar"},
    {"limit": "1个服务日", "clock": "service", "pauses": True},
    {"limit": "1天", "clock": "calendar", "wished_time": True, "notice": "30分钟"},
]


def all_facts() -> list[dict[str, Any]]:
    """Every combination of facts, signals being any subset."""
    present = [
        frozenset(chosen)
        for size in range(len(SIGNALS) + 1)
        for chosen in combinations(SIGNALS, size)
    ]
    unread = {"category": None, "department": None, "channel": None, "unattended_days": 0}
    return [
        {
            "kind": kind, "signals": signals, "repeat_count": repeat, "raised_tier": raised,
            "wished": False, "received_on": date(2026, 1, 1), **unread,
        }
        for kind, signals, repeat, raised in product(
            KINDS, present, range(MOST_REPEATS + 2), (None, *reversed(TIERS))
        )
    ]  # fmt: skip


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


@st.composite
def _signals(draw: st.DrawFn) -> dict[str, list[str]]:
    order = draw(st.permutations(SIGNALS))
    words = draw(st.lists(st.sampled_from(["any", "all", "none"]), min_size=1, max_size=2))
    wanted = {}
    for at, word in enumerate(dict.fromkeys(words)):
        wanted[word] = list(order[2 * at : 2 * at + draw(st.integers(1, 2))])
    return wanted


_RANGE = st.one_of(
    st.integers(0, MOST_REPEATS).map(lambda least: {"at_least": least}),
    st.integers(0, MOST_REPEATS).map(lambda most: {"at_most": most}),
    st.integers(0, MOST_REPEATS),
)
_CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "kind": _some(("inquiry", "repair")),
    "signals": _signals(),
    "repeat_count": _RANGE,
    "raised_tier": _some(("critical", "normal", "unknown")),
    "tier": _some(TIERS),
    "level": st.sampled_from([1, 2, 3]),
}


_RISING: dict[str, st.SearchStrategy[Any]] = {
    **_CONDITIONS,
    "signals": _some(SIGNALS).map(lambda codes: {"any": codes}),
    "repeat_count": st.integers(1, MOST_REPEATS).map(lambda least: {"at_least": least}),
    "raised_tier": st.just(["critical"]),
}
"""Conditions that more facts never break."""


@st.composite
def _when(draw: st.DrawFn, inputs: tuple[str, ...], rising: bool) -> Any:
    conditions = _RISING if rising else _CONDITIONS
    parts = [
        {name: draw(conditions[name]) for name in draw(_some(inputs))}
        for _ in range(draw(st.sampled_from([1, 1, 2])))
    ]
    return parts if len(parts) > 1 else parts[0]


@st.composite
def _rows(
    draw: st.DrawFn,
    inputs: tuple[str, ...],
    then: st.SearchStrategy[dict[str, Any]],
    rising: bool = False,
) -> list[dict[str, Any]]:
    conditions = [draw(_when(inputs, rising)) for _ in range(draw(st.integers(1, 5)))]
    if draw(st.booleans()):
        conditions.append({})
    return [
        {
            "id": f"r{at}", "when": when, "then": draw(then), "reason": "因此",
            "source": "pol-x 第一条",
        }
        for at, when in enumerate(conditions)
    ]  # fmt: skip


def _table(name: str, hit: str, inputs: tuple[str, ...], outputs: dict[str, Any],
           rows: list[dict[str, Any]], priority: list[Any] | None = None) -> str:  # fmt: skip
    columns = {one: _COLUMNS[one] for one in inputs}
    data = {"id": name, **_TABLE, "hit": hit, "inputs": columns, "outputs": outputs, "rows": rows}
    if hit == "priority":
        data["priority"] = priority
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@st.composite
def small_books(draw: st.DrawFn) -> dict[str, str]:
    """The files of a rulebook with random urgency, level and deadlines tables."""
    hits = st.sampled_from(["first", "unique", "priority"])
    urgency = ("kind", "signals", "repeat_count", "raised_tier")
    level = ("tier", "kind", "signals")
    promised = st.dictionaries(
        st.sampled_from(["acknowledge", "resolve"]), st.sampled_from(_LIMITS), min_size=1
    ).map(lambda then: {name: _without_pause(name, one) for name, one in then.items()})
    rising = draw(st.booleans())
    ranked = st.just("priority") if rising else hits
    tier = st.sampled_from(TIERS).map(lambda tier: {"tier": tier})
    tiers = draw(_rows(urgency, tier, rising))
    levels = draw(_rows(level, st.sampled_from([1, 2, 3]).map(lambda one: {"level": one}), rising))
    limits = draw(_rows(("tier", "level", "signals"), promised))
    vocabulary = yaml.safe_load(SHIPPED["vocabulary.yaml"])
    vocabulary["signals"] = {
        code: {"label": code, "family": "life_safety" if code in ("fire", "gas") else "scope"}
        for code in SIGNALS
    }
    routes = {one: {"type": "enum", "of": "departments"} for one in ("responsible", "leading")}
    texts = {"question": {"type": "text"}, "supposes": {"type": "facts"}}
    same: dict[str, Any] = {"id": "all", "when": {}, "reason": "因此", "source": "pol-x 第一条"}
    desk = {"responsible": "customer_service", "leading": "customer_service"}
    return {
        **SHIPPED,
        "vocabulary.yaml": yaml.safe_dump(vocabulary, allow_unicode=True),
        "urgency.yaml": _table(
            "urgency", draw(ranked), urgency, {"tier": _COLUMNS["tier"]}, tiers, list(TIERS)
        ),
        "level.yaml": _table(
            "level", draw(ranked), level, {"level": _COLUMNS["level"]}, levels, [3, 2, 1]
        ),
        "routing.yaml": _table("routing", "first", (), routes, [{**same, "then": desk}]),
        "questions.yaml": _table(
            "questions", "collect", (), texts, [{**same, "then": {"question": "多吗？"}}]
        ),
        "deadlines.yaml": _table(
            "deadlines", "collect", ("tier", "level", "signals"), _milestones(), limits
        ),
    }


def _without_pause(milestone: str, limit: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in limit.items() if milestone == "resolve" or key != "pauses"}


def _milestones() -> dict[str, Any]:
    names = ("acknowledge", "dispatch", "on_site", "reply", "resolve", "return_visit")
    return {name: {"type": "limit"} for name in names}
