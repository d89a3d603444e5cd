"""Versions of the rulebook: kept whole, activated by somebody for a reason, never lost."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import rules.archive
import rules.proposal
from rules.archive import SYSTEM, Archive
from rules.checking import Loaded, Unloadable, check_loading
from rules.errors import NotActivated, VersionDamaged, VersionMissing
from rules.loading import SHIPPED, default_rulebook, digest_of, rulebook_of, shipped_texts
from rules.rulebook import Rulebook
from rules.version_store import Activation, VersionStore

START = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
ROOT = Path(__file__).parents[2]


class Ticking:
    """A clock that is an hour later each time it is read."""

    def __init__(self) -> None:
        self.now = START - timedelta(hours=1)

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now


def opened(home: Path, **more: object) -> Archive:
    return Archive(home / "rulebooks", Ticking(), **more)  # type: ignore[arg-type]


def changed(new: str = "20分钟") -> dict[str, str]:
    """The shipped files with a shorter way to the scene of an urgent request."""
    texts = shipped_texts()
    line = "on_site: {limit: 30分钟, clock: calendar, origin: ours}"
    assert line in texts["deadlines.yaml"]
    texts["deadlines.yaml"] = texts["deadlines.yaml"].replace(line, line.replace("30分钟", new))
    return texts


def lay_own(home: Path, texts: Mapping[str, str], name: str = "deadlines.yaml") -> None:
    (home / "rulebooks").mkdir(exist_ok=True)
    (home / "rulebooks" / name).write_text(texts[name], encoding="utf-8")


def folder_of(home: Path, digest: str) -> Path:
    return home / "rulebooks" / "versions" / digest[:12]


def test_the_first_start_records_the_books_that_ship(tmp_path: Path) -> None:
    found = opened(tmp_path).in_force()
    assert found.notice == ""
    assert found.book.identity == default_rulebook().identity
    assert found.version is not None
    (first,) = found.version.activations
    assert (first.by, first.why, first.previous, first.at) == (SYSTEM, "首次启用", None, START)
    kept = folder_of(tmp_path, found.book.digest)
    assert {path.name for path in kept.iterdir()} == set(shipped_texts())


def test_the_first_start_takes_the_companys_own_files(tmp_path: Path) -> None:
    lay_own(tmp_path, changed())
    found = opened(tmp_path).in_force()
    assert found.book.digest == rulebook_of(changed()).digest
    assert found.notice == ""


def test_own_files_that_fail_at_the_first_start_leave_the_shipped_books(tmp_path: Path) -> None:
    lay_own(tmp_path, {"deadlines.yaml": "id: deadlines\n"})
    found = opened(tmp_path).in_force()
    assert found.book.digest == default_rulebook().digest
    assert found.notice.startswith("rulebooks/ 里的改动尚未启用：deadlines.yaml")
    assert "\n" not in found.notice


def test_a_file_changed_later_waits_until_it_is_activated(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    before = archive.book().digest
    lay_own(tmp_path, changed())
    found = archive.in_force()
    assert found.book.digest == before
    assert found.notice == (
        "rulebooks/ 里的改动尚未启用：deadlines.yaml 与现行规则不同；"
        "请 guanjia rules check 后 guanjia rules activate"
    )
    archive.activate(changed(), "主管甲", "到场提速")
    assert archive.in_force().notice == ""
    assert archive.book().digest == rulebook_of(changed()).digest


def test_an_activation_names_who_why_and_what_was_before(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    before = archive.book().digest
    version = archive.activate(changed(), " 主管甲 ", "到场提速", START + timedelta(days=1))
    (entry,) = version.activations
    assert (entry.by, entry.why, entry.previous) == ("主管甲", "到场提速", before)
    lines = (tmp_path / "rulebooks" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert set(json.loads(lines[-1])) == {
        "at", "by", "why", "identity", "digest", "previous", "shipped",
    }  # fmt: skip


@pytest.mark.parametrize(("by", "why"), [("", "到场提速"), ("主管甲", "  ")])
def test_an_activation_without_name_or_reason_is_refused(tmp_path: Path, by: str, why: str) -> None:
    archive = opened(tmp_path)
    with pytest.raises(NotActivated, match="写明谁启用、为什么"):
        archive.activate(changed(), by, why)
    assert len(archive.versions()) == 1


def test_files_that_fail_the_check_leave_the_last_good_version(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    broken = {**shipped_texts(), "urgency.yaml": "id: urgency\n"}
    with pytest.raises(NotActivated, match="原来的规则继续有效：urgency") as refusal:
        archive.activate(broken, "主管甲", "试试")
    assert "\n" not in str(refusal.value)
    assert archive.in_force().book.digest == default_rulebook().digest
    assert len(archive.activations()) == 1


def test_every_error_of_the_check_counts_and_warnings_do_not(tmp_path: Path) -> None:
    def strict(texts: Mapping[str, str]) -> Loaded:
        two = (Unloadable("第一处"), Unloadable("第二处"))
        return Loaded(two, check_loading(texts).book)

    def mild(texts: Mapping[str, str]) -> Loaded:
        return Loaded((Unloadable("留意", severity="warning"),), check_loading(texts).book)

    opened(tmp_path).book()
    with pytest.raises(NotActivated, match="第一处（另有 1 处错误）"):
        opened(tmp_path, check=strict).activate(changed(), "主管甲", "到场提速")
    assert opened(tmp_path, check=mild).activate(changed(), "主管甲", "到场提速")


@pytest.mark.parametrize("name", ["../outside.yaml", "a/b.yaml", ".hidden.yaml", "x.yml"])
def test_a_file_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    archive = opened(tmp_path)
    with pytest.raises(NotActivated, match="不能用；请用 deadlines"):
        archive.activate({**changed(), name: "id: x\n"}, "主管甲", "试试")
    assert not (tmp_path / "rulebooks" / "outside.yaml").exists()


def test_what_is_in_force_already_is_not_activated_again(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    archive.book()
    with pytest.raises(NotActivated, match="已在使用"):
        archive.activate(shipped_texts(), "主管甲", "再来一次")


def test_an_earlier_version_can_be_taken_up_again(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    first = archive.in_force().version
    assert first is not None
    archive.activate(changed(), "主管甲", "到场提速")
    back = archive.activate(archive.texts(first), "主管甲", "人手不够，恢复原来的到场时限")
    assert [one.by for one in back.activations] == [SYSTEM, "主管甲"]
    assert archive.book().digest == default_rulebook().digest
    assert len(archive.versions()) == 2


def test_a_version_is_found_by_identity_name_and_the_beginning_of_its_hash(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    second = archive.activate(changed(), "主管甲", "到场提速")
    assert archive.version(second.identity) == second
    assert archive.version(second.digest[:6]) == second
    assert archive.version("default@1.0") == second
    assert archive.book_of(archive.version(default_rulebook().identity)) is default_rulebook()
    for unknown in ("ffff0000ffff", second.digest[:3], ""):
        with pytest.raises(VersionMissing, match="guanjia rules versions"):
            archive.version(unknown)


def test_the_version_of_a_moment_is_the_one_in_force_then(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    first = archive.in_force().version
    assert first is not None
    at = START + timedelta(days=3)
    second = archive.activate(changed(), "主管甲", "到场提速", at)
    assert archive.at(at - timedelta(seconds=1)).digest == first.digest
    assert archive.at(at).digest == second.digest
    assert archive.at(START - timedelta(days=400)).digest == first.digest


def test_leftovers_of_a_crash_before_the_rename_are_no_version(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    archive.book()
    left = tmp_path / "rulebooks" / "versions" / ".unfinished-0123456789ab"
    left.mkdir()
    (left / "urgency.yaml").write_text("id: urg", encoding="utf-8")
    again = opened(tmp_path)
    assert again.in_force().notice == ""
    again.activate(changed(), "主管甲", "到场提速")
    assert not left.exists()
    assert len(again.versions()) == 2


def test_a_crash_between_the_files_and_the_log_leaves_the_version_before(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    archive.activate(changed(), "主管甲", "到场提速")
    log = tmp_path / "rulebooks" / "log.jsonl"
    whole = log.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for length in (last, last + 1, len(whole) - 1):
        log.write_bytes(whole[:length])
        again = opened(tmp_path)
        assert again.in_force().book.digest == default_rulebook().digest
    again.activate(changed(), "主管甲", "到场提速")
    assert [one.by for one in again.activations()] == [SYSTEM, "主管甲"]
    assert again.in_force().notice == ""


def test_a_damaged_version_is_named_and_the_one_before_is_used(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    bad = archive.activate(changed(), "主管甲", "到场提速")
    file = folder_of(tmp_path, bad.digest) / "deadlines.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "#", encoding="utf-8")
    again = opened(tmp_path)
    found = again.in_force()
    assert found.book.digest == default_rulebook().digest
    assert bad.digest[:12] in found.notice
    assert "已损坏" in found.notice
    with pytest.raises(VersionDamaged, match="请从备份恢复，或重新启用"):
        again.texts(again.version(bad.digest))
    again.activate(changed(), "主管甲", "重新启用，修复损坏的版本")
    assert opened(tmp_path).book().digest == bad.digest
    assert opened(tmp_path).in_force().notice == ""


def test_a_line_of_the_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    archive.activate(changed(), "主管甲", "到场提速")
    log = tmp_path / "rulebooks" / "log.jsonl"
    first, second = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"\xff" + first[1:] + second)
    found = opened(tmp_path).in_force()
    assert found.book.digest == rulebook_of(changed()).digest
    assert "第 1 行已损坏" in found.notice


def test_without_any_whole_version_the_shipped_books_are_used(tmp_path: Path) -> None:
    opened(tmp_path).book()
    shutil.rmtree(tmp_path / "rulebooks" / "versions")
    found = opened(tmp_path).in_force()
    assert found.book is default_rulebook()
    assert "现用自带的规则" in found.notice


def test_where_no_archive_can_be_kept_deciding_goes_on(tmp_path: Path) -> None:
    (tmp_path / "rulebooks").write_text("a file where the folder should be", encoding="utf-8")
    archive = opened(tmp_path)
    found = archive.in_force()
    assert found.book.digest == default_rulebook().digest
    assert found.version is None
    assert "不留版本" in found.notice
    with pytest.raises(VersionMissing, match="没有规则存档"):
        archive.at(START)
    with pytest.raises(NotActivated, match="写不了规则存档"):
        archive.activate(changed(), "主管甲", "到场提速")


@pytest.fixture
def update(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], Rulebook]:
    """Lets a new version of the program bring other books."""

    def take(texts: Mapping[str, str]) -> Rulebook:
        book = rulebook_of(texts)
        for module in (rules.archive, rules.proposal):
            monkeypatch.setattr(module, "default_rulebook", lambda: book)
        return book

    return take


Update = Callable[[Mapping[str, str]], Rulebook]


def test_books_that_come_with_an_update_follow_unchanged_ones(
    tmp_path: Path, update: Update
) -> None:
    opened(tmp_path).book()
    brought = update(changed())
    found = opened(tmp_path).in_force()
    assert found.book.digest == brought.digest
    assert found.version is not None
    assert [(one.by, one.why) for one in found.version.activations] == [(SYSTEM, "随软件更新")]
    assert found.notice == ""


def test_an_update_does_not_replace_what_a_person_activated(tmp_path: Path, update: Update) -> None:
    archive = opened(tmp_path)
    own = archive.activate(changed(new="25分钟"), "主管甲", "到场提速")
    update(changed())
    found = opened(tmp_path).in_force()
    assert found.book.digest == own.digest
    assert found.notice.startswith("软件自带的规则有更新，尚未启用：deadlines.yaml")


def test_an_own_version_gains_the_files_that_the_program_now_needs(tmp_path: Path) -> None:
    own = changed()
    del own["care.yaml"]
    digest = digest_of({name: own[name] for name in sorted(own)})
    store = VersionStore(tmp_path / "rulebooks")
    with store.locked():
        store.write(own, digest)
        store.append(Activation(START, "主管甲", "到场提速", f"old@1+{digest[:12]}", digest, None))
    found = opened(tmp_path).in_force()
    assert found.book.digest == rulebook_of(changed()).digest
    assert [one.by for one in opened(tmp_path).activations()] == ["主管甲", SYSTEM]


def test_an_update_that_fails_the_check_is_not_taken(tmp_path: Path, update: Update) -> None:
    first = opened(tmp_path).book().digest
    update(changed())

    def refusing(texts: Mapping[str, str]) -> Loaded:
        return Loaded((Unloadable("证明不了"),), check_loading(texts).book)

    found = opened(tmp_path, check=refusing).in_force()
    assert found.book.digest == first
    assert "软件带来的规则没有启用：证明不了" in found.notice


def test_a_named_folder_of_own_files_that_is_missing_is_said(tmp_path: Path) -> None:
    found = opened(tmp_path, own=tmp_path / "nowhere").in_force()
    assert found.book.digest == default_rulebook().digest
    assert "nowhere" in found.notice


def test_an_activation_is_seen_by_an_archive_that_is_open(tmp_path: Path) -> None:
    running, other = opened(tmp_path), opened(tmp_path)
    assert running.book() is running.book()
    other.activate(changed(), "主管甲", "到场提速")
    assert running.book().digest == rulebook_of(changed()).digest


_ACTIVATE = """
import sys
from datetime import datetime
from pathlib import Path
from rules.archive import Archive
from rules.loading import shipped_texts
folder, minutes = Path(sys.argv[1]), sys.argv[2]
texts = shipped_texts()
texts["deadlines.yaml"] = texts["deadlines.yaml"].replace("30分钟", minutes + "分钟")
now = lambda: datetime.fromisoformat("2026-11-03T09:00:00+08:00")
Archive(folder, now).activate(texts, "主管" + minutes, "同时启用")
"""


def test_two_processes_that_activate_at_once_both_leave_their_line(tmp_path: Path) -> None:
    def run(minutes: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _ACTIVATE, str(tmp_path / "rulebooks"), str(minutes)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, range(20, 24)))
    assert [one.stderr for one in done] == [""] * 4
    archive = opened(tmp_path)
    entries = archive.activations()
    assert sorted(one.by for one in entries) == sorted(
        [SYSTEM, *(f"主管{minutes}" for minutes in range(20, 24))]
    )
    assert [one.previous for one in entries[1:]] == [one.digest for one in entries[:-1]]
    for version in archive.versions():
        assert rulebook_of(archive.texts(version)).digest == version.digest


def test_the_shipped_files_are_what_the_archive_keeps(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    version = archive.in_force().version
    assert version is not None
    for name, text in archive.texts(version).items():
        assert text == (SHIPPED / name).read_text(encoding="utf-8")
