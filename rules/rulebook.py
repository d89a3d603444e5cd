"""A rulebook in force: its tables, vocabulary and calendar, compiled and checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.calendar import ServiceCalendar
from rules.tables import Table
from rules.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A rulebook in force. `identity` is `name@version+hash`, the hash of all files' content."""

    identity: str
    vocabulary: Vocabulary
    tables: Mapping[str, Table]
    calendar: ServiceCalendar

    @property
    def name(self) -> str:
        """The rulebook's name and version, without the hash."""
        return self.identity.partition("+")[0]
