"""The archive of rulebooks: which version is in force, which was, and who put it in force.

Files that somebody lays into the folder are a proposal: they take effect when they are activated
with a name and a reason. Two activations happen by themselves: of the first version, and of the
books of a new version of the program where the ones before were used unchanged.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rules.checking import Check, Report, check_loading, errors_of
from rules.errors import NotActivated, RulesError, VersionDamaged, VersionMissing
from rules.loading import default_rulebook, digest_of, load_rulebook, rulebook_of
from rules.reading import read_book_file
from rules.rulebook import Rulebook
from rules.version_store import Activation, Log, VersionStore

SYSTEM = "系统"
_FIRST, _UPDATE = "首次启用", "随软件更新"
_NEXT_STEP = "请 guanjia rules check 后 guanjia rules activate"
_NAME = re.compile(r"\w[\w-]*\.yaml")
_LEAST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the rulebook and when it was activated, oldest first, at least once."""

    identity: str
    digest: str
    activations: tuple[Activation, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """The rulebook in force.

    `version` is None where no archive can be kept. `notice` is what a person should know, one
    line in Chinese; empty when all is well.
    """

    book: Rulebook
    version: Version | None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class _Settled:
    """What a state of the log says is in force."""

    stamp: object
    book: Rulebook
    log: Log
    notices: tuple[str, ...] = ()
    activation: Activation | None = None


class Archive:
    """The versions of one data folder. Safe to share between threads and processes.

    `own` is the folder of the company's own files, by default the archive's. `check` says whether
    files may be activated; `clock` gives the present moment with an offset.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        own: Path | None = None,
        check: Check = check_loading,
    ) -> None:
        self._store, self._clock, self._check = VersionStore(folder), clock, check
        self._own = own or folder
        self._own_is_required = own is not None
        self._lock = threading.RLock()
        self._settled: _Settled | None = None
        self._books: dict[str, Rulebook] = {}
        self._refused: dict[str, str] = {}

    def book(self) -> Rulebook:
        """The rulebook in force; an activation by any process is seen at the next call."""
        return self._now_settled().book

    def in_force(self) -> InForce:
        """The rulebook in force, its version, and what a person should know of it."""
        settled = self._now_settled()
        notices = (*settled.notices, *self._proposed(settled))
        active = settled.activation
        version = _version(settled.log, active.digest) if active else None
        return InForce(settled.book, version, "；".join(dict.fromkeys(notices)))

    def versions(self) -> tuple[Version, ...]:
        """All versions in the order of their first activation."""
        log = self._now_settled().log
        digests = dict.fromkeys(one.digest for one in log.activations)
        return tuple(_version(log, digest) for digest in digests)

    def activations(self) -> tuple[Activation, ...]:
        """What was put in force, oldest first."""
        return self._now_settled().log.activations

    def version(self, name: str) -> Version:
        """The version of an identity, of a name such as `default@1.0`, or of a hash's beginning.

        Of several versions of one name the newest. Raises `VersionMissing`.
        """
        versions = self.versions()
        exact = [one for one in versions if name in (one.identity, one.digest)]
        named = [one for one in versions if one.identity.partition("+")[0] == name]
        if exact or named:
            return (exact or named)[-1]
        found = [one for one in versions if one.digest.startswith(name)]
        if len(name) < _LEAST_PREFIX or not found:
            raise VersionMissing(f"存档里没有规则版本「{name}」；请用 guanjia rules versions 查看")
        if len(found) > 1:
            raise VersionMissing(f"有 {len(found)} 个规则版本以「{name}」开头；请多写几位")
        return found[0]

    def at(self, moment: datetime) -> Version:
        """The version that was in force at a moment; the first one before any was recorded.

        Raises `VersionMissing` where nothing is recorded.
        """
        log = self._now_settled().log
        if not log.activations:
            raise VersionMissing("没有规则存档，查不到过去的版本；请检查数据目录能否写入")
        before = [one for one in log.activations if one.at <= moment]
        return _version(log, (before or log.activations[:1])[-1].digest)

    def texts(self, version: Version) -> dict[str, str]:
        """The files of a version. Raises `VersionDamaged`."""
        return self._store.read(version.digest)

    def book_of(self, version: Version) -> Rulebook:
        """A version ready to decide. Raises `VersionDamaged`."""
        return self._load(version.digest)

    def check(self, texts: Mapping[str, str]) -> Report:
        """What stands against activating these files (all of them, name to text)."""
        return self._check(texts)

    def over_current(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The files in force, some of them replaced or added."""
        return {**self.book().texts, **texts}

    def activate(
        self, texts: Mapping[str, str], by: str, why: str, at: datetime | None = None
    ) -> Version:
        """Put files in force (all of them, name to text), at once for every process.

        Raises `NotActivated` when the check finds an error, when `by` or `why` is empty, or when
        they are in force already; `ArchiveBusy`.
        """
        if not by.strip() or not why.strip():
            raise NotActivated("没有启用：启用规则要写明谁启用、为什么；请补上")
        book, refusal = self._checked(texts)
        if book is None or refusal:
            raise NotActivated(f"没有启用，原来的规则继续有效：{refusal}")
        self._now_settled()  # what is in force by now is recorded before what replaces it
        try:
            with self._store.locked():
                past = self._store.log().activations
                if past and past[-1].digest == book.digest and self._store.holds(book.digest):
                    raise NotActivated(f"没有启用：{book.identity} 已在使用，与现行规则没有不同")
                self._record(book, by.strip(), why.strip(), at or self._clock())
        except OSError as error:
            problem = f"没有启用：写不了规则存档（{error.strerror}）"
            raise NotActivated(f"{problem}；请检查数据目录能否写入") from None
        return _version(self._now_settled().log, book.digest)

    def _record(self, book: Rulebook, by: str, why: str, at: datetime) -> None:
        """Write a version's files, then the line that puts it in force. Call while locked."""
        past = self._store.log().activations
        self._store.write(book.texts, book.digest)
        shipped = book.digest == default_rulebook().digest
        previous = past[-1].digest if past else None
        self._store.append(Activation(at, by, why, book.identity, book.digest, previous, shipped))

    def _checked(self, texts: Mapping[str, str]) -> tuple[Rulebook | None, str]:
        """The rulebook of these files, and why it cannot be used (empty: it can)."""
        odd = [name for name in texts if not _NAME.fullmatch(name)]
        if odd:
            return None, f"文件名「{odd[0]}」不能用；请用 deadlines.yaml 这样的名称"
        report = self._check(texts)
        errors = errors_of(report)
        more = f"（另有 {len(errors) - 1} 处错误）" if len(errors) > 1 else ""
        return report.book, errors[0].line_of_text + more if errors else ""

    # -- what is in force

    def _now_settled(self) -> _Settled:
        settled = self._settled
        if settled is not None and settled.stamp == self._store.stamp():
            return settled
        with self._lock:
            # the stamp is taken first: what is logged meanwhile is seen at the next call
            stamp = self._store.stamp()
            try:
                settled = self._settle(stamp)
            except OSError as error:
                settled = self._without_archive(stamp, error)
            self._settled = settled
            return settled

    def _settle(self, stamp: object) -> _Settled:
        log = self._store.log()
        if not log.activations:
            return self._start()
        newest = log.activations[-1]
        if newest.shipped and newest.digest != default_rulebook().digest:
            refusal = self._take_update(newest)
            if not refusal:
                return self._settle(self._store.stamp())
            return self._newest_usable(stamp, log, f"软件带来的规则没有启用：{refusal}")
        return self._newest_usable(stamp, log)

    def _newest_usable(self, stamp: object, log: Log, *notices: str) -> _Settled:
        """The newest version whose files are whole; of the others it is said that they are not."""
        said = [*notices, *(f"规则启用记录第 {line} 行已损坏" for line in log.damaged)]
        for activation in reversed(log.activations):
            try:
                book = self._load(activation.digest)
            except VersionDamaged as error:
                said.append(str(error))
                continue
            if activation is not log.activations[-1]:
                said.append(f"现用之前启用的 {activation.identity}")
            return _Settled(stamp, book, log, tuple(dict.fromkeys(said)), activation)
        said.append("没有一个可用的版本，现用自带的规则")
        return _Settled(stamp, default_rulebook(), log, tuple(said))

    def _start(self) -> _Settled:
        """Record the first version: the company's own files if they can be used."""
        with self._store.locked():
            if not self._store.log().activations:
                book, _ = self._proposal()
                self._record(book, SYSTEM, _FIRST, self._clock())
        return self._settle(self._store.stamp())

    def _take_update(self, newest: Activation) -> str:
        """Activate the books that ship; why not, where they cannot be used."""
        book, refusal = self._checked(default_rulebook().texts)
        if book is None or refusal:
            return refusal
        with self._store.locked():
            if self._store.log().activations[-1] == newest:
                self._record(book, SYSTEM, _UPDATE, self._clock())
        return ""

    def _without_archive(self, stamp: object, error: OSError) -> _Settled:
        book, _ = self._proposal()
        notice = f"写不了规则存档（{error.strerror}），判定照常但不留版本；请检查数据目录能否写入"
        return _Settled(stamp, book, Log(), (notice,))

    def _load(self, digest: str) -> Rulebook:
        """The rulebook of a version, its files compared with its digest once."""
        if digest not in self._books:
            texts = self._store.read(digest)
            try:
                same = default_rulebook().digest == digest
                self._books[digest] = default_rulebook() if same else rulebook_of(texts)
            except RulesError as error:
                problem = f"规则版本 {digest[:12]} 不能用于现在的程序：{error}"
                raise VersionDamaged(problem) from None
        return self._books[digest]

    # -- what lies in the folder

    def _proposal(self) -> tuple[Rulebook, str]:
        """The company's files over those that ship, or those that ship and why not the others."""
        if not self._own_is_required and not self._own.is_dir():
            return default_rulebook(), ""
        try:
            book = load_rulebook(self._own)
        except RulesError as error:
            return default_rulebook(), str(error)
        if book.digest not in self._refused:
            self._refused[book.digest] = self._checked(book.texts)[1]
        refusal = self._refused[book.digest]
        return (default_rulebook() if refusal else book), refusal

    def _proposed(self, settled: _Settled) -> list[str]:
        """A notice where the folder's files are neither in force nor were ever."""
        if self._own_is_required and not self._own.is_dir():
            return [self._proposal()[1]]
        own = self._own_texts()
        texts = {**default_rulebook().texts, **own}
        known = {one.digest for one in settled.log.activations} | {settled.book.digest}
        if digest_of({name: texts[name] for name in sorted(texts)}) in known:
            return []
        current = settled.book.texts
        changed = sorted(n for n in {*texts, *current} if texts.get(n) != current.get(n))
        _, refusal = self._proposal()
        what = refusal or f"{'、'.join(changed)} 与现行规则不同"
        if refusal or any(name in own or name not in texts for name in changed):
            return [f"{self._own.name}/ 里的改动尚未启用：{what}；{_NEXT_STEP}"]
        return [f"软件自带的规则有更新，尚未启用：{what}；{_NEXT_STEP}"]

    def _own_texts(self) -> dict[str, str]:
        """The texts of the company's files as far as they can be read."""
        texts = {}
        for path in sorted(self._own.glob("*.y*ml")) if self._own.is_dir() else ():
            try:
                texts[path.name] = read_book_file(path).text.replace("\r\n", "\n")
            except RulesError:
                texts[path.name] = ""
        return texts


def _version(log: Log, digest: str) -> Version:
    activations = tuple(one for one in log.activations if one.digest == digest)
    return Version(activations[-1].identity, digest, activations)
