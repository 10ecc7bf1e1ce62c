"""`python -m app load FILE`: regions and people from a file."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.demo.scene import hangzhou
from app.runtime.database import Database
from app.workforce.load import load_file
from app.workforce.models import Absence, Certificate, Investigator, Region, Shift
from tests.factories import WEST_LAKE
from tests.factories_workforce import EAST_LAKE, absence, certificate, investigator, shift

HEADER = (
    "code,name,region,home_address,home_lat,home_lon,skills,languages,caseload_max,"
    "certificate_number,certificate_issuer,certificate_valid_from_on,certificate_valid_until_on"
)
CHEN = "HZ-01,陈静,330106,学院路5号,30.286,120.1275,mediation;hardship,zh;yue,60,FV-1,中心,2026-01-01,2026-12-31"
LIN = "HZ-02,林涛,330106,学院路6号,30.286,120.1275,,zh,,,,,"


class Loader:
    """Writes files and loads them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder

    def csv(self, *rows: str, header: str = HEADER, dry_run: bool = False) -> tuple[int, list[str]]:
        return self.bytes("\n".join([header, *rows]).encode(), "people.csv", dry_run=dry_run)

    def json(self, dry_run: bool = False, **document: Any) -> tuple[int, list[str]]:
        content = json.dumps(document, ensure_ascii=False, indent=1).encode()
        return self.bytes(content, "people.json", dry_run=dry_run)

    def bytes(self, content: bytes, name: str, *, dry_run: bool = False) -> tuple[int, list[str]]:
        path = self._folder / name
        path.write_bytes(content)
        return self.path(path, dry_run=dry_run)

    def path(self, path: Path, *, dry_run: bool = False) -> tuple[int, list[str]]:
        out = io.StringIO()
        code = load_file(self._database, path, dry_run=dry_run, out=out)
        return code, out.getvalue().splitlines()


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Loader:
    return Loader(database, tmp_path)


@pytest.fixture
def west_lake(load: Loader) -> None:
    assert load.json(regions=[WEST_LAKE])[0] == 0


def _codes(tx: Session) -> list[str]:
    return list(tx.scalars(select(Investigator.code).order_by(Investigator.code)))


def _count(tx: Session, *models: type[Any]) -> list[int]:
    return [tx.scalars(select(func.count()).select_from(model)).one() for model in models]


# ---- what is right is stored


@pytest.mark.usefixtures("west_lake")
def test_people_come_from_a_table(load: Loader, tx: Session) -> None:
    code, said = load.csv(CHEN, LIN)
    assert (code, said) == (
        0,
        ["regions: 0 added, 0 changed, 0 unchanged; investigators: 2 added, 0 changed, 0 unchanged; wrong lines: 0"],
    )
    chen, lin = tx.scalars(select(Investigator).order_by(Investigator.code)).all()
    assert (chen.name, chen.skills, chen.languages) == ("陈静", ["mediation", "hardship"], ["zh", "yue"])
    assert (chen.caseload_max, lin.caseload_max) == (60, 80)
    (kept,) = tx.scalars(select(Certificate)).all()
    assert (kept.investigator_id, kept.kind, kept.valid_until_on) == (chen.id, "field_visit", date(2026, 12, 31))


def test_a_document_brings_regions_and_people_with_all_that_belongs_to_them(load: Loader, tx: Session) -> None:
    person = investigator() | {"certificates": [certificate()], "shifts": [shift()], "absences": [absence()]}
    code, said = load.json(regions=[WEST_LAKE, EAST_LAKE], investigators=[person])
    assert code == 0, said
    assert _count(tx, Region, Investigator, Certificate, Shift, Absence) == [2, 1, 1, 1, 1]
    assert tx.scalars(select(Shift.day)).one() == date(2026, 11, 23)


def test_the_demo_loads_from_a_file_too(load: Loader, tx: Session) -> None:
    scene = hangzhou(date(2026, 11, 22))
    people = [
        person.body | {"certificates": person.certificates, "shifts": person.shifts, "absences": person.absences}
        for person in scene.investigators
    ]
    code, said = load.json(regions=scene.regions, investigators=people)
    assert code == 0, said
    assert _count(tx, Region, Investigator, Certificate) == [3, 24, 24]


