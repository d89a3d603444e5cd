"""Which documents hold on which day, for every search: worked out once, kept until a write."""

from collections.abc import Mapping
from datetime import date

from kb.types import Document
from kb.versions import Version, Versions

# The days asked about are today and a few others; someone trying many must not fill the memory.
_MOST_DAYS = 64


class Validity:
    """The families of a store's documents and the set in force per day, worked out when asked.

    `documents` is the store's own mapping. Whoever changes it calls `forget` afterwards. Safe to
    use from several threads: what is worked out from an older state is never kept for a newer.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._known = _Known()

    def forget(self) -> None:
        """The documents have changed."""
        self._known = _Known()

    def in_force(self, day: date) -> frozenset[str]:
        """The ids of the documents that hold on a day."""
        known = self._known
        found = known.days.get(day)
        if found is None:
            found = self._versions(known).in_force(day)
            if len(known.days) >= _MOST_DAYS:
                known.days.clear()
            known.days[day] = found
        return found

    def version(self, document: Document, day: date) -> Version:
        """One document with what it is on a day."""
        versions = self._versions(self._known)
        return Version(document, versions.span(document), versions.state(document, day))

    def family(self, document: Document, day: date) -> list[Version]:
        """All versions of a document, the oldest first, with what each is on a day."""
        versions = self._versions(self._known)
        return [
            Version(one, versions.span(one), versions.state(one, day))
            for one in versions.family(document)
        ]

    def _versions(self, known: "_Known") -> Versions:
        if known.versions is None:
            known.versions = Versions(tuple(self._documents.values()))
        return known.versions


class _Known:
    """What has been worked out since the last write."""

    def __init__(self) -> None:
        self.versions: Versions | None = None
        self.days: dict[date, frozenset[str]] = {}
