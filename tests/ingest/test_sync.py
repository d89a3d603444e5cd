"""Folders are kept in step: what is gone is removed, what is only out of sight is not."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import ingest
from ingest.plan import Action
from ingest.report import Report
from ingest.sync import Missing
from tests.ingest.test_pipeline import folder

RULE = (
    "# {0}管理规定\n\n第一条 {0}由客服中心统一登记，登记后当天通知责任班组到场处理，并留下记录。"
    "\n\n第二条 {0}的费用按公示价目表收取，收费前须由业主签字确认，任何人不得另行收取现金。"
    "\n\n第三条 {0}办结后二十四小时内回访业主，业主不满意的重新派单，由主管跟踪到办结为止。\n"
)
NAMES = ("装修", "停车", "门禁", "保洁", "绿化", "电梯", "消防", "搬家")


def estate(tmp_path: Path, count: int = 8, name: str = "资料", area: str = "") -> Path:
    root = tmp_path / name
    root.mkdir(parents=True, exist_ok=True)
    for subject in NAMES[:count]:
        (root / f"{subject}.md").write_text(RULE.format(area + subject), encoding="utf-8")
    return root


def synchronise(*paths: Path, store: Any, missing: Missing = Missing.REMOVE) -> Report:
    return ingest(paths, store, missing=missing)


def sources(store: Any) -> list[str]:
    return sorted(document.source for document in store.documents())


def test_a_document_whose_file_is_gone_is_removed_and_reported(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    (root / "停车.md").unlink()
    report = synchronise(root, store=store)
    assert sources(store) == ["资料/保洁.md", "资料/装修.md", "资料/门禁.md"]
    assert [item.source for item in report.removed] == ["资料/停车.md"]
    assert "移除 1 份" in report.lines()[0]
    assert any("移除「资料/停车.md」：文件已不在" in line for line in report.lines())
    assert report.to_json()["removed"][0]["source"] == "资料/停车.md"


def test_unless_asked_to_nothing_is_removed(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    ingest([root], store)
    (root / "停车.md").unlink()
    assert ingest([root], store).removed == []
    assert len(store.documents()) == 4


def test_a_single_file_removes_nothing(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    (root / "停车.md").unlink()
    assert synchronise(root / "门禁.md", store=store).removed == []
    assert len(store.documents()) == 4


def test_nothing_outside_the_given_folders_is_touched(tmp_path: Path, store: Any) -> None:
    root, other = estate(tmp_path, 4), tmp_path / "通知"
    other.mkdir()
    (other / "停水.md").write_text("# 停水通知\n\n明天停水。\n", encoding="utf-8")
    synchronise(root, other, store=store)
    (other / "停水.md").unlink()
    (root / "停车.md").unlink()
    assert [item.source for item in synchronise(root, store=store).removed] == ["资料/停车.md"]
    assert "通知/停水.md" in sources(store)


def test_a_file_that_cannot_be_read_or_used_this_time_is_not_gone(
    tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, 5)
    synchronise(root, store=store)
    (root / "停车.md").write_bytes(b"")
    (root / "装修.md").write_bytes(bytes(range(256)) * 40)
    (root / "保洁.md").unlink()
    (root / "保洁.md").symlink_to(tmp_path / "nowhere")

    def opener(path: Path) -> bytes:
        if path.name == "门禁.md":
            raise PermissionError(13, "Permission denied")
        return path.read_bytes()

    report = ingest([root], store, missing=Missing.REMOVE, opener=opener)
    assert len(report.failures) == 4
    assert report.removed == []
    assert len(store.documents()) == 5


def test_a_subfolder_that_cannot_be_listed_is_not_gone(
    tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = estate(tmp_path, 4)
    inner = estate(root, 2, "内部", "内部")
    synchronise(root, store=store)
    listed = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path) == inner:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    # Root may list every folder, so the system's refusal has to be played.
    monkeypatch.setattr(os, "scandir", scandir)
    report = synchronise(root, store=store)
    assert "没有权限" in report.failures[0].message
    assert report.removed == []
    assert len(store.documents()) == 6


@pytest.mark.parametrize(
    ("before", "gone", "refused"), [(8, 5, True), (8, 4, False), (2, 2, False)]
)
def test_a_mass_deletion_is_refused_and_the_rest_goes_through(
    before: int, gone: int, refused: bool, tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, before)
    synchronise(root, store=store)
    for subject in NAMES[:gone]:
        (root / f"{subject}.md").unlink()
    (root / "新.md").write_text("# 访客须知\n\n访客凭码进门。\n", encoding="utf-8")
    report = synchronise(root, store=store)
    assert report.count(Action.ADD) == 1
    assert len(report.removed) == (0 if refused else gone)
    assert [(item.gone, item.total) for item in report.refusals] == (
        [(gone, before)] if refused else []
    )
    if refused:
        (message,) = [item.message for item in report.refusals]
        assert f"{before} 份资料中有 {gone} 份" in message
        assert str(root) in message
        assert "--allow-mass-deletion" in message
        allowed = synchronise(root, store=store, missing=Missing.REMOVE_EVEN_MANY)
        assert len(allowed.removed) == gone
        assert len(store.documents()) == before - gone + 1


def test_removal_comes_after_everything_new_is_put(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    (root / "停车.md").unlink()
    (root / "新.md").write_text("# 访客须知\n\n访客凭码进门。\n", encoding="utf-8")
    put = store.put

    def failing(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    store.put = failing
    with pytest.raises(OSError, match="disk full"):
        synchronise(root, store=store)
    assert "资料/停车.md" in sources(store)
    store.put = put
    synchronise(root, store=store)
    assert "资料/停车.md" not in sources(store)


def test_a_renamed_file_keeps_its_document_while_another_one_is_removed(
    tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    ids = {document.source: document.id for document in store.documents()}
    (root / "停车.md").rename(root / "车辆.md")
    (root / "门禁.md").unlink()
    report = synchronise(root, store=store)
    assert (report.count(Action.RENAMED), report.count(Action.REMOVED)) == (1, 1)
    after = {document.source: document.id for document in store.documents()}
    assert after["资料/车辆.md"] == ids["资料/停车.md"]


def test_a_renamed_file_that_does_not_parse_keeps_its_document(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    (root / "停车.md").rename(root / "车辆.md")
    reads: list[str] = []

    def opener(path: Path) -> bytes:
        reads.append(path.name)
        if reads.count("车辆.md") == 2:
            raise PermissionError(13, "Permission denied")
        return path.read_bytes()

    report = ingest([root], store, missing=Missing.REMOVE, opener=opener)
    assert len(report.failures) == 1
    assert report.removed == []
    assert "资料/停车.md" in sources(store)


def test_a_file_renamed_and_edited_at_once_keeps_its_document(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    ids = {document.source: document.id for document in store.documents()}
    text = (root / "停车.md").read_text(encoding="utf-8").replace("二十四小时", "四十八小时")
    (root / "停车.md").unlink()
    (root / "车辆停放.md").write_text(text, encoding="utf-8")
    report = synchronise(root, store=store)
    assert (report.count(Action.UPDATE), report.count(Action.REMOVED)) == (1, 0)
    after = {document.source: document.id for document in store.documents()}
    assert after["资料/车辆停放.md"] == ids["资料/停车.md"]
    assert len(after) == 4


def test_two_edited_copies_of_one_vanished_file_are_new_documents(
    tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    text = (root / "停车.md").read_text(encoding="utf-8")
    (root / "停车.md").unlink()
    (root / "甲.md").write_text(text.replace("二十四", "三十六"), encoding="utf-8")
    (root / "乙.md").write_text(text.replace("二十四", "四十八"), encoding="utf-8")
    report = synchronise(root, store=store)
    assert (report.count(Action.ADD), report.count(Action.REMOVED)) == (2, 1)


def test_the_child_folder_alone_removes_only_below_itself(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path, 4)
    inner = estate(root, 4, "内部", "内部")
    synchronise(root, store=store)
    (root / "停车.md").unlink()
    (inner / "停车.md").unlink()
    (inner / "停车.md").with_name("车.md").write_text("# 车\n\n另一件事。\n", encoding="utf-8")
    report = synchronise(inner, store=store)
    assert [item.source for item in report.removed] == ["资料/内部/停车.md"]
    assert "资料/停车.md" in sources(store)


@pytest.mark.parametrize("first", ["资料", "资料/内部"])
def test_parent_and_child_may_be_given_in_any_order_without_second_documents(
    first: str, tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, 1)
    inner = root / "内部"
    inner.mkdir()
    for subject in NAMES[4:8]:
        (inner / f"{subject}.md").write_text(RULE.format(subject), encoding="utf-8")
    synchronise(tmp_path / first, store=store)
    (inner / "绿化.md").write_text(RULE.format("绿化养护"), encoding="utf-8")
    (inner / "电梯.md").unlink()
    synchronise(root, store=store)
    synchronise(inner, store=store)
    names = sorted(source.rpartition("/")[2] for source in sources(store))
    assert names == sorted(["装修.md", "绿化.md", "消防.md", "搬家.md"])


def test_a_folder_that_moved_is_the_same_folder(tmp_path: Path, store: Any) -> None:
    root = estate(tmp_path / "旧盘", 4)
    synchronise(root, store=store)
    (root / "停车.md").unlink()
    (tmp_path / "新盘").mkdir()
    root.rename(tmp_path / "新盘" / "资料")
    report = synchronise(tmp_path / "新盘" / "资料", store=store)
    assert report.count(Action.UNCHANGED) == 3
    assert [item.source for item in report.removed] == ["资料/停车.md"]
    assert all(str(tmp_path / "新盘") in document.origin for document in store.documents())


def test_another_folder_of_the_same_name_takes_nothing_from_the_first(
    tmp_path: Path, store: Any
) -> None:
    synchronise(estate(tmp_path / "一期", 4), store=store)
    other = tmp_path / "二期" / "资料"
    other.mkdir(parents=True)
    (other / "泳池.md").write_text("# 泳池须知\n\n儿童须由家长陪同。\n", encoding="utf-8")
    report = synchronise(other, store=store)
    assert report.removed == []
    assert report.refusals == []
    assert len(store.documents()) == 5
    assert len(report.elsewhere) == 4
    assert any("原文件" in line and "还在" in line for line in report.lines())


def test_uploads_are_never_gone(tmp_path: Path, store: Any) -> None:
    passing = estate(tmp_path / "临时", 4, "upload")
    ingest([passing], store, lasting=False)
    for path in passing.iterdir():
        path.unlink()
    own = estate(tmp_path / "用户", 1, "upload")
    (own / "装修.md").rename(own / "装修须知.md")
    report = synchronise(own, store=store, missing=Missing.REMOVE_EVEN_MANY)
    assert report.removed == []
    assert len(store.documents()) == 4


def test_documents_whose_place_was_never_noted_belong_to_the_folder_of_their_key(
    tmp_path: Path, store: Any, forgotten: Callable[[Any], None]
) -> None:
    root = estate(tmp_path, 4)
    synchronise(root, store=store)
    forgotten(store)
    (root / "停车.md").unlink()
    assert [item.source for item in synchronise(root, store=store).removed] == ["资料/停车.md"]
    assert all(document.origin for document in store.documents())


@pytest.fixture
def forgotten() -> Callable[[Any], None]:
    """Takes the places from a store, as in one that an earlier version wrote."""

    def forget(store: Any) -> None:
        from dataclasses import replace

        for name, (document, chunks) in store.stored.items():
            store.stored[name] = (replace(document, origin=None), chunks)

    return forget


def test_an_empty_folder_of_the_same_place_is_taken_for_one_that_is_not_mounted(
    tmp_path: Path, store: Any
) -> None:
    root = estate(tmp_path, 8)
    synchronise(root, store=store)
    for path in root.iterdir():
        path.unlink()
    report = synchronise(root, store=store)
    assert report.refusals[0].gone == 8
    assert len(store.documents()) == 8


def test_a_folder_that_is_not_there_removes_nothing(tmp_path: Path, store: Any) -> None:
    root = folder(tmp_path, {"a.md": "# 甲\n\n甲事。\n"})
    synchronise(root, store=store)
    root.rename(tmp_path / "别处")
    report = synchronise(root, store=store)
    assert "找不到" in report.failures[0].message
    assert len(store.documents()) == 1
