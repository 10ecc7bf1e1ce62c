"""The form of a profile document: a parsed file goes in, a Profile or a precise ProfileError comes out."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from app.compliance import clause_schema as form
from app.compliance.clauses import Evidence
from app.compliance.profile import LegalStatus, Profile
from app.compliance.profile_reader import Node, ProfileError

_HEAD = ("id", "version", "name", "legal_status", "enforced", "country", "evidence", "effective_from")
_RULES = (
    "effective_to",
    "hours",
    "workplace_hours",
    "limits",
    "min_days_between_visits",
    "pause_after_conversation",
    "notice",
    "prior_agreement",
    "quiet",
    "staff",
    "certificate",
    "badge",
    "authority_letter",
    "same_gender",
    "recording",
    "workplace",
    "places",
    "inconvenient",
    "consents",
    "conduct",
    "blocks",
    "terms",
)

_Rule = TypeVar("_Rule")
_Parse = Callable[[Node, Evidence], _Rule]


def parse_profile(document: object, where: str) -> Profile:
    """Read a parsed profile document; raises ProfileError with the path of what is wrong."""
    fields = Node(document, where).fields(_HEAD, _RULES)
    try:
        profile = _profile(fields, fields["evidence"].choice(Evidence))
    except ProfileError:
        raise
    except ValueError as error:
        raise ProfileError(f"{where}: {error}") from None
    if profile.legal_status is LegalStatus.DRAFT and profile.enforced:
        fields["enforced"].fail("false for a draft, which is only ever switched on by its user")
    names = Counter(rule.rule for rule in (*profile.consents, *profile.conduct))
    if twice := [name for name, count in names.items() if count > 1]:
        raise ProfileError(f"{where}: rule {twice[0]!r} is named twice")
    return profile


def _profile(fields: dict[str, Node], evidence: Evidence) -> Profile:
    country, effective_to = fields["country"], fields.get("effective_to")

    def one(name: str, parse: _Parse[_Rule]) -> _Rule | None:
        return parse(fields[name], evidence) if name in fields else None

    def each(name: str, parse: _Parse[_Rule]) -> tuple[_Rule, ...]:
        return tuple(parse(item, evidence) for item in fields[name].items()) if name in fields else ()

    return Profile(
        id=fields["id"].text(r"[A-Za-z0-9-]+"),
        version=fields["version"].text(r"[0-9]+"),
        name=fields["name"].text(),
        legal_status=fields["legal_status"].choice(LegalStatus),
        enforced=fields["enforced"].flag(),
        country=None if country.value is None else country.text(r"[A-Z]{2}"),
        evidence=evidence,
        effective_from=fields["effective_from"].day(),
        effective_to=None if effective_to is None or effective_to.value is None else effective_to.day(),
        hours=one("hours", form.parse_hours),
        workplace_hours=one("workplace_hours", form.parse_hours),
        limits=each("limits", form.parse_limit),
        min_days_between_visits=one("min_days_between_visits", form.parse_spacing),
        pause_after_conversation=one("pause_after_conversation", form.parse_pause),
        notice=one("notice", form.parse_notice),
        prior_agreement=one("prior_agreement", form.parse_prior_agreement),
        quiet=one("quiet", form.parse_quiet),
        staff=one("staff", form.parse_staff),
        certificate=one("certificate", form.parse_certificate),
        badge=one("badge", form.parse_badge),
        authority_letter=one("authority_letter", form.parse_clause),
        same_gender=one("same_gender", form.parse_clause),
        recording=one("recording", form.parse_recording),
        workplace=one("workplace", form.parse_workplace),
        places=one("places", form.parse_places),
        inconvenient=one("inconvenient", form.parse_clause),
        consents=each("consents", form.parse_condition),
        conduct=each("conduct", form.parse_condition),
        blocks=each("blocks", form.parse_block),
        terms=each("terms", form.parse_term),
    )
