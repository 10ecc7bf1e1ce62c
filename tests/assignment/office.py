"""A dispatcher and a case system at work, for tests of assignment."""

from collections.abc import Callable
from typing import Any

from app.runtime.clock import now
from app.runtime.database import new_id
from tests.client import Client
from tests.factories import escalation
from tests.factories_workforce import certified, investigator, posted

CarryOn = Callable[[], int]


class Office:
    """A dispatcher and a case system who let the worker finish after each of their deeds."""

    def __init__(self, dispatcher: Client, case_system: Client, carry_on: CarryOn) -> None:
        self.dispatcher, self._case_system, self.carry_on = dispatcher, case_system, carry_on

    def region(self, body: dict[str, Any]) -> str:
        region_id = str(posted(self.dispatcher, "/v1/regions", body)["id"])
        self.carry_on()
        return region_id

    def person(self, code: str = "HZ-01", **changes: Any) -> str:
        person_id = certified(self.dispatcher, investigator(code, **changes))
        self.carry_on()
        return person_id

    def change(self, path: str, **change: Any) -> None:
        etag = self.dispatcher.get(path).headers["etag"]
        answer = self.dispatcher.patch(path, change, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text
        self.carry_on()

    def escalate(self, number: int = 1, **changes: Any) -> str:
        answer = self._case_system.post("/v1/escalations", escalation(source_reference=f"ESC-{number}", **changes))
        assert answer.status_code == 201, answer.text
        self.carry_on()
        return str(answer.json()["id"])

    def withdraw(self, case_id: str) -> None:
        assert self._case_system.post(f"/v1/cases/{case_id}:withdraw").status_code == 200

    def tell(self, case_id: str, kind: str) -> None:
        body = {"client_id": str(new_id()), "at": now().isoformat(), "kind": kind}
        assert self._case_system.post(f"/v1/cases/{case_id}/account-updates", body).status_code == 201
        self.carry_on()

    def case(self, case_id: str) -> dict[str, Any]:
        shown: dict[str, Any] = self.dispatcher.get(f"/v1/cases/{case_id}").json()
        return shown

    def status(self, case_id: str) -> str:
        return str(self.case(case_id)["status"])

    def eligible(self, case_id: str) -> list[str]:
        return [entry["investigator_id"] for entry in self.case(case_id)["eligible"] if entry["eligible"]]

    def reasons(self, case_id: str) -> dict[str, list[str]]:
        return {entry["investigator_id"]: entry["reasons"] for entry in self.case(case_id)["eligible"]}

    def events(self, case_id: str) -> list[str]:
        return [event["name"] for event in self.case(case_id)["events"]]

    def prefer(self, case_id: str, **preferences: Any) -> None:
        path = f"/v1/cases/{case_id}/preferences"
        known = self.dispatcher.get(path)
        match = {"If-Match": known.headers["etag"]} if known.status_code == 200 else {}
        answer = self.dispatcher.put(path, preferences, headers=match)
        assert answer.status_code == 200, answer.text
        self.carry_on()
