"""Bodies of policies: the constants of assessments as dated documents."""

from datetime import datetime
from typing import Any

from pydantic import Field, RootModel

from app.assessment.policy_keeping import KeptPolicy
from app.runtime.bodies import Answer, Day, in_zone


class PolicyDocument(RootModel[dict[str, Any]]):
    """A policy of some regions from a day on: constants, guidelines by household, floors, and a source for each.

    `regions` are prefixes of region codes, `""` is every region. `constants` are named as in the `policy` of
    `POST /v1/assessments:preview`, but for guidelines and line floors; what is left out is the house's own.
    """

    root: dict[str, Any] = Field(
        examples=[
            {
                "name": "CN-3301",
                "version": "2026",
                "currency": "CNY",
                "regions": ["3301"],
                "effective_from": "2026-07-01",
                "constants": {"floor_per_person": {"amount": "1245.00", "currency": "CNY"}},
                "guidelines": {"food": {"first_adult": "1400.00", "further_adult": "900.00", "child": "700.00"}},
                "line_floors": {"food": "450.00"},
                "sources": {
                    "floor_per_person": {"text": "City notice of the year", "certainty": "P", "as_of_on": "2026-07-01"},
                    "guidelines": {"text": "City survey of low-income spending", "certainty": "S"},
                    "line_floors": {"text": "House", "certainty": "D"},
                },
            }
        ]
    )


class PolicySummary(Answer):
    """A policy in short."""

    name: str
    version: str
    currency: str
    regions: list[str]
    effective_from: Day
    effective_to: Day | None
    brought_at: datetime | None = Field(description="Null for one of the package")
    brought_by: str | None


class PolicyShown(PolicySummary):
    """A policy with its whole document."""

    document: dict[str, Any]


class PolicyList(Answer):
    """All policies; where several hold for a region and a day, the one that names most of its code, then the last."""

    items: list[PolicySummary]
    next_cursor: str | None


def show_summary(kept: KeptPolicy) -> PolicySummary:
    """A policy in short as a body."""
    return PolicySummary(**_fields(kept))


def show_policy(kept: KeptPolicy) -> PolicyShown:
    """A policy with its document as a body."""
    return PolicyShown(**_fields(kept), document=kept.document)


def _fields(kept: KeptPolicy) -> dict[str, Any]:
    policy = kept.dated.policy
    return {
        "name": policy.name,
        "version": policy.version,
        "currency": policy.currency,
        "regions": list(kept.dated.regions),
        "effective_from": kept.dated.effective_from,
        "effective_to": kept.dated.effective_to,
        "brought_at": None if kept.brought_at is None else in_zone(kept.brought_at, "UTC"),
        "brought_by": kept.brought_by,
    }
