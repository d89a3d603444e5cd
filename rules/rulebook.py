"""A rulebook in force: its tables, vocabulary and calendar, compiled and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.calendar import ServiceCalendar
from rules.tables import Table
from rules.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Rulebook:
    """A rulebook in force. `identity` is `name@version+hash`, the hash of all files' content.

    `calendar` is the default; `calendars` are those of the estates that have their own, by name.
    """

    identity: str
    vocabulary: Vocabulary
    tables: Mapping[str, Table]
    calendar: ServiceCalendar
    calendars: Mapping[str, ServiceCalendar] = field(default_factory=dict)

    def calendar_for(self, estate: str | None) -> ServiceCalendar:
        """The estate's calendar; the default for one without its own, unknown or not given."""
        return self.calendar if estate is None else self.calendars.get(estate, self.calendar)

    @property
    def name(self) -> str:
        """The rulebook's name and version, without the hash."""
        return self.identity.partition("+")[0]
