"""What an account update means for visits."""

import pytest

from app.compliance.situation import BlockKind
from app.contact.account_effects import effect_of
from app.contact.terms import AccountUpdateKind


@pytest.mark.parametrize("kind", AccountUpdateKind)
def test_every_kind_of_update_has_a_stated_effect(kind: AccountUpdateKind) -> None:
    effect = effect_of(kind)
    assert not (effect.opens and effect.closes)


def test_what_is_opened_can_be_closed() -> None:
    assert effect_of(AccountUpdateKind.DISPUTE_OPENED).opens == (BlockKind.DISPUTE_OPEN,)
    assert BlockKind.DISPUTE_OPEN in effect_of(AccountUpdateKind.DISPUTE_CLOSED).closes
    assert effect_of(AccountUpdateKind.COMPLAINT_OPENED).opens == effect_of(AccountUpdateKind.COMPLAINT_CLOSED).closes


def test_a_note_and_an_offer_of_relief_change_nothing_for_visits() -> None:
    for kind in (AccountUpdateKind.NOTE, AccountUpdateKind.RELIEF_OFFERED):
        effect = effect_of(kind)
        assert not effect.opens
        assert not effect.settles
