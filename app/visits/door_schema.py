"""Bodies of what is asked and answered at the door."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.compliance.clauses import Evidence
from app.compliance.door_protocol import Conduct, Disclosure, DoorProtocol, DoorRule, Met, Sign
from app.compliance.situation import BlockKind
from app.runtime.bodies import Answer, Body, Instant, Text, in_zone
from app.visits.door_rulings import ToldDoor, outcomes_of
from app.visits.models import DoorRecord
from app.visits.terms import Outcome


class DoorRulingIn(Body):
    """Who opened, and what was said or noticed."""

    client_id: UUID = Field(description="Made by the phone; the same id again is the same question")
    at: Instant
    met: Met
    signs: list[Sign] = Field(default_factory=list, max_length=len(Sign))
    language: Text | None = Field(None, description="Of the sentences; the borrower's when left out", examples=["zh"])

    def told(self) -> ToldDoor:
        """The value inside."""
        return ToldDoor(self.client_id, self.at, self.met, tuple(dict.fromkeys(self.signs)), self.language)


class DoorAnswerBody(Answer):
    """What one rule asks for."""

    rule: str = Field(examples=["distress"])
    conduct: Conduct
    say: str = Field(description="A sentence for the person at the door, in plain words")
    act: str = Field(description="What the investigator does")
    source: str
    profile: str | None = Field(description="The law that names the circumstance; null for the protocol's own rule")


class DoorRulingAnswer(Answer):
    """What holds at the door from now on; kept as proof."""

    id: UUID
    visit_id: UUID
    at: datetime
    met: Met
    signs: list[Sign]
    protocol: str
    version: str
    conduct: Conduct
    may_stay: bool
    may_speak_of_debt: bool = Field(description="To the borrower, once the identity is established")
    blocks: list[BlockKind] = Field(description="On record from now on; they forbid further visits until cleared")
    outcomes: list[Outcome] = Field(description="What such a visit usually ends with")
    answers: list[DoorAnswerBody]


class DoorRuleBody(Answer):
    """One rule of the protocol: for whoever is met, or for a sign."""

    rule: str
    met: Met | None
    sign: Sign | None
    conduct: Conduct
    disclosure: Disclosure
    block: BlockKind | None
    say: dict[str, str] = Field(description="By language", examples=[{"en": "We are leaving now."}])
    act: dict[str, str]
    source: str
    evidence: Evidence


class DoorProtocolAnswer(Answer):
    """The whole protocol, for a phone that may be offline at the door."""

    id: str
    version: str
    rules: list[DoorRuleBody]


def show_door_ruling(row: DoorRecord, zone: str) -> DoorRulingAnswer:
    """A row as a body."""
    met, signs = Met(row.met), [Sign(sign) for sign in row.signs]
    about = {"id": row.id, "visit_id": row.visit_id, "at": in_zone(row.at, zone), "met": met, "signs": signs}
    return DoorRulingAnswer.model_validate(row.ruling | about | {"outcomes": outcomes_of(met, signs)})


def show_protocol(protocol: DoorProtocol) -> DoorProtocolAnswer:
    """The protocol as a body."""
    return DoorProtocolAnswer(id=protocol.id, version=protocol.version, rules=[_rule(rule) for rule in protocol.rules])


def _rule(rule: DoorRule) -> DoorRuleBody:
    return DoorRuleBody.model_validate(vars(rule))
