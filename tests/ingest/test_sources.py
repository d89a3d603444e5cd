"""Finding files: keys, what is skipped, and what cannot be read."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import pytest

from ingest.errors import FileTooLarge, UnreadableFile
from ingest.sources import discover, read
from ingest.types import SourceFile


def folder_with(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "制度"
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("内容", encoding="utf-8")
    return folder


def test_keys_come_from_the_folder_name_and_the_path_below_it(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md", "子/a.txt")
    assert [source.key for source in discover([folder]).files] == ["制度/b.md", "制度/子/a.txt"]


def test_a_single_file_is_keyed_by_its_parent_folder(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md")
    assert [source.key for source in discover([folder / "b.md"]).files] == ["制度/b.md"]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md")
    assert len(discover([folder, folder / "b.md", folder]).files) == 1


def test_a_relative_path_gives_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_with(tmp_path, "b.md")
    monkeypatch.chdir(folder)
    assert [source.key for source in discover([Path()]).files] == ["制度/b.md"]


def test_hidden_temporary_and_unsupported_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, ".git/x.md", "~$稿.docx", "图.png", "README")
    skipped = {item.source: item.reason for item in discover([folder]).skipped}
    assert skipped.keys() == {"制度/.git", "制度/~$稿.docx", "制度/图.png", "制度/README"}
    assert "隐藏" in skipped["制度/.git"]
    assert ".png" in skipped["制度/图.png"]


def test_a_name_that_is_not_utf8_is_read_as_old_archives_wrote_it(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md")
    try:
        (folder / os.fsdecode("停车办法.md".encode("gb18030"))).write_text("内容", encoding="utf-8")
    except OSError:
        pytest.skip("这个文件系统只接受 UTF-8 文件名")
    assert [source.key for source in discover([folder]).files] == ["制度/b.md", "制度/停车办法.md"]


def test_a_missing_path_is_one_clear_line_and_the_rest_goes_through(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md")
    found = discover([tmp_path / "没有", folder])
    assert [source.key for source in found.files] == ["制度/b.md"]
    assert "找不到" in found.failures[0].message


def test_two_files_with_one_key_are_reported(tmp_path: Path) -> None:
    first = folder_with(tmp_path / "甲", "b.md")
    second = folder_with(tmp_path / "乙", "b.md")
    found = discover([first, second])
    assert len(found.files) == 1
    assert "同一来源名" in found.failures[0].message


def test_a_dead_link_is_reported_and_the_rest_goes_through(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md")
    (folder / "a.md").symlink_to(folder / "没有.md")
    found = discover([folder])
    assert [source.key for source in found.files] == ["制度/b.md"]
    assert "失效的链接" in found.failures[0].message


def test_a_link_to_a_folder_does_not_make_the_walk_run_in_circles(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "b.md")
    (folder / "loop").symlink_to(folder)
    assert len(discover([folder]).files) == 1


def test_a_folder_the_system_refuses_is_reported_and_the_rest_goes_through(
    tmp_path: Path,
) -> None:
    folder = folder_with(tmp_path, "b.md", "密/a.md")

    def lister(path: Path) -> list[os.DirEntry[str]]:
        if path.name == "密":
            raise PermissionError(13, "Permission denied")
        return sorted(os.scandir(path), key=lambda entry: entry.name)

    found = discover([folder], lister)
    assert [source.key for source in found.files] == ["制度/b.md"]
    assert found.failures[0].source == "制度/密"
    assert "没有权限" in found.failures[0].message


AS_NOBODY = """
import os, sys
from ingest.sources import discover
os.setgroups([]); os.setgid(65534); os.setuid(65534)
for failure in discover([sys.argv[1]]).failures:
    print(failure.message)
"""


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="needs root to drop privileges")
def test_a_folder_without_permission_is_reported_to_an_ordinary_user(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "密/a.md")
    # pytest keeps its folders to itself; a parallel worker has one more of them
    theirs = (folder, *folder.parents[: len(folder.relative_to(gettempdir()).parts) - 1])
    for parent in theirs:
        parent.chmod(0o755)
    (folder / "密").chmod(0o700)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(folder)],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "没有权限读取文件夹" in done.stdout


def test_a_file_over_the_limit_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "大.pdf"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    def opener(_: Path) -> bytes:
        raise AssertionError("opened")

    with pytest.raises(FileTooLarge, match=r"200 MB.*50 MB"):
        read(SourceFile("x/大.pdf", path), 50, opener)


def test_a_file_the_system_refuses_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("内容")

    def opener(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(UnreadableFile, match="没有权限"):
        read(SourceFile("x/a.md", path), 50, opener)
