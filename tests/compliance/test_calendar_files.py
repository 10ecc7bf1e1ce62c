import copy
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.compliance.calendar_files import (
    CalendarError,
    CalendarFiles,
    load_calendars,
    read_calendar_year,
    shipped_calendars,
)
from app.compliance.calendar_year import Decree, NamedDay
from app.compliance.clauses import Evidence
from app.compliance.day_class import DayClass

YEAR: dict[str, Any] = {
    "region": "CN",
    "year": 2027,
    "decree": "out",
    "complete": True,
    "source": "the notice of 2027",
    "evidence": "P",
    "days": [
        {"day": date(2027, 2, 5), "until": date(2027, 2, 7), "class": "holiday", "name": "Spring Festival"},
        {"day": date(2027, 2, 20), "class": "makeup_workday", "name": "worked"},
    ],
}
MISSING = object()


def put(folder: Path, name: str, document: object) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(document if isinstance(document, str) else yaml.safe_dump(document), encoding="utf-8")


def test_what_is_shipped_names_its_source() -> None:
    shipped = [
        (each.region, each.year, each.decree, each.complete, each.evidence) for each in shipped_calendars().years
    ]
    assert shipped == [("CN", 2026, Decree.OUT, True, "P"), ("TW", 2026, Decree.OUT, False, "S")]
    assert all(each.source and each.evidence in [*Evidence] for each in shipped_calendars().years)


def test_a_stretch_names_each_of_its_days() -> None:
    read = read_calendar_year(yaml.safe_dump(YEAR), "mine")
    stretch = tuple(NamedDay(date(2027, 2, day), DayClass.HOLIDAY, "Spring Festival") for day in (5, 6, 7))
    assert read.days == (*stretch, NamedDay(date(2027, 2, 20), DayClass.MAKEUP_WORKDAY, "worked"))
    assert (read.region, read.year, read.decree, read.complete) == ("CN", 2027, Decree.OUT, True)
    assert (read.source, read.evidence) == ("the notice of 2027", "P")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("source",), MISSING, r"mine: field 'source' is missing"),
        (("colour",), "red", r"mine: field 'colour' is unknown; known are region, year"),
        (("region",), "China", r"mine\.region: expected a text like .*, got 'China'"),
        (("region",), False, r"mine\.region: expected a text like .*, got False"),  # NO without quotes
        (("region",), "XX", r"mine\.region: expected a country with a holiday calendar, or a part of one, got 'XX'"),
        (("year",), "2027", r"mine\.year: expected a whole number from 1970 to 36525, got '2027'"),
        (("year",), 1969, r"mine\.year: expected a whole number from 1970 to 36525, got 1969"),
        (("decree",), "soon", r"mine\.decree: expected one of out, not_out, got 'soon'"),
        (("decree",), "not_out", r"mine: not a calendar: a year cannot be complete before its decree is out"),
        (("complete",), "yes", r"mine\.complete: expected true or false, got 'yes'"),
        (("source",), " ", r"mine\.source: expected a text, got ' '"),
        (("evidence",), "X", r"mine\.evidence: expected a text like \[PSKD\], got 'X'"),
        (("days",), {}, r"mine\.days: expected a list, got {}"),
        (("days", 0), "2027-02-05", r"mine\.days\[0\]: expected a mapping, got '2027-02-05'"),
        (("days", 0, "name"), MISSING, r"mine\.days\[0\]: field 'name' is missing"),
        (("days", 0, "day"), "5 February", r"mine\.days\[0\]\.day: expected a date such as"),
        (("days", 0, "day"), date(2026, 2, 5), r"mine\.days\[0\]\.day: expected a day of 2027, got datetime"),
        (("days", 0, "until"), date(2027, 2, 4), r"mine\.days\[0\]\.until: expected a day of 2027 from 2027-02-05 on"),
        (("days", 0, "until"), date(2028, 2, 4), r"mine\.days\[0\]\.until: expected a day of 2027 from 2027-02-05 on"),
        (("days", 0, "class"), "feast", r"mine\.days\[0\]\.class: expected one of mon_fri, .*, got 'feast'"),
        (
            ("days", 0, "class"),
            "sat",
            r"days\[0\]\.class: expected mon_fri or holiday for Friday 2027-02-05, got 'sat'",
        ),
        (("days", 1, "class"), "mon_fri", r"expected sat or holiday or makeup_workday for Saturday 2027-02-20"),
        (("days", 1, "day"), date(2027, 2, 6), r"mine: not a calendar: 2027-02-06 is named twice"),
        (("days", 1, "name"), "", r"mine\.days\[1\]\.name: expected a text, got ''"),
    ],
)
def test_a_wrong_file_is_refused_with_the_path(path: tuple[str | int, ...], value: object, message: str) -> None:
    document: Any = copy.deepcopy(YEAR)
    target = document
    for step in path[:-1]:
        target = target[step]
    if value is MISSING:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    with pytest.raises(CalendarError, match=message):
        read_calendar_year(yaml.safe_dump(document), "mine")


