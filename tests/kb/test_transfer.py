"""An export and its import: exact, readable, and all or nothing."""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.errors import InputError
from kb.knowledge_base import KnowledgeBase
from kb.transfer import export_to, import_export, read_export
from kb.types import Chunk, Document
from tests.kb.samples import HashEncoder, faq, policy

Open = Callable[[str], KnowledgeBase]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Stores below the test's folder, closed at its end."""
    stores: list[KnowledgeBase] = []

    def open_(name: str) -> KnowledgeBase:
        stores.append(KnowledgeBase(tmp_path / name, HashEncoder()))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


def filled(store: KnowledgeBase) -> KnowledgeBase:
    document, chunks = policy("pol-parking", "第一条 车位\n按月租。", "第二条 临停每小时5元。")
    document = dataclasses.replace(
        document,
        department="security",
        version="1.0",
        effective_from=date(2026, 1, 1),
        keywords=("停车", "车位"),
        metadata={"message": "挡住了\n出口", "audience": "internal"},
    )
    chunks = [dataclasses.replace(chunk, page=chunk.ordinal) for chunk in chunks]
    store.put(
        [(document, chunks), faq("FAQ/Pool", "泳池几点开?", answer="- 8点", negatives=("票价",))]
    )
    return store


def everything(store: KnowledgeBase) -> dict[str, tuple[Document, list[Chunk]]]:
    return {d.id: (d, store.chunks(d.id)) for d in store.documents()}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_imported_is_what_was_exported(opened: Open, tmp_path: Path) -> None:
    first = filled(opened("first"))
    made = export_to(tmp_path / "out", first)
    assert (made.documents, made.passages) == (2, 3)
    second = opened("second")
    done = import_export(read_export(tmp_path / "out"), second)
    assert (done.added, done.updated, done.removed) == (2, 0, 0)
    assert everything(second) == everything(first)
    assert [hit.document.id for hit in second.search("车位", 1)] == ["pol-parking"]


def test_exporting_an_import_gives_the_same_bytes(opened: Open, tmp_path: Path) -> None:
    export_to(tmp_path / "out", filled(opened("first")))
    second = opened("second")
    import_export(read_export(tmp_path / "out"), second)
    export_to(tmp_path / "again", second)
    assert files(tmp_path / "again") == files(tmp_path / "out")


def test_the_files_can_be_read_and_compared_by_people(opened: Open, tmp_path: Path) -> None:
    export_to(tmp_path / "out", filled(opened("first")))
    text = (tmp_path / "out/documents/policy/pol-parking.json").read_text(encoding="utf-8")
    assert '        "第一条 车位",\n        "按月租。"\n' in text
    manifest = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["version"], manifest["documents"], manifest["passages"]) == (1, 2, 3)


def test_importing_again_changes_nothing_and_encodes_nothing(opened: Open, tmp_path: Path) -> None:
    store = filled(opened("first"))
    export_to(tmp_path / "out", store)
    done = import_export(read_export(tmp_path / "out"), store)
    assert (done.added, done.updated, done.unchanged) == (0, 0, 2)


def test_an_import_adds_and_updates_and_leaves_the_rest(opened: Open, tmp_path: Path) -> None:
    export_to(tmp_path / "out", filled(opened("first")))
    other = opened("other")
    other.put([policy("pol-pets", "第一条 遛狗牵绳。"), policy("pol-parking", "第一条 旧的。")])
    done = import_export(read_export(tmp_path / "out"), other)
    assert (done.added, done.updated, done.removed) == (1, 1, 0)
    assert {d.id for d in other.documents()} == {"pol-parking", "pol-pets", "FAQ/Pool"}


def test_with_replace_the_store_equals_the_export(opened: Open, tmp_path: Path) -> None:
    first = filled(opened("first"))
    export_to(tmp_path / "out", first)
    other = opened("other")
    other.put([policy("pol-pets", "第一条 遛狗牵绳。"), policy("pol-parking", "第一条 旧的。")])
    done = import_export(read_export(tmp_path / "out"), other, replace=True)
    assert done.removed == 1
    assert everything(other) == everything(first)


def test_an_empty_knowledge_base_goes_out_and_in(opened: Open, tmp_path: Path) -> None:
    export_to(tmp_path / "out", opened("first"))
    second = filled(opened("second"))
    import_export(read_export(tmp_path / "out"), second, replace=True)
    assert second.documents() == []


def test_a_former_export_is_replaced_and_what_is_gone_is_gone(opened: Open, tmp_path: Path) -> None:
    store = filled(opened("first"))
    target = tmp_path / "out"
    export_to(target, store)
    (target / ".git").mkdir()
    (target / ".git" / "config").write_text("kept")
    store.remove(["FAQ/Pool"])
    export_to(target, store)
    assert set(files(target)) == {
        ".git/config", "documents/policy/pol-parking.json", "manifest.json",
    }  # fmt: skip
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")] == []
    assert read_export(target).problems == ()


