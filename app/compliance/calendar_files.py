"""Calendars as files, `<region>/<year>.yaml`: those of the package in `calendars/`, and those of an operator."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from app.compliance.calendar_year import CalendarYear, Decree, NamedDay
from app.compliance.day_class import DayClass, classes_of
from app.compliance.holiday_list import CODE_PATTERN, is_listed
from app.compliance.profile_reader import Node, ProfileError

_FIELDS = ("region", "year", "decree", "complete", "source", "evidence", "days")


_installed: list["CalendarFiles"] = []


class CalendarError(ValueError):
    """A calendar file that cannot be; says where, what was expected and what was found."""


@dataclass(frozen=True, eq=False)
class CalendarFiles:
    """The years that files correct; of two for the same region and year the later one beats the earlier one."""

    years: tuple[CalendarYear, ...] = ()

    def of(self, region: str, year: int) -> tuple[CalendarYear, ...]:
        """What files say of that year, the weakest first."""
        return tuple(each for each in self.years if (each.region, each.year) == (region, year))

    def knows(self, region: str) -> bool:
        """Whether there is any year of the region."""
        return any(each.region == region for each in self.years)


@lru_cache(maxsize=1)
def shipped_calendars() -> CalendarFiles:
    """The files of the package; raises CalendarError when one is not valid."""
    return CalendarFiles(_read_folder(files("app.compliance").joinpath("calendars")))


def calendars_in_use() -> CalendarFiles:
    """The files of this installation: those of the package until an operator's folder is installed."""
    return _installed[-1] if _installed else shipped_calendars()


def install_calendars(folder: Path) -> None:
    """Use the operator's files from now on, in the whole process: once, at its start, before a calendar is asked.

    Raises CalendarError naming the file that is not valid.
    """
    _installed[:] = [load_calendars(folder)]


def load_calendars(folder: Path) -> CalendarFiles:
    """The files of the package, corrected by those in the operator's folder; raises CalendarError naming the file."""
    if not folder.is_dir():
        raise CalendarError(f"{folder}: expected a folder with files such as CN/2027.yaml")
    return CalendarFiles((*shipped_calendars().years, *_read_folder(folder)))


def read_calendar_year(text: str, where: str) -> CalendarYear:
    """Read one year from YAML text; `where` begins the path in errors."""
    try:
        return _year(Node(yaml.safe_load(text), where))
    except ProfileError as error:
        raise CalendarError(str(error)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise CalendarError(f"{where}: not a calendar: {error}") from None


def _read_folder(folder: Traversable) -> tuple[CalendarYear, ...]:
    regions = _entries(folder)
    for region in regions:
        if not region.is_dir():
            raise CalendarError(f"{region.name}: expected a folder named after a region, such as CN, got a file")
    return tuple(_read_file(region.name, entry) for region in regions for entry in _entries(region))


def _entries(folder: Traversable) -> list[Traversable]:
    return sorted((each for each in folder.iterdir() if not each.name.startswith(".")), key=lambda each: each.name)


def _read_file(region: str, entry: Traversable) -> CalendarYear:
    where = f"{region}/{entry.name}"
    if not re.fullmatch(r"[0-9]{4}\.yaml", entry.name) or not entry.is_file():
        raise CalendarError(f"{where}: expected a file named after a year, such as {region}/2027.yaml")
    try:
        read = read_calendar_year(entry.read_text(encoding="utf-8"), where)
    except UnicodeDecodeError:
        raise CalendarError(f"{where}: expected text in UTF-8") from None
    if where != f"{read.region}/{read.year}.yaml":
        raise CalendarError(
            f"{where}: expected {region} and {entry.name[:4]} inside, got {read.region} and {read.year}"
        )
    return read


def _year(node: Node) -> CalendarYear:
    fields = node.fields(_FIELDS)
    region, year = fields["region"].text(CODE_PATTERN), fields["year"].integer(1970)
    if not is_listed(region[:2]):
        fields["region"].fail("a country with a holiday calendar, or a part of one")
    return CalendarYear(
        region=region,
        year=year,
        decree=fields["decree"].choice(Decree),
        complete=fields["complete"].flag(),
        source=fields["source"].text(),
        evidence=fields["evidence"].text("[PSKD]"),
        days=tuple(day for item in fields["days"].items() for day in _days(item, year)),
    )


def _days(node: Node, year: int) -> list[NamedDay]:
    fields = node.fields(("day", "class", "name"), ("until",))
    first = fields["day"].day()
    last = fields["until"].day() if "until" in fields else first
    if first.year != year:
        fields["day"].fail(f"a day of {year}")
    if not first <= last or last.year != year:
        fields["until"].fail(f"a day of {year} from {first} on")
    stretch = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    day_class, name = fields["class"].choice(DayClass), fields["name"].text()
    for on in stretch:
        if day_class not in classes_of(on):
            fields["class"].fail(f"{' or '.join(classes_of(on))} for {on:%A} {on}")
    return [NamedDay(on, day_class, name) for on in stretch]
