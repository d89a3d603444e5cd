"""Statutory holidays of mainland China as dated data of the rulebook.

The table is part of the rulebook and of its hash, so a decision made years ago can be computed
again as it was: no package's update changes the past.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class DayStatus:
    """What the state says of a day.

    `holiday`: part of a holiday as announced by the State Council (all days of it, weekend days
    included). `makeup`: a weekend day worked in exchange (调休). `announced`: false when the
    year's arrangement is not known yet; then the other two are false.
    """

    holiday: bool = False
    makeup: bool = False
    announced: bool = True


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """The arrangements announced so far: `years`, each holiday's days with its name, make-up days.

    A day belongs to its own year: where a holiday begins on 30 December, its first two days are
    known once that year is.
    """

    years: frozenset[int] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict)
    makeup: frozenset[date] = frozenset()
    source: str = ""

    def is_announced(self, year: int) -> bool:
        """Whether the holidays of a year are known; if not, its deadlines are provisional."""
        return year in self.years

    def status(self, day: date) -> DayStatus:
        """What the table says of a day."""
        if day.year not in self.years:
            return DayStatus(announced=False)
        return DayStatus(holiday=day in self.names, makeup=day in self.makeup)
