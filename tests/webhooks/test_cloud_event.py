"""A message is a CloudEvent of ids and links, and of nothing else."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.cloud_event import PATHS, Thing, cloud_event, things_of
from app.webhooks.terms import WebhookEvent

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CASE, VISIT, EVENT = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_case_event_names_the_case_and_the_visit() -> None:
    body = json.loads(cloud_event(EVENT, "visit.finished", AT, Thing("case", CASE), (Thing("visit", VISIT),)))
    assert body == {
        "specversion": "1.0",
        "id": str(EVENT),
        "source": "urn:doorstep",
        "type": "visit.finished",
        "subject": f"case:{CASE}",
        "time": "2026-11-23T01:30:00+00:00",
        "datacontenttype": "application/json",
        "data": {
            "case_id": str(CASE),
            "visit_id": str(VISIT),
            "links": {"case": f"/v1/cases/{CASE}", "visit": f"/v1/visits/{VISIT}"},
        },
    }


@given(
    st.sampled_from(WebhookEvent),
    st.dictionaries(st.one_of(st.text(), st.sampled_from([f"{kind}_id" for kind in PATHS])), st.uuids().map(str)),
    st.dictionaries(st.sampled_from(["detail", "reason", "start_at", "kind", "name"]), st.text()),
)
def test_whatever_an_event_tells_only_ids_and_links_leave(
    event: WebhookEvent, ids: dict[str, str], words: dict[str, str]
) -> None:
    data = json.loads(cloud_event(EVENT, event, AT, Thing("case", CASE), things_of(ids | words)))["data"]
    links = data.pop("links")
    assert set(data) <= {f"{kind}_id" for kind in PATHS}
    assert all(str(UUID(value)) == value for value in data.values())
    assert links == {kind: f"{PATHS[kind]}/{data[f'{kind}_id']}" for kind in links}
    assert set(links) == {name.removesuffix("_id") for name in data}


def test_a_thing_without_a_path_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="borrower"):
        Thing("borrower", CASE)
