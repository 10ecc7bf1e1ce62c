"""Which contact profiles hold in a region on a day, as they were known at an instant."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.compliance.profile_files import load_profiles, shipped_document
from app.compliance.situation import BlockKind
from app.kernel.errors import Invalid
from app.runtime.clock import now
from app.runtime.database import Json
from app.workforce.contact_profiles import ProfileBook, profile_book
from app.workforce.models import ContactProfileSwitch, ContactProfileVersion, Region

TODAY = date(2026, 11, 23)
IRELAND, DRAFT = "IE-CCA1995-s46", "IN-RBI-2026-draft"


def law(profile_id: str, version: str, effective_from: str, **rules: object) -> Json:
    """The shipped document, changed."""
    document = shipped_document(profile_id)
    assert isinstance(document, dict)
    changed: Json = document | {"version": version, "effective_from": effective_from, **rules}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in changed.items()}


def bring(tx: Session, document: Json, made_at: datetime | None = None) -> None:
    row = ContactProfileVersion(
        profile_id=document["id"], version=document["version"], document=document, actor="admin"
    )
    row.made_at = made_at or now()
    tx.add(row)
    tx.flush()


def switch(tx: Session, profile_id: str, enforced: bool, made_at: datetime) -> None:
    row = ContactProfileSwitch(profile_id=profile_id, enforced=enforced, reason="because", actor="admin")
    row.made_at = made_at
    tx.add(row)
    tx.flush()


def held(book: ProfileBook, region: Region | None, on: date = TODAY) -> list[tuple[str, str]]:
    """Ids and versions, but for the house's blocks, which hold everywhere."""
    return [(profile.id, profile.version) for profile in book.of(region, on) if profile != profile.blocks_alone()]


def test_the_blocks_of_the_house_hold_everywhere(tx: Session) -> None:
    *_, house = profile_book(tx).of(Region(profiles=[IRELAND]), TODAY)
    assert house.id == "house-low-pressure"
    assert house == load_profiles()["house-low-pressure"].blocks_alone()
    assert {kind for rule in house.blocks for kind in rule.kinds} >= {BlockKind.BEREAVEMENT, BlockKind.NO_VISIT_LIST}
    assert (house.hours, house.limits, house.staff, house.terms) == (None, (), None, ())


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (None, ["house-low-pressure"]),
        (Region(profiles=[]), ["house-low-pressure"]),
        (Region(profiles=[IRELAND]), [IRELAND]),
        (Region(profiles=["CN-GBT45251-CBA2026", "house-low-pressure"]), ["CN-GBT45251-CBA2026", "house-low-pressure"]),
    ],
)
def test_a_region_has_the_profiles_it_names_or_else_the_houses_own(
    tx: Session, region: Region | None, expected: list[str]
) -> None:
    assert [profile_id for profile_id, _ in held(profile_book(tx), region)] == expected


def test_a_draft_that_comes_later_waits_for_a_switch_of_its_own(tx: Session) -> None:
    switch(tx, DRAFT, True, now() - timedelta(hours=2))
    bring(tx, law(DRAFT, "2", "2026-07-01"), now() - timedelta(hours=1))
    assert [p.enforced for p in profile_book(tx).versions.of(DRAFT)] == [True, False]
    switch(tx, DRAFT, True, now())
    assert [p.enforced for p in profile_book(tx).versions.of(DRAFT)] == [True, True]


def test_only_drafts_are_switched_on(tx: Session) -> None:
    bring(tx, law(IRELAND, "2", "2020-01-01", enforced=False), now() - timedelta(hours=1))
    switch(tx, IRELAND, True, now())
    assert [p.enforced for p in profile_book(tx).versions.of(IRELAND)] == [True, False]


def test_the_version_of_the_day_holds(tx: Session) -> None:
    bring(tx, law(IRELAND, "2", "2027-01-01"))
    book, region = profile_book(tx), Region(profiles=[IRELAND])
    assert held(book, region, date(2026, 12, 31)) == [(IRELAND, "1")]
    assert held(book, region, date(2027, 1, 1)) == [(IRELAND, "2")]
    eras = book.eras(region, date(2026, 12, 30), 4)
    assert [(era.first_on, era.days, era.profiles[0].version) for era in eras] == [
        (date(2026, 12, 30), 2, "1"),
        (date(2027, 1, 1), 2, "2"),
    ]


def test_of_two_versions_from_one_day_the_later_made_one_holds(tx: Session) -> None:
    bring(tx, law(IRELAND, "2", "2027-01-01"), now() - timedelta(hours=1))
    bring(tx, law(IRELAND, "3", "2027-01-01"))
    assert held(profile_book(tx), Region(profiles=[IRELAND]), date(2027, 2, 1)) == [(IRELAND, "3")]


def test_where_nothing_that_is_named_is_in_force_the_houses_own_holds(tx: Session) -> None:
    bring(tx, law(IRELAND, "2", "2027-01-01") | {"id": "IE-NEW"})
    region = Region(profiles=["IE-NEW"])
    assert held(profile_book(tx), region, date(2026, 12, 31)) == [("house-low-pressure", "1")]
    assert held(profile_book(tx), region, date(2027, 1, 1)) == [("IE-NEW", "2")]


def test_a_draft_refuses_only_while_it_is_switched_on(tx: Session) -> None:
    switch(tx, DRAFT, True, datetime(2026, 8, 1, tzinfo=UTC))
    switch(tx, DRAFT, False, datetime(2026, 9, 1, tzinfo=UTC))
    enforced = {
        month: profile_book(tx, datetime(2026, month, 15, tzinfo=UTC)).versions.nearest(DRAFT, TODAY).enforced
        for month in (7, 8, 9)
    }
    assert enforced == {7: False, 8: True, 9: False}


def test_what_was_brought_later_was_not_known_then(tx: Session) -> None:
    bring(tx, law(IRELAND, "2", "2020-01-01"), datetime(2026, 10, 1, tzinfo=UTC))
    region = Region(profiles=[IRELAND])
    assert held(profile_book(tx, datetime(2026, 9, 30, tzinfo=UTC)), region) == [(IRELAND, "1")]
    assert held(profile_book(tx, datetime(2026, 10, 1, tzinfo=UTC)), region) == [(IRELAND, "2")]
    assert held(profile_book(tx), region) == [(IRELAND, "2")]


def test_a_profile_that_is_asked_for_by_name_applies_whatever_the_day(tx: Session) -> None:
    book = profile_book(tx)
    assert [profile.id for profile in book.named([IRELAND, DRAFT], date(1980, 1, 1))] == [IRELAND, DRAFT]
    with pytest.raises(Invalid) as error:
        book.named([IRELAND, "nowhere"], TODAY)
    assert error.value.faults[0].pointer == "/profiles/1"
