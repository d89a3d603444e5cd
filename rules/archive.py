"""The archive of rulebooks: which version is in force, which was, and who put it in force.

Files that somebody lays into the folder are a proposal: they take effect when they are activated
with a name and a reason. Two activations happen by themselves: of the first version, and of the
books of a new version of the program where the ones before were used unchanged.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rules.checking import Check, Report, check_loading
from rules.errors import NotActivated, RulesError, VersionDamaged, VersionMissing
from rules.loading import default_rulebook, rulebook_of
from rules.proposal import Proposal, judge
from rules.rulebook import Rulebook
from rules.version_store import Activation, Log, VersionStore

SYSTEM = "系统"
_FIRST, _UPDATE = "首次启用", "随软件更新"
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
        self._proposal = Proposal(own or folder, own is not None, check)
        self._lock = threading.RLock()
        self._settled: _Settled | None = None
        self._books: dict[str, Rulebook] = {}

    def book(self) -> Rulebook:
        """The rulebook in force; an activation by any process is seen at the next call."""
        return self._now_settled().book

    def in_force(self) -> InForce:
        """The rulebook in force, its version, and what a person should know of it."""
        settled = self._now_settled()
        active, log = settled.activation, settled.log
        known = frozenset(one.digest for one in log.activations)
        notices = (*settled.notices, self._proposal.notice(settled.book, known))
        version = _version(log, active.digest) if active else None
        return InForce(settled.book, version, "；".join(filter(None, notices)))

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
        verdict = judge(texts, self._check)
        book = verdict.book
        if book is None or verdict.refusal:
            raise NotActivated(f"没有启用，原来的规则继续有效：{verdict.refusal}")
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
        update = self._update_of(newest)
        if update is None:
            return self._newest_usable(stamp, log)
        refusal = self._take(update, newest)
        if refusal:
            return self._newest_usable(stamp, log, f"软件带来的规则没有启用：{refusal}")
        return self._settle(self._store.stamp())

    def _update_of(self, newest: Activation) -> Mapping[str, str] | None:
        """What a new version of the program brings: its books for those it brought before.

        To a company's own rulebook it brings only the files that rulebooks did not have before.
        """
        shipped = default_rulebook()
        if newest.shipped:
            return None if newest.digest == shipped.digest else shipped.texts
        try:
            texts = self._store.read(newest.digest)
        except VersionDamaged:
            return None
        return None if texts.keys() >= shipped.texts.keys() else {**shipped.texts, **texts}

    def _take(self, texts: Mapping[str, str], newest: Activation) -> str:
        """Activate what the program brings; why not, where that cannot be."""
        verdict = judge(texts, self._check)
        if verdict.book is None or verdict.refusal:
            return verdict.refusal
        try:
            with self._store.locked():
                if self._store.log().activations[-1] == newest:
                    self._record(verdict.book, SYSTEM, _UPDATE, self._clock())
        except OSError as error:
            return f"写不了规则存档（{error.strerror}）"
        return ""

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
                book, _ = self._proposal.usable()
                self._record(book, SYSTEM, _FIRST, self._clock())
        return self._settle(self._store.stamp())

    def _without_archive(self, stamp: object, error: OSError) -> _Settled:
        book, _ = self._proposal.usable()
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


def _version(log: Log, digest: str) -> Version:
    activations = tuple(one for one in log.activations if one.digest == digest)
    return Version(activations[-1].identity, digest, activations)
