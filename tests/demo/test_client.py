"""The client against a small server that answers as the contract says, over real sockets."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import NAMESPACE_URL, uuid5

import pytest

from app.demo.client import Loaded, load
from app.demo.connection import LoadStopped, Patience
from app.demo.scene import hangzhou

SUNDAY = date(2026, 11, 22)
SCENE = hangzhou(SUNDAY)
ETAG = '"plan-1-7"'
QUICK = Patience(tries=4, pause_seconds=0.001, poll_seconds=0.001, assignment_polls=20, plan_polls=20)
Answer = tuple[int, dict[str, str], Any]


@dataclass(frozen=True)
class Sent:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Product:
    """What the server keeps, and what shall go wrong: planted answers by a pattern of the request line."""

    requests: list[Sent] = field(default_factory=list)
    planted: list[tuple[str, Answer | None]] = field(default_factory=list)
    stored: dict[str, Answer] = field(default_factory=dict)
    regions: dict[str, Any] = field(default_factory=dict)
    investigators: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, list[Any]] = field(default_factory=dict)
    cases: dict[str, Any] = field(default_factory=dict)
    malformed: set[str] = field(default_factory=set)
    accepted_polls: int = 2
    solving_polls: int = 2
    solved_as: str = "ready"
    plan: Any = None

    def answer(self, sent: Sent) -> Answer | None:
        """The answer, or None to cut the connection; the effect of a POST is kept by its idempotency key."""
        self.requests.append(sent)
        for index, (pattern, planted) in enumerate(self.planted):
            if re.fullmatch(pattern, sent.line):
                del self.planted[index]
                return planted
        role = "case-system" if sent.path == "/v1/escalations:batch" else "dispatcher"
        if sent.headers.get("authorization") != f"Bearer token-of-{role}":
            return problem(403, "FORBIDDEN", "not with this token")
        if sent.method == "GET":
            return self._read(sent)
        key = f"{role} {sent.headers['idempotency-key']}"
        if key not in self.stored:
            self.stored[key] = self._create(sent)
        return self.stored[key]

    def _read(self, sent: Sent) -> Answer:
        if sent.path == "/v1/cases":
            self.accepted_polls -= 1
            return 200, {}, {"items": [{"id": "c"}] if self.accepted_polls >= 0 else [], "next_cursor": None}
        if sent.path == "/v1/investigators":
            people = [p for p in self.investigators.values() if p["region"] == sent.query["region"]]
            start = int(sent.query.get("cursor", "0"))
            more = str(start + 5) if start + 5 < len(people) else None
            return 200, {}, {"items": people[start : start + 5], "next_cursor": more}
        self.solving_polls -= 1
        if self.plan["state"] == "solving" and self.solving_polls < 0:
            self.plan["state"] = self.solved_as
        return 200, {"ETag": ETAG}, self.plan

    def _create(self, sent: Sent) -> Answer:
        if sent.path == "/v1/regions":
            return self._unique(self.regions, sent.body)
        if sent.path == "/v1/investigators":
            return self._unique(self.investigators, sent.body)
        if sent.path == "/v1/escalations:batch":
            return 207, {}, {"items": [self._case(item) for item in sent.body["items"]]}
        if sent.path == "/v1/plans":
            self.plan = {"id": "plan-1", "state": "solving", "figures": {"served": 18}, **sent.body}
            return 202, {"Location": "/v1/plans/plan-1"}, self.plan
        if sent.path == "/v1/plans/plan-1:publish":
            if sent.headers.get("if-match") != ETAG:
                return problem(412, "STALE", "it was changed in the meantime")
            self.plan["state"] = "published"
            return 200, {}, self.plan
        self.parts.setdefault(sent.path, []).append(sent.body)
        return 201, {}, {"id": str(len(self.parts[sent.path]))}

    def _unique(self, table: dict[str, Any], body: Any) -> Answer:
        if body["code"] in table:
            return problem(409, "EXISTS", "there is one already")
        table[body["code"]] = {"id": str(uuid5(NAMESPACE_URL, body["code"])), **body}
        return 201, {}, table[body["code"]]

    def _case(self, item: Any) -> Any:
        if item["source_reference"] in self.malformed:
            return {"status": 422, "problem": problem(422, "MALFORMED", "/loan/overdue: not a decimal")[2]}
        stored = self.cases.setdefault(item["source_reference"], item)
        if stored != item:
            return {"status": 409, "problem": problem(409, "ESCALATION_DIFFERS", "it came before in other words")[2]}
        return {"status": 201, "case": {}}


def problem(status: int, reason: str, detail: str, **more: Any) -> Answer:
    document = {"title": "Not as it should be", "status": status, "detail": detail, "reason": reason, **more}
    return status, {"Content-Type": "application/problem+json"}, document


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the product of its server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each small answer waits 40 ms for an acknowledgement
    product: Product

    def _respond(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        target = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.loads(raw) if raw else None
        answer = self.product.answer(Sent(self.command, target.path, dict(parse_qsl(target.query)), headers, body))
        if answer is None:
            self.close_connection = True
            return
        status, extra, document = answer
        content = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **extra}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _respond

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output free of access lines."""


