import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from app.compliance.notice import is_unreachable
from app.compliance.situation import Channel, Contact, dated
from app.demo.scene import Scene, hangzhou
from app.intake.acceptance import AcceptancePolicy, Candidate, decide
from app.intake.schemas import EscalationBody, to_escalation
from app.roads.datum import Datum, to_wgs84

SUNDAY = date(2026, 11, 22)
CHINESE_NAME = re.compile(r"[一-鿿]{2,3}")
scenes = st.builds(hangzhou, st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 10_000))


@pytest.fixture(scope="module")
def scene() -> Scene:
    return hangzhou(SUNDAY)


def polygons(scene: Scene) -> dict[str, Polygon]:
    return {region["code"]: Polygon(region["polygon"]["coordinates"][0]) for region in scene.regions}


def regions_around(scene: Scene, place: dict[str, Any]) -> list[str]:
    point = to_wgs84(place["lat"], place["lon"], Datum(place["datum"]))
    return [code for code, area in polygons(scene).items() if area.contains(Point(point.lon, point.lat))]


def by_region(scene: Scene) -> dict[str, list[dict[str, Any]]]:
    """Escalations by where their place lies; `""` for outside."""
    found: dict[str, list[dict[str, Any]]] = {}
    for body in scene.escalations:
        found.setdefault("".join(regions_around(scene, body["places"][0]["place"])), []).append(body)
    return found


def is_trouble(body: dict[str, Any]) -> bool:
    return bool(body["flags"]) or not body["contacts"]


def every_text(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in every_text(item)]
    if isinstance(value, list):
        return [text for item in value for text in every_text(item)]
    return [value] if isinstance(value, str) else []


def containers(value: Any) -> list[Any]:
    """The value's dicts and lists, at any depth."""
    if not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(found for item in inner for found in containers(item))]


def bodies(scene: Scene) -> list[Any]:
    people = [body for person in scene.investigators for body in (person.certificates, person.shifts, person.absences)]
    return [
        *scene.regions,
        *scene.escalations,
        *(p.body for p in scene.investigators),
        *(b for part in people for b in part),
    ]


def test_the_same_day_and_seed_give_the_same_scene(scene: Scene) -> None:
    assert hangzhou(SUNDAY) == scene


@pytest.mark.parametrize("other", [hangzhou(SUNDAY, seed=2), hangzhou(SUNDAY + timedelta(days=1))])
def test_another_seed_or_day_gives_other_escalations(scene: Scene, other: Scene) -> None:
    assert not [body for body in other.escalations if body in scene.escalations]


def test_nothing_mutable_is_shared_inside_a_scene_or_between_two(scene: Scene) -> None:
    found = [id(part) for each in (scene, hangzhou(SUNDAY)) for body in bodies(each) for part in containers(body)]

    assert len(found) == len(set(found))


def test_three_regions_are_simple_areas_that_touch_but_do_not_overlap(scene: Scene) -> None:
    areas = polygons(scene)

    assert {region["code"]: region["name"] for region in scene.regions} == {
        "330106": "西湖区",
        "330105": "拱墅区",
        "330102": "上城区",
    }
    for region in scene.regions:
        area = areas[region["code"]]
        corners = region["polygon"]["coordinates"][0]
        assert corners[0] == corners[-1]
        assert 15 <= len(set(map(tuple, corners))) <= 25
        assert area.is_valid
        assert area.exterior.is_ccw
        for neighbour in region["neighbours"]:
            assert area.touches(areas[neighbour])


def test_an_office_lies_in_its_region(scene: Scene) -> None:
    for region in scene.regions:
        assert regions_around(scene, region["office"]["place"]) == [region["code"]]
        assert region["name"] in region["office"]["address"]


def test_each_region_has_eight_investigators_who_live_in_it(scene: Scene) -> None:
    assert Counter(person.body["region"] for person in scene.investigators) == dict.fromkeys(polygons(scene), 8)
    assert len({person.body["code"] for person in scene.investigators}) == 24
    assert {person.body["home"]["place"]["datum"] for person in scene.investigators} == {"wgs84", "gcj02"}
    for person in scene.investigators:
        assert regions_around(scene, person.body["home"]["place"]) == [person.body["region"]]


@pytest.mark.parametrize("region", ["330106", "330105", "330102"])
def test_each_region_can_visit_small_businesses_and_speak_cantonese_where_asked(scene: Scene, region: str) -> None:
    people = [person.body for person in scene.investigators if person.body["region"] == region]

    assert sum("micro_business" in person["skills"] for person in people) >= 4
    assert sum("yue" in person["languages"] for person in people) >= 2
    assert all("zh" in person["languages"] for person in people)


def test_conflicts_name_borrowers_of_the_scene(scene: Scene) -> None:
    known = {body["borrower"]["reference"] for body in scene.escalations}
    conflicts = [reference for person in scene.investigators for reference in person.body["conflicts"]]

    assert conflicts
    assert set(conflicts) <= known


