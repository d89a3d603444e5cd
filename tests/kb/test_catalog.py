from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kb.catalog import Catalog, Work
from kb.errors import StoreDamaged
from kb.types import Chunk, Document, DocumentType
from kb.views import View, views
from tests.kb.samples import faq, policy


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog.db")


def put(catalog: Catalog, *items: tuple[Document, list[Chunk]]) -> None:
    by_chunk = {chunk.id: views(chunk, 240) for _, chunks in items for chunk in chunks}
    catalog.replace(items, by_chunk)


def finish(catalog: Catalog) -> None:
    catalog.done([*catalog.pending("dense"), *catalog.pending("lexical")])


def test_documents_and_chunks_come_back_as_they_were(catalog: Catalog) -> None:
    document, chunks = faq("f", "几点开门?", "什么时候开", answer="八点。", negatives=("几点关",))
    dated, clauses = policy("p", "第一句。", effective_from=date(2026, 1, 1))
    put(catalog, (document, chunks), (dated, clauses))
    assert catalog.documents() == [document, dated]
    assert catalog.chunks_of("f") == chunks
    assert catalog.chunks([clauses[0].id, "gone"]) == {clauses[0].id: clauses[0]}


def test_a_new_document_is_work_for_both_indexes(catalog: Catalog) -> None:
    document, chunks = policy("p", "甲。", "乙。")
    put(catalog, (document, chunks))
    assert {work.item for work in catalog.pending("lexical")} == {c.id for c in chunks}
    assert {work.item for work in catalog.pending("dense")} == {f"{c.id}#p0" for c in chunks}


def test_only_the_passage_that_changed_is_work(catalog: Catalog) -> None:
    _, before = first = policy("p", "甲。", "乙。")
    put(catalog, first)
    finish(catalog)
    _, after = second = policy("p", "甲。", "丙。")
    put(catalog, second)
    assert {(w.item, w.action) for w in catalog.pending("lexical")} == {
        (before[1].id, "delete"),
        (after[1].id, "upsert"),
    }


def test_putting_the_same_again_is_no_work(catalog: Catalog) -> None:
    put(catalog, policy("p", "甲。"))
    finish(catalog)
    put(catalog, policy("p", "甲。"))
    assert catalog.pending_count() == 0


def test_removing_a_document_takes_everything_of_it(catalog: Catalog) -> None:
    put(catalog, policy("p", "甲。"))
    finish(catalog)
    assert catalog.remove(["p", "unknown"]) == 1
    assert catalog.documents() == []
    assert catalog.chunk_count() == 0
    assert {work.action for work in catalog.pending("dense")} == {"delete"}


def test_work_that_changed_meanwhile_is_not_forgotten(catalog: Catalog) -> None:
    put(catalog, policy("p", "甲。"))
    (work,) = catalog.pending("lexical")
    catalog.remove(["p"])
    catalog.done([work])
    assert catalog.pending("lexical") == [Work("lexical", DocumentType.POLICY, work.item, "delete")]


def test_embeddings_are_kept_by_encoder_and_text(catalog: Catalog) -> None:
    vector = np.ones((1, 4), dtype=np.float32)
    view = View("c#p0", "c", DocumentType.POLICY, "passage", "甲")
    catalog.keep_embeddings("one", [view.hash], vector)
    assert catalog.embedded("one", [view.hash]) == {view.hash}
    assert catalog.embedded("two", [view.hash]) == set()


def test_a_query_and_a_passage_of_the_same_words_are_different_texts() -> None:
    query = View("c#q0", "c", DocumentType.FAQ, "query", "甲")
    passage = View("c#p0", "c", DocumentType.POLICY, "passage", "甲")
    assert query.hash != passage.hash


def test_a_file_that_is_no_catalogue_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreDamaged, match=r"已损坏.*备份"):
        Catalog(path)


def test_a_catalogue_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.db")
    catalog.remember("schema", "9")
    catalog.close()
    with pytest.raises(StoreDamaged, match="格式版本是 9"):
        Catalog(tmp_path / "catalog.db")
