"""A preview says what ingesting would do, and changes nothing until it is accepted."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import ChangedMeanwhile, NotReplaceable
from ingest.pipeline import ingest
from ingest.plan import Action
from ingest.preview import accept, preview
from tests.ingest.conftest import MemoryStore

TOOLS = "# 工具借用规定\n\n第一条 为方便住户，制定本规定。\n\n第二条 梯子可以借用2小时。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "upload"
    made.mkdir()
    (made / "工具.md").write_text(TOOLS, encoding="utf-8")
    return made


def test_a_preview_shows_what_would_go_in_and_stores_nothing(
    store: MemoryStore, folder: Path
) -> None:
    (folder / "坏的.docx").write_bytes(b"no office file")
    (folder / "图.png").write_bytes(b"png")
    found = preview([folder], store)

    (proposal,) = found.proposals
    assert (proposal.document.title, proposal.summary.action) == ("工具借用规定", Action.ADD)
    assert [chunk.text[:3] for chunk in proposal.chunks] == ["第一条", "第二条"]
    assert proposal.before is None
    assert [failure.source for failure in found.failures] == ["upload/坏的.docx"]
    assert [item.source for item in found.skipped] == ["upload/图.png"]
    assert store.stored == {}
    assert store.puts == []


def test_what_is_accepted_is_what_ingesting_stores(store: MemoryStore, folder: Path) -> None:
    accepted = accept(preview([folder], store), store)
    taken, other = dict(store.stored), MemoryStore()
    ingest([folder], other, lasting=False)
    assert taken == other.stored
    assert accepted.count(Action.ADD) == 1
    again = preview([folder], store)
    assert again.proposals == ()
    assert [item.document_id for item in again.unchanged] == list(taken)


def test_a_text_that_is_nearly_another_one_is_named_before_it_goes_in(
    store: MemoryStore, folder: Path, tmp_path: Path
) -> None:
    clauses = "".join(
        f"\n第{n}条 住户借用梯子须登记，{n}小时内归还前台。\n" for n in "三四五六七八"
    )
    (folder / "工具.md").write_text(TOOLS + clauses, encoding="utf-8")
    accept(preview([folder], store), store)
    copy = tmp_path / "副本.md"
    copy.write_text(TOOLS + clauses + "\n第九条 谢谢。\n", encoding="utf-8")
    (pair,) = preview([copy], store).alike
    assert pair.share > 0.7


def test_progress_ends_where_everything_is_done(store: MemoryStore, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    accept(preview([folder], store), store, progress=lambda *at: seen.append(at))
    done, total = seen[-1]
    assert done == total > 0


def test_a_file_of_any_name_becomes_the_text_of_the_document_it_replaces(
    store: MemoryStore, folder: Path, tmp_path: Path
) -> None:
    accept(preview([folder], store), store)
    (document_id,) = store.stored
    new = tmp_path / "新文件.txt"
    new.write_text(TOOLS.replace("2小时", "4小时"), encoding="utf-8")
    found = preview([new], store, replacing=document_id)

    (proposal,) = found.proposals
    assert proposal.document.id == document_id
    assert proposal.before == store.stored[document_id][0]
    assert "2小时" in store.stored[document_id][1][-1].text
    accept(found, store)
    assert list(store.stored) == [document_id]
    assert "4小时" in store.stored[document_id][1][-1].text


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.md": TOOLS}, "完全相同"),
        ({"a.md": f"---\nid: other\n---\n{TOOLS}第三条 爱护工具。"}, "other"),
        ({"a.md": "# 甲\n\n第一条 一。", "b.md": "# 乙\n\n第一条 二。"}, "2 份资料"),
    ],
)
def test_a_file_that_cannot_replace_is_refused_in_one_line(
    store: MemoryStore, folder: Path, tmp_path: Path, files: dict[str, str], words: str
) -> None:
    accept(preview([folder], store), store)
    (document_id,) = store.stored
    given = tmp_path / "given"
    given.mkdir()
    for name, content in files.items():
        (given / name).write_text(content, encoding="utf-8")
    with pytest.raises(NotReplaceable, match=words):
        preview([given], store, replacing=document_id)


def test_a_damaged_file_that_is_to_replace_is_a_failure_and_no_proposal(
    store: MemoryStore, folder: Path, tmp_path: Path
) -> None:
    accept(preview([folder], store), store)
    (document_id,) = store.stored
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF nothing")
    found = preview([bad], store, replacing=document_id)
    assert found.proposals == ()
    assert len(found.failures) == 1


def test_what_someone_else_changed_since_the_preview_is_not_overwritten(
    store: MemoryStore, folder: Path
) -> None:
    accept(preview([folder], store), store)
    (folder / "工具.md").write_text(TOOLS.replace("2小时", "4小时"), encoding="utf-8")
    found = preview([folder], store)
    (document, chunks), *_ = store.stored.values()
    store.stored[document.id] = (replace(document, title="另一个标题"), chunks)
    with pytest.raises(ChangedMeanwhile, match="重新预览"):
        accept(found, store)
    assert store.stored[document.id][0].title == "另一个标题"
