"""Bodies of contact."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.compliance import situation as facts_of_compliance
from app.compliance.calendar import Calendar
from app.compliance.profile import Evidence, LegalStatus, Profile
from app.compliance.profile_files import load_profiles
from app.compliance.situation import BlockKind, ConsentKind, Facts, PlaceKind, Situation, Team
from app.contact.models import AccountUpdate, Contact
from app.contact.service import MadeContact, Update
from app.contact.terms import AccountUpdateKind
from app.intake.models import Case
from app.intake.terms import Channel, ContactOutcome
from app.kernel.errors import Fault, Invalid
from app.kernel.money import Money
from app.runtime.bodies import (
    Answer,
    AnswerBody,
    Body,
    Code,
    Day,
    Instant,
    LongText,
    MoneyBody,
    PositiveMoneyBody,
    Text,
    TimeZone,
    in_zone,
)
from app.runtime.clock import now

FUTURE_LEEWAY = timedelta(minutes=5)


class ContactIn(Body):
    """A call, message or visit that somebody made."""

    client_id: UUID = Field(description="Made by the client; the same id again is the same contact")
    channel: Channel
    at: Instant
    outcome: ContactOutcome
    contacted: bool = Field(False, description="Whether the borrower in person was reached")
    by: Text | None = Field(None, examples=["phone team"])
    claim_reference: Text | None = None

    @model_validator(mode="after")
    def _happened(self) -> "ContactIn":
        if self.at > now() + FUTURE_LEEWAY:
            raise ValueError("a contact cannot lie in the future")
        return self

    def made(self) -> MadeContact:
        """The value inside."""
        return MadeContact(**self.model_dump())


class ContactBody(Answer):
    """A line of the ledger."""

    id: UUID
    case_id: UUID
    client_id: UUID
    channel: Channel
    at: datetime
    outcome: ContactOutcome
    contacted: bool
    by: str | None
    claim_reference: str | None


class ContactList(Answer):
    """The ledger of a borrower, oldest first."""

    items: list[ContactBody]
    next_cursor: str | None


def show_contact(row: Contact, zone: str) -> ContactBody:
    """A row as a body."""
    return ContactBody(
        id=row.id,
        case_id=row.case_id,
        client_id=row.client_id,
        channel=Channel(row.channel),
        at=in_zone(row.at, zone),
        outcome=ContactOutcome(row.outcome),
        contacted=row.contacted,
        by=row.by,
        claim_reference=row.claim_reference,
    )


class AccountUpdateIn(Body):
    """What happened to the account; amounts must be in the currency of the loan."""

    client_id: UUID = Field(description="Made by the client; the same id again is the same update")
    at: Instant
    kind: AccountUpdateKind
    amount: PositiveMoneyBody | None = Field(None, description="What was paid")
    outstanding: PositiveMoneyBody | None = Field(None, description="What is owed in all now")
    overdue: PositiveMoneyBody | None = Field(None, description="What is owed and late now")
    until_on: Day | None = Field(None, description="The first day on which a block no longer holds, if known")
    detail: LongText | None = None

    @model_validator(mode="after")
    def _complete(self) -> "AccountUpdateIn":
        if self.kind is AccountUpdateKind.PAYMENT and self.amount is None:
            raise ValueError("a payment needs its amount")
        if self.kind is AccountUpdateKind.BALANCE and self.outstanding is None and self.overdue is None:
            raise ValueError("a balance needs outstanding or overdue")
        return self

    def update_of(self, case: Case) -> Update:
        """The value inside; raises Invalid when an amount is in another currency than the loan."""
        return Update(
            client_id=self.client_id,
            at=self.at,
            kind=self.kind,
            amount=_in_currency(case, self.amount, "/amount"),
            outstanding=_in_currency(case, self.outstanding, "/outstanding"),
            overdue=_in_currency(case, self.overdue, "/overdue"),
            until_on=self.until_on,
            detail=self.detail,
        )


def _in_currency(case: Case, body: MoneyBody | None, pointer: str) -> Money | None:
    if body is None or body.currency == case.currency:
        return body.money if body else None
    detail = f"the loan is in {case.currency}, not {body.currency}"
    raise Invalid("CURRENCY_DIFFERS", detail, action="Send the amount in it.", faults=(Fault(pointer, detail),))


class AccountUpdateBody(Answer):
    """An account update as it was taken."""

    id: UUID
    case_id: UUID
    client_id: UUID
    at: datetime
    kind: AccountUpdateKind
    case_status: str = Field(description="Status of the case after it")
    outstanding: MoneyBody = Field(description="What the case knows to be owed in all after it")
    overdue: MoneyBody = Field(description="What the case knows to be late after it")


def show_update(row: AccountUpdate, case: Case, zone: str) -> AccountUpdateBody:
    """A row as a body."""
    return AccountUpdateBody(
        id=row.id,
        case_id=row.case_id,
        client_id=row.client_id,
        at=in_zone(row.at, zone),
        kind=AccountUpdateKind(row.kind),
        case_status=case.status,
        outstanding=MoneyBody.of(case.outstanding),
        overdue=MoneyBody.of(case.overdue),
    )


# ---- contact-rules:check


def _known_profile(profile_id: str) -> str:
    if profile_id not in load_profiles():
        raise ValueError(f"there is no profile {profile_id!r}; see GET /v1/contact-profiles")
    return profile_id


def _known_calendar(code: str) -> str:
    Calendar(code)
    return code


class CheckedContact(Body):
    """A contact of the hypothetical ledger."""

    channel: Channel
    at: Instant
    outcome: ContactOutcome | None = None
    contacted: bool = False


class CheckedBlock(Body):
    """A block of the hypothetical borrower."""

    kind: BlockKind
    from_on: Day
    until_on: Day | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "CheckedBlock":
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError("until_on must not lie before from_on")
        return self


class CheckedConsent(Body):
    """A consent on record."""

    kind: ConsentKind
    given_at: Instant
    until_at: Instant | None = None


class CheckedNotice(Body):
    """A notice of the visit that was given."""

    at: Instant
    channel: Channel = Channel.LETTER


class CheckedFacts(Body):
    """What is to be taken as known."""

    contacts: list[CheckedContact] = Field(default_factory=list, max_length=5000)
    blocks: list[CheckedBlock] = Field(default_factory=list, max_length=100)
    consents: list[CheckedConsent] = Field(default_factory=list, max_length=100)
    notices: list[CheckedNotice] = Field(default_factory=list, max_length=100)
    days_past_due: Annotated[int, Field(ge=0, le=36500)] | None = None

    def facts(self) -> Facts:
        """The value inside."""
        known = facts_of_compliance
        return Facts(
            contacts=tuple(known.Contact(known.Channel(c.channel), c.at, contacted=c.contacted) for c in self.contacts),
            blocks=tuple(known.Block(b.kind, b.from_on, b.until_on) for b in self.blocks),
            consents=tuple(known.Consent(c.kind, c.given_at, c.until_at) for c in self.consents),
            notices=tuple(known.Notice(n.at, known.Channel(n.channel)) for n in self.notices),
            days_past_due=self.days_past_due,
        )


class CheckIn(Body):
    """A visit to ask about: of a stored case or of a hypothetical one."""

    case_id: UUID | None = Field(None, description="A stored case, with all that is on record for it")
    profiles: list[Annotated[Code, AfterValidator(_known_profile)]] | None = Field(
        None, min_length=1, max_length=20, description="Exactly these apply; without them those of the case's region"
    )
    time_zone: TimeZone | None = None
    holidays: Annotated[Code, AfterValidator(_known_calendar)] | None = Field(
        None, description="Public calendar such as IE or CN"
    )
    start_at: Instant
    duration_seconds: Annotated[int, Field(ge=1, le=86400)] = 1800
    place_kind: PlaceKind = PlaceKind.HOME
    investigator_ids: list[UUID] = Field(
        default_factory=list, max_length=2, description="Who goes; for a stored case their certificates are looked at"
    )
    staff: Annotated[int, Field(ge=1, le=20)] | None = Field(
        None, description="How many go; not told: as many as are named, or not asked"
    )
    facts: CheckedFacts = Field(default_factory=CheckedFacts)

    @model_validator(mode="after")
    def _whole(self) -> "CheckIn":
        if self.case_id is None and (self.profiles is None or self.time_zone is None):
            raise ValueError("without case_id, profiles and time_zone are needed")
        if len(set(self.investigator_ids)) < len(self.investigator_ids):
            raise ValueError("investigator_ids names somebody twice")
        return self

    @property
    def team(self) -> Team | None:
        """Who goes in the hypothetical case: people who are named are only counted."""
        count = self.staff or len(self.investigator_ids)
        return Team(count) if count else None

    def hypothetical(self) -> Situation:
        """The situation without a stored case."""
        assert self.time_zone is not None
        return Situation(
            time_zone=self.time_zone,
            holidays=self.holidays,
            start_at=self.start_at,
            duration_seconds=self.duration_seconds,
            place_kind=self.place_kind,
            team=self.team,
            facts=self.facts.facts(),
        )


class CheckAnswer(Answer):
    """The ruling with every rule's answer."""

    allowed: bool
    answers: list[AnswerBody]
    next_allowed_at: datetime | None = Field(
        description="The earliest start from the asked one on, null when none is found within 60 days; a notice that"
        " is needed and missing is taken to go out at the asked start"
    )


# ---- profiles


class ProfileBody(Answer):
    """A contact profile."""

    id: str
    version: str
    name: str
    legal_status: LegalStatus
    enforced: bool
    country: str | None
    evidence: Evidence
    effective_from: Day
    effective_to: Day | None
    rules: dict[str, Any] = Field(description="Each rule with its values, its source and how sure we are of it")


class ProfileList(Answer):
    """All profiles."""

    items: list[ProfileBody]
    next_cursor: str | None


def show_profile(profile: Profile) -> ProfileBody:
    """A profile as a body; rules it says nothing on are left out."""
    head = {name: getattr(profile, name) for name in ProfileBody.model_fields if name != "rules"}
    rules = {
        name: value for name, value in vars(profile).items() if name not in head and value is not None and value != ()
    }
    return ProfileBody(**head, rules=rules)
