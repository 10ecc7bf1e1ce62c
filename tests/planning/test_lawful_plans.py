"""No plan holds a visit that the contact rules refuse when they are asked about it by themselves."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from app.runtime.clock import now
from app.runtime.database import Database
from tests.client import Client
from tests.factories_planning import DAY, add_assigned_cases, add_crew, order

Json = dict[str, Any]

CASES = 16
LAWS = [
    ("house-low-pressure",),
    ("CN-GBT45251-CBA2026", "house-low-pressure"),
    ("KR-PDPA-2024",),
    ("RU-230FZ", "TH-DCA2015"),
    ("UA-CCA-art25",),
    ("UK-CONC7", "IE-CCA1995-s46"),
]


@pytest.mark.parametrize("laws", LAWS, ids="+".join)
def test_every_stop_of_a_random_day_is_allowed_when_asked_alone(
    laws: tuple[str, ...], dispatcher: Client, database: Database, carry_on: Callable[[], int]
) -> None:
    rng = Random("+".join(laws))
    with database.transaction() as tx:
        region, _ = add_crew(tx, 6)
        region.profiles = list(laws)
        cases = [str(case.id) for case in add_assigned_cases(tx, region, CASES)]
    for case_id in cases:
        for kind, body in told(rng):
            answer = dispatcher.post(f"/v1/cases/{case_id}/{kind}", body)
            assert answer.status_code == 201, answer.text
    asked = dispatcher.post("/v1/plans", order(time_limit_seconds=0.5))
    carry_on()
    plan = dispatcher.get(asked.headers["location"]).json()
    assert plan["state"] == "ready", plan["failure"]
    stops = [(route, stop) for route in plan["routes"] for stop in route["stops"]]
    for route, stop in stops:
        ruling = check(dispatcher, stop["case_id"], stop["start_at"], stop["end_at"], len(route["investigator_ids"]))
        assert ruling["allowed"], [answer for answer in ruling["answers"] if not answer["allowed"]]
    refused = [one["case_id"] for one in plan["unassigned"] if one["reason"] == "CONTACT_RULE"]
    for case_id in refused:
        for hour in range(8, 20):
            start_at = f"{DAY}T{hour:02}:00:00+08:00"
            assert not check(dispatcher, case_id, start_at, f"{DAY}T{hour:02}:40:00+08:00", 2)["allowed"]
    assert len(stops) + len(refused) >= CASES // 2


def told(rng: Random) -> list[tuple[str, Json]]:
    """What happens to be on record of a borrower: contacts, wishes, consents and circumstances."""
    ago = [(now() - timedelta(days=rng.randint(0, 12), hours=rng.randint(1, 8))).isoformat() for _ in range(3)]
    contacts = [
        ("contacts", {"client_id": str(uuid4()), "channel": channel, "at": at, "outcome": "no_answer"})
        for channel, at in zip(rng.choices(["call", "visit", "letter"], k=3), ago, strict=True)
    ]
    quiet = {"weekday": DAY.weekday(), "opens": f"{rng.randint(8, 12):02}:30", "closes": f"{rng.randint(13, 20)}:15"}
    consent = {"kind": rng.choice(["out_of_hours", "prior_agreement"]), "given_at": ago[0], "how": "written"}
    block = {"kind": rng.choice(["hospital", "dispute_open", "insolvency"]), "from_on": ago[1][:10]}
    notice = {"at": ago[2], "channel": "sms"}
    extra: list[tuple[str, Json]] = [("quiet-windows", quiet), ("consents", consent), ("notices", notice)]
    chosen = rng.sample(contacts, rng.randint(0, 2)) + [one for one in extra if rng.random() < 0.7]
    return [*chosen, *([("blocks", block)] if rng.random() < 0.2 else [])]


def check(client: Client, case_id: str, start_at: str, end_at: str, staff: int) -> Json:
    """The rules asked about one visit."""
    seconds = _seconds(end_at) - _seconds(start_at)
    body = {"case_id": case_id, "start_at": start_at, "duration_seconds": seconds, "staff": staff}
    answer = client.post("/v1/contact-rules:check", body)
    assert answer.status_code == 200, answer.text
    ruling: Json = answer.json()
    return ruling


def _seconds(at: str) -> int:
    hours, minutes, seconds = at[11:19].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
