"""The sample cases are teaching material: their facts, codes and times must hold together.

The time limits and the clock are written out here a second time on purpose, so that a case is
measured against the grading policy and not against the code that reads it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

CONTENT = Path(__file__).parents[2] / "kb" / "content"
CASE_FILES = sorted((CONTENT / "case").glob("*.md"))

KINDS = {"inquiry", "repair", "complaint", "suggestion", "assistance", "praise", "other"}
CATEGORIES = {"facilities", "management_service", "charges", "incident"}
DEPARTMENTS = {
    "customer_service", "engineering", "cleaning", "security", "landscaping", "finance",
}  # fmt: skip
CHANNELS = {"hotline", "app", "wechat", "front_desk", "email", "other"}
QUALITIES = {
    "safety", "consistency", "attitude", "completeness", "environment", "convenience", "timeliness",
}  # fmt: skip
LIFE_SAFETY = {
    "person_trapped", "fire_or_smoke", "gas_leak", "electric_shock_or_live_wire", "flooding_now",
    "person_injured_or_ill", "drowning", "violence", "self_harm", "missing_person",
    "medical_device_without_power", "falling_object_hit",
}  # fmt: skip
THREATS = {"threat_media", "threat_authority", "threat_legal", "threat_fee_refusal"}
VULNERABLE_FAULTS = {
    "no_water", "no_power", "no_gas_or_heat", "all_lifts_down", "lift_fault", "entry_door_stuck",
}  # fmt: skip
URGENT = THREATS | VULNERABLE_FAULTS | {
    "falling_object", "facade_loose", "manhole_open", "fire_lane_blocked",
    "battery_charging_hazard", "sewage_backflow", "active_leak", "theft", "break_in",
}  # fmt: skip
SIGNALS = LIFE_SAFETY | URGENT | {
    "repeat_report", "unattended_days", "group_affected", "vulnerable_person",
}  # fmt: skip

REQUIRED = {
    "id", "title", "type", "department", "version", "effective_from", "effective_to", "keywords",
    "kind", "category", "channel", "received_at", "completed_at", "closed_at", "building", "unit",
    "signals", "quality", "references", "message",
}  # fmt: skip
SECTIONS = ["经过", "处理", "结果", "教训"]
STEPS = {
    "受理", "联系", "派单", "到场", "执行", "答复", "升级", "完成", "回访", "归档",
}  # fmt: skip
STEP = re.compile(r"^- (\d{4}-\d\d-\d\d \d\d:\d\d) (\S+?):(.+)$")

# Cases that teach through a missed limit, with the milestones that were missed.
MISSED = {
    "case-2025-012": {"dispatch", "reply"},
    "case-2025-021": {"dispatch", "on_site"},
    "case-2026-018": {"return_visit"},
    "case-2026-023": {"on_site"},
}

SERVICE_WINDOWS = ((time(8, 30), time(12)), (time(13, 30), time(18)))
# Statutory holidays between March 2025 and October 2026, first and last day.
HOLIDAYS = (
    ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
)  # fmt: skip
SERVICE_DAY = 8 * 60


@dataclass(frozen=True)
class Step:
    at: datetime
    name: str
    text: str


@dataclass(frozen=True)
class Case:
    path: Path
    fields: dict[str, Any]
    sections: dict[str, str]

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def signals(self) -> set[str]:
        return set(self.fields["signals"])

    def moment(self, field: str) -> datetime:
        return datetime.fromisoformat(self.fields[field])

    @property
    def steps(self) -> list[Step]:
        matches = [STEP.match(line) for line in self.sections["处理"].splitlines() if line]
        assert all(matches), f"{self.id}: a line of 处理 is not `- 日期 时间 步骤:说明`"
        zone = self.moment("received_at").tzinfo
        return [
            Step(datetime.fromisoformat(m[1]).replace(tzinfo=zone), m[2], m[3])
            for m in matches
            if m
        ]


def read_case(path: Path) -> Case:
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    parts = re.split(r"^## (.+)\n", body, flags=re.MULTILINE)[1:]
    sections = {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return Case(path, yaml.safe_load(front_matter), sections)


CASES = [read_case(path) for path in CASE_FILES]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def is_holiday(day: date) -> bool:
    return any(first <= day.isoformat() <= last for first, last in HOLIDAYS)


def service_minutes(start: datetime, end: datetime) -> float:
    """Minutes of service time between two moments."""
    total, day = 0.0, start.date()
    while day <= end.date():
        for opens, closes in () if is_holiday(day) else SERVICE_WINDOWS:
            begin = max(start, datetime.combine(day, opens, start.tzinfo))
            finish = min(end, datetime.combine(day, closes, start.tzinfo))
            total += max((finish - begin).total_seconds() / 60, 0)
        day += timedelta(days=1)
    return total


def calendar_minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60


def tier(case: Case) -> str:
    signals, kind = case.signals, case.fields["kind"]
    if signals & LIFE_SAFETY:
        return "critical"
    insistent = case.fields.get("repeat_count", 0) >= 3
    insistent |= case.fields.get("unattended_days", 0) >= 7
    if signals & URGENT or (kind in {"repair", "complaint"} and insistent):
        return "urgent"
    return "normal" if kind in {"repair", "complaint", "assistance"} else "low"


def is_level_3_complaint(case: Case) -> bool:
    reasons = THREATS | {"group_affected", "person_injured_or_ill"}
    repeated = case.fields.get("repeat_count", 0) >= 3
    return case.fields["kind"] == "complaint" and bool(case.signals & reasons or repeated)


Limits = dict[str, tuple[int, Any]]
CRITICAL: Limits = {
    "acknowledge": (3, calendar_minutes),
    "dispatch": (3, calendar_minutes),
    "on_site": (3, calendar_minutes),
    "resolve": (24 * 60, calendar_minutes),
}
URGENT_LIMITS: Limits = {
    "acknowledge": (15, calendar_minutes),
    "dispatch": (15, calendar_minutes),
    "on_site": (30, calendar_minutes),
    "resolve": (24 * 60, calendar_minutes),
}
LEVEL_3: Limits = {
    **URGENT_LIMITS,
    "reply": (SERVICE_DAY, service_minutes),
    "resolve": (5 * SERVICE_DAY, service_minutes),
}
FIRST_STEPS: Limits = {"acknowledge": (15, service_minutes), "dispatch": (30, service_minutes)}
NORMAL: dict[str, Limits] = {
    "repair": {
        **FIRST_STEPS,
        "on_site": (SERVICE_DAY, service_minutes),
        "resolve": (3 * SERVICE_DAY, service_minutes),
    },
    "complaint": {
        **FIRST_STEPS,
        "reply": (SERVICE_DAY, service_minutes),
        "resolve": (3 * SERVICE_DAY, service_minutes),
    },
    "assistance": {
        **FIRST_STEPS,
        "reply": (4 * 60, service_minutes),
        "resolve": (SERVICE_DAY, service_minutes),
    },
    "inquiry": {
        "acknowledge": (60, service_minutes),
        "reply": (60, service_minutes),
        "resolve": (SERVICE_DAY, service_minutes),
    },
    "suggestion": {
        "acknowledge": (SERVICE_DAY, service_minutes),
        "reply": (3 * SERVICE_DAY, service_minutes),
    },
    "praise": {"acknowledge": (SERVICE_DAY, service_minutes)},
    "other": {"acknowledge": (SERVICE_DAY, service_minutes)},
}
MILESTONE_STEPS = {
    "acknowledge": "受理",
    "dispatch": "派单",
    "on_site": "到场",
    "reply": "答复",
    "resolve": "完成",
}


def limits(case: Case) -> Limits:
    if "critical" in {tier(case), case.fields.get("raised_tier")}:
        return CRITICAL
    if is_level_3_complaint(case):
        return LEVEL_3
    return URGENT_LIMITS if tier(case) == "urgent" else NORMAL[case.fields["kind"]]


def first(case: Case, step: str) -> datetime | None:
    return next((found.at for found in case.steps if found.name == step), None)


def missed(case: Case) -> set[str]:
    """The milestones that came too late, or not at all."""
    received, result = case.moment("received_at"), set()
    for milestone, (minutes, clock) in limits(case).items():
        happened = first(case, MILESTONE_STEPS[milestone])
        if milestone == "on_site" and "wished_at" in case.fields:
            late = happened is None or happened > case.moment("wished_at")
        else:
            late = happened is None or clock(received, happened) > minutes
        if late:
            result.add(milestone)
    if tier(case) in {"critical", "urgent"} or case.fields["kind"] in {"repair", "complaint"}:
        visit = first(case, "回访")
        if visit is None or visit - case.moment("completed_at") > timedelta(hours=24):
            result.add("return_visit")
    return result


def clauses(policy: str) -> set[str]:
    text = (CONTENT / "policy" / f"{policy}.md").read_text(encoding="utf-8")
    return set(re.findall(r"^(第[一二三四五六七八九十百]+条)", text, flags=re.MULTILINE))


def test_there_are_enough_cases_with_unique_ids() -> None:
    assert len(CASES) >= 30
    assert max(Counter(case.id for case in CASES).values()) == 1


@each_case
def test_a_case_is_named_like_its_file(case: Case) -> None:
    assert case.id == case.path.stem
    assert re.fullmatch(r"case-\d{4}-\d{3}", case.id)
    assert case.moment("received_at").year == int(case.id[5:9])


@each_case
def test_a_case_has_every_field_and_section(case: Case) -> None:
    assert case.fields.keys() >= REQUIRED
    assert list(case.sections) == SECTIONS
    assert all(len(text) >= 20 for text in case.sections.values())
    assert case.fields["message"].strip()
    assert case.fields["keywords"]


@each_case
def test_a_case_uses_only_codes_of_the_vocabulary(case: Case) -> None:
    fields = case.fields
    assert fields["type"] == "case"
    assert fields["kind"] in KINDS
    assert fields["department"] in DEPARTMENTS
    assert fields["channel"] in CHANNELS
    assert fields["quality"] in QUALITIES
    assert len(fields["signals"]) == len(case.signals)
    assert case.signals <= SIGNALS
    assert {step.name for step in case.steps} <= STEPS


@each_case
def test_only_a_complaint_has_a_category(case: Case) -> None:
    if case.fields["kind"] == "complaint":
        assert case.fields["category"] in CATEGORIES
    else:
        assert case.fields["category"] is None


@each_case
def test_counts_go_with_their_signals(case: Case) -> None:
    assert ("repeat_report" in case.signals) == ("repeat_count" in case.fields)
    assert ("unattended_days" in case.signals) == ("unattended_days" in case.fields)


@each_case
def test_the_place_exists_on_the_estate(case: Case) -> None:
    assert case.fields["building"] in {"", *(str(number) for number in range(1, 13))}
    assert case.fields["unit"] in {"", "1", "2"}
    assert case.fields["building"] or not case.fields["unit"]


@each_case
def test_the_times_of_a_case_are_in_order(case: Case) -> None:
    steps = case.steps
    times = [step.at for step in steps]
    assert times == sorted(times)
    assert case.moment("received_at") <= times[0]
    assert times[0] <= case.moment("completed_at") <= case.moment("closed_at")
    assert [step.at for step in steps if step.name == "完成"] == [case.moment("completed_at")]
    assert (steps[-1].name, steps[-1].at) == ("归档", case.moment("closed_at"))
    assert case.fields["effective_from"] == case.moment("closed_at").date()


@each_case
def test_a_case_misses_exactly_the_limits_it_teaches_about(case: Case) -> None:
    assert missed(case) == MISSED.get(case.id, set())


@each_case
def test_every_cited_clause_exists(case: Case) -> None:
    references = case.fields["references"]
    assert any(reference.startswith("pol-grading ") for reference in references)
    assert len(set(references)) == len(references)
    for reference in references:
        policy, clause = reference.split(" ")
        assert clause in clauses(policy), reference


@each_case
def test_a_case_names_no_number_or_place_foreign_to_the_estate(case: Case) -> None:
    text = case.path.read_text(encoding="utf-8")
    assert not re.search(r"1[3-9]\d{9}|\d{3,4}-\d{7,8}|泳池|会所|充电宝", text)
    assert set(re.findall(r"\b8800-\d{4}\b", text)) <= {"8800-1000", "8800-1999"}


def test_every_lesson_is_different() -> None:
    openings = Counter(case.sections["教训"][:12] for case in CASES)
    assert max(openings.values()) == 1


def test_every_kind_category_department_and_channel_occurs() -> None:
    assert {case.fields["kind"] for case in CASES} >= KINDS - {"other"}
    assert {case.fields["category"] for case in CASES} >= CATEGORIES
    assert {case.fields["department"] for case in CASES} == DEPARTMENTS
    assert {case.fields["channel"] for case in CASES} == CHANNELS
    assert {case.fields["quality"] for case in CASES} == QUALITIES


def test_the_tiers_are_spread() -> None:
    count = Counter(tier(case) for case in CASES)
    assert count["critical"] >= 7
    assert count["urgent"] >= 10
    assert count["normal"] >= 8
    assert count["low"] >= 5


def test_the_grave_signals_each_have_a_case() -> None:
    present = set().union(*(case.signals for case in CASES))
    assert len(present & LIFE_SAFETY) >= 8
    assert present >= THREATS | {"group_affected", "vulnerable_person"}
    assert max(case.fields.get("repeat_count", 0) for case in CASES) >= 3
    assert max(case.fields.get("unattended_days", 0) for case in CASES) >= 7


def test_requests_come_in_and_out_of_service_hours() -> None:
    received = [case.moment("received_at") for case in CASES]
    outside = [at for at in received if not service_minutes(at, at + timedelta(minutes=1))]
    assert len(outside) >= 10
    assert len(received) - len(outside) >= 15
    assert sum(is_holiday(at.date()) for at in received) >= 5
    assert sum(at.weekday() >= 5 for at in received) >= 8
    assert all(date(2025, 3, 1) <= at.date() <= date(2026, 10, 31) for at in received)
