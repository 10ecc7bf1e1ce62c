"""What tests of redress start from."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.contact.models import Block
from app.intake.models import Case
from app.runtime.database import Database
from tests.client import Client
from tests.factories import add_case, add_region, escalation

Json = dict[str, Any]
ClientOf = Callable[..., Client]
COMPLAINT: Json = {"channel": "letter", "subject": "contact_conduct", "text": "they came at night"}
RESOLUTION: Json = {"outcome": "upheld", "answer": "you are right", "redress": "an apology, and no visits at night"}


def made(answer: Any, status: int = 201) -> Json:
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


def stored_case(database: Database, code: str = "330106", **changes: Any) -> Case:
    with database.transaction() as tx:
        told = {"source_reference": f"ESC-{code}", **changes}
        places = escalation()["places"]
        return add_case(tx, add_region(tx, code=code), places=[places[0] | {"region": code}], **told)


def standing_blocks(database: Database, case: Case) -> list[str]:
    """The kinds of blocks that have no end yet."""
    with database.transaction() as tx:
        query = select(Block.kind).where(
            Block.borrower_key == case.borrower_key, Block.superseded_at.is_(None), Block.until_on.is_(None)
        )
        return sorted(tx.scalars(query))


def status_of(database: Database, case: Case) -> str:
    with database.transaction() as tx:
        return tx.get_one(Case, case.id).status
