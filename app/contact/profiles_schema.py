"""Bodies of contact profiles: a text with its rules, its versions, and a draft that is switched."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Field, RootModel

from app.compliance.clauses import Evidence, LocalHours
from app.compliance.profile import LegalStatus, Profile
from app.contact.profile_keeping import KeptVersion
from app.runtime.bodies import Answer, Body, Code, Day, Text
from app.workforce.models import LenderProfiles


class ProfileDocument(RootModel[dict[str, Any]]):
    """A profile as the files of the package hold it: head, then rules, each with its source.

    `GET /v1/contact-profiles/{id}/document` gives a whole one.
    """

    root: dict[str, Any] = Field(
        examples=[
            {
                "id": "IE-CCA1995-s46",
                "version": "2",
                "name": "Ireland, Consumer Credit Act 1995, section 46, as amended",
                "legal_status": "law",
                "enforced": True,
                "country": "IE",
                "evidence": "P",
                "effective_from": "2027-01-01",
                "hours": {"mon_fri": ["09:00-20:00"], "sat": [], "sun": [], "holiday": [], "source": "s. 46(a)(ii)"},
            }
        ]
    )


class SwitchIn(Body):
    """Whether a draft refuses from now on, and why that was decided."""

    enforced: bool
    reason: Text = Field(examples=["The regulator expects it from members already"])


class LenderProfilesIn(Body):
    """The profiles that a lender takes with it; none named: only those of the place."""

    profiles: list[Code] = Field(max_length=20, examples=[["CN-GBT45251-CBA2026"]])


class LenderProfilesBody(Answer):
    """The profiles that hold for a lender's borrowers wherever they live, beside those of the place."""

    lender: str
    profiles: list[str]
    since_at: datetime | None = Field(description="null: nobody named any yet")


def show_lender(lender: str, row: LenderProfiles | None) -> LenderProfilesBody:
    """A row as a body."""
    if row is None:
        return LenderProfilesBody(lender=lender, profiles=[], since_at=None)
    return LenderProfilesBody(lender=lender, profiles=row.profiles, since_at=row.made_at)


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
    """A profile as a body that a lawyer can read; rules it says nothing on are left out."""
    head = {name: getattr(profile, name) for name in ProfileBody.model_fields if name != "rules"}
    said = {name: value for name, value in vars(profile).items() if name not in head and value not in (None, ())}
    return ProfileBody(**head, rules={name: _readable(value) for name, value in said.items()})


def _readable(value: object) -> object:
    """Hours as 09:00-19:00, channels in order, and a clause by the names of its fields."""
    if isinstance(value, LocalHours):
        return str(value)
    if is_dataclass(value):
        return {field.name: _readable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_readable(each) for each in value]
    return sorted(value) if isinstance(value, frozenset) else value


class ProfileVersionBody(Answer):
    """A version of a profile, in short."""

    version: str
    legal_status: LegalStatus
    enforced: bool
    effective_from: Day
    effective_to: Day | None
    applies_today: bool = Field(description="Of versions that hold on one day the one that began last applies")
    brought_at: datetime | None = Field(description="null: it came with the product")
    brought_by: str | None


class ProfileVersionList(Answer):
    """All versions of a profile, in the order in which they were made."""

    items: list[ProfileVersionBody]
    next_cursor: str | None


def show_versions(versions: list[KeptVersion], applying: Profile | None) -> ProfileVersionList:
    """Versions as a body; `applying` is the one of today."""
    items = [
        ProfileVersionBody(
            version=kept.profile.version,
            legal_status=kept.profile.legal_status,
            enforced=kept.profile.enforced,
            effective_from=kept.profile.effective_from,
            effective_to=kept.profile.effective_to,
            applies_today=kept.profile == applying,
            brought_at=kept.brought_at,
            brought_by=kept.brought_by,
        )
        for kept in versions
    ]
    return ProfileVersionList(items=items, next_cursor=None)


def readable_document(document: Any) -> Any:
    """A document as JSON has it: days as texts."""
    if isinstance(document, dict):
        return {key: readable_document(value) for key, value in document.items()}
    if isinstance(document, list):
        return [readable_document(value) for value in document]
    return document.isoformat() if isinstance(document, date) else document
