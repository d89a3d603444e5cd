"""Ingestion into the real knowledge base: only what changed is encoded, and nothing lingers."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import ingest
from ingest.sync import Missing
from kb.knowledge_base import KnowledgeBase
from tests.ingest.test_sync import NAMES, RULE, estate
from tests.kb.samples import HashEncoder


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def base(tmp_path: Path, encoder: HashEncoder) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path / "home", encoder) as knowledge_base:
        yield knowledge_base


def test_a_change_in_one_clause_encodes_the_views_of_that_clause_only(
    tmp_path: Path, base: KnowledgeBase, encoder: HashEncoder
) -> None:
    root = estate(tmp_path, 8)
    ingest([root], base, missing=Missing.REMOVE)
    assert encoder.encoded == base.status().vectors == 8 * 3
    before = {chunk.id for document in base.documents() for chunk in base.chunks(document.id)}
    changed = RULE.format("停车").replace("二十四小时内回访", "四十八小时内回访")
    (root / "停车.md").write_text(changed, encoding="utf-8")
    ingest([root], base, missing=Missing.REMOVE)
    assert encoder.encoded == 8 * 3 + 1
    after = {chunk.id for document in base.documents() for chunk in base.chunks(document.id)}
    assert len(before - after) == len(after - before) == 1


def test_renaming_and_removing_encode_nothing(
    tmp_path: Path, base: KnowledgeBase, encoder: HashEncoder
) -> None:
    root = estate(tmp_path, 8)
    ingest([root], base, missing=Missing.REMOVE)
    (root / "停车.md").rename(root / "车辆.md")
    (root / "门禁.md").unlink()
    before = encoder.encoded
    report = ingest([root], base, missing=Missing.REMOVE)
    assert len(report.removed) == 1
    assert encoder.encoded == before
    assert base.status().vectors == 7 * 3


def test_a_removed_document_is_found_no_more(tmp_path: Path, base: KnowledgeBase) -> None:
    root = estate(tmp_path, 8)
    ingest([root], base, missing=Missing.REMOVE)
    (root / "停车.md").unlink()
    ingest([root], base, missing=Missing.REMOVE)
    assert all("停车" not in hit.chunk.text for hit in base.search("停车的费用"))
    assert base.search("门禁的费用")[0].document.title == "门禁管理规定"


def test_places_quality_and_sketches_outlive_the_process(
    tmp_path: Path, base: KnowledgeBase, encoder: HashEncoder
) -> None:
    root = estate(tmp_path, 3)
    ingest([root], base)
    before = base.documents()
    assert {document.origin for document in before} == {
        str(root / f"{subject}.md") for subject in NAMES[:3]
    }
    assert all(document.quality and document.sketch for document in before)
    base.close()
    with KnowledgeBase(tmp_path / "home", encoder) as again:
        assert again.documents() == before
        again.relocate({before[0].id: "/新盘/x.md", "unknown": "/x"})
    with KnowledgeBase(tmp_path / "home", encoder) as again:
        document = again.document(before[0].id)
        assert document is not None
        assert document.origin == "/新盘/x.md"


class OneByOne(HashEncoder):
    """Tells of every passage, as the real encoder does."""

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        for done in range(1, len(texts) + 1):
            if progress is not None:
                progress(done)
        return super().encode_passages(texts)


def test_progress_moves_by_texts_within_a_batch(tmp_path: Path) -> None:
    root = estate(tmp_path, 8)
    seen: list[tuple[int, int]] = []
    with KnowledgeBase(tmp_path / "home", OneByOne()) as base:
        ingest([root], base, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 8)
    assert sorted(set(seen[1:])) == [(done, 24) for done in range(1, 25)]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
