"""Versions of a document: which belong together, and which of them is in force on a day.

Policies and FAQ documents with the same title (see `kb.titles`) form a family when their dates
or version numbers put them in an order; `supersedes: old-id` in the front matter says it
outright. A newer version takes the older one's place from its first day on, even when the older
one names no last day. Cases tell what happened once and have no versions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from kb.errors import InputError
from kb.normalization import normalize
from kb.titles import Title, level
from kb.types import Document, DocumentType

RETIRED = "retired"
"""The metadata key of a document that a person has put out of force: the last day it held."""

_VERSIONED = frozenset((DocumentType.POLICY, DocumentType.FAQ))
_ISO_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?!\d)")
Order = tuple[int, ...]


class State(StrEnum):
    """What a document is on a day, as people read it."""

    CURRENT = "现行"
    SUPERSEDED = "已被取代"
    ANNOUNCED = "未生效"
    EXPIRED = "已失效"
    RETIRED = "已停用"


@dataclass(frozen=True, slots=True)
class Span:
    """When a document holds: from `begins` until the day before `superseded_from`, at most.

    None is open. `superseded_by` is the id of the version that takes its place first; its own
    last day (`Document.effective_to`) counts as well.
    """

    begins: date | None = None
    superseded_from: date | None = None
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One document of a family, and what it is on the day that was asked for."""

    document: Document
    span: Span
    state: State


