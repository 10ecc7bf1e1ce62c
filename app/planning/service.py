"""Use cases of planning: ask for a plan, make it, stop it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import Conflict, Invalid, Unavailable
from app.optimiser.budget import Budget, Progress
from app.optimiser.check import violations
from app.optimiser.faults import ProblemError
from app.optimiser.plan import Plan as Solution
from app.optimiser.problem_json import problem_json
from app.planning.assembly import Assembled, assemble, crews_of, places_of
from app.planning.gathering import gather
from app.planning.models import Plan
from app.planning.outcome import store_solution
from app.planning.policy import PlanningPolicy
from app.planning.solving import Order, SearchFailed, shared_pool
from app.planning.terms import PLAN_CANCELLED, PLAN_FAILED, PLAN_REQUESTED, PlanState
from app.roads import store
from app.roads.great_circle import CAR, travel_matrix
from app.runtime import audit, jobs
from app.runtime.clock import now, today
from app.runtime.database import Database, Json, locking
from app.runtime.telemetry import log
from app.workforce.models import Region

POLICY = PlanningPolicy()
OPEN = frozenset({PlanState.QUEUED, PlanState.BUILDING, PlanState.SOLVING})
NOTE_EVERY_SECONDS = 0.5
MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class PlanOptions:
    """How long to search, from which seed, with which engine; `iterations` replaces the time for certified runs."""

    time_limit_seconds: float | None = 10.0
    iterations: int | None = None
    seed: int = 1
    engine: str = "default"

    @property
    def budget(self) -> Budget:
        """The budget of the search."""
        return Budget(seconds=None if self.iterations else self.time_limit_seconds, iterations=self.iterations)


class Overtaken(Exception):
    """The plan was ended, or another worker began with it: this attempt must leave it alone."""


@dataclass(frozen=True)
class Attempt:
    """One worker's try at a plan."""

    plan_id: UUID
    number: int
    options: PlanOptions

    def plan(self, tx: Session) -> Plan:
        """The plan, locked; raises Overtaken when it is not this attempt's any more."""
        plan = _locked(tx, self.plan_id)
        if plan.attempt != self.number or PlanState(plan.state) not in OPEN:
            raise Overtaken
        return plan


def request_plan(tx: Session, actor: Actor, region: Region, first_on: date, days: int, options: PlanOptions) -> Plan:
    """Put a plan into the queue; one region is solved by one worker at a time."""
    if first_on < today(region.time_zone):
        raise Invalid("PAST_DAY", f"{first_on} is past in {region.code}", action="Plan today or a later day.")
    plan = Plan(
        region=region.code,
        first_on=first_on,
        days=days,
        options=vars(options),
        state=PlanState.QUEUED.value,
        progress={"seconds": 0.0, "best_cost": None, "served": None},
        figures=None,
        problem=None,
        solution=None,
        unassigned=[],
        left_out=[],
        failure=None,
        requested_by=actor.subject,
        published_at=None,
        superseded_by=None,
    )
    tx.add(plan)
    tx.flush()
    audit.record(tx, actor, PLAN_REQUESTED, f"plan:{plan.id}", {"region": region.code, "first_on": str(first_on)})
    jobs.defer(tx, PLAN_REQUESTED, plan.id, queue=jobs.SOLVES, lock=f"region:{region.code}")
    return plan


def cancel_plan(tx: Session, actor: Actor, plan: Plan) -> Plan:
    """Stop early: a plan that is being solved becomes ready with the best found so far, a waiting one is cancelled."""
    state = PlanState(plan.state)
    if state is PlanState.CANCELLED or plan.cancel_wanted:
        return plan
    if state not in OPEN:
        raise Conflict("PLAN_STATE", f"a plan that is {state} cannot be cancelled", action="Read the plan again.")
    plan.cancel_wanted = True
    if state is PlanState.QUEUED:
        plan.state = PlanState.CANCELLED.value
    plan.revision += 1
    audit.record(tx, actor, PLAN_CANCELLED, f"plan:{plan.id}")
    return plan


def make_plan(database: Database, plan_id: UUID) -> None:
    """Build, solve, check and store a plan; a plan that another worker left unfinished is begun anew.

    What may pass (the database, the solver's process) is raised, so that the job is tried again; any other error makes
    the plan `failed`.
    """
    attempt = _begin(database, plan_id)
    if attempt is None:
        return
    try:
        _make(database, attempt)
    except Overtaken:
        log.warning("plan overtaken", plan=str(plan_id), attempt=attempt.number)
    except (OperationalError, Unavailable):
        raise
    except Exception as error:
        log.exception("plan failed", plan=str(plan_id))
        _fail(database, attempt, *_reason(error))


