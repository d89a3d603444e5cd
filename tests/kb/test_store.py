"""The knowledge base over its real stores, with a small deterministic encoder."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.errors import InputError, StoreBusy
from kb.knowledge_base import KnowledgeBase, PutReport
from kb.settings import KbSettings
from kb.types import DocumentType
from tests.kb.samples import HashEncoder, faq, policy

TODAY = date(2026, 6, 1)


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def base(tmp_path: Path, encoder: HashEncoder) -> Iterator[KnowledgeBase]:
    with opened(tmp_path, encoder) as knowledge_base:
        yield knowledge_base


def opened(home: Path, encoder: HashEncoder, **settings: object) -> KnowledgeBase:
    return KnowledgeBase(home, encoder, KbSettings.model_validate(settings), today=lambda: TODAY)


def texts(base: KnowledgeBase, query: str, **options: Any) -> list[str]:
    return [hit.chunk.text for hit in base.search(query, **options)]


def test_what_was_put_is_found_and_reported(base: KnowledgeBase) -> None:
    report = base.put([policy("p", "物业费按季预缴。", "停车费每月八十元。")])
    assert report == PutReport(added=1, updated=0, embedded=2, reused=0)
    assert texts(base, "停车费多少", k=1) == ["停车费每月八十元。"]


def test_the_second_put_of_the_same_embeds_nothing(
    base: KnowledgeBase, encoder: HashEncoder
) -> None:
    base.put([policy("p", "物业费按季预缴。")])
    before = encoder.encoded
    assert base.put([policy("p", "物业费按季预缴。")]) == PutReport(0, 1, 0, 1)
    assert encoder.encoded == before


def test_a_document_is_replaced_whole(base: KnowledgeBase) -> None:
    base.put([policy("p", "物业费按季预缴。", "停车费每月八十元。")])
    base.put([policy("p", "停车费每月九十元。")])
    assert [chunk.text for chunk in base.chunks("p")] == ["停车费每月九十元。"]
    assert texts(base, "停车费") == ["停车费每月九十元。"]


def test_a_long_document_that_changes_its_type_keeps_every_passage(base: KnowledgeBase) -> None:
    document, chunks = policy("d", *(f"门禁卡规定第{n}号。" for n in range(2100)))
    base.put([(document, chunks)])
    case = [replace(chunk, type=DocumentType.CASE) for chunk in chunks]
    base.put([(replace(document, type=DocumentType.CASE), case)])
    assert base.passage_count() == len(chunks)


def test_half_a_character_in_a_query_is_passed_over(base: KnowledgeBase) -> None:
    base.put([policy("p", "物业费按季预缴。")])
    assert texts(base, "\udcff物业费\udcfe") == ["物业费按季预缴。"]
    with pytest.raises(InputError):
        base.search("\udcff")


def test_a_document_that_changes_its_type_is_found_once(base: KnowledgeBase) -> None:
    base.put([policy("d", "门禁卡在前台补办。")])
    base.put([faq("d", "门禁卡怎么补办?", answer="在前台补办。")])
    assert base.status().documents == {DocumentType.FAQ: 1}
    assert texts(base, "门禁卡") == ["在前台补办。"]


def test_a_removed_document_is_gone(base: KnowledgeBase) -> None:
    base.put([policy("p", "物业费按季预缴。")])
    assert base.remove(["p", "unknown"]) == 1
    assert base.documents() == []
    assert base.search("物业费") == []


def test_an_empty_store_finds_nothing(base: KnowledgeBase) -> None:
    assert base.search("物业费") == []
    assert base.put([]) == PutReport()


def test_documents_and_chunks_are_found_by_id(base: KnowledgeBase) -> None:
    document, chunks = policy("p", "物业费按季预缴。")
    base.put([(document, chunks)])
    assert base.document("p") == document
    assert base.chunk(chunks[0].id) == chunks[0]
    assert base.document("q") is None
    assert base.chunk("q:1") is None


def test_progress_counts_the_texts(base: KnowledgeBase) -> None:
    seen: list[tuple[int, int]] = []
    base.put([policy("p", "甲。", "乙。"), policy("q", "丙。")], lambda *x: seen.append(x))
    assert seen[-1] == (3, 3)


def test_documents_out_of_force_are_found_only_on_their_days(base: KnowledgeBase) -> None:
    base.put(
        [
            policy("old", "月租一百元。", effective_to=date(2026, 5, 31)),
            policy("new", "月租一百八十元。", effective_from=date(2026, 6, 1)),
        ]
    )
    assert texts(base, "月租多少") == ["月租一百八十元。"]
    assert texts(base, "月租多少", as_of=date(2026, 5, 31)) == ["月租一百元。"]


def test_search_keeps_to_the_types_asked_for(base: KnowledgeBase) -> None:
    base.put([policy("p", "门禁卡每户三张。"), faq("f", "门禁卡几张?", answer="三张。")])
    assert texts(base, "门禁卡", types=[DocumentType.FAQ]) == ["三张。"]
    assert len(texts(base, "门禁卡")) == 2


@pytest.mark.parametrize("query", ["", "  \n", "问" * 2001])
def test_a_query_that_cannot_be_used_is_refused_in_one_line(
    base: KnowledgeBase, query: str
) -> None:
    with pytest.raises(InputError) as caught:
        base.search(query)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("query", ['(电梯 OR "x") a:b*', "???", "+-&|!{}[]^~\\/", "电"])
def test_any_characters_may_be_searched_for(base: KnowledgeBase, query: str) -> None:
    base.put([policy("p", "电梯停用。")])
    assert len(base.search(query)) == 1


def test_a_second_owner_of_the_folder_is_refused(
    base: KnowledgeBase, tmp_path: Path, encoder: HashEncoder
) -> None:
    assert base.documents() == []
    with pytest.raises(StoreBusy, match=r"正被占用（进程 \d+，自 .* 起）"):
        opened(tmp_path, encoder)


def test_the_folder_is_free_again_after_closing(tmp_path: Path, encoder: HashEncoder) -> None:
    for _ in range(2):
        with opened(tmp_path, encoder) as base:
            base.put([policy("p", "甲。")])


@pytest.mark.parametrize("lost", ["chroma", "lexical", "lexical/1/parts"])
def test_a_lost_index_is_rebuilt_without_encoding(
    tmp_path: Path, encoder: HashEncoder, lost: str
) -> None:
    with opened(tmp_path, encoder) as base:
        base.put([policy("p", "物业费按季预缴。", "停车费每月八十元。")])
    shutil.rmtree(tmp_path / lost)
    before = encoder.encoded
    with opened(tmp_path, encoder) as base:
        assert encoder.encoded == before
        assert base._indexes.lexical.holds(2)
        assert set(base.rank("停车费").dense) == set(base.rank("停车费").fused)
        assert texts(base, "停车费", k=1) == ["停车费每月八十元。"]


@pytest.mark.parametrize("damaged", ["chroma", "lexical"])
def test_a_damaged_index_is_rebuilt_without_encoding(
    tmp_path: Path, encoder: HashEncoder, damaged: str
) -> None:
    with opened(tmp_path, encoder) as base:
        base.put([policy("p", "物业费按季预缴。", "停车费每月八十元。")])
    for file in (tmp_path / damaged).rglob("*"):
        if file.is_file():
            file.write_bytes(b"rubbish" * 100)
    before = encoder.encoded
    with opened(tmp_path, encoder) as base:
        assert encoder.encoded == before
        assert texts(base, "停车费", k=1) == ["停车费每月八十元。"]


def test_an_index_that_lacks_something_is_rebuilt(tmp_path: Path, encoder: HashEncoder) -> None:
    with opened(tmp_path, encoder) as base:
        base.put([policy("p", "物业费按季预缴。")])
        shutil.copytree(tmp_path / "lexical", tmp_path / "earlier")
        base.put([policy("q", "停车费每月八十元。")])
    shutil.rmtree(tmp_path / "lexical")
    (tmp_path / "earlier").rename(tmp_path / "lexical")
    with opened(tmp_path, encoder) as base:
        assert base.chunks("q")[0].id in base.rank("停车费").lexical


def test_another_encoder_renews_the_vectors(tmp_path: Path, encoder: HashEncoder) -> None:
    with opened(tmp_path, encoder) as base:
        base.put([policy("p", "物业费按季预缴。")])
    other = HashEncoder("other-64")
    with opened(tmp_path, other) as base:
        assert other.encoded == 1
        assert len(base.rank("物业费").dense) == 1


def test_a_smaller_window_renews_the_views(tmp_path: Path, encoder: HashEncoder) -> None:
    long = "。".join(["物业费按季预缴并在首月到期"] * 20) + "。"
    with opened(tmp_path, encoder, window_characters=480) as base:
        base.put([policy("p", long)])
        wide = base.status().vectors
    with opened(tmp_path, encoder, window_characters=60) as base:
        assert base.status().vectors > wide
        assert len(base.rank("物业费").dense) == 1


CRASH = """
import os, sys
from pathlib import Path
from typing import Any
import kb.indexing
from kb.knowledge_base import KnowledgeBase
from tests.kb.samples import HashEncoder, policy

