"""One year of one region's calendar, as a file states it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.compliance.day_class import DayClass, classes_of


class Decree(StrEnum):
    """Whether the decree that fixes the holidays of a year is out."""

    OUT = "out"
    NOT_OUT = "not_out"


@dataclass(frozen=True)
class NamedDay:
    """A day that is not what its weekday, or the list beneath, says."""

    on: date
    day_class: DayClass
    name: str

    def __post_init__(self) -> None:
        if self.day_class not in classes_of(self.on):
            raise ValueError(f"{self.on} cannot be {self.day_class}, only {' or '.join(classes_of(self.on))}")


@dataclass(frozen=True)
class CalendarYear:
    """What a file says of one year of a country or of a part of it (ISO 3166, such as CN or GB-ENG).

    `complete`: every other day of the year is what its weekday says, whatever other lists say. `evidence` is the
    letter of the profiles: P read, S secondary, K own knowledge, D our choice. Raises ValueError for days that
    cannot be.
    """

    region: str
    year: int
    decree: Decree
    complete: bool
    source: str
    evidence: str
    days: tuple[NamedDay, ...] = ()

    def __post_init__(self) -> None:
        if self.complete and self.decree is Decree.NOT_OUT:
            raise ValueError("a year cannot be complete before its decree is out")
        named: set[date] = set()
        for day in self.days:
            if day.on.year != self.year:
                raise ValueError(f"{day.on} is not a day of {self.year}")
            if day.on in named:
                raise ValueError(f"{day.on} is named twice")
            named.add(day.on)
