"""Whoever handles a complaint has no interest in it, and nobody brings what the lender holds."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.actor import Actor
from app.redress.handling import HELD_BY_LENDER, Concerned, interest, not_to_be_asked_for
from app.redress.terms import Paper

LI, CHEN = uuid4(), uuid4()


def actor(subject: str, investigator_id: UUID | None = None) -> Actor:
    return Actor(subject, frozenset({"cases:manage"}), investigator_id=investigator_id)


@pytest.mark.parametrize(
    ("handler", "concerned", "may"),
    [
        (actor("dispatcher:wang"), Concerned(None, frozenset()), True),
        (actor("dispatcher:wang"), Concerned("dispatcher:li", frozenset({LI})), True),
        (actor("dispatcher:li"), Concerned("dispatcher:li", frozenset()), False),
        (actor("dispatcher:li", LI), Concerned(None, frozenset({LI, CHEN})), False),
        (actor("dispatcher:li", LI), Concerned(None, frozenset({CHEN})), True),
    ],
)
def test_who_may_handle_a_complaint(handler: Actor, concerned: Concerned, may: bool) -> None:
    assert (interest(handler, concerned) is None) is may


@given(papers=st.lists(st.sampled_from(Paper)))
@settings(derandomize=True, deadline=None)
def test_only_what_the_lender_holds_is_not_asked_for(papers: list[Paper]) -> None:
    held = not_to_be_asked_for(papers)
    assert set(held) == set(papers) & HELD_BY_LENDER
    assert not_to_be_asked_for([paper for paper in papers if paper not in held]) == ()