@pytest.mark.usefixtures("west_lake")
def test_the_same_file_again_changes_nothing(load: Loader, tx: Session) -> None:
    person = investigator() | {"certificates": [certificate()], "shifts": [shift()], "absences": [absence()]}
    load.json(regions=[WEST_LAKE], investigators=[person])
    before = _count(tx, Certificate, Shift, Absence)
    code, said = load.json(regions=[WEST_LAKE], investigators=[person])
    assert code == 0
    assert said[-1].startswith("regions: 0 added, 0 changed, 1 unchanged; investigators: 0 added, 0 changed, 1 unch")
    assert _count(tx, Certificate, Shift, Absence) == before == [1, 1, 1]


@pytest.mark.usefixtures("west_lake")
def test_somebody_known_gets_what_the_file_tells_and_keeps_the_rest(load: Loader, tx: Session) -> None:
    load.csv(CHEN)
    code, said = load.csv(
        "HZ-01,陈静宜,330106,学院路5号,30.286,120.1275", header="code,name,region,home_address,home_lat,home_lon"
    )
    assert code == 0
    assert "investigators: 0 added, 1 changed, 0 unchanged" in said[-1]
    chen = tx.scalars(select(Investigator)).one()
    assert (chen.name, chen.skills, chen.caseload_max, chen.revision) == ("陈静宜", ["mediation", "hardship"], 60, 2)


@pytest.mark.usefixtures("west_lake")
def test_a_renewed_certificate_and_another_day_are_added(load: Loader, tx: Session) -> None:
    load.json(investigators=[investigator() | {"certificates": [certificate()], "shifts": [shift()]}])
    renewed = certificate(number="FV-2027-0017")
    next_day = shift(date(2026, 11, 24))
    more = investigator() | {"certificates": [certificate(), renewed], "shifts": [shift(), next_day]}
    code, said = load.json(investigators=[more])
    assert (code, "1 changed" in said[-1]) == (0, True)
    assert _count(tx, Certificate, Shift) == [2, 2]


def test_loading_lets_assignment_know_once_for_each_region(load: Loader, tx: Session) -> None:
    load.json(regions=[WEST_LAKE, EAST_LAKE], investigators=[investigator(f"HZ-{n}") for n in range(5)])
    waiting = tx.execute(text("SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY 1")).all()
    assert [tuple(row) for row in waiting] == [("workforce.changed", 2)]


# ---- what is wrong is told, the rest is stored


@pytest.mark.usefixtures("west_lake")
def test_a_table_with_planted_faults_is_told_line_by_line(load: Loader, tx: Session) -> None:
    code, said = load.csv(
        CHEN,
        "HZ-03,王芳,330106,学院路7号,thirty,120.1275,,zh,,,,,",
        "HZ-04,王芳,330106,学院路7号,120.1275,30.286,,zh,,,,,",
        "HZ-05,,330106,学院路7号,30.286,120.1275,,zh,-1,,,,",
        "HZ-06,王芳,999999,学院路7号,30.286,120.1275,,zh,,,,,",
        "HZ-07,王芳,330106,学院路7号,30.286,120.1275,,zh,,FV-7,中心,2026-12-31,2026-01-01",
        "HZ-08,王芳,330106,学院路7号,30.286,120.1275,,zh,,FV-8,,2026-01-01,2026-13-01",
        "HZ-09,王芳,330106,学院路7号",
        "HZ-01,王芳,330106,学院路7号,30.286,120.1275,,zh,,,,,",
        "HZ 10,王芳,330106,学院路7号,30.286,120.1275,,中文,,,,,",
        LIN,
    )
    assert code == 1
    assert [line.split(": ")[:2] for line in said[:-1]] == [
        ["line 3", "home_lat"],
        ["line 4", "home_lat home_lon home_datum"],
        ["line 5", "name"],
        ["line 5", "caseload_max"],
        ["line 6", "region"],
        ["line 7", "certificate_valid_until_on"],
        ["line 8", "certificate_issuer"],
        ["line 8", "certificate_valid_until_on"],
        ["line 9", "has 4 cells, but there are 13 columns"],
        ["line 10", "code"],
        ["line 11", "code"],
        ["line 11", "languages"],
    ]
    assert said[1].endswith("swapped")
    assert said[4] == "line 6: region: there is no region 999999"
    assert said[9] == "line 10: code: HZ-01 came before on line 2"
    assert said[-1].endswith("investigators: 2 added, 0 changed, 0 unchanged; wrong lines: 9")
    assert _codes(tx) == ["HZ-01", "HZ-02"]