@pytest.mark.parametrize("text", ["region: [", "days: [{day: 2027-02-30}]", "", "- 1"])
def test_text_that_is_no_calendar_is_named(text: str) -> None:
    with pytest.raises(CalendarError, match=r"^mine: "):
        read_calendar_year(text, "mine")


def test_an_operators_files_come_after_the_shipped_ones(tmp_path: Path) -> None:
    put(tmp_path, "CN/2027.yaml", YEAR)
    put(tmp_path, "CN-GX/2026.yaml", YEAR | {"region": "CN-GX", "year": 2026, "complete": False, "days": []})
    put(tmp_path, ".git/notes", "left alone")
    loaded = load_calendars(tmp_path)
    added = loaded.years[len(shipped_calendars().years) :]
    assert [(each.region, each.year) for each in added] == [("CN", 2027), ("CN-GX", 2026)]
    assert loaded.knows("CN-GX")
    assert not shipped_calendars().knows("CN-GX")


def test_the_weakest_is_said_first(tmp_path: Path) -> None:
    put(tmp_path, "CN/2026.yaml", YEAR | {"year": 2026, "days": []})
    sources = [each.source for each in load_calendars(tmp_path).of("CN", 2026)]
    assert sources == [shipped_calendars().of("CN", 2026)[0].source, "the notice of 2027"]
    assert load_calendars(tmp_path).of("CN", 2030) == ()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2027.yaml", r"^2027\.yaml: expected a folder named after a region, such as CN, got a file"),
        ("CN/2027.yml", r"^CN/2027\.yml: expected a file named after a year, such as CN/2027\.yaml"),
        ("CN/README", r"^CN/README: expected a file named after a year"),
        ("CN/2028.yaml", r"^CN/2028\.yaml: expected CN and 2028 inside, got CN and 2027"),
        ("TW/2027.yaml", r"^TW/2027\.yaml: expected TW and 2027 inside, got CN and 2027"),
    ],
)
def test_a_file_is_named_after_its_region_and_year(tmp_path: Path, name: str, message: str) -> None:
    put(tmp_path, name, YEAR)
    with pytest.raises(CalendarError, match=message):
        load_calendars(tmp_path)


def test_a_folder_that_is_not_there_and_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match=r"nowhere: expected a folder with files such as CN/2027\.yaml"):
        load_calendars(tmp_path / "nowhere")
    (tmp_path / "CN").mkdir()
    (tmp_path / "CN" / "2027.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(CalendarError, match=r"^CN/2027\.yaml: expected text in UTF-8"):
        load_calendars(tmp_path)


def test_no_files_know_nothing() -> None:
    assert not CalendarFiles().knows("CN")
    assert CalendarFiles().of("CN", 2026) == ()


def test_an_installation_uses_the_folder_of_its_operator(tmp_path: Path) -> None:
    """In a process of its own: the calendars in use are those of a whole process."""
    put(tmp_path, "CN/2027.yaml", YEAR)
    asked = """
import sys
from datetime import date
from pathlib import Path
from app.compliance.calendar import Calendar
from app.compliance.calendar_files import install_calendars
install_calendars(Path(sys.argv[1]))
print(Calendar("CN").day(date(2027, 2, 20)).name)
"""
    told = subprocess.run([sys.executable, "-c", asked, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert told.stdout.strip() == "worked", told.stderr
