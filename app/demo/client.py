"""Loads the demo through the public API, as a case system and a dispatcher would: the first client of the product."""

import time
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from app.demo.connection import Connection, LoadStopped, Patience, problem_line
from app.demo.people import Investigator
from app.demo.progress import Stages
from app.demo.regions import Body
from app.demo.scene import Scene, hangzhou

CASE_SYSTEM, DISPATCHER = "case-system", "dispatcher"
PATIENCE = Patience()

_BATCH = 50
_OVER = {"published", "superseded"}


@dataclass(frozen=True)
class Loaded:
    """What is there after a load: a published plan, and who is in the scene.

    `investigator_ids` goes by the investigators' codes; `figures` are the plan's.
    """

    plan_id: str
    plan_region: str
    plan_on: date
    figures: Mapping[str, Any]
    investigator_ids: Mapping[str, str]
    escalations: int


def load(
    base_url: str,
    token_for: Callable[[str], str],
    today: date,
    seed: int = 1,
    *,
    days_off: Set[date] = frozenset(),
    patience: Patience = PATIENCE,
) -> Loaded:
    """Bring the scene of Hangzhou into the product at `base_url`, and publish a plan for its first working day.

    `token_for` gives the bearer token of a role. May be run again after an interruption: what is there stays as it is,
    what is missing is added. Raises LoadStopped when the API refuses something or does not answer.
    """
    scene = hangzhou(today, seed, days_off)
    with Connection(base_url, token_for, patience, scene.name) as api, Stages() as stages:
        _post_regions(api, stages, scene)
        investigator_ids = _post_investigators(api, stages, scene)
        _post_escalations(api, stages, scene)
        _await_assignment(api, stages, scene, patience)
        plan = _publish(api, stages, _await_plan(api, stages, _request_plan(api, scene), patience))
    return Loaded(
        plan_id=plan["id"],
        plan_region=scene.plan_region,
        plan_on=scene.plan_on,
        figures=plan["figures"],
        investigator_ids=investigator_ids,
        escalations=len(scene.escalations),
    )


def _post_regions(api: Connection, stages: Stages, scene: Scene) -> None:
    stages.begin(f"{len(scene.regions)} regions", len(scene.regions))
    for region in scene.regions:
        api.create("/v1/regions", DISPATCHER, region, may_exist=True)
        stages.advance()


def _post_investigators(api: Connection, stages: Stages, scene: Scene) -> dict[str, str]:
    stages.begin(f"{len(scene.investigators)} investigators", len(scene.investigators))
    ids = {}
    for person in scene.investigators:
        ids[person.body["code"]] = _post_investigator(api, person)
        stages.advance()
    return ids


def _post_investigator(api: Connection, person: Investigator) -> str:
    """Post the person and the days; returns the id."""
    answer = api.create("/v1/investigators", DISPATCHER, person.body, may_exist=True)
    there_already = answer.status_code == httpx.codes.CONFLICT
    person_id = _investigator_id(api, person.body) if there_already else str(answer.json()["id"])
    parts = {"certificates": person.certificates, "shifts": person.shifts, "absences": person.absences}
    for part, bodies in parts.items():
        for body in bodies:
            api.create(f"/v1/investigators/{person_id}/{part}", DISPATCHER, body, may_exist=True)
    return person_id


def _investigator_id(api: Connection, person: Body) -> str:
    """The id of an investigator who is there already."""
    query = {"region": person["region"], "limit": "200"}
    while True:
        page = api.get("/v1/investigators", DISPATCHER, query).json()
        for other in page["items"]:
            if other["code"] == person["code"]:
                return str(other["id"])
        if page["next_cursor"] is None:
            raise LoadStopped(
                "INVESTIGATOR_DIFFERS",
                f"investigator {person['code']} is there already, but not in region {person['region']}",
                action="Load the demo into a database of its own.",
            )
        query["cursor"] = page["next_cursor"]


