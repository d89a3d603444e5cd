"""Which documents a run may remove, because their files are gone from a folder that was given.

Pure: what is on the disk comes in as values and one question (`exists`). A document is gone when
it came from a given folder, nothing of this run stands for it, and its file is no longer where it
was read from. What could not be read, or was left out on purpose, stands for its document.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from ingest.plan import KnownDocument
from ingest.sources import Discovery, place_of, readable
from ingest.types import SourceFile

FEW = 3
"""So many documents may vanish from a folder, however small it is."""
UPLOADED = ""
"""Origin of a document that was handed over and has no file that could vanish."""
_UPLOADS = "upload"


class Missing(StrEnum):
    """What to do with documents whose files are gone."""

    KEEP = "keep"
    REMOVE = "remove"
    REMOVE_EVEN_MANY = "remove_even_many"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was given: the key its files' keys begin with, and its place on the disk."""

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A folder of which so much is gone that it is rather not there itself."""

    folder: str
    gone: int
    total: int

    @property
    def message(self) -> str:
        """One line: how many, of which folder, what to do."""
        return (
            f"文件夹「{self.folder}」的 {self.total} 份资料中有 {self.gone} 份找不到文件，"
            "为防误删，一份也没有移除：请检查文件夹是否完整；"
            "确实要移除请加 --allow-mass-deletion，要保留请加 --keep-missing"
        )


@dataclass(frozen=True, slots=True)
class Departures:
    """Documents to remove, folders where that is refused, documents that are elsewhere now."""

    gone: tuple[KnownDocument, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    elsewhere: tuple[KnownDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Present:
    """The keys and places of everything a run met, whether it could be used or not."""

    keys: frozenset[str]
    places: frozenset[str] = frozenset()

    def covers(self, document: KnownDocument) -> bool:
        """Whether the document's file, or a folder or archive around it, is among them."""
        above = _and_above(document.source)
        at = _and_above(document.origin) if document.origin else ()
        return not self.keys.isdisjoint(above) or not self.places.isdisjoint(at)


def folders_of(paths: Sequence[Path | str]) -> list[Folder]:
    """Those of the given paths that are folders; a path that cannot be looked at is none."""
    found = []
    for path in map(Path, paths):
        try:
            resolved = path.expanduser().resolve()
            if resolved.is_dir():
                found.append(Folder(readable(resolved.name) or "root", readable(resolved)))
        except (OSError, RuntimeError):
            continue
    return found


def present(found: Discovery, sources: Iterable[SourceFile], folders: Sequence[Folder]) -> Present:
    """Everything that was met: files, files left out, files and folders that failed."""
    left = {item.source for item in found.skipped} | {item.source for item in found.failures}
    places = {place_of(source) for source in found.files}
    for folder in folders:
        inside = (key for key in left if key == folder.key or key.startswith(f"{folder.key}/"))
        places |= {folder.place + key[len(folder.key) :] for key in inside}
    return Present(frozenset(left | {source.key for source in sources}), frozenset(places))


def with_known_places(
    sources: Sequence[SourceFile], known: Mapping[str, KnownDocument]
) -> list[SourceFile]:
    """The sources, each under the key of the document that was read from the same place.

    So a folder that is given inside another one than the first time has no second documents.
    """
    keys = {document.origin: document.source for document in known.values() if document.origin}
    taken = {source.key for source in sources}
    found = []
    for source in sources:
        key = keys.get(place_of(source), source.key)
        if key not in taken:
            taken.add(key)
            source = replace(source, key=key)
        found.append(source)
    return found


def departures(
    folders: Sequence[Folder],
    known: Iterable[KnownDocument],
    here: Present,
    planned: Collection[str],
    missing: Missing,
    exists: Callable[[str], bool],
) -> Departures:
    """What is gone from `folders`; `planned` are the ids of documents that this run stands for."""
    members: dict[Folder, _Members] = {folder: _Members() for folder in folders}
    elsewhere: list[KnownDocument] = []
    for document in known:
        folder = next((folder for folder in folders if _is_of(document, folder)), None)
        if folder is None:
            continue
        if document.id in planned or here.covers(document):
            members[folder].total += 1
        elif document.origin and exists(document.origin):
            if not _inside(document.origin, folder.place):
                elsewhere.append(document)
        else:
            members[folder].total += 1
            members[folder].gone.append(document)
    refusals = [
        Refusal(folder.place, len(found.gone), found.total)
        for folder, found in members.items()
        if missing is not Missing.REMOVE_EVEN_MANY and found.are_too_many
    ]
    refused = {refusal.folder for refusal in refusals}
    gone = [
        document
        for folder, found in members.items()
        if folder.place not in refused
        for document in found.gone
    ]
    return Departures(tuple(gone), tuple(refusals), tuple(elsewhere))


@dataclass(slots=True)
class _Members:
    """The documents of one folder: how many there were, and those that are gone."""

    total: int = 0
    gone: list[KnownDocument] = field(default_factory=list)

    @property
    def are_too_many(self) -> bool:
        return len(self.gone) >= FEW and 2 * len(self.gone) > self.total


def is_there(place: str) -> bool:
    """Whether something is at a place; what cannot be looked at counts as there."""
    try:
        os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
    return True


def _is_of(document: KnownDocument, folder: Folder) -> bool:
    """Whether a document came from a folder: by its place, else by its key.

    By key a folder that moved is the same folder; uploads belong to none.
    """
    if document.origin == UPLOADED:
        return False
    if document.origin and _inside(document.origin, folder.place):
        return True
    if document.origin is None and document.source.startswith(f"{_UPLOADS}/"):
        return False
    return document.source.startswith(f"{folder.key}/")


def _inside(place: str, folder: str) -> bool:
    return place.startswith(f"{folder.rstrip('/')}/")


def _and_above(path: str) -> list[str]:
    """A path and everything above it."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
