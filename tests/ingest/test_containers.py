"""Zip archives, mails with attachments and tables of cases: several documents out of one file."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import ingest
from ingest.plan import Action
from ingest.report import Report
from ingest.settings import IngestSettings
from kb.types import DocumentType
from rules.decide import decide
from rules.types import Kind
from tests.ingest import writers
from training.drills import drill_from

GOOD = "# 门岗\n\n门岗全天值守,夜间每小时巡查一次。\n".encode()
OTHER = "# 前台\n\n前台登记来访人员，发放访客码。\n".encode()


def put(tmp_path: Path, store: Any, name: str, data: bytes, **settings: Any) -> Report:
    root = tmp_path / "资料"
    root.mkdir(exist_ok=True)
    (root / name).write_bytes(data)
    return ingest([root], store, IngestSettings(**settings))


def sources(store: Any) -> list[str]:
    return sorted(document.source for document in store.documents())


def test_every_member_of_a_zip_is_a_document_with_the_archive_in_its_key(
    tmp_path: Path, store: Any
) -> None:
    members = (("制度/门岗.md", GOOD), ("前台.docx", writers.docx()), ("图.png", b"x"))
    report = put(tmp_path, store, "包.zip", writers.archive(*members))
    assert sources(store) == ["资料/包.zip/制度/门岗.md", "资料/包.zip/前台.docx"]
    assert [(item.source, item.reason) for item in report.skipped] == [
        ("资料/包.zip/图.png", "不支持的格式「.png」")
    ]
    again = ingest([tmp_path / "资料"], store)
    assert again.count(Action.UNCHANGED) == 2


def test_only_the_changed_member_is_put_again(tmp_path: Path, store: Any) -> None:
    put(tmp_path, store, "包.zip", writers.archive(("a.md", GOOD), ("b.md", OTHER)))
    changed = OTHER.replace("访客码".encode(), "来访证".encode())
    report = put(tmp_path, store, "包.zip", writers.archive(("a.md", GOOD), ("b.md", changed)))
    assert [(item.source, item.action) for item in report.ingested] == [
        ("资料/包.zip/b.md", Action.UPDATE)
    ]


def test_names_that_chinese_windows_wrote_are_read(tmp_path: Path, store: Any) -> None:
    data = writers.archive(("制度/门岗管理.md", GOOD), gbk=True)
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        assert "门岗" not in container.namelist()[0]
    put(tmp_path, store, "包.zip", data)
    assert sources(store) == ["资料/包.zip/制度/门岗管理.md"]


def test_a_zip_within_a_zip_is_read_and_a_third_is_refused(tmp_path: Path, store: Any) -> None:
    third = writers.archive(("深.md", OTHER))
    second = writers.archive(("内.md", GOOD), ("三.zip", third))
    report = put(tmp_path, store, "外.zip", writers.archive(("二.zip", second)))
    assert sources(store) == ["资料/外.zip/二.zip/内.md"]
    (failure,) = report.failures
    assert failure.source == "资料/外.zip/二.zip/三.zip"
    assert "超过 2 层" in failure.message


def zip_with(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, data)
        container.writestr("好.md", GOOD)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("../外面.md", OTHER, "压缩包以外的位置"),
        ("/etc/外面.md", OTHER, "压缩包以外的位置"),
        ("C:/外面.md", OTHER, "压缩包以外的位置"),
        ("炸弹.txt", b"0" * (30 * 1024 * 1024), "压缩炸弹"),
        ("空.md", b"", "文件是空的"),
        ("坏.docx", b"PK\x03\x04 broken", "docx 文件已损坏"),
    ],
)
def test_a_bad_member_is_one_clear_line_and_the_rest_goes_through(
    name: str, data: bytes, says: str, tmp_path: Path, store: Any
) -> None:
    report = put(tmp_path, store, "包.zip", zip_with(name, data))
    assert sources(store) == ["资料/包.zip/好.md"]
    (failure,) = report.failures
    assert says in failure.message
    assert "\n" not in failure.message


def test_a_member_over_the_limit_of_size_is_refused(tmp_path: Path, store: Any) -> None:
    # Not so well compressible as a bomb: two megabytes of numbers.
    data = "".join(f"{n} " for n in range(400_000)).encode()
    report = put(tmp_path, store, "包.zip", zip_with("大.txt", data), max_file_mb=2)
    assert "超过上限 2 MB" in report.failures[0].message
    assert sources(store) == ["资料/包.zip/好.md"]


def encrypted(data: bytes) -> bytes:
    """The same archive with every member marked as encrypted, as packers do with a password."""
    raw = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(mark, at + 4)
    return bytes(raw)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 no archive", "压缩包已损坏"),
        (writers.archive(), "压缩包是空的"),
        (encrypted(writers.archive(("密.md", GOOD))), "有密码"),
    ],
)
def test_a_zip_that_cannot_be_opened_is_one_clear_line(
    data: bytes, says: str, tmp_path: Path, store: Any
) -> None:
    (failure,) = put(tmp_path, store, "包.zip", data).failures
    assert says in failure.message


def test_a_mail_goes_in_under_its_subject_and_its_attachments_beside_it(
    tmp_path: Path, store: Any
) -> None:
    data = writers.eml(("收费.csv", writers.csv_file(writers.TABLE)), ("图.png", b"x"))
    report = put(tmp_path, store, "通知.eml", data)
    titles = {document.source: document.title for document in store.documents()}
    assert titles == {"资料/通知.eml": writers.TITLE, "资料/通知.eml/收费.csv": "收费"}
    assert [item.source for item in report.skipped] == ["资料/通知.eml/图.png"]


def test_a_mail_with_nothing_but_an_attachment_is_the_attachment(
    tmp_path: Path, store: Any
) -> None:
    report = put(tmp_path, store, "转发.eml", writers.eml(("门岗.md", GOOD), body="\n"))
    assert sources(store) == ["资料/转发.eml/门岗.md"]
    assert not report.failures


def test_a_file_that_is_no_mail_is_one_clear_line(tmp_path: Path, store: Any) -> None:
    (failure,) = put(tmp_path, store, "假.eml", "只是一段文字。".encode()).failures
    assert "不是有效的邮件" in failure.message


CASES = [
    ["二〇二六年投诉案例汇编"],
    [
        "编号", "受理时间", "诉求", "经过", "处理", "结果", "教训", "类别", "诉求类型", "楼栋",
        "联系电话",
    ],
    [
        "AL-001", "2026-03-05 21:40", "楼上又在半夜拖椅子，睡不着。", "住户第二次来电。",
        "22:10 客服上门劝导。", "对方同意加装脚垫。", "先听完再解释。", "管理服务", "投诉", 3,
        "13800000000",
    ],
    [
        "AL-002", "2026/3/9", "电梯按钮不亮。", "工程当日到场。", "更换按钮板。", "恢复使用。",
        "备件要常备。", "设备设施", "报修", 5, "13900000000",
    ],
]  # fmt: skip


@pytest.mark.parametrize("name", ["案例.xlsx", "案例.csv"])
def test_every_row_of_a_table_of_cases_is_a_case(name: str, tmp_path: Path, store: Any) -> None:
    data = writers.xlsx(("表", CASES)) if name.endswith("x") else writers.csv_file(CASES)
    assert not put(tmp_path, store, name, data).failures
    assert sources(store) == [f"资料/{name}/AL-001", f"资料/{name}/AL-002"]
    found = {document.source[-6:]: (document, chunks) for document, chunks in store.stored.values()}
    document, chunks = found["AL-001"]
    assert document.type is DocumentType.CASE
    assert document.title == "楼上又在半夜拖椅子，睡不着"
    assert document.version is None
    fields = document.metadata
    assert (fields["kind"], fields["category"]) == ("complaint", "management_service")
    assert (fields["received_at"], fields["building"]) == ("2026-03-05T21:40:00+08:00", "3")
    assert fields["message"] == "楼上又在半夜拖椅子，睡不着。"
    told = "\n".join("\n".join((*chunk.section, chunk.text)) for chunk in chunks)
    for words in ("住户第二次来电。", "22:10 客服上门劝导。", "先听完再解释。", "教训"):
        assert words in told
    assert "13800000000" not in told + str(document)


def test_a_row_is_a_drill_only_where_the_table_names_its_signals(
    tmp_path: Path, store: Any
) -> None:
    put(tmp_path, store, "案例.csv", writers.csv_file(CASES))
    assert [drill_from(document, decide) for document in store.documents()] == [None, None]
    title, header, first, second = CASES
    rows = [title, [*header, "信号"], [*first, "repeat_report"], [*second, "无"]]
    put(tmp_path, store, "案例.csv", writers.csv_file(rows))
    drills = [drill_from(document, decide) for document in store.documents()]
    assert [drill and drill.facts.kind for drill in drills] == [Kind.COMPLAINT, Kind.REPAIR]
    assert [drill and drill.facts.signals for drill in drills] == [{"repeat_report"}, frozenset()]


def test_a_changed_row_updates_its_case_and_leaves_the_others(tmp_path: Path, store: Any) -> None:
    put(tmp_path, store, "案例.csv", writers.csv_file(CASES))
    before = {document.source: document.id for document in store.documents()}
    changed = [
        row if row[0] != "AL-002" else [*row[:6], "备件每月盘点。", *row[7:]] for row in CASES
    ]
    report = put(tmp_path, store, "案例.csv", writers.csv_file(changed[:2] + changed[:1:-1]))
    assert [(item.source, item.action) for item in report.ingested] == [
        ("资料/案例.csv/AL-002", Action.UPDATE)
    ]
    assert {document.source: document.id for document in store.documents()} == before


def test_two_rows_with_one_number_are_reported(tmp_path: Path, store: Any) -> None:
    rows = [*CASES, ["AL-001", "2026-04-01", "门禁坏了。", "", "更换。", "", "", "", "", 1, ""]]
    (failure,) = put(tmp_path, store, "案例.csv", writers.csv_file(rows)).failures
    assert failure.source == "资料/案例.csv/AL-001"
    assert "出现了两次" in failure.message
    assert len(store.stored) == 2


def test_a_case_without_a_number_keeps_its_identity_when_rows_move(
    tmp_path: Path, store: Any
) -> None:
    rows = [row[1:] if len(row) > 1 else row for row in CASES]
    put(tmp_path, store, "案例.csv", writers.csv_file(rows))
    report = put(tmp_path, store, "案例.csv", writers.csv_file(rows[:2] + rows[:1:-1]))
    assert report.count(Action.UNCHANGED) == 2


def test_the_other_sheets_of_a_workbook_with_cases_stay_a_document(
    tmp_path: Path, store: Any
) -> None:
    data = writers.xlsx(("案例", CASES), ("收费", writers.TABLE))
    put(tmp_path, store, "资料.xlsx", data)
    assert sources(store) == ["资料/资料.xlsx", "资料/资料.xlsx/AL-001", "资料/资料.xlsx/AL-002"]


def test_a_table_of_rules_is_no_table_of_cases(tmp_path: Path, store: Any) -> None:
    rows = [["诉求类型", "处理时限", "责任部门"], ["报修", "三个服务日", "工程"]]
    put(tmp_path, store, "时限.csv", writers.csv_file(rows))
    assert sources(store) == ["资料/时限.csv"]


def test_a_case_table_within_a_zip_gives_its_cases(tmp_path: Path, store: Any) -> None:
    inner = writers.xlsx(("表", CASES))
    put(tmp_path, store, "包.zip", writers.archive(("案例.xlsx", inner)))
    assert sources(store) == ["资料/包.zip/案例.xlsx/AL-001", "资料/包.zip/案例.xlsx/AL-002"]


def test_a_zip_given_by_itself_is_the_one_that_went_in_with_its_folder(
    tmp_path: Path, store: Any
) -> None:
    put(tmp_path, store, "包.zip", writers.archive(("制度/门岗.md", GOOD)))
    root = tmp_path / "资料"
    (root / "子").mkdir()
    (root / "包.zip").rename(root / "子" / "包.zip")
    ingest([root], store)
    assert ingest([root / "子" / "包.zip"], store).count(Action.UNCHANGED) == 1
    assert sources(store) == ["资料/子/包.zip/制度/门岗.md"]