def _post_escalations(api: Connection, stages: Stages, scene: Scene) -> None:
    stages.begin(f"{len(scene.escalations)} escalations", len(scene.escalations))
    for start in range(0, len(scene.escalations), _BATCH):
        batch = scene.escalations[start : start + _BATCH]
        answer = api.create("/v1/escalations:batch", CASE_SYSTEM, {"items": list(batch)})
        _check_batch(batch, answer.json()["items"])
        stages.advance(len(batch))


def _check_batch(batch: tuple[Body, ...], results: list[Body]) -> None:
    """Raise LoadStopped for items that were turned away; one that came with the scene of an earlier day is fine."""
    problems = [result.get("problem") or {} for result in results]
    bad = [
        f"{body['source_reference']}: {problem_line(problem) or result['status']}"
        for body, result, problem in zip(batch, results, problems, strict=True)
        if result["status"] >= httpx.codes.BAD_REQUEST and problem.get("reason") != "ESCALATION_DIFFERS"
    ]
    if bad:
        raise LoadStopped(
            "ESCALATIONS_TURNED_AWAY",
            f"{len(bad)} of {len(batch)} escalations were turned away; first: " + "; ".join(bad[:3]),
        )


def _await_assignment(api: Connection, stages: Stages, scene: Scene, patience: Patience) -> None:
    """Wait until no case of the scene's regions is merely accepted."""
    stages.begin("cases assigned", len(scene.regions))
    waiting = [str(region["code"]) for region in scene.regions]
    for _ in range(patience.assignment_polls):
        while waiting and not _has_accepted(api, waiting[0]):
            waiting.pop(0)
            stages.advance()
        if not waiting:
            return
        stages.advance(0)
        time.sleep(patience.poll_seconds)
    raise LoadStopped(
        "NOT_ASSIGNED",
        f"cases of region {waiting[0]} still wait for their assignment",
        action="See whether a worker runs and what it logs, then load the demo again: it goes on where it stopped.",
    )


def _has_accepted(api: Connection, region: str) -> bool:
    page = api.get("/v1/cases", DISPATCHER, {"status": "accepted", "region": region, "limit": "1"}).json()
    return bool(page["items"])


def _request_plan(api: Connection, scene: Scene) -> str:
    wanted = {
        "region": scene.plan_region,
        "first_on": scene.plan_on.isoformat(),
        "days": 1,
        "options": {"time_limit_seconds": 5, "seed": 1},
    }
    return str(api.create("/v1/plans", DISPATCHER, wanted).json()["id"])


def _await_plan(api: Connection, stages: Stages, plan_id: str, patience: Patience) -> httpx.Response:
    """Wait until the plan is ready, or was published by an earlier load."""
    stages.begin("plan ready", 1)
    for _ in range(patience.plan_polls):
        answer = api.get(f"/v1/plans/{plan_id}", DISPATCHER)
        state = answer.json()["state"]
        if state in {"ready", *_OVER}:
            return answer
        if state in {"failed", "cancelled"}:
            raise LoadStopped(
                "PLAN_NOT_MADE", f"plan {plan_id} is {state}: {answer.json().get('reason') or 'no reason'}"
            )
        stages.advance(0)
        time.sleep(patience.poll_seconds)
    raise LoadStopped(
        "PLAN_NOT_READY",
        f"plan {plan_id} is not ready yet",
        action="See whether a worker runs and what it logs, then load the demo again: it goes on where it stopped.",
    )


def _publish(api: Connection, stages: Stages, answer: httpx.Response) -> Body:
    """Publish the plan, unless that is done; returns the plan as it was read."""
    plan: Body = answer.json()
    stages.begin("plan published", 1)
    if plan["state"] not in _OVER:
        api.create(f"/v1/plans/{plan['id']}:publish", DISPATCHER, if_match=answer.headers["ETag"])
    stages.advance()
    return plan
