"""Bodies of signals; the row of features is made from their data dictionary."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from pydantic import Field, create_model

from app.kernel.money import decimal_string
from app.runtime.bodies import Answer, MoneyBody
from app.signals.cohorts import Cell, Quartiles, Share
from app.signals.features import FEATURES, Feature
from app.signals.suppression import SMALLEST
from app.signals.terms import Grouping, Kind, Known

_TYPES: dict[Kind, Any] = {
    Kind.CODE: str,
    Kind.CODES: list[str],
    Kind.INTEGER: int,
    Kind.BOOLEAN: bool,
    Kind.DECIMAL: str,
    Kind.INSTANT: datetime,
    Kind.DAY: date,
}
_RATIO_DECIMALS = 4


def _field(feature: Feature) -> tuple[Any, Any]:
    """Type and description of a feature, as a field of the row."""
    kind = _TYPES[feature.kind]
    unit = f", in {feature.unit}" if feature.unit else ""
    missing = f"; null: {feature.missing}" if feature.missing else ""
    return (kind | None if feature.missing else kind), Field(description=f"{feature.meaning}{unit}{missing}")


_FIELDS: dict[str, Any] = {feature.name: _field(feature) for feature in FEATURES}

SignalBody: Any = create_model(
    "SignalBody",
    __base__=Answer,
    __doc__="The features of one version of the report of a visit, as they were known at `as_of`.",
    **_FIELDS,
)


class SignalPage(Answer):
    """A page of signals in the order of the report feed."""

    items: list[SignalBody]
    next_cursor: str = Field(description="Where to go on from, never null: ask again with it for what comes later")


class FeatureBody(Answer):
    """One feature of the data dictionary."""

    name: str = Field(examples=["surplus_monthly"])
    kind: Kind = Field(description="decimal: a decimal string; codes: a list")
    unit: str | None = Field(examples=["days"])
    meaning: str
    known: Known = Field(
        description="report: known when the report was made, the same in every answer; as_of: as known at the instant"
        " that was asked for"
    )
    missing: str | None = Field(description="What null means; null where there is always a value")


class SignalDictionary(Answer):
    """All features in their order."""

    features: list[FeatureBody]


class ShareBody(Answer):
    """A share of a number of visits."""

    of: int | None = Field(description=f"How many visits it is a share of; null when they are fewer than {SMALLEST}")
    share: str | None = Field(
        description="Of one, four decimals; null when the visits are too few", examples=["0.4286"]
    )


class QuartilesBody(Answer):
    """What divides the amounts into four, interpolated between the two nearest."""

    first: MoneyBody
    median: MoneyBody
    third: MoneyBody


class CohortBody(Answer):
    """The figures of one cohort. A suppressed one has its key alone."""

    group: dict[Grouping, str | None] = Field(
        description="What its visits have in common; null: without a region, no reason told"
    )
    currency: str = Field(description="Of the loans: cohorts never mix currencies", examples=["CNY"])
    suppressed: bool = Field(
        description=f"Fewer than {SMALLEST} visits, or a cell that would tell how many such a one has"
    )
    visits: int | None
    met: ShareBody | None = Field(description="The borrower in person was met")
    assessed: ShareBody | None = Field(description="There are figures on the household")
    promised: ShareBody | None = Field(description="A payment was promised")
    hardship: ShareBody | None = Field(description="Warnings of hardship, of those assessed")
    accepted: ShareBody | None = Field(description="A plan was approved, of those with options in their report")
    surplus_monthly: QuartilesBody | None = Field(
        description=f"Of those assessed in the loan's currency; null when they are fewer than {SMALLEST}"
    )


class Cohorts(Answer):
    """Cohort figures of a period."""

    as_of: datetime = Field(description="The figures are those that were known then")
    smallest: int = Field(description="No figure is given over fewer visits than this", examples=[SMALLEST])
    suppressed: int = Field(description="How many of the cohorts are suppressed")
    cohorts: list[CohortBody]


def show_dictionary() -> SignalDictionary:
    """The data dictionary as a body."""
    return SignalDictionary(
        features=[
            FeatureBody(
                name=feature.name,
                kind=feature.kind,
                unit=feature.unit,
                meaning=feature.meaning,
                known=feature.known,
                missing=feature.missing,
            )
            for feature in FEATURES
        ]
    )


def show_cohorts(cells: list[Cell], by: tuple[Grouping, ...], as_of: datetime) -> Cohorts:
    """Cohorts as a body."""
    return Cohorts(
        as_of=as_of,
        smallest=SMALLEST,
        suppressed=sum(cell.suppressed for cell in cells),
        cohorts=[_cohort(cell, by) for cell in cells],
    )


def _cohort(cell: Cell, by: tuple[Grouping, ...]) -> CohortBody:
    *groups, currency = cell.key
    return CohortBody(
        group=dict(zip(by, groups, strict=True)),
        currency=currency or "",
        suppressed=cell.suppressed,
        visits=cell.visits,
        met=_share(cell.met),
        assessed=_share(cell.assessed),
        promised=_share(cell.promised),
        hardship=_share(cell.hardship),
        accepted=_share(cell.accepted),
        surplus_monthly=_quartiles(cell.surplus),
    )


def _share(share: Share | None) -> ShareBody | None:
    return None if share is None else ShareBody(of=share.of, share=_ratio(share.share))


def _ratio(share: Fraction | None) -> str | None:
    return None if share is None else decimal_string(round(share * 10**_RATIO_DECIMALS), _RATIO_DECIMALS)


def _quartiles(found: Quartiles | None) -> QuartilesBody | None:
    if found is None:
        return None
    first, median, third = (MoneyBody.of(amount) for amount in (found.first, found.median, found.third))
    return QuartilesBody(first=first, median=median, third=third)