def test_shifts_cover_fourteen_days_but_sundays_and_days_off() -> None:
    day_off = date(2026, 11, 27)
    scene = hangzhou(SUNDAY, days_off={day_off})
    days = [SUNDAY + timedelta(days=ahead) for ahead in range(14)]
    worked = [day for day in days if day.weekday() != 6 and day != day_off]

    for person in scene.investigators:
        starts = [datetime.fromisoformat(shift["start_at"]) for shift in person.shifts]
        assert [start.date() for start in starts] == worked


def test_a_shift_is_half_past_eight_to_six_with_lunch(scene: Scene) -> None:
    assert scene.investigators[0].shifts[0] == {
        "start_at": "2026-11-23T08:30:00+08:00",
        "end_at": "2026-11-23T18:00:00+08:00",
        "breaks": [
            {
                "earliest_at": "2026-11-23T11:30:00+08:00",
                "latest_at": "2026-11-23T13:30:00+08:00",
                "duration_seconds": 2700,
            }
        ],
    }


def test_people_and_their_shifts_do_not_change_from_one_day_to_the_next(scene: Scene) -> None:
    tomorrow = hangzhou(SUNDAY + timedelta(days=1))

    for before, after in zip(scene.investigators, tomorrow.investigators, strict=True):
        assert after.body == before.body
        assert after.shifts[: len(before.shifts)] == before.shifts


def test_all_certificates_but_two_hold_for_the_fourteen_days(scene: Scene) -> None:
    ends = [date.fromisoformat(c["valid_until_on"]) for person in scene.investigators for c in person.certificates]
    starts = [date.fromisoformat(c["valid_from_on"]) for person in scene.investigators for c in person.certificates]

    assert len(ends) == 24
    assert max(starts) <= SUNDAY
    assert [end for end in ends if end < SUNDAY] == [date(2026, 11, 16)]
    assert [end for end in ends if SUNDAY <= end < SUNDAY + timedelta(days=14)] == [date(2026, 11, 26)]


def test_absences_lie_in_the_shifts_and_leave_the_planned_region_day_whole(scene: Scene) -> None:
    absences = [(person, absence) for person in scene.investigators for absence in person.absences]

    assert {absence["kind"] for _, absence in absences} == {"leave", "sick", "training"}
    for person, absence in absences:
        first, last = (datetime.fromisoformat(absence[end]) for end in ("from_at", "until_at"))
        worked = {datetime.fromisoformat(shift["start_at"]).date() for shift in person.shifts}
        assert first < last
        assert {first.date(), last.date()} <= worked
        assert person.body["region"] != scene.plan_region or first.date() > scene.plan_on


def test_each_region_has_fifty_escalations_and_one_lies_outside(scene: Scene) -> None:
    assert {region: len(found) for region, found in by_region(scene).items()} == {
        **dict.fromkeys(polygons(scene), 50),
        "": 1,
    }


def test_a_named_region_is_the_one_around_the_place(scene: Scene) -> None:
    named = [body["places"][0] for body in scene.escalations if "region" in body["places"][0]]

    assert 90 <= len(named) <= 110
    for place in named:
        assert regions_around(scene, place["place"]) == [place["region"]]


def test_each_region_has_forty_five_cases_without_trouble_and_trouble_is_rare(scene: Scene) -> None:
    found = by_region(scene)

    for region in polygons(scene):
        assert sum(not is_trouble(body) for body in found[region]) >= 45
    assert sum(map(is_trouble, scene.escalations)) + len(found[""]) <= 8


def test_intake_takes_every_escalation_as_it_is(scene: Scene) -> None:
    for body in scene.escalations:
        EscalationBody.model_validate(body)
        assert 1 <= body["priority"] <= 10
        assert SUNDAY + timedelta(days=14) <= date.fromisoformat(body["due_on"]) <= SUNDAY + timedelta(days=42)
        small_business = body["loan"]["product"] == "micro_business"
        assert small_business == (body["borrower"]["segment"] == "micro_business")
        assert small_business == ("micro_business" in body["required_skills"])


def test_references_are_unique(scene: Scene) -> None:
    for references in (
        [body["source_reference"] for body in scene.escalations],
        [body["borrower"]["reference"] for body in scene.escalations],
        [body["loan"]["reference"] for body in scene.escalations],
    ):
        assert len(references) == len(set(references))


def test_every_kind_of_borrower_is_there(scene: Scene) -> None:
    segments = Counter(body["borrower"]["segment"] for body in scene.escalations)

    assert set(segments) == {"young_consumer", "high_spender", "micro_business", "other"}
    assert min(segments.values()) >= 10


def test_people_have_chinese_names_and_telephones_of_nobody(scene: Scene) -> None:
    borrowers = [body["borrower"] for body in scene.escalations]
    people = [person.body for person in scene.investigators]
    others = [other for borrower in borrowers for other in borrower["co_borrowers"]]

    assert others
    for person in (*borrowers, *people, *others):
        assert CHINESE_NAME.fullmatch(person["name"])
    for borrower in borrowers:
        assert re.fullmatch(r"\+861[3-9]00000\d{4}", borrower["phone"])
        assert re.fullmatch(r"\d{3}[\dX]", borrower["national_id_last4"])


