"""The people who are named for a visit, as the contact rules see them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.compliance.situation import Team
from app.contact.team import team_on
from app.kernel.errors import Invalid
from tests.factories_planning import DAY, add_crew

UNKNOWN = UUID(int=7)


@pytest.mark.parametrize(
    ("on", "certified"),
    [(DAY, True), (DAY + timedelta(days=100), True), (DAY + timedelta(days=101), False), (date(2020, 1, 1), False)],
)
def test_a_member_is_certified_on_the_days_of_a_certificate(tx: Session, on: date, certified: bool) -> None:
    _, people = add_crew(tx)
    people[1].certificates[0].kind = "mediation"
    people[1].skills = ["field_visit"]  # a plain skill of the name is no certificate
    tx.flush()
    assert team_on(tx, [person.id for person in people], None, on) == Team(2, certificates_valid=(certified, False))


def test_nothing_told_is_no_team_and_a_number_alone_is_only_counted(tx: Session) -> None:
    assert team_on(tx, [], None, DAY) is None
    assert team_on(tx, [], 2, DAY) == Team(2)


def test_somebody_unknown_is_named_by_place(tx: Session) -> None:
    _, people = add_crew(tx, 1)
    with pytest.raises(Invalid) as caught:
        team_on(tx, [people[0].id, UNKNOWN], None, DAY)
    assert [fault.pointer for fault in caught.value.faults] == ["/investigator_ids/1"]