def dies(self, *arguments):
    os._exit(9)

getattr(kb.indexing, sys.argv[2]).{method} = dies
base = KnowledgeBase(Path(sys.argv[1]), HashEncoder())
base.put([policy("p", "停车费每月九十元。"), policy("q", "电梯困人先报警。")])
"""


@pytest.mark.parametrize(
    ("owner", "method"), [("VectorStore", "upsert"), ("LexicalIndex", "write")]
)
def test_a_write_cut_off_before_an_index_is_completed_at_the_next_opening(
    tmp_path: Path, encoder: HashEncoder, owner: str, method: str
) -> None:
    with opened(tmp_path, encoder) as base:
        base.put([policy("p", "物业费按季预缴。")])
    script = CRASH.replace("{method}", method)
    repository = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), owner], cwd=repository, check=False
    )
    assert done.returncode == 9
    before = encoder.encoded
    with opened(tmp_path, encoder) as base:
        assert encoder.encoded == before
        assert base.status().pending == 0
        assert {d.id for d in base.documents()} == {"p", "q"}
        assert texts(base, "停车费", k=1) == ["停车费每月九十元。"]
        assert "物业费按季预缴。" not in texts(base, "物业费")


def test_searching_while_another_thread_writes_always_answers(base: KnowledgeBase) -> None:
    base.put([policy("p", "电梯困人先报警。")])
    failures: list[BaseException] = []

    def search() -> None:
        try:
            for _ in range(40):
                assert base.search("电梯困人")
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    for n in range(10):
        base.put([policy(f"q{n}", f"停车费第{n}档。")])
    thread.join()
    assert failures == []
    assert base.status().chunks == 11


def test_unknown_and_unbounded_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        KbSettings.model_validate({"surprise": 1})
    with pytest.raises(ValueError, match="less than or equal"):
        KbSettings.model_validate({"dense_weight_matched": 2})


def test_every_setting_is_described() -> None:
    assert all(field.description for field in KbSettings.model_fields.values())
