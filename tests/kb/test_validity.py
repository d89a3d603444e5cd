"""Versions and retirement in the store itself: search, durability, re-ingestion."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import kb.validity
from ingest.pipeline import ingest
from kb.errors import InputError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.settings import KbSettings
from kb.types import Document
from kb.versions import State, Versions
from tests.kb.samples import HashEncoder, policy

TODAY = date(2026, 6, 1)


def opened(home: Path, encoder: HashEncoder) -> KnowledgeBase:
    return KnowledgeBase(home, encoder, KbSettings(), today=lambda: TODAY)


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def base(tmp_path: Path, encoder: HashEncoder) -> Iterator[KnowledgeBase]:
    with opened(tmp_path / "home", encoder) as knowledge_base:
        yield knowledge_base


OLD = policy("old", "月租车位每月150元。", title="停车规定", effective_from=date(2020, 1, 1))
NEW = policy("new", "月租车位每月180元。", title="停车规定", effective_from=date(2025, 1, 1))


def found(base: KnowledgeBase, day: date | None = None) -> list[str]:
    return [hit.document.id for hit in base.search("月租车位多少钱", as_of=day)]


def test_a_search_finds_the_version_of_the_day(base: KnowledgeBase) -> None:
    base.put([OLD, NEW])
    assert found(base) == ["new"]
    assert found(base, date(2022, 1, 1)) == ["old"]
    assert found(base, date(2019, 1, 1)) == []


def test_a_hit_of_the_past_says_that_its_document_is_superseded(base: KnowledgeBase) -> None:
    base.put([OLD, NEW])
    (hit,) = base.search("月租车位多少钱", as_of=date(2022, 1, 1))
    assert hit.state == State.SUPERSEDED
    (hit,) = base.search("月租车位多少钱")
    assert hit.state == State.CURRENT


def test_a_write_changes_what_is_in_force_at_once(base: KnowledgeBase) -> None:
    base.put([OLD])
    assert found(base) == ["old"]
    base.put([NEW])
    assert found(base) == ["new"]
    base.remove(["new"])
    assert found(base) == ["old"]


def test_the_set_in_force_is_worked_out_once_a_day_until_a_write(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.put([OLD, NEW])
    built: list[int] = []

    class Counted(Versions):
        def __init__(self, documents: tuple[Document, ...]) -> None:
            built.append(len(documents))
            super().__init__(documents)

    monkeypatch.setattr(kb.validity, "Versions", Counted)
    base.retire("old", date(2024, 1, 1))
    for day in (None, date(2022, 1, 1), None, date(2023, 1, 1)):
        found(base, day)
    assert built == [2]
    # someone who asks about every day does not fill the memory
    for n in range(200):
        base._validity.in_force(TODAY + timedelta(days=n))
    assert len(base._validity._known.days) <= 64


def test_validity_is_durable_and_encodes_nothing(tmp_path: Path, encoder: HashEncoder) -> None:
    with opened(tmp_path / "home", encoder) as base:
        base.put([OLD])
        before = encoder.encoded
        base.set_validity("old", date(2021, 1, 1), date(2026, 5, 31))
        assert base.status().pending == 0
        assert encoder.encoded == before
        assert found(base) == []
    with opened(tmp_path / "home", encoder) as base:
        document = base.document("old")
        assert document is not None
        assert (document.effective_from, document.effective_to) == (
            date(2021, 1, 1),
            date(2026, 5, 31),
        )
        assert found(base, date(2026, 5, 31)) == ["old"]
        assert found(base, date(2020, 12, 31)) == []


def test_a_document_that_is_not_there_and_reversed_dates_are_refused(base: KnowledgeBase) -> None:
    base.put([OLD])
    with pytest.raises(NotFound, match="nowhere"):
        base.set_validity("nowhere", None, None)
    with pytest.raises(NotFound, match="nowhere"):
        base.versions_of("nowhere")
    with pytest.raises(InputError, match="晚于"):
        base.set_validity("old", date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(InputError, match="晚于"):
        base.retire("old", date(2019, 12, 31))
    assert found(base) == ["old"]


def test_the_versions_are_listed_with_their_states(base: KnowledgeBase) -> None:
    following = policy("next", "月租车位每月200元。", title="停车规定（2027版）")
    base.put([NEW, OLD, (replace(following[0], effective_from=date(2027, 1, 1)), following[1])])
    base.retire("old", date(2026, 5, 31))
    listed = [(v.document.id, v.state) for v in base.versions_of("new")]
    assert listed == [
        ("old", State.RETIRED),
        ("new", State.CURRENT),
        ("next", State.ANNOUNCED),
    ]
    then = [v.state for v in base.versions_of("old", date(2022, 1, 1))]
    assert then == [State.CURRENT, State.ANNOUNCED, State.ANNOUNCED]


def test_retirement_survives_the_same_file_under_any_name_and_not_another_text(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    file = tmp_path / "docs" / "停车.md"
    file.parent.mkdir()
    text = "---\nid: parking\ntitle: 停车规定\ntype: policy\n---\n\n月租车位每月150元。\n"
    file.write_text(text, encoding="utf-8")
    ingest([file.parent], base)
    assert found(base) == ["parking"]
    base.retire("parking", date(2026, 5, 31))
    ingest([file.parent], base)
    assert found(base) == []
    file.rename(file.with_name("停车旧版.md"))
    report = ingest([file.parent], base)
    assert len(report.ingested) == 1, "a renamed file is written again"
    assert found(base) == []
    assert [v.state for v in base.versions_of("parking")] == [State.RETIRED]
    file.with_name("停车旧版.md").write_text(text.replace("150", "180"), encoding="utf-8")
    ingest([file.parent], base)
    assert found(base) == ["parking"]


def test_a_retired_document_can_be_put_in_force_again(base: KnowledgeBase) -> None:
    base.put([OLD])
    base.retire("old", date(2026, 5, 31))
    base.reinstate("old")
    assert found(base) == ["old"]
    assert base.document("old") == OLD[0]