def test_an_address_names_district_road_house_and_room(scene: Scene) -> None:
    names = {region["code"]: region["name"] for region in scene.regions}
    for region, found in by_region(scene).items():
        for body in found:
            district = names.get(region, "余杭区")
            assert re.fullmatch(rf"杭州市{district}\w+路\d+号\w+\d+幢\d单元\d+室", body["places"][0]["address"])


def test_four_in_five_could_not_be_reached_on_any_channel_for_thirty_days(scene: Scene) -> None:
    midnight = datetime.fromisoformat(f"{SUNDAY}T00:00:00+08:00")
    unreached = 0
    for body in scene.escalations:
        recent = [c for c in body["contacts"] if datetime.fromisoformat(c["at"]) >= midnight - timedelta(days=30)]
        outcomes = {contact["outcome"] for contact in recent}
        unreached += outcomes == {"no_answer"} and {contact["channel"] for contact in recent} >= {"call", "sms"}
        assert not recent or len(recent) >= 3
        assert "visit" not in {contact["channel"] for contact in recent}
    assert 0.75 <= unreached / len(scene.escalations) <= 0.85


@given(scenes)
@settings(derandomize=True, deadline=None, max_examples=15)
def test_the_notice_is_waived_on_the_day_of_the_plan_for_four_in_five(scene: Scene) -> None:
    waived = 0
    for body in scene.escalations:
        contacts = tuple(
            Contact(Channel(c["channel"]), datetime.fromisoformat(c["at"]), c["outcome"] in {"reached", "promised"})
            for c in body["contacts"]
        )
        waived += is_unreachable(dated(contacts, "Asia/Shanghai"), scene.plan_on, 30)
    assert 0.75 <= waived / len(scene.escalations) <= 0.85


def test_intake_refuses_only_the_case_that_nobody_tried_to_call(scene: Scene) -> None:
    refused = []
    for body in scene.escalations:
        escalation = to_escalation(EscalationBody.model_validate(body))
        candidate = Candidate(
            escalation.product, escalation.overdue, escalation.days_past_due, attempts=escalation.attempts
        )
        refused += [body for verdict in decide(candidate, AcceptancePolicy()) if not verdict.allowed]

    assert [body["contacts"] for body in refused] == [[]]


@given(scenes)
@settings(derandomize=True, deadline=None, max_examples=15)
def test_contacts_were_made_at_lawful_hours_before_today(scene: Scene) -> None:
    for body in scene.escalations:
        times = [datetime.fromisoformat(contact["at"]) for contact in body["contacts"]]
        assert times == sorted(times)
        assert all(at.utcoffset() == timedelta(hours=8) for at in times)
        assert all(at.date() < scene.today and time(8) <= at.time() <= time(22) for at in times)


@given(scenes)
@settings(derandomize=True, deadline=None, max_examples=15)
def test_every_place_lies_in_its_region_on_any_day_with_any_seed(scene: Scene) -> None:
    found = by_region(scene)

    assert {region: len(cases) for region, cases in found.items()} == {**dict.fromkeys(polygons(scene), 50), "": 1}
    for person in scene.investigators:
        assert regions_around(scene, person.body["home"]["place"]) == [person.body["region"]]


@given(scenes)
@settings(derandomize=True, deadline=None, max_examples=15)
def test_every_instant_has_an_offset(scene: Scene) -> None:
    instants = [text for body in bodies(scene) for text in every_text(body) if re.match(r"\d{4}-\d\d-\d\dT", text)]

    assert instants
    assert all(datetime.fromisoformat(text).tzinfo for text in instants)


@given(scenes)
@settings(derandomize=True, deadline=None, max_examples=15)
def test_everybody_works_on_the_day_of_the_plan_in_its_region(scene: Scene) -> None:
    crew = [person for person in scene.investigators if person.body["region"] == scene.plan_region]

    assert len(crew) == 8
    for person in crew:
        assert scene.plan_on.isoformat() in {shift["start_at"][:10] for shift in person.shifts}


@pytest.mark.parametrize(
    ("today", "days_off", "plan_on"),
    [
        (date(2026, 11, 22), [], date(2026, 11, 23)),  # Sunday -> Monday
        (date(2026, 11, 23), [], date(2026, 11, 24)),
        (date(2026, 11, 27), [], date(2026, 11, 30)),  # Friday -> Monday
        (date(2026, 11, 28), [], date(2026, 11, 30)),
        (date(2026, 2, 13), [date(2026, 2, day) for day in range(15, 24)], date(2026, 2, 24)),  # Spring Festival
    ],
)
def test_the_plan_is_for_the_first_working_day_after_today(today: date, days_off: list[date], plan_on: date) -> None:
    assert hangzhou(today, days_off=set(days_off)).plan_on == plan_on
