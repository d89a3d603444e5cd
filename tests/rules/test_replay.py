"""A recorded request is decided again by the version that decided it, to the byte."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rules.archive import Archive
from rules.decide import decide
from rules.errors import VersionDamaged, VersionMissing
from rules.loading import shipped_texts
from rules.records import Record, canonical, decision_json, facts_json
from rules.replay import replay
from rules.rulebook import Rulebook
from rules.types import Facts, Kind

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
LIFT = Facts(Kind.REPAIR, NOW, frozenset({"lift_fault"}))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "rulebooks", lambda: NOW)


def recorded(facts: Facts, book: Rulebook, as_of: datetime | None = None) -> Record:
    decision = decide(facts, book, as_of)
    text = canonical(decision_json(decision)).decode()
    return Record("r-1", facts_json(facts), text, decision.rulebook, as_of)


def faster() -> dict[str, str]:
    texts = shipped_texts()
    old = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
    texts["deadlines.yaml"] = texts["deadlines.yaml"].replace(old, old.replace("30", "20"))
    return texts


def test_a_decision_is_reproduced_to_the_byte(archive: Archive) -> None:
    record = recorded(LIFT, archive.book())
    found = replay(record, archive)
    assert found.same
    assert found.computed == record.decision.encode()
    assert found.differences == ()


def test_a_past_decision_is_reproduced_after_another_version_came(archive: Archive) -> None:
    before = recorded(LIFT, archive.book())
    archive.activate(faster(), "主管甲", "到场提速")
    after = recorded(LIFT, archive.book())
    assert before.decision != after.decision
    assert replay(before, archive).same
    assert replay(after, archive).same


def test_rows_of_a_later_day_are_reproduced_with_the_moment_that_counted(archive: Archive) -> None:
    texts = shipped_texts()
    row = "  - id: active-leak\n"
    assert row in texts["urgency.yaml"]
    texts["urgency.yaml"] = texts["urgency.yaml"].replace(
        row, f"{row}    effective_from: 2026-12-01\n"
    )
    archive.activate(texts, "主管甲", "漏水自十二月起按紧急")
    leak = Facts(Kind.REPAIR, NOW, frozenset({"active_leak"}))
    later = NOW + timedelta(days=30)
    now_record, later_record = (recorded(leak, archive.book(), at) for at in (None, later))
    assert now_record.decision != later_record.decision
    assert replay(later_record, archive).same
    assert not replay(replace(later_record, as_of=None), archive).same


def test_a_changed_decision_is_told_in_words(archive: Archive) -> None:
    record = recorded(LIFT, archive.book())
    forged = record.decision.replace("T10:30:00+08:00", "T11:30:00+08:00")
    forged = forged.replace('"level":2,"responsible"', '"level":3,"responsible"')
    found = replay(replace(record, decision=forged), archive)
    assert not found.same
    said = "；".join(found.differences)
    assert "处理级别：原判三级，重判二级" in said
    assert "到场时限：原判30分钟（2026-11-23T11:30:00+08:00 前），重判30分钟" in said


def test_other_facts_are_seen_in_the_rows_that_fire(archive: Archive) -> None:
    record = recorded(LIFT, archive.book())
    calm = replace(record, facts=facts_json(replace(LIFT, signals=frozenset())))
    said = "；".join(replay(calm, archive).differences)
    assert "紧急程度：原判紧急，重判一般" in said
    assert "重判不再命中规则 urgency/essential-service" in said


def test_a_difference_of_wording_only_is_told_as_such(archive: Archive) -> None:
    record = recorded(LIFT, archive.book())
    spaced = replace(record, decision=record.decision.replace(":", ": ", 1))
    found = replay(spaced, archive)
    assert not found.same
    assert found.differences == ("结论相同，但记录的文字不同（理由、依据或写法）",)


@pytest.mark.parametrize("damaged", ["", "{", "[]", "null"])
def test_a_damaged_record_is_told_as_such(archive: Archive, damaged: str) -> None:
    record = replace(recorded(LIFT, archive.book()), decision=damaged)
    assert replay(record, archive).differences == ("存下的判定已损坏，读不出来",)


def test_a_version_that_is_not_there_or_damaged_cannot_replay(
    archive: Archive, tmp_path: Path
) -> None:
    record = recorded(LIFT, archive.book())
    with pytest.raises(VersionMissing, match="default@0"):
        replay(replace(record, rulebook="default@0+0123456789ab"), archive)
    (folder,) = (tmp_path / "rulebooks" / "versions").iterdir()
    (folder / "urgency.yaml").unlink()
    again = Archive(tmp_path / "rulebooks", lambda: NOW)
    with pytest.raises(VersionDamaged, match="已损坏或缺失"):
        replay(record, again)
