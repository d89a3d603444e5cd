"""Statutory holidays of mainland China, from the chinesecalendar package.

The package is imported on first use: decisions without a service clock never pay for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache


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


HolidaySource = Callable[[date], DayStatus]


def is_announced(year: int) -> bool:
    """Whether the holidays of a year are known; if not, its deadlines are provisional."""
    return announced_holidays(date(year, 1, 1)).announced


@cache
def announced_holidays(day: date) -> DayStatus:
    """The day's status by chinesecalendar; years it does not know are not announced."""
    import chinese_calendar

    try:
        resting, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return DayStatus(announced=False)
    if name is None:
        return DayStatus()
    return DayStatus(holiday=resting, makeup=not resting)
