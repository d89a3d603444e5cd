"""The sample knowledge base that ships comes in whole."""

import re
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import ingest
from kb.types import Chunk, DocumentType

CONTENT = Path(__file__).resolve().parents[2] / "kb" / "content"


@pytest.fixture
def chunks(store: Any) -> dict[DocumentType, list[Chunk]]:
    report = ingest([CONTENT], store)
    assert report.failures == []
    found: dict[DocumentType, list[Chunk]] = {kind: [] for kind in DocumentType}
    for _, items in store.stored.values():
        for chunk in items:
            found[chunk.type].append(chunk)
    return found


def test_every_clause_of_every_policy_is_a_chunk_that_can_be_cited(
    chunks: dict[DocumentType, list[Chunk]],
) -> None:
    for path in sorted((CONTENT / "policy").glob("*.md")):
        written = re.findall(r"^(第[一二三四五六七八九十]+条)", path.read_text("utf-8"), re.M)
        cited = [
            chunk.section[-1].split()[0]
            for chunk in chunks[DocumentType.POLICY]
            if chunk.document_id == path.stem
        ]
        assert list(dict.fromkeys(cited)) == written, path.name


def test_every_question_of_every_faq_is_one_chunk_with_its_references(
    chunks: dict[DocumentType, list[Chunk]],
) -> None:
    written = sum(
        len(re.findall(r"^## ", path.read_text("utf-8"), re.M))
        for path in (CONTENT / "faq").glob("*.md")
    )
    faqs = chunks[DocumentType.FAQ]
    assert len(faqs) == written
    assert all(len(chunk.questions) >= 3 and chunk.references for chunk in faqs)
    assert not any("其他问法" in chunk.text or "依据:" in chunk.text for chunk in faqs)


def test_every_case_has_its_message_and_its_sections(
    chunks: dict[DocumentType, list[Chunk]],
) -> None:
    sections: dict[str, list[str]] = {}
    for chunk in chunks[DocumentType.CASE]:
        sections.setdefault(chunk.document_id, []).append(chunk.section[0])
    assert len(sections) == len(list((CONTENT / "case").glob("*.md")))
    for names in sections.values():
        assert list(dict.fromkeys(names)) == ["业主原话", "经过", "处理", "结果", "教训"]


def test_cleaning_takes_nothing_from_the_sample_content(store: Any) -> None:
    report = ingest([CONTENT], store)
    assert {
        item.source: dict(item.cleaning.dropped)
        for item in report.ingested
        if item.cleaning.dropped
    } == {}