@pytest.fixture
def product() -> Product:
    return Product()


@pytest.fixture
def base_url(product: Product) -> Iterator[str]:
    handler = type("HandlerOfOneProduct", (Handler,), {"product": product})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False  # so that closing waits for the last answer
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def load_demo(base_url: str, today: date = SUNDAY) -> Loaded:
    return load(base_url, "token-of-{}".format, today, 1, patience=QUICK)


def test_the_whole_scene_arrives_and_a_plan_is_published(product: Product, base_url: str) -> None:
    loaded = load_demo(base_url)

    assert [region["code"] for region in product.regions.values()] == ["330106", "330105", "330102"]
    assert list(product.cases.values()) == list(SCENE.escalations)
    for person in SCENE.investigators:
        own = f"/v1/investigators/{loaded.investigator_ids[person.body['code']]}"
        assert product.parts[f"{own}/certificates"] == list(person.certificates)
        assert product.parts[f"{own}/shifts"] == list(person.shifts)
        assert product.parts.get(f"{own}/absences", []) == list(person.absences)
    assert product.plan["state"] == "published"
    assert (product.plan["region"], product.plan["first_on"]) == ("330106", "2026-11-23")
    assert (loaded.plan_id, loaded.plan_on, loaded.figures) == ("plan-1", date(2026, 11, 23), {"served": 18})


def test_it_waits_for_assignment_and_for_the_plan(product: Product, base_url: str) -> None:
    load_demo(base_url)
    lines = [sent.line for sent in product.requests]

    assert lines.count("GET /v1/cases") == 5  # two that say wait, then one for each region
    assert lines.count("GET /v1/plans/plan-1") == 3
    assert lines.index("POST /v1/plans") > max(i for i, line in enumerate(lines) if line == "GET /v1/cases")


@pytest.mark.parametrize(
    "passing",
    [
        problem(503, "DATABASE_UNAVAILABLE", "later"),
        (429, {"Retry-After": "0"}, {}),
        problem(409, "IDEMPOTENCY_KEY_IN_USE", "still running"),
        None,
    ],
    ids=["unavailable", "too many", "still running", "cut off"],
)
def test_what_passes_by_itself_is_tried_again_with_the_same_key(
    product: Product, base_url: str, passing: Answer | None
) -> None:
    product.planted = [("POST /v1/escalations:batch", passing), ("GET /v1/plans/.*", passing)]
    load_demo(base_url)
    first, second = [sent for sent in product.requests if sent.path == "/v1/escalations:batch"][:2]

    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert product.plan["state"] == "published"


@pytest.mark.parametrize(
    "where",
    ["POST /v1/regions", "POST /v1/investigators/.*/shifts", "POST /v1/escalations:batch", "POST /v1/plans/.*publish"],
)
def test_an_interrupted_load_is_completed_by_the_next(product: Product, base_url: str, where: str) -> None:
    product.planted = [(where, problem(500, "UNEXPECTED", "nothing was stored"))]
    with pytest.raises(LoadStopped):
        load_demo(base_url)
    load_demo(base_url)

    assert list(product.cases.values()) == list(SCENE.escalations)
    assert sum(len(bodies) for path, bodies in product.parts.items() if path.endswith("/shifts")) == 24 * 12
    assert product.plan["state"] == "published"


def test_an_answer_that_was_lost_after_its_effect_changes_nothing(product: Product, base_url: str) -> None:
    load_demo(base_url)
    once = (dict(product.cases), dict(product.parts), len(product.stored))
    load_demo(base_url)

    assert (product.cases, product.parts, len(product.stored)) == once


