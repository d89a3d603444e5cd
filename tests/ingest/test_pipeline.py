"""Whole runs into a store: second runs, moved files, bad files, progress."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import ingest
from ingest.plan import Action
from ingest.report import Report
from ingest.settings import IngestSettings

GOOD = "# 门岗\n\n门岗全天值守,夜间每小时巡查一次。\n"


def folder(tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    root = tmp_path / "资料"
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data)
    return root


def test_a_second_run_of_the_same_folder_puts_nothing(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"a.md": GOOD, "b.txt": "值守须知\n夜间关闭西门。\n"})
    assert ingest([root], store).count(Action.ADD) == 2
    puts = len(store.puts)
    again = ingest([root], store)
    assert again.count(Action.UNCHANGED) == 2
    assert not again.ingested
    assert len(store.puts) == puts


def test_only_the_changed_document_is_put_again(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"a.md": GOOD, "b.md": GOOD.replace("门岗", "前台")})
    ingest([root], store)
    (root / "b.md").write_text(GOOD.replace("门岗", "服务台"), encoding="utf-8")
    report = ingest([root], store)
    assert [(item.source, item.action) for item in report.ingested] == [
        ("资料/b.md", Action.UPDATE)
    ]
    assert len(store.puts[-1]) == 1


def test_a_renamed_file_keeps_its_document_and_its_chunks(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"a.md": GOOD})
    ingest([root], store)
    ((before, chunks),) = store.stored.values()
    (root / "a.md").rename(root / "新名.md")
    report = ingest([root], store)
    ((after, after_chunks),) = store.stored.values()
    assert report.count(Action.RENAMED) == 1
    assert (after.id, after.source) == (before.id, "资料/新名.md")
    assert after_chunks == chunks


def test_an_edited_file_given_by_itself_replaces_the_one_of_its_folder(
    tmp_path: Path, store: Any
) -> None:
    whole = folder(tmp_path, {"子/好.md": GOOD})
    ingest([whole], store)
    assert ingest([whole / "子" / "好.md"], store).count(Action.UNCHANGED) == 1
    (whole / "子" / "好.md").write_text(GOOD.replace("。", "！"), encoding="utf-8")
    for paths in ([whole / "子" / "好.md"], [whole / "子"], [whole]):
        ingest(paths, store)
        assert [document.source for document in store.documents()] == ["资料/子/好.md"]


def test_metadata_of_the_front_matter_reaches_the_document(tmp_path: Path, store: Any) -> None:
    text = (
        "---\nid: pol-g\ntitle: 门岗\ntype: policy\ndepartment: security\nversion: '1.0'\n"
        "effective_from: 2026-01-01\nkeywords: [门岗, 值守]\nauthor: 项目经理\n---\n值守。\n"
    )
    ingest([folder(tmp_path, {"a.md": text})], store)
    document, _ = store.stored["pol-g"]
    assert (document.department, document.version) == ("security", "1.0")
    assert document.effective_from.isoformat() == "2026-01-01"
    assert document.keywords == ("门岗", "值守")
    assert document.metadata == {"author": "项目经理"}


def encrypted_pdf(pdf: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(pdf)))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FRONT = "---\nid: x\n{}\n---\n正文。\n"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.md", b"", "文件是空的"),
        ("空白.txt", b" \n\n ", "文件是空的"),
        ("坏.docx", b"PK\x03\x04 this is not a zip", "docx 文件已损坏"),
        ("假.docx", b"plain words", "docx 文件已损坏"),
        ("坏.pptx", b"PK\x03\x04", "pptx 文件已损坏"),
        ("坏.xlsx", b"PK\x03\x04", "xlsx 文件已损坏"),
        ("旧.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码或是旧版"),
        ("密.docx", COMPOUND + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "有密码"),
        ("坏.doc", b"plain words", "doc 文件已损坏"),
        ("密.doc", COMPOUND + bytes(504) + b"\xec\xa5" + bytes(9) + b"\x01", "doc 文件有密码"),
        ("坏.pdf", b"%PDF-1.7 broken", "PDF 文件已损坏"),
        ("程序.md", bytes(range(256)) * 40, "不是文本"),
        ("照片.md", b"\x89PNG\r\n\x1a\n" + bytes(500), "不是文本"),
        ("头.md", FRONT.format("title: [没关上"), "不是有效的 YAML"),
        ("深.md", FRONT.format(f"a: {'[' * 2000}{']' * 2000}"), "嵌套层数太多"),
        ("没尾.md", "---\nid: x\n正文\n", "缺少结尾"),
        ("类型.md", FRONT.format("type: 规定"), "type「规定」无效"),
        ("日期.md", FRONT.format("effective_from: 明年元旦"), "effective_from「明年元旦」"),
        ("假日期.md", FRONT.format("effective_from: 2026-02-30"), "日期"),
        ("期限.md", FRONT.format("effective_from: 2026-05-01\neffective_to: 2026-01-01"), "早于"),
        ("编号.md", FRONT.replace("id: x", "id: 门岗").format("type: faq"), "id「门岗」无效"),
        ("残留.txt", "下载本文档\n提交评论\n", "没有正文"),
    ],
)
def test_a_bad_file_is_one_clear_line_and_the_rest_goes_through(
    name: str, content: str | bytes, says: str, tmp_path: Path, store: Any
) -> None:
    report = ingest([folder(tmp_path, {name: content, "好.md": GOOD})], store)
    assert [item.source for item in report.ingested] == ["资料/好.md"]
    assert len(store.stored) == 1
    (failure,) = report.failures
    assert failure.source == f"资料/{name}"
    assert failure.message.startswith(f"「资料/{name}」")
    assert says in failure.message
    assert "\n" not in failure.message


def test_an_encrypted_pdf_is_one_clear_line(
    tmp_path: Path, store: Any, pdf_bytes: Callable[[Sequence[Sequence[str]]], bytes]
) -> None:
    data = encrypted_pdf(pdf_bytes([["内部资料"]]))
    report = ingest([folder(tmp_path, {"密.pdf": data, "好.md": GOOD})], store)
    assert len(report.ingested) == 1
    assert "PDF 有密码" in report.failures[0].message


def test_a_pdf_of_pictures_only_says_that_it_has_no_text(
    tmp_path: Path, store: Any, pdf_bytes: Callable[[Sequence[Sequence[str]]], bytes]
) -> None:
    report = ingest([folder(tmp_path, {"扫描.pdf": pdf_bytes([[], []])})], store)
    assert "没有文字" in report.failures[0].message
    assert not store.puts


def test_a_file_of_200_megabytes_is_refused_by_its_size(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"好.md": GOOD})
    with (root / "大.docx").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    report = ingest([root], store)
    assert len(report.ingested) == 1
    assert "超过上限 50 MB" in report.failures[0].message


def test_a_file_that_may_not_be_read_is_one_clear_line(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"密.md": GOOD, "好.md": GOOD.replace("门岗", "前台")})

    def opener(path: Path) -> bytes:
        if path.name == "密.md":
            raise PermissionError(13, "Permission denied")
        return path.read_bytes()

    report = ingest([root], store, opener=opener)
    assert [item.source for item in report.ingested] == ["资料/好.md"]
    assert "没有权限" in report.failures[0].message


def test_a_file_that_turns_bad_between_planning_and_reading_is_not_half_written(
    tmp_path: Path, store: Any
) -> None:
    root = folder(tmp_path, {"a.md": GOOD, "b.md": GOOD.replace("门岗", "前台")})
    reads: list[str] = []

    def opener(path: Path) -> bytes:
        reads.append(path.name)
        if reads.count("a.md") == 2 and path.name == "a.md":
            raise FileNotFoundError(2, "gone")
        return path.read_bytes()

    report = ingest([root], store, opener=opener)
    assert [item.source for item in report.ingested] == ["资料/b.md"]
    assert "已不存在" in report.failures[0].message


def test_two_files_that_declare_one_id_do_not_overwrite_each_other(
    tmp_path: Path, store: Any
) -> None:
    head = "---\nid: pol-x\n---\n"
    root = folder(tmp_path, {"a.md": head + "甲内容。\n", "b.md": head + "乙内容。\n"})
    report = ingest([root], store)
    assert [item.source for item in report.ingested] == ["资料/a.md"]
    assert "重复" in report.failures[0].message


def test_a_failing_store_stops_the_run_and_keeps_the_batches_before(
    tmp_path: Path, store: Any
) -> None:
    root = folder(tmp_path, {f"{n}.md": GOOD.replace("门岗", f"{n}号岗") for n in range(4)})
    put = store.put

    def failing(items: Any, progress: Any = None) -> None:
        if store.puts:
            raise OSError("disk full")
        put(items, progress)

    store.put = failing
    with pytest.raises(OSError, match="disk full"):
        ingest([root], store, IngestSettings(batch_documents=2))
    assert len(store.stored) == 2
    store.put = put
    report = ingest([root], store)
    assert (report.count(Action.UNCHANGED), report.count(Action.ADD)) == (2, 2)


def test_progress_counts_texts_from_nothing_to_all_without_going_back(
    tmp_path: Path, store: Any
) -> None:
    root = folder(tmp_path, {f"{n}.md": GOOD.replace("门岗", f"{n}号岗") for n in range(5)})
    (root / "空.md").write_text("")
    seen: list[tuple[int, int]] = []
    ingest(
        [root],
        store,
        IngestSettings(batch_documents=2),
        progress=lambda done, total: seen.append((done, total)),
    )
    done = [value for value, _ in seen]
    assert done == sorted(done)
    assert (seen[0], seen[-1]) == ((0, 5), (5, 5))


def test_the_report_speaks_in_lines_and_in_json(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"a.md": GOOD, "图.png": b"x", "空.md": b""})
    report = ingest([root], store)
    assert report.succeeded
    assert "新增 1 份" in report.lines()[0]
    assert any("图.png" in line for line in report.lines())
    plain = report.to_json()
    assert plain["counts"] == {"add": 1, "update": 0, "unchanged": 0, "renamed": 0, "removed": 0}
    assert plain["documents"][0]["title"] == "门岗"
    assert plain["failures"][0]["source"] == "资料/空.md"
    assert not Report().succeeded
