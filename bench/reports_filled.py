"""A database full of reports as the product writes them: statement, figures with their derivation, options, rulings.

Some hundred bodies are computed by the product's own code; every report gets ids, instants and a hash of its own.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import psycopg

from app.assessment.dated_policy import Constants
from app.assessment.loan import LoanFigures
from app.assessment.service import NOTHING_TOLD, compute
from app.assessment.statement_json import statement_from_dict
from app.compliance.composition import ask
from app.compliance.profile_files import load_profiles
from app.intake.terms import Segment
from app.kernel.money import Money
from app.reports.case_report import AskedRuling, Figures, compose, digest
from app.reports.terms import Asking
from app.runtime.database import Database, new_id
from app.runtime.rulings import ruling_json
from app.visits.terms import OverdueReason
from bench.rulings import ASKED, borrower
from tests.factories import escalation
from tests.factories_assessment import CHINA
from tests.factories_reports import ARRIVED_AT, FACTS, FINDINGS, assessed_case, assessed_visit, west_lake

TEMPLATES = 300
CONSTANTS = Constants(CHINA, {})
REGIONS = ("330106", "330108")
FIRST_AT = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=4)
SPENDING = ("rent", "food", "utilities", "transport", "phone", "schooling", "medical", "clothing", "insurance")
_OF_TEMPLATE = (
    "made_at, revision, case_id, also_case_ids, plan_id, region, sequence, investigator_ids, state, arrival_at,"
    " start_at, end_at, travel_seconds, waiting_seconds, lat, lon, ruling, outcome, attempted"
)
_MADE_FOR_IT = "cases", "visits", "case_reports", "report_entries"


@dataclass(frozen=True)
class Filled:
    """What is in the database now."""

    reports: int
    body_bytes: int
    apart: timedelta = APART


def fill(database: Database, reports: int, rulings: int) -> Filled:
    """Write so many reports, each with so many rulings in it, as committed and not numbered yet."""
    bodies = [_template(number, rulings) for number in range(TEMPLATES)]
    with database.transaction() as tx:
        homes = [west_lake(tx, code) for code in REGIONS]
        visits = []
        for number in range(TEMPLATES):
            told = escalation(source_reference=f"ESC-{number}")
            told["borrower"]["segment"] = list(Segment)[number % len(Segment)].value
            case = assessed_case(tx, homes[number % len(homes)], escalation=told)
            visits.append(assessed_visit(tx, case))
        places = [(visit.id, visit.case_id, visit.region) for visit in visits]
    written = _copy(database, bodies, places, reports)
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        for table in _MADE_FOR_IT:
            connection.execute(cast("Any", f"VACUUM ANALYZE {table}"))
    return Filled(reports, written // reports)


def _template(number: int, rulings: int) -> dict[str, Any]:
    dice = random.Random(number)
    facts = replace(
        FACTS,
        findings=FINDINGS | {"overdue_reasons": _reasons(dice), "statement": _statement(dice)},
        figures=_figures(dice),
        rulings=_rulings(number, rulings),
    )
    return compose(facts)


def _reasons(dice: random.Random) -> list[dict[str, Any]]:
    code = dice.choice(list(OverdueReason)).value
    return [{"code": code, "primary": True, "since_on": "2026-07-01", "note": "工厂减产，工时减少"}]


def _statement(dice: random.Random) -> dict[str, Any]:
    income = [_line(dice, "income", "wages", 3000, 12000), _line(dice, "income", "casual", 0, 2000)]
    spending = [_line(dice, "flexible", category, 100, 1500) for category in SPENDING]
    household = {"adults": dice.randint(1, 3), "children": dice.randint(0, 2), "dependants": dice.randint(0, 1)}
    return {"currency": "CNY", "household": household, "lines": [*income, *spending]}


def _line(dice: random.Random, kind: str, category: str, least: int, most: int) -> dict[str, Any]:
    amount = f"{dice.randint(least, most)}.{dice.randint(0, 99):02}"
    level = dice.randint(1, 4)
    return {"kind": kind, "category": category, "amount": amount, "frequency": "monthly", "verification": level}


def _figures(dice: random.Random) -> Figures:
    owed = LoanFigures(Money("CNY", 17_500_00), Money("CNY", 2_700_50), Money("CNY", 1_600_25))
    computed = compute(
        statement_from_dict(_statement(dice)), owed, Constants(CHINA, {}), date(2026, 11, 23), NOTHING_TOLD
    )
    return Figures(FACTS.figures.assessment_id, computed.statement, computed.affordability, computed.options)


def _rulings(number: int, rulings: int) -> tuple[AskedRuling, ...]:
    profiles = tuple(load_profiles()[name] for name in ASKED)
    told = ruling_json(ask(profiles, borrower(number)))
    return tuple(AskedRuling(asking, ARRIVED_AT, told) for asking in list(Asking)[:rulings])


def _copy(
    database: Database, bodies: Sequence[dict[str, Any]], places: Sequence[tuple[UUID, UUID, str]], reports: int
) -> int:
    """Visits, reports and their entries by COPY; returns the bytes of all bodies."""
    written, made = 0, list(_places(places, reports))
    with psycopg.connect(database.conninfo) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE made (id uuid, template uuid, day date)")
        with cursor.copy("COPY made FROM STDIN") as copy:
            for number, (visit_id, _, template, _) in enumerate(made):
                copy.write_row((visit_id, template, (FIRST_AT + number * APART).date()))
        cursor.execute(
            cast(
                "Any",
                f"INSERT INTO visits (id, day, {_OF_TEMPLATE}) SELECT made.id, made.day, {_OF_TEMPLATE} FROM made"
                " JOIN visits like_it ON like_it.id = made.template",
            )
        )
        with cursor.copy(
            "COPY case_reports (id, made_at, case_id, also_case_ids, visit_id, version, sha256, body) FROM STDIN"
        ) as copy:
            for number, (visit_id, case_id, _, region) in enumerate(made):
                body = _body(bodies[number % len(bodies)], number, visit_id, case_id, region)
                text = json.dumps(body)  # as the product's rows are written
                written += len(text)
                copy.write_row((body["id"], body["made_at"], case_id, "[]", visit_id, 1, body["sha256"], text))
        cursor.execute("INSERT INTO report_entries (report_id, number) SELECT id, NULL FROM case_reports")
    return written


def _places(places: Sequence[tuple[UUID, UUID, str]], reports: int) -> Iterator[tuple[UUID, UUID, UUID, str]]:
    """A new visit for each report: its id, its case, the visit that it is like, its region."""
    for number in range(reports):
        template, case_id, region = places[number % len(places)]
        yield new_id(), case_id, template, region


def _body(template: dict[str, Any], number: int, visit_id: UUID, case_id: UUID, region: str) -> dict[str, Any]:
    own = {
        "id": str(new_id()),
        "case_id": str(case_id),
        "visit_id": str(visit_id),
        "made_at": (FIRST_AT + number * APART).isoformat(),
        "source_reference": f"ESC-{number}",
        "region": region,
    }
    body = template | own
    return body | {"sha256": digest(body)}
