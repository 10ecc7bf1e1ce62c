"""Bodies of a report that is read: masked, proved, or copied for the borrower. They are sent as they were made."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.compliance.phrase import Language
from app.reports.terms import Reader
from app.runtime.bodies import Answer

JsonObject = dict[str, Any]


class MaskedReportBody(Answer):
    """A report as an auditor or a dispatcher sees it: the fields of a report, those that the role needs."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    version: int
    masked: Literal[True]
    masked_for: Reader
    left_out: list[str] = Field(
        description="JSON pointers into the whole report to what was left out or replaced by `***`",
        examples=[["/note", "/statement/lines/3/note"]],
    )
    sha256: str = Field(description="The hash of the whole report, by which it is known")


class ProofBody(Answer):
    """Whether a report is the one that was stored."""

    report_id: UUID
    version: int
    sha256: str = Field(description="The hash that was stored with the report")
    computed_sha256: str = Field(description="The hash of the stored report, computed anew")
    intact: bool = Field(description="Whether the two are the same")
    matches: bool | None = Field(description="Whether the hash that was asked for is this report's; null without one")
    code: str = Field(description="What the QR code of the report says", examples=["doorstep:report:{id}:1:{sha256}"])
    superseded_by: UUID | None = Field(description="The newest version of the visit's report, when it is a later one")


class RightBody(Answer):
    """A right of the borrower, and how to use it."""

    title: str
    text: str


class BorrowerCopyBody(Answer):
    """The borrower's copy: what was told, what it comes to, what may follow."""

    report_id: UUID
    case_id: UUID
    visit_id: UUID
    version: int
    made_at: datetime
    source_reference: str
    supersedes: Any | None = Field(description="The version that this one corrects")
    loans: list[JsonObject]
    visit: JsonObject = Field(description="When it was, and who came")
    overdue_reasons: list[JsonObject]
    complaint: Any | None = Field(description="What the borrower complained of")
    education: list[Any]
    statement: JsonObject | None
    affordability: JsonObject | None
    options: list[JsonObject]
    promise: JsonObject | None
    arrangement: JsonObject | None
    sha256: str = Field(description="The hash of the report that this is a copy of")
    language: Language
    rights: list[RightBody]
