"""What a person is trained for on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workforce.credentials import Credentials, Validity

FIRST, LAST = date(2026, 1, 10), date(2026, 6, 30)
VISITS = Validity("field_visit", FIRST, LAST)
BUSINESS = Validity("micro_business", date(2026, 3, 1), date(2026, 3, 31))
CHEN = Credentials(frozenset({"mediation"}), (VISITS, BUSINESS))

DAY = timedelta(days=1)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
kinds = st.sampled_from(["field_visit", "micro_business", "mediation"])
validities = st.builds(
    lambda kind, from_on, length: Validity(kind, from_on, from_on + timedelta(days=length)),
    kinds,
    days,
    st.integers(0, 200),
)
people = st.builds(Credentials, st.frozensets(kinds), st.lists(validities, max_size=5).map(tuple))


@pytest.mark.parametrize(
    ("on", "valid"),
    [(FIRST - DAY, False), (FIRST, True), (date(2026, 4, 1), True), (LAST, True), (LAST + DAY, False)],
)
def test_a_certificate_is_valid_on_its_first_and_on_its_last_day(on: date, valid: bool) -> None:
    assert VISITS.holds(on) is valid
    assert CHEN.is_certified("field_visit", on) is valid


def test_a_certificate_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Validity("field_visit", LAST, FIRST)


@pytest.mark.parametrize(
    ("on", "held"),
    [
        (date(2026, 1, 1), {"mediation"}),
        (date(2026, 2, 1), {"mediation", "field_visit"}),
        (date(2026, 3, 15), {"mediation", "field_visit", "micro_business"}),
        (date(2026, 9, 1), {"mediation"}),
    ],
)
def test_a_valid_certificate_is_a_skill_as_well(on: date, held: set[str]) -> None:
    assert CHEN.held_on(on) == held


@pytest.mark.parametrize(
    ("required", "on", "missing"),
    [
        ((), date(2026, 2, 1), ()),
        (("mediation",), date(2026, 2, 1), ()),
        (("micro_business", "mediation"), date(2026, 2, 1), ("micro_business",)),
        (("micro_business",), date(2026, 3, 31), ()),
        (("hardship", "micro_business", "hardship"), date(2026, 4, 1), ("hardship", "micro_business")),
    ],
)
def test_what_is_missing_is_named_once_and_in_order(
    required: tuple[str, ...], on: date, missing: tuple[str, ...]
) -> None:
    assert CHEN.missing(required, on) == missing


def test_a_plain_skill_of_that_name_is_no_certificate() -> None:
    boaster = Credentials(frozenset({"field_visit"}), ())
    assert not boaster.is_certified("field_visit", FIRST)
    assert boaster.last_day(["mediation"], FIRST) is None


@pytest.mark.parametrize(
    ("on", "ended_on"), [(FIRST - DAY, None), (LAST, None), (LAST + DAY, LAST), (date(2027, 1, 1), LAST)]
)
def test_a_certificate_that_ended_is_told_from_one_that_never_was(on: date, ended_on: date | None) -> None:
    assert CHEN.expired_on("field_visit", on) == ended_on


@pytest.mark.parametrize(
    ("renewal", "until_on"),
    [
        (Validity("field_visit", LAST + DAY, date(2026, 12, 31)), date(2026, 12, 31)),
        (Validity("field_visit", date(2026, 6, 1), date(2026, 12, 31)), date(2026, 12, 31)),
        (Validity("field_visit", LAST + 2 * DAY, date(2026, 12, 31)), LAST),
        (Validity("field_visit", FIRST, date(2026, 2, 1)), LAST),
        (Validity("micro_business", LAST + DAY, date(2026, 12, 31)), LAST),
    ],
    ids=["the day after", "overlapping", "a day later", "inside", "of another kind"],
)
def test_a_renewal_extends_the_validity_when_it_leaves_no_gap(renewal: Validity, until_on: date) -> None:
    person = Credentials(frozenset(), (renewal, VISITS))
    assert person.certified_until("field_visit", date(2026, 1, 20)) == until_on


def test_the_last_day_is_that_of_the_certificate_that_ends_first() -> None:
    on = date(2026, 3, 15)
    assert CHEN.last_day((), on) == LAST
    assert CHEN.last_day(("mediation",), on) == LAST
    assert CHEN.last_day(("micro_business",), on) == date(2026, 3, 31)
    assert CHEN.last_day(("hardship",), on) is None


@settings(derandomize=True, deadline=None, max_examples=200)
@given(person=people, required=st.lists(kinds, max_size=3), on=days)
def test_until_the_last_day_nothing_is_missing_on_any_day(person: Credentials, required: list[str], on: date) -> None:
    last = person.last_day(required, on)
    if last is None:
        assert person.missing(required, on) or not person.is_certified("field_visit", on)
        return
    for ahead in range((last - on).days + 1):
        day = on + timedelta(days=ahead)
        assert not person.missing(required, day)
        assert person.is_certified("field_visit", day)
    after = last + DAY
    assert person.missing(required, after) or not person.is_certified("field_visit", after)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(person=people, more=validities, required=st.lists(kinds, max_size=3), on=days)
def test_another_certificate_never_takes_anything_away(
    person: Credentials, more: Validity, required: list[str], on: date
) -> None:
    richer = Credentials(person.skills, (*person.certificates, more))
    assert person.held_on(on) <= richer.held_on(on)
    assert set(richer.missing(required, on)) <= set(person.missing(required, on))
    before, after = person.last_day(required, on), richer.last_day(required, on)
    assert before is None or (after is not None and after >= before)