def test_a_load_on_the_next_day_finds_the_people_of_the_day_before(product: Product, base_url: str) -> None:
    before = load_demo(base_url)
    product.stored.clear()  # the keys have been forgotten by then
    after = load_demo(base_url, date(2026, 11, 23))

    assert after.investigator_ids == before.investigator_ids
    assert len(product.cases) == len(SCENE.escalations)
    assert product.plan["first_on"] == "2026-11-24"


def test_a_person_who_is_there_in_another_region_stops_the_load(product: Product, base_url: str) -> None:
    product.investigators["HZ-XH-01"] = {"id": "1", "code": "HZ-XH-01", "region": "330105"}

    with pytest.raises(LoadStopped, match="HZ-XH-01 is there already, but not in region 330106"):
        load_demo(base_url)


def test_a_region_that_is_there_already_stays(product: Product, base_url: str) -> None:
    product.regions["330106"] = {"code": "330106", "name": "made by hand"}
    load_demo(base_url)

    assert product.regions["330106"]["name"] == "made by hand"
    assert len(product.regions) == 3


def test_a_refusal_stops_the_load_and_is_told_in_words(product: Product, base_url: str) -> None:
    refusal = problem(
        422,
        "MALFORMED",
        "one place is wrong",
        errors=[{"pointer": "/polygon", "detail": "the ring is not closed"}],
        action="Correct it and send it again.",
    )
    product.planted = [("POST /v1/regions", refusal)]

    with pytest.raises(LoadStopped) as stopped:
        load_demo(base_url)

    assert str(stopped.value) == (
        f"POST {base_url}/v1/regions was answered with 422 {HTTPStatus(422).phrase}:"
        " Not as it should be: one place is wrong\n"
        "  /polygon: the ring is not closed\n"
        "Correct it and send it again."
    )
    assert stopped.value.reason == "MALFORMED"
    assert [sent.line for sent in product.requests] == ["POST /v1/regions"]


def test_an_answer_that_is_no_problem_document_is_told_too(product: Product, base_url: str) -> None:
    product.planted = [("POST /v1/regions", (404, {}, ["nothing here"]))]

    with pytest.raises(LoadStopped, match=r'404 Not Found: \["nothing here"\]'):
        load_demo(base_url)


def test_escalations_that_are_turned_away_are_named(product: Product, base_url: str) -> None:
    product.malformed = {"ESC-DEMO-1-0007", "ESC-DEMO-1-0009"}

    with pytest.raises(LoadStopped, match=r"2 of 50 .* ESC-DEMO-1-0007: Not as it should be: /loan/overdue: not a dec"):
        load_demo(base_url)

    assert product.plan is None


def test_it_gives_up_when_nobody_assigns(product: Product, base_url: str) -> None:
    product.accepted_polls = 10_000

    with pytest.raises(LoadStopped, match=r"region 330106 still wait(.|\n)*worker"):
        load_demo(base_url)


def test_it_gives_up_when_the_plan_is_not_made_in_time(product: Product, base_url: str) -> None:
    product.solving_polls = 10_000

    with pytest.raises(LoadStopped, match="plan-1 is not ready"):
        load_demo(base_url)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_plan_that_was_not_made_stops_the_load(product: Product, base_url: str, state: str) -> None:
    product.solved_as = state

    with pytest.raises(LoadStopped, match=f"plan-1 is {state}"):
        load_demo(base_url)


def test_it_gives_up_on_a_server_that_stays_unavailable(product: Product, base_url: str) -> None:
    product.planted = [("POST /v1/regions", problem(503, "DATABASE_UNAVAILABLE", "not now"))] * 9

    with pytest.raises(LoadStopped, match=r"4 tries; last: .* 503 Service Unavailable: Not as it should be: not now"):
        load_demo(base_url)

    assert len(product.requests) == QUICK.tries


def test_a_proxy_of_the_environment_is_not_asked_for_our_own_machine(
    product: Product, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("NO_PROXY", "")
    product.planted = [("POST /v1/regions", problem(422, "MALFORMED", "reached the product"))]

    with pytest.raises(LoadStopped, match="reached the product"):
        load_demo(base_url)


def test_it_says_where_it_found_no_server(product: Product, base_url: str) -> None:
    with pytest.raises(LoadStopped, match="cannot be reached"):
        load_demo(base_url.removeprefix("http:"))
