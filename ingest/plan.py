"""Decide what to do with each source before anything is read in full or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.documents import derived_id
from ingest.types import Failure


class Action(StrEnum):
    """What happens to one source, or to a document whose source is gone."""

    ADD = "add"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document as the knowledge base has it; `origin` and `sketch` as in `kb.types.Document`."""

    id: str
    source: str
    content_hash: str
    title: str = ""
    origin: str | None = None
    sketch: str = ""


@dataclass(frozen=True, slots=True)
class ScannedSource:
    """A source of this run: its key, its content's hash, and the id its front matter declares."""

    key: str
    content_hash: str
    declared_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """A source, the id its document has or gets, and what to do."""

    key: str
    document_id: str
    action: Action


@dataclass(frozen=True, slots=True)
class Plan:
    """Every source's action in order, and the sources that cannot go in."""

    sources: tuple[PlannedSource, ...] = ()
    conflicts: tuple[Failure, ...] = ()

    def of(self, action: Action) -> tuple[PlannedSource, ...]:
        """The sources with one action."""
        return tuple(source for source in self.sources if source.action is action)


def plan(
    sources: Sequence[ScannedSource],
    known: Mapping[str, KnownDocument],
    followed: Mapping[str, str] | None = None,
) -> Plan:
    """Compare `sources` with the documents that are known, by document id.

    A source without a declared id keeps the id it went in with, also under a new name when its
    content is the same and the old name is not among the sources. `followed` names the document
    of further sources, by key: renamed and edited at once. Two sources with one id, or
    with the same content, are a conflict: the one that is known, or else the first, goes in and
    the other is reported.
    """
    keys = {source.key for source in sources}
    by_source = {document.source: document for document in known.values()}
    moved = {
        document.content_hash: document
        for document in known.values()
        if document.source not in keys
    }
    planned: list[PlannedSource] = []
    conflicts: list[Failure] = []
    ids: dict[str, str] = {}
    contents: dict[str, str] = {}
    # Sources that went in before come first: a copy does not take an original's place.
    for source in sorted(sources, key=lambda source: source.key not in by_source):
        identifier = (
            source.declared_id
            or _same(source, by_source, moved)
            or (followed or {}).get(source.key)
            or _new_id(source, known)
        )
        if identifier in ids:
            conflicts.append(_same_id(source.key, identifier, ids[identifier]))
        elif source.content_hash in contents:
            conflicts.append(_same_content(source.key, contents[source.content_hash]))
        else:
            ids[identifier] = contents[source.content_hash] = source.key
            action = _action(source, known.get(identifier))
            planned.append(PlannedSource(source.key, identifier, action))
    order = {source.key: index for index, source in enumerate(sources)}
    planned.sort(key=lambda item: order[item.key])
    return Plan(tuple(planned), tuple(conflicts))


def _same(
    source: ScannedSource,
    by_source: Mapping[str, KnownDocument],
    moved: Mapping[str, KnownDocument],
) -> str | None:
    """The id of the document at this place, or with this content."""
    document = by_source.get(source.key) or moved.get(source.content_hash)
    return None if document is None else document.id


def _new_id(source: ScannedSource, known: Mapping[str, KnownDocument]) -> str:
    identifier = derived_id(source.key)
    # A renamed document keeps the id of its first name; a new file there needs another one.
    holder = known.get(identifier)
    if holder is not None and holder.source != source.key:
        return derived_id(f"{source.key}\x00{source.content_hash}")
    return identifier


def _action(source: ScannedSource, document: KnownDocument | None) -> Action:
    if document is None:
        return Action.ADD
    if document.content_hash != source.content_hash:
        return Action.UPDATE
    return Action.UNCHANGED if document.source == source.key else Action.RENAMED


def _same_id(key: str, identifier: str, other: str) -> Failure:
    message = f"「{key}」的文档编号「{identifier}」与「{other}」重复，请修改其中一个文件头的 id"
    return Failure(key, message)


def _same_content(key: str, other: str) -> Failure:
    message = f"「{key}」的内容与「{other}」完全相同，未重复导入，请删除其中一个"
    return Failure(key, message)