def _make(database: Database, attempt: Attempt) -> None:
    assembled = _build(database, attempt)
    solution = _solve(database, attempt, assembled)
    broken = violations(assembled.problem, solution)
    if broken:
        _fail(database, attempt, "CHECK_FAILED", "; ".join(f"{fault.rule} {fault.where}" for fault in broken[:10]))
        return
    with database.transaction() as tx:
        store_solution(tx, SYSTEM, attempt.plan(tx), assembled, solution)


def _reason(error: Exception) -> tuple[str, str]:
    """Code and words for what made a plan fail."""
    if isinstance(error, ProblemError):
        return "PROBLEM_INVALID", str(error)
    if isinstance(error, SearchFailed):
        return "SEARCH_FAILED", str(error)
    return "UNEXPECTED", f"{type(error).__name__}; the log has the details"


def _begin(database: Database, plan_id: UUID) -> Attempt | None:
    """The attempt at a plan that is to be made, or None when there is nothing left to do."""
    with database.transaction() as tx:
        plan = _locked(tx, plan_id)
        if PlanState(plan.state) not in OPEN:
            return None
        plan.revision += 1
        plan.attempt += 1
        if plan.cancel_wanted:
            plan.state = PlanState.CANCELLED.value
            return None
        if plan.attempt > MOST_ATTEMPTS:
            plan.state = PlanState.FAILED.value
            plan.failure = {"reason": "GAVE_UP", "detail": f"{MOST_ATTEMPTS} attempts were broken off; plan again"}
            return None
        plan.state = PlanState.BUILDING.value
        return Attempt(plan_id, plan.attempt, PlanOptions(**plan.options))


def _locked(tx: Session, plan_id: UUID) -> Plan:
    return tx.scalars(locking(select(Plan).where(Plan.id == plan_id))).one()


def _build(database: Database, attempt: Attempt) -> Assembled:
    """Read the rows in one short transaction, compute the matrix with none open, and keep the problem."""
    with database.transaction() as tx:
        gathered = gather(tx, tx.get_one(Plan, attempt.plan_id), now(), POLICY)
    crews = crews_of(gathered)
    matrix = travel_matrix(places_of(gathered, crews), CAR)
    assembled = assemble(gathered, crews, matrix, POLICY)
    with database.transaction() as tx:
        plan = attempt.plan(tx)
        sha256 = store.keep(tx, matrix)
        plan.problem = problem_json(assembled.problem, {"sha256": sha256, "source": matrix.source})
        plan.state = PlanState.SOLVING.value
        plan.revision += 1
    return assembled


def _solve(database: Database, attempt: Attempt, assembled: Assembled) -> Solution:
    options = attempt.options
    order = Order(assembled.problem, options.budget, options.seed, options.engine)
    return shared_pool().solve(order, _notes(database, attempt), _cancelled(database, attempt.plan_id))


def _notes(database: Database, attempt: Attempt) -> Callable[[Progress], None]:
    """Writes the progress into the plan, not more than twice a second."""
    last = 0.0

    def note(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < NOTE_EVERY_SECONDS:
            return
        last = time.monotonic()
        with database.transaction() as tx:
            attempt.plan(tx).progress = progress_json(progress)

    return note


def progress_json(progress: Progress) -> Json:
    """Progress as it is shown."""
    return {"seconds": round(progress.seconds, 2), "best_cost": progress.best_cost, "served": progress.served}


def _cancelled(database: Database, plan_id: UUID) -> Callable[[], bool]:
    def wanted() -> bool:
        with database.transaction() as tx:
            return bool(tx.scalars(select(Plan.cancel_wanted).where(Plan.id == plan_id)).one())

    return wanted


def _fail(database: Database, attempt: Attempt, reason: str, detail: str) -> None:
    with database.transaction() as tx:
        plan = attempt.plan(tx)
        plan.state = PlanState.FAILED.value
        plan.failure = {"reason": reason, "detail": detail}
        plan.revision += 1
        audit.record(tx, SYSTEM, PLAN_FAILED, f"plan:{plan.id}", plan.failure)
