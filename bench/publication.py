"""How long it takes to publish a plan of many visits: every stop is ruled again with all that is known then.

`python -m bench.publication`; it runs a database of its own in a folder that goes with it. Crews, cases and ledgers are
those that the tests start from.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy.orm import Session

from app.intake.models import Case
from app.kernel.actor import SYSTEM
from app.migrate import migrate
from app.planning.models import Plan, PlanRoute, PlanStop
from app.planning.publication import publish_plan
from app.planning.terms import PlanState
from app.runtime.database import Database, new_id
from app.runtime.embedded import database_url
from app.runtime.garbage import collect_seldom
from app.runtime.settings import Settings
from app.workforce.models import Investigator, Region
from tests.factories import add_region
from tests.factories_planning import DAY, add_assigned_cases, add_investigator, at

VISITS_A_DAY = 10
AT_THE_DOOR = timedelta(minutes=40)
APART = timedelta(minutes=58)


def ready_plan(tx: Session, visits: int) -> UUID:
    """A region whose crews of two have a day of ten visits each, solved and not published yet."""
    region = add_region(tx)
    people = [add_investigator(tx, region, number) for number in range(2 * -(-visits // VISITS_A_DAY))]
    cases = add_assigned_cases(tx, region, visits)
    plan = _plan(tx, region)
    for number in range(0, visits, VISITS_A_DAY):
        crew = people[2 * number // VISITS_A_DAY :][:2]
        tx.add(_route(plan, crew, cases[number : number + VISITS_A_DAY]))
    tx.flush()
    return plan.id


def _plan(tx: Session, region: Region) -> Plan:
    plan = Plan(
        region=region.code,
        first_on=DAY,
        days=1,
        options={},
        state=PlanState.READY.value,
        progress={},
        unassigned=[],
        left_out=[],
        requested_by="bench",
    )
    tx.add(plan)
    tx.flush()
    return plan


def _route(plan: Plan, crew: Sequence[Investigator], cases: Sequence[Case]) -> PlanRoute:
    return PlanRoute(
        plan_id=plan.id,
        vehicle=f"crew of {crew[0].code}",
        day=DAY,
        investigator_ids=[str(person.id) for person in crew],
        leave_at=at(8, 45),
        return_at=at(18, 59),
        travel_seconds=0,
        travel_metres=0,
        waiting_seconds=0,
        breaks=[],
        stops=[_stop(case, number) for number, case in enumerate(cases)],
    )


def _stop(case: Case, number: int) -> PlanStop:
    start_at = at(9) + number * APART
    return PlanStop(
        visit_id=new_id(),
        case_id=case.id,
        also_case_ids=[],
        sequence=number + 1,
        arrival_at=start_at,
        start_at=start_at,
        end_at=start_at + AT_THE_DOOR,
        travel_seconds=0,
        waiting_seconds=0,
        lat=30.28,
        lon=120.12,
    )


def published(database: Database, plan_id: UUID) -> tuple[float, int]:
    """Seconds from the request to the commit, and the stops that were left out."""
    began = time.perf_counter()
    with database.transaction() as tx:
        plan = publish_plan(tx, SYSTEM, tx.get_one(Plan, plan_id))
    return time.perf_counter() - began, len(plan.left_out)


@contextmanager
def fresh_database() -> Iterator[Database]:
    """A migrated database in a folder that goes with it."""
    with ExitStack() as made:
        folder = made.enter_context(TemporaryDirectory(prefix="doorstep-bench-", ignore_cleanup_errors=True))
        url = made.enter_context(database_url(Settings.from_env({"DOORSTEP_DATA": folder})))
        database = Database(url)
        migrate(database)
        yield database
        database.dispose()


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish plans of some sizes and print how long each took."""
    parser = argparse.ArgumentParser(prog="python -m bench.publication", description="Time the publication of plans.")
    parser.add_argument("--visits", type=int, nargs="+", default=[500, 500, 500], help="one plan for each number")
    chosen = parser.parse_args(arguments)
    collect_seldom()  # as the server does
    for visits in chosen.visits:
        with fresh_database() as database:
            with database.transaction() as tx:
                plan_id = ready_plan(tx, visits)
            seconds, left_out = published(database, plan_id)
        sys.stdout.write(f"{visits} visits published in {seconds:.2f} s, {left_out} left out\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