class Versions:
    """The families among `documents`; computed once, asked per day."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._newer = _newer(self._documents)
        self._older = _turned(self._newer)
        begins = {i: _begins(self._documents[i], self._olds(i)) for i in self._newer}
        self._spans = {i: _span(begins, i, later) for i, later in self._newer.items()}

    def span(self, document: Document) -> Span:
        """When the document holds, its family considered."""
        return self._spans.get(document.id) or Span(begins=document.effective_from)

    def state(self, document: Document, day: date) -> State:
        """What the document is on a day; both ends of its validity are included."""
        span, ends = self.span(document), document.effective_to
        over = ends is not None and ends < day
        if over and RETIRED in document.metadata:
            return State.RETIRED
        if span.superseded_from is not None and span.superseded_from <= day:
            return State.SUPERSEDED
        if over:
            return State.EXPIRED
        if span.begins is not None and span.begins > day:
            return State.ANNOUNCED
        return State.CURRENT

    def in_force(self, day: date) -> frozenset[str]:
        """The ids of the documents that hold on a day."""
        return frozenset(
            document.id
            for document in self._documents.values()
            if self.state(document, day) is State.CURRENT
        )

    def family(self, document: Document) -> list[Document]:
        """The document and its other versions, the oldest first."""
        related, waiting = {document.id}, [document.id]
        while waiting:
            current = waiting.pop()
            found = (self._newer.get(current, set()) | self._older.get(current, set())) - related
            related |= found
            waiting += found
        members = (self._documents[i] for i in related if i in self._documents)
        # The oldest has the most versions after it.
        return sorted(members, key=lambda d: (-len(self._newer.get(d.id, ())), order(d), d.id))

    def _olds(self, document_id: str) -> list[Document]:
        return [self._documents[i] for i in self._older.get(document_id, ())]


def supersedes(document: Document) -> tuple[str, ...]:
    """The ids that a document says it takes the place of: one, or a list of several."""
    return tuple(re.findall(r"[^\s,，、;；\[\]\"']+", document.metadata.get("supersedes", "")))


def with_validity(
    document: Document, effective_from: date | None, effective_to: date | None
) -> Document:
    """The document with other first and last days; raises InputError when they are reversed."""
    if effective_from and effective_to and effective_from > effective_to:
        raise InputError(
            f"资料 {document.id} 的生效日 {effective_from} 晚于失效日 {effective_to}：请改正日期；"
            "还没有生效就不再需要的资料，用 guanjia forget 移除。"
        )
    return replace(document, effective_from=effective_from, effective_to=effective_to)


def retired(document: Document, last_day: date) -> Document:
    """The document out of force after `last_day` because a person says so."""
    kept = with_validity(document, document.effective_from, last_day)
    return replace(kept, metadata={**document.metadata, RETIRED: last_day.isoformat()})


def reinstated(document: Document) -> Document:
    """The document in force again until further notice; unchanged when nobody retired it."""
    if RETIRED not in document.metadata:
        return document
    metadata = {key: value for key, value in document.metadata.items() if key != RETIRED}
    return replace(document, effective_to=None, metadata=metadata)


def carried_over(document: Document, before: Document | None) -> Document:
    """`document` as it is stored over `before`: the same content stays retired.

    A file that is only renamed is read again; what a person decided about it still holds. New
    content speaks for itself.
    """
    if before is None or RETIRED not in before.metadata:
        return document
    if before.content_hash != document.content_hash:
        return document
    return retired(document, date.fromisoformat(before.metadata[RETIRED]))


def same_titles(documents: Iterable[Document]) -> list[list[Document]]:
    """Groups of two or more versioned documents that bear one title of their own.

    Titles that name no subject (常见问题, 管理规定) say nothing. Documents of different
    departments are different documents; one that names none goes with the only department there
    is. `family:` in the front matter stands for the title where that is not right.
    """
    groups: defaultdict[tuple[DocumentType, str], list[Document]] = defaultdict(list)
    for document in documents:
        if document.type not in _VERSIONED:
            continue
        title = _title(document)
        if title.is_telling:
            groups[document.type, title.name].append(document)
    return [part for group in groups.values() for part in _by_department(group) if len(part) > 1]


def is_later(one: Document, other: Document) -> bool | None:
    """Whether `one` is the newer by date, else by version; None when nothing tells."""
    ours, theirs = one.effective_from or date.min, other.effective_from or date.min
    if ours != theirs:
        return ours > theirs
    if not order(one) or not order(other) or order(one) == order(other):
        return None
    return order(one) > order(other)


def _title(document: Document) -> Title:
    return level(document.metadata.get("family") or document.title)


def _by_department(group: list[Document]) -> list[list[Document]]:
    departments = {document.department for document in group} - {None}
    if len(departments) <= 1:
        return [group]
    parts: defaultdict[str | None, list[Document]] = defaultdict(list)
    for document in group:
        parts[document.department].append(document)
    return list(parts.values())


def order(document: Document) -> Order:
    """The numbers of the version, or of the mark in the title: 2.10 comes after 2.9."""
    return _numbers(document.version or level(document.title).mark)


@lru_cache(maxsize=65_536)
def _numbers(text: str) -> Order:
    # The points go first: to `normalize` 2.10 is the number 2.1.
    found = [int(number) for number in re.findall(r"\d+", normalize(text.replace(".", " ")))]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def _newer(documents: Mapping[str, Document]) -> dict[str, set[str]]:
    """Id → the ids of its newer versions, for every document that has a family."""
    named = _named(documents)
    newer: defaultdict[str, set[str]] = defaultdict(set)
    for older, later in named.items():
        newer[older] |= later
        for i in later:
            newer.setdefault(i, set())
    for group in same_titles(documents.values()):
        for one in group:
            for other in group:
                # What the front matter says goes before dates and numbers.
                if is_later(one, other) and other.id not in named.get(one.id, ()):
                    newer[other.id].add(one.id)
                    newer.setdefault(one.id, set())
    return dict(newer)


def _named(documents: Mapping[str, Document]) -> dict[str, set[str]]:
    """Id → the ids that take its place by `supersedes`, also over several steps; no circles."""
    direct: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents.values():
        for old in supersedes(document) if document.type in _VERSIONED else ():
            if old in documents and old != document.id:
                direct[old].add(document.id)
    reached = {old: _reachable(old, direct) for old in direct}
    return {
        old: {i for i in found if i != old and old not in reached.get(i, ())}
        for old, found in reached.items()
    }


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            waiting += edges.get(i, ())
    return found


def _turned(newer: Mapping[str, set[str]]) -> dict[str, set[str]]:
    older: defaultdict[str, set[str]] = defaultdict(set)
    for i, later in newer.items():
        for j in later:
            older[j].add(i)
    return dict(older)


def _span(begins: Mapping[str, date], document_id: str, later: Iterable[str]) -> Span:
    first = None if begins[document_id] == date.min else begins[document_id]
    followers = sorted((begins[i], i) for i in later)
    return Span(first, *followers[0]) if followers else Span(first)


def _begins(document: Document, older: list[Document]) -> date:
    """A version's first day in its family.

    An amended text repeats the day on which the first one came into force (自2011年4月1日起施行):
    where an older version has the same day, the day of the amendment, when the version is one.
    """
    begins = document.effective_from or date.min
    if any((other.effective_from or date.min) == begins for other in older):
        found = _ISO_DAY.search(document.version or level(document.title).mark)
        if found:
            try:
                return max(begins, date(*map(int, found.groups())))
            except ValueError:
                return begins
    return begins