@pytest.mark.parametrize("inside", [False, True])
def test_a_folder_with_other_things_is_not_written_to(
    opened: Open, tmp_path: Path, inside: bool
) -> None:
    store = filled(opened("first"))
    target = tmp_path / "out"
    if inside:
        export_to(target, store)
    else:
        target.mkdir()
    (target / "报告.docx").write_bytes(b"mine")
    before = files(target)
    with pytest.raises(InputError, match=r"报告\.docx") as error:
        export_to(target, store)
    assert "\n" not in str(error.value)
    assert files(target) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_file_is_no_folder_to_export_to(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="是一个文件"):
        export_to(tmp_path / "out", opened("first"))


def test_an_export_that_fails_leaves_the_former_one(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(opened("first"))
    target = tmp_path / "out"
    export_to(target, store)
    before = files(target)

    def full(_self: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(InputError, match="磁盘空间"):
            export_to(target, store)
    assert files(target) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


PARKING = "documents/policy/pol-parking.json"


def edited(folder: Path) -> None:
    path = folder / PARKING
    path.write_text(path.read_text(encoding="utf-8").replace("5元", "6元"), encoding="utf-8")


def cut(folder: Path) -> None:
    path = folder / PARKING
    path.write_bytes(path.read_bytes()[:-40])


def lost(folder: Path) -> None:
    (folder / PARKING).unlink()


def added(folder: Path) -> None:
    shutil.copy(folder / PARKING, folder / "documents/policy/pol-other.json")


def renamed_in_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"documents": 2', '"documents": 3'))


def without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def of_a_later_version(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))


@pytest.mark.parametrize(
    ("damage", "file", "words"),
    [
        (edited, PARKING, "校验值不符"),
        (cut, PARKING, "校验值不符"),
        (lost, PARKING, "不见了"),
        (added, "pol-other.json", "不在清单里"),
        (renamed_in_manifest, "manifest.json", "被改动过"),
        (without_manifest, "manifest.json", "不是完整的导出"),
        (of_a_later_version, "manifest.json", "格式版本是 2"),
    ],
)
def test_a_damaged_export_is_named_file_by_file_and_nothing_is_put(
    opened: Open, tmp_path: Path, damage: Callable[[Path], None], file: str, words: str
) -> None:
    target = tmp_path / "out"
    export_to(target, filled(opened("first")))
    damage(target)
    found = read_export(target)
    (line,) = found.problems
    assert file in line
    assert words in line
    second = opened("second")
    with pytest.raises(InputError):
        import_export(found, second, replace=True)
    assert second.documents() == []


def test_every_damaged_file_has_its_line(opened: Open, tmp_path: Path) -> None:
    target = tmp_path / "out"
    store = filled(opened("first"))
    export_to(target, store)
    for path in (target / "documents").rglob("*.json"):
        path.write_bytes(b"{}")
    found = read_export(target)
    assert len(found.problems) == 2
    assert found.items == ()


def signed(folder: Path, name: str, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    """Change a file and its entry in the manifest, as another program might."""
    path, manifest = folder / name, folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    data = (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
    text = manifest.read_text(encoding="utf-8")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(data)
    manifest.write_text(text.replace(before, hashlib.sha256(data).hexdigest()), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["document"].update(colour="red"), "不认识的字段 colour"),
        (lambda c: c["document"].pop("version"), "缺少字段 version"),
        (lambda c: c["document"].update(type="poem"), "字段 type 的值不可用"),
        (lambda c: c["document"].update(effective_from="2026-02-30"), "effective_from"),
        (lambda c: c["document"].update(keywords="停车"), "keywords"),
        (lambda c: c["passages"][0].update(ordinal="1"), "ordinal"),
        (lambda c: c["passages"][0].update(text="一行"), "一行行文字的列表"),
        (lambda c: c["passages"][0].update(document_id="other"), "不属于资料"),
        (lambda c: c["passages"][1].update(id=c["passages"][0]["id"]), "编号相同"),
        (lambda c: c["passages"].pop(), "段落数与清单不符"),
        (lambda c: c["document"].update(id="pol-x", metadata={}), "不属于资料 pol-x"),
        (lambda c: c.update(more=1), "只有 document 和 passages"),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_the_reason(
    opened: Open,
    tmp_path: Path,
    change: Callable[[dict], None],
    words: str,  # type: ignore[type-arg]
) -> None:
    target = tmp_path / "out"
    export_to(target, filled(opened("first")))
    signed(target, PARKING, change)
    (line,) = read_export(target).problems
    assert words in line
    assert line.startswith(PARKING)
    assert "\n" not in line


def test_a_passage_of_another_document_is_never_taken_over(opened: Open, tmp_path: Path) -> None:
    export_to(tmp_path / "out", filled(opened("first")))
    other = opened("other")
    document, chunks = policy("pol-mine", "第一条 别的。")
    taken = opened("first2")
    filled(taken)
    stolen = dataclasses.replace(chunks[0], id=taken.chunks("pol-parking")[0].id)
    other.put([(document, [stolen])])
    with pytest.raises(InputError, match="pol-mine"):
        import_export(read_export(tmp_path / "out"), other)
    assert [d.id for d in other.documents()] == ["pol-mine"]
