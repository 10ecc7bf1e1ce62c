"""What bodies are made of: the bases and the small values that every room's `schemas.py` uses."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.kernel.errors import Fault, Invalid
from app.kernel.money import Money, MoneyError

FIRST_YEAR, LAST_YEAR = 1970, 2199
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?")


class Body(BaseModel):
    """Base of request bodies: unknown fields are refused, and so are NUL characters, which no row can hold."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, value: Any) -> Any:
        if _holds_nul(value):
            raise ValueError("NUL characters are not accepted")
        return value


class Answer(BaseModel):
    """Base of response bodies: every field is always present."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


def _holds_nul(value: Any) -> bool:
    """Whether a text of this very object holds one; what lies deeper is looked at where it belongs."""
    if not isinstance(value, Mapping):
        return False
    texts = [text for key, item in value.items() for text in (*_texts(key), *_texts(item))]
    return any("\x00" in text for text in texts)


def _texts(item: Any) -> list[str]:
    items = item if isinstance(item, list) else [item]
    return [text for text in items if isinstance(text, str)]


def _reasonable(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"the year must be {FIRST_YEAR} to {LAST_YEAR}")
    return value


def _reasonable_instant(value: datetime) -> datetime:
    _reasonable(value)
    return value


def _written_out(value: object) -> object:
    """Refuse numbers: whoever sends the day as 20261101 does not mean seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise ValueError("it must be written out, such as 2026-11-23 for a day; a number is refused")
    return value


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_reasonable_instant),
    Field(description="RFC 3339 with an offset; naive times are refused", examples=["2026-11-23T09:30:00+08:00"]),
]
Day = Annotated[
    date,
    BeforeValidator(_written_out),
    AfterValidator(_reasonable),
    Field(description="A calendar day", examples=["2026-11-23"]),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=4000)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(description="ISO 4217", examples=["CNY"])]


class MoneyBody(Body):
    """An amount as a decimal string with its currency; the scale must fit the currency."""

    amount: Annotated[str, StringConstraints(max_length=32), Field(examples=["1234.56"])]
    currency: Currency

    @model_validator(mode="after")
    def _fits(self) -> "MoneyBody":
        try:
            Money.parse(self.amount, self.currency)
        except MoneyError as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def money(self) -> Money:
        """The value inside."""
        return Money.parse(self.amount, self.currency)

    @classmethod
    def of(cls, money: Money) -> "MoneyBody":
        """The body of a value."""
        return cls(amount=money.amount, currency=money.currency)


class PositiveMoneyBody(MoneyBody):
    """An amount that is not negative."""

    @model_validator(mode="after")
    def _not_negative(self) -> "PositiveMoneyBody":
        if self.money.minor < 0:
            raise ValueError("the amount must not be negative")
        return self


class ToldBody(Answer):
    """A rule's answer in one language."""

    reason: str = Field(description="Why, for people")
    condition: str | None = Field(description="What must be observed for the permission to hold")


class TextsBody(Answer):
    """A rule's answer in every language."""

    en: ToldBody
    zh: ToldBody


class AnswerBody(Answer):
    """One rule's answer."""

    rule: str = Field(description="Name of the rule", examples=["hours"])
    profile: str | None = Field(description="Contact profile the rule belongs to, null for rules of the house")
    version: str | None = Field(description="Version of the profile")
    allowed: bool
    reason: str = Field(description="Why, for people")
    source: str = Field(description="Law and clause, or document, the rule comes from")
    until: datetime | None = Field(description="When a refusal ends, if that is known")
    condition: str | None = Field(description="What must be observed for the permission to hold")
    texts: TextsBody | None = Field(
        None, description="Reason and condition by language; null for rules of the house and for older rulings"
    )


class RulingBody(Answer):
    """The answer of all rules that were asked."""

    allowed: bool
    answers: list[AnswerBody]


def time_zone(name: str) -> str:
    """The IANA time zone name, checked; raises ValueError for an unknown one."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from None
    return name


TimeZone = Annotated[str, AfterValidator(time_zone), Field(description="IANA time zone", examples=["Asia/Shanghai"])]


def in_zone(at: datetime, zone: str) -> datetime:
    """The instant as it is shown: with the offset of the zone."""
    return at.astimezone(ZoneInfo(zone))


def etag_of(row_id: object, revision: int) -> str:
    """The strong ETag of a row that counts its changes (RFC 9110, 8.8.3)."""
    return f'"{row_id}-{revision}"'


def refuse(pointer: str, detail: str, *, reason: str = "INVALID", action: str = "") -> Invalid:
    """The error for one field that cannot be."""
    return Invalid(reason, f"{pointer}: {detail}", action=action, faults=(Fault(pointer, detail),))
