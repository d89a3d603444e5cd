"""Defects as they slip into a book by hand: each is found, and as what it is."""

import pytest

from rules.verify.check import check_texts
from tests.rules.verify.books import changed

LIFE = "when: {signals: {any: [life_safety]}}"
SECURITY = "{signals: {any: [theft, break_in]}}"
CRITICAL_TIMES = "acknowledge: {limit: 3分钟, clock: calendar, origin: S4}"

DEFECTS = [
    # what went wrong, file, what is replaced, the codes that must be among the errors
    (
        "one life-safety signal was forgotten in a written-out list",
        "urgency",
        [(
            LIFE,
            "when: {signals: {any: [person_trapped, fire_or_smoke, gas_leak, flooding_now, "
            "electric_shock_or_live_wire, person_injured_or_ill, drowning, violence, self_harm, "
            "medical_device_without_power, falling_object_hit]}}",
        )],
        {"floor"},
    ),
    (
        "the safety row leaves out those with an angry resident",
        "urgency",
        [(LIFE, "when: {signals: {any: [life_safety], none: [anger]}}")],
        {"floor", "lowers-tier"},
    ),
    (
        "the safety row wants two signals",
        "urgency",
        [(LIFE, "when: {signals: {all: [person_trapped, lift_fault]}}")],
        {"floor"},
    ),
    (
        "the suggested tier comes before the safety row",
        "urgency",
        [
            ("hit: priority\npriority: [critical, urgent, normal, low]", "hit: first"),
            ("rows:\n", "rows:\n  - {id: asked, when: {raised_tier: [low]}, then: {tier: low},"
             " reason: 建议, source: pol-grading 第七条}\n"),
        ],
        {"floor", "lowers-tier"},
    ),
    (
        "the order of values is upside down",
        "urgency",
        [("priority: [critical, urgent, normal, low]", "priority: [low, normal, "
          "urgent, critical]")],
        {"floor"},
    ),
    (
        "only low counts of reports are urgent",
        "urgency",
        [("repeat_count: {at_least: 3}", "repeat_count: {at_least: 3, at_most: 4}")],
        {"lowers-tier"},
    ),
    (
        "days without an answer are urgent on one day only",
        "urgency",
        [("unattended_days: {at_least: 7}", "unattended_days: 7")],
        {"lowers-tier"},
    ),
    (
        "the row of several households asks that nobody is vulnerable",
        "urgency",
        [("{signals: {all: [group_affected]}, kind: repair}",
          "{signals: {all: [group_affected], none: [vulnerable_person]}, kind: repair}")],
        {"lowers-tier"},
    ),
    (
        "a kind has no ordinary row",
        "urgency",
        [("when: {kind: [repair, complaint, assistance]}", "when: {kind: [repair, complaint]}")],
        {"gap"},
    ),
    (
        "the general level row stands above the particular ones",
        "level",
        [
            ("when: {tier: critical}\n    then: {level: 3}", "when: {kind: [repair, complaint]}\n"
             "    then: {level: 2}"),
        ],
        {"shadowed"},
    ),
    (
        "two level rows changed places",
        "level",
        [
            ("{kind: complaint, repeat_count: {at_least: 3}}", "{kind: [repair, complaint]}"),
            ("then: {level: 3}\n    reason: 投诉已反映 {repeat_count} 次",
             "then: {level: 2}\n    reason: 投诉"),
        ],
        {"shadowed"},
    ),
    (
        "a level row asks that nobody is angry",
        "level",
        [("signals: {any: [group_affected]}", "signals: {any: [group_affected], none: [anger]}")],
        {"lowers-level"},
    ),
    (
        "urgent repairs no longer keep the ordinary limits, and theirs are longer",
        "deadlines",
        [
            ("when: {kind: repair}", "when: {kind: repair, tier: [normal, low]}"),
            ("resolve: {limit: 24小时, clock: calendar, pauses: true, origin: ours}\n"
             "      return_visit: {limit: 24小时, clock: calendar, counts_from: completion,"
             " origin: S3}\n    reason: 紧急件",
             "resolve: {limit: 7天, clock: calendar, pauses: true, origin: ours}\n"
             "      return_visit: {limit: 24小时, clock: calendar, counts_from: completion,"
             " origin: S3}\n    reason: 紧急件"),
        ],
        {"later-deadline"},
    ),
    (
        "critical requests lose the urgent limits and are acknowledged later",
        "deadlines",
        [
            ("{tier: [urgent, critical], kind: [repair,", "{tier: urgent, kind: [repair,"),
            (CRITICAL_TIMES, CRITICAL_TIMES.replace("3分钟", "2小时")),
        ],
        {"later-deadline"},
    ),
    (
        "the supervisor's row takes the reply away from complaints",
        "deadlines",
        [
            ("when: {kind: complaint}", "when: {kind: complaint, level: [1, 2]}"),
            ("reply: {limit: 1个服务日, clock: service, note: 答复处理方案, origin: ours}\n      ",
             ""),
        ],
        {"later-deadline"},
    ),
    (
        "visits longer after completion when it is urgent",
        "deadlines",
        [
            ("when: {kind: repair}", "when: {kind: repair, tier: [normal, low]}"),
            ("return_visit: {limit: 24小时, clock: calendar, counts_from: completion, origin: S3}\n"
             "    reason: 紧急件",
             "return_visit: {limit: 48小时, clock: calendar, counts_from: completion, origin: S3}\n"
             "    reason: 紧急件"),
        ],
        {"later-deadline"},
    ),
    (
        "day 30 belongs to two stages of collection",
        "fees",
        [("{at_least: 31, at_most: 60}", "{at_least: 30, at_most: 60}")],
        {"overlap"},
    ),
    (
        "the day after the visits end belongs to no stage",
        "fees",
        [("at_least: 61", "above: 61")],
        {"gap"},
    ),
    (
        "an occasion of care is forgotten",
        "care",
        [("occasion: survey", "occasion: building")],
        {"gap", "overlap"},
    ),
    (
        "a step of the ladder can never be reached",
        "ladder",
        [("elapsed_percent: {at_least: 200}", "elapsed_percent: {below: 0}")],
        {"contradiction"},
    ),
    (
        "complaints are routed to nobody while the department is known",
        "routing",
        [("leading: =department}\n    reason: 投诉由", "leading: finance}\n    reason: 投诉由"),
         ("  - id: customer-service\n    when: {}", "  - id: customer-service\n"
          "    when: {department: [customer_service, unknown]}"),
         ("when: {kind: [repair, assistance, inquiry, suggestion, praise, other], department",
          "when: {kind: [repair, assistance, inquiry, suggestion, praise], department")],
        {"gap"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "replaced", "codes"),
    [defect[1:] for defect in DEFECTS],
    ids=[defect[0] for defect in DEFECTS],
)
def test_a_defect_is_found(name: str, replaced: list[tuple[str, str]], codes: set[str]) -> None:
    report = check_texts(changed(name, *replaced))
    found = {one.code for one in report.findings if one.severity == "error"}
    assert codes <= found
    assert not report.ok
    assert all(one.file == f"{name}.yaml" for one in report.findings if one.code in codes)
