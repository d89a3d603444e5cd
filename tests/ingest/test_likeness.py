"""Documents that say nearly the same are found, versions are told from duplicates."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ingest.likeness import alike, followed, sketch
from ingest.pipeline import ingest
from kb.types import Document, DocumentType
from tests.ingest.generated import write_documents
from tests.ingest.test_sync import RULE, estate

LETTERS = "".join(map(chr, range(0x4E00, 0x5200)))


def text(seed: int, length: int = 600) -> str:
    return "".join(Random(seed).choices(LETTERS, k=length))


def document(name: str, words: str, **fields: Any) -> Document:
    made = Document(name, DocumentType.POLICY, name, f"{name}.md", name, sketch=sketch([words]))
    return replace(made, **fields)


def pairs(*documents: Document) -> list[tuple[str, str]]:
    return [(pair.first.id, pair.second.id) for pair in alike(documents)]


@pytest.mark.parametrize(("kept", "found"), [(360, False), (570, True), (590, True)])
def test_likeness_is_near_the_share_of_common_five_grams(kept: int, found: bool) -> None:
    words, other = text(1), text(1)[:kept] + text(2)[kept:]
    common = kept - 4
    expected = common / (2 * (600 - 4) - common)
    shares = [pair.share for pair in alike([document("a", words), document("b", other)])]
    assert shares == ([pytest.approx(expected, abs=0.12)] if found else [])


def test_width_script_case_and_layout_make_no_difference() -> None:
    words = "物业管理规定ABC条款" * 3 + text(3)
    traditional = "物業管理規定ａｂｃ條款 \n" * 3 + text(3)
    assert sketch([words]) == sketch([traditional])


def test_other_documents_and_short_ones_are_not_alike() -> None:
    assert pairs(document("a", text(1)), document("b", text(2))) == []
    assert pairs(document("a", "停水通知。"), document("b", "停水通知。")) == []


def test_each_document_is_named_with_its_nearest_and_each_pair_once() -> None:
    family = [document(f"d{n}", text(1)[: 600 - n]) for n in range(6)]
    found = pairs(*family)
    assert 3 <= len(found) <= 6
    assert len(set(found)) == len(found)
    assert {name for pair in found for name in pair} == {f"d{n}" for n in range(6)}


def test_documents_that_differ_in_date_version_or_year_are_versions() -> None:
    old = document("b-old", text(1), effective_from=date(2024, 1, 1))
    new = document("a-new", text(1), effective_from=date(2026, 1, 1))
    (pair,) = alike([new, old])
    assert (pair.first.id, pair.are_versions, pair.are_settled) == ("b-old", True, False)
    (settled,) = alike([new, replace(old, effective_to=date(2025, 12, 31))])
    assert settled.are_settled
    (numbered,) = alike([document("a", text(1), version="1"), document("b", text(1), version="2")])
    assert numbered.are_versions
    (named,) = alike([document("规定(2010-12-23)", text(1)), document("规定(2020)", text(1))])
    assert named.are_versions
    (twice,) = alike([document("a", text(1)), document("b", text(1))])
    assert not twice.are_versions


def test_an_edited_text_is_followed_only_where_no_other_competes() -> None:
    one, two = text(1)[:590], text(2)[:590]
    gone = {"one": sketch([text(1)]), "two": sketch([text(2)]), "short": ""}
    assert followed({"x": sketch([two]), "y": sketch([text(5)])}, gone) == {"x": "two"}
    assert followed({"x": sketch([one]), "y": sketch([one + "甲"])}, gone) == {}
    assert followed({"x": sketch([one])}, gone, [sketch([one + "甲"])]) == {}
    assert followed({"x": sketch([one])}, gone | {"three": sketch([one + "乙"])}) == {}
    less = sketch([text(1)[:450] + text(9)[450:]])
    assert followed({"x": sketch([one]), "y": less}, gone) == {"x": "one"}
    assert followed({"x": sketch([one])}, gone, [less]) == {"x": "one"}


def test_an_upload_that_is_nearly_there_already_is_reported_with_what_to_do(
    tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, 4)
    ingest([root], store)
    (root / "停车新.md").write_text(RULE.format("停车").replace("当天", "当日"), encoding="utf-8")
    report = ingest([root], store)
    (pair,) = report.alike
    (line,) = [line for line in report.lines() if "疑似" in line]
    assert line.startswith("疑似重复：")
    assert "资料/停车.md" in line
    assert "资料/停车新.md" in line
    assert f"{pair.share:.0%}" in line
    assert "guanjia forget" in line
    assert report.to_json()["alike"][0]["relation"] == "duplicates"
    assert ingest([root], store).alike == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("停车管理规定", "回答只用当天有效的一份，无需处理"),
        ("{year}年停车管理规定细则", "supersedes: "),
    ],
)
def test_a_new_edition_is_reported_as_a_version_and_not_as_a_failure(
    tmp_path: Path, store: Any, title: str, expected: str
) -> None:
    root = tmp_path / "资料"
    root.mkdir()
    for year in (2024, 2026):
        head = f"---\ntitle: {title.format(year=year)}\neffective_from: {year}-01-01\n---\n"
        words = RULE.format("停车").replace("二十四小时", f"{year - 2000}小时")
        (root / f"停车{year}.md").write_text(head + words, encoding="utf-8")
    report = ingest([root], store)
    assert report.failures == []
    (line,) = [line for line in report.lines() if "新旧版本" in line]
    assert expected in line


def test_the_sample_content_says_nothing_twice(store: Any) -> None:
    content = Path(__file__).resolve().parents[2] / "kb" / "content"
    assert [line for line in ingest([content], store).lines() if "疑似" in line] == []


def test_every_near_duplicate_among_many_documents_is_found(tmp_path: Path, store: Any) -> None:
    write_documents(tmp_path / "资料", 300)
    longest = sorted((tmp_path / "资料").rglob("*.md"), key=lambda p: p.stat().st_size)[-20:]
    for path in longest:
        words = path.read_text(encoding="utf-8").replace("业主", "业户", 1)
        path.with_name(f"副本{path.name}").write_text(words, encoding="utf-8")
    report = ingest([tmp_path / "资料"], store)
    found = {frozenset((pair.first.source, pair.second.source)) for pair in report.alike}
    folder = tmp_path
    for path in longest:
        key = path.relative_to(folder).as_posix()
        copy = path.with_name(f"副本{path.name}").relative_to(folder).as_posix()
        assert frozenset((key, copy)) in found