def test_a_document_with_planted_faults_is_told_line_by_line(load: Loader, tx: Session) -> None:
    overlapping = [shift(), shift(start_at="2026-11-23T17:00:00+08:00", end_at="2026-11-23T20:00:00+08:00", breaks=[])]
    document = [
        '{"regions": [',
        json.dumps(WEST_LAKE),
        "," + json.dumps(EAST_LAKE | {"polygon": {"type": "Polygon", "coordinates": [[[30, 120]] * 4]}}),
        '], "investigators": [',
        json.dumps(investigator("HZ-01") | {"shifts": [{"start_at": "2026-11-23T08:00:00"}]}),
        "," + json.dumps(investigator("HZ-02") | {"shifts": overlapping}),
        "," + json.dumps(investigator("HZ-03", region="330105")),
        "," + json.dumps(investigator("HZ-04") | {"certificates": [certificate(kind="driving")], "cars": 2}),
        ', "HZ-05"',
        "," + json.dumps(investigator("HZ-06")),
        "]}",
    ]
    code, said = load.bytes("\n".join(document).encode(), "people.json")
    assert code == 1
    assert [line.split(": ")[:2] for line in said[:-1]] == [
        ["line 3", "/polygon"],
        ["line 5", "/shifts/0/start_at"],
        ["line 5", "/shifts/0/end_at"],
        ["line 6", "/shifts/1"],
        ["line 7", "/region"],
        ["line 8", "/cars"],
        ["line 8", "/certificates/0/kind"],
        ["line 9", "/"],
    ]
    assert said[3] == "line 6: /shifts/1: the person has another shift at that time"
    assert _codes(tx) == ["HZ-06"]
    assert _count(tx, Region, Shift) == [1, 0]


@pytest.mark.usefixtures("west_lake")
def test_a_wrong_line_of_somebody_known_leaves_the_person_as_before(load: Loader, tx: Session) -> None:
    load.json(investigators=[investigator() | {"shifts": [shift()]}])
    late = shift(start_at="2026-11-23T17:00:00+08:00", end_at="2026-11-23T20:00:00+08:00", breaks=[])
    code, _ = load.json(investigators=[investigator(name="changed") | {"shifts": [shift(date(2026, 11, 24)), late]}])
    assert code == 1
    assert tx.scalars(select(Investigator.name)).one() == "陈静"
    assert _count(tx, Shift) == [1]


@pytest.mark.usefixtures("west_lake")
def test_a_dry_run_checks_everything_and_stores_nothing(load: Loader, tx: Session) -> None:
    code, said = load.csv(CHEN, LIN, dry_run=True)
    assert code == 0
    assert said == [
        "regions: 0 added, 0 changed, 0 unchanged; investigators: 2 added, 0 changed, 0 unchanged; wrong lines: 0"
        " (dry run: nothing was stored)"
    ]
    assert _codes(tx) == []
    assert load.csv(CHEN.replace("330106", "999"), dry_run=True)[0] == 1


# ---- files that cannot be read


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (f"{HEADER}\n{CHEN}\n".encode("gb18030"), "line 2: byte 0xb3 is not UTF-8: save the file as UTF-8"),
        (f"{HEADER},salary\n".encode(), "line 1: unknown columns: salary"),
        (b'{"regions": [}', "line 1: not valid JSON"),
        (b"\x89PNG\r\n\x1a\n", "line 1: byte 0x89 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_told_why(load: Loader, content: bytes, said: str) -> None:
    code, lines = load.bytes(content, "people.txt")
    assert code == 1
    (line,) = lines
    assert "people.txt: " in line
    assert said in line


def test_a_file_that_is_not_there_is_told(load: Loader, tmp_path: Path) -> None:
    assert load.path(tmp_path / "none.csv") == (1, [f"{tmp_path}/none.csv: No such file or directory"])
    assert load.path(tmp_path) == (1, [f"{tmp_path}: Is a directory"])


@pytest.mark.usefixtures("west_lake")
def test_a_byte_order_mark_is_no_fault(load: Loader) -> None:
    assert load.bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{CHEN}\r\n".encode(), "excel.csv")[0] == 0


@pytest.mark.usefixtures("west_lake")
def test_a_long_roster_is_stored(load: Loader, tx: Session) -> None:
    ends = (date(2026, 11, 22) + timedelta(days=365)).isoformat()
    rows = [CHEN.replace("HZ-01", f"P-{n:03d}").replace("2026-12-31", ends) for n in range(300)]
    assert load.csv(*rows)[0] == 0
    assert _count(tx, Investigator, Certificate) == [300, 300]
