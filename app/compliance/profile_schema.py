"""The form of a profile document: a parsed file goes in, a Profile or a precise ProfileError comes out."""

from itertools import pairwise
from typing import TypedDict

from app.compliance.profile import (
    BlockRule,
    Clause,
    ConditionRule,
    Counts,
    Effect,
    Evidence,
    HoursRule,
    LegalStatus,
    Limit,
    LocalHours,
    NoticeRule,
    Profile,
    RecordingRule,
    Scope,
    SpacingRule,
    StaffRule,
    WorkplaceAccess,
    WorkplaceRule,
)
from app.compliance.profile_reader import Node, ProfileError
from app.compliance.situation import BlockKind, Channel, ConsentKind

_HEAD = ("id", "version", "name", "legal_status", "enforced", "country", "evidence", "effective_from", "effective_to")
_RULES = (
    "hours",
    "limits",
    "min_days_between_visits",
    "notice",
    "staff",
    "certificate",
    "badge",
    "authority_letter",
    "recording",
    "workplace",
    "inconvenient",
    "consents",
    "conduct",
    "blocks",
)
_HOURS = r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)"


class _Grounds(TypedDict):
    source: str
    evidence: Evidence


def parse_profile(document: object, where: str) -> Profile:
    """Read a parsed profile document; raises ProfileError with the path of what is wrong."""
    fields = Node(document, where).fields(_HEAD, _RULES)
    evidence = fields["evidence"].choice(Evidence)
    rules = {name: fields[name] for name in _RULES if name in fields}
    try:
        profile = _profile(fields, evidence, rules)
    except ProfileError:
        raise
    except ValueError as error:
        raise ProfileError(f"{where}: {error}") from None
    if profile.legal_status is LegalStatus.DRAFT and profile.enforced:
        fields["enforced"].fail("false for a draft, which is only ever switched on by its user")
    return profile


def _profile(fields: dict[str, Node], evidence: Evidence, rules: dict[str, Node]) -> Profile:
    country, effective_to = fields["country"], fields["effective_to"]
    return Profile(
        id=fields["id"].text(r"[A-Za-z0-9-]+"),
        version=fields["version"].text(r"[0-9]+"),
        name=fields["name"].text(),
        legal_status=fields["legal_status"].choice(LegalStatus),
        enforced=fields["enforced"].flag(),
        country=None if country.value is None else country.text(r"[A-Z]{2}"),
        evidence=evidence,
        effective_from=fields["effective_from"].day(),
        effective_to=None if effective_to.value is None else effective_to.day(),
        hours=_hours(rules["hours"], evidence) if "hours" in rules else None,
        limits=tuple(_limit(node, evidence) for node in _list(rules, "limits")),
        min_days_between_visits=_spacing(rules, evidence),
        notice=_notice(rules["notice"], evidence) if "notice" in rules else None,
        staff=_staff(rules["staff"], evidence) if "staff" in rules else None,
        certificate=_clause(rules, "certificate", evidence),
        badge=_clause(rules, "badge", evidence),
        authority_letter=_clause(rules, "authority_letter", evidence),
        recording=_recording(rules["recording"], evidence) if "recording" in rules else None,
        workplace=_workplace(rules["workplace"], evidence) if "workplace" in rules else None,
        inconvenient=_clause(rules, "inconvenient", evidence),
        consents=tuple(_condition(node, evidence) for node in _list(rules, "consents")),
        conduct=tuple(_condition(node, evidence) for node in _list(rules, "conduct")),
        blocks=tuple(_block(node, evidence) for node in _list(rules, "blocks")),
    )


def _list(rules: dict[str, Node], name: str) -> list[Node]:
    return rules[name].items() if name in rules else []


def _rule(
    node: Node, evidence: Evidence, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> tuple[dict[str, Node], _Grounds]:
    """The fields of a rule, and the source and evidence that every rule has."""
    fields = node.fields((*required, "source"), (*optional, "evidence"))
    own = fields["evidence"].choice(Evidence) if "evidence" in fields else evidence
    return fields, {"source": fields["source"].text(), "evidence": own}


def _clause(rules: dict[str, Node], name: str, evidence: Evidence) -> Clause | None:
    return Clause(**_rule(rules[name], evidence)[1]) if name in rules else None


def _hours(node: Node, evidence: Evidence) -> HoursRule:
    optional = ("makeup_as_weekday", "lifted_by_consent", "lifted_past_due_over_days")
    fields, grounds = _rule(node, evidence, ("mon_fri", "sat", "sun", "holiday"), optional)
    holiday, over = fields["holiday"], fields.get("lifted_past_due_over_days")
    return HoursRule(
        mon_fri=_openings(fields["mon_fri"]),
        sat=_openings(fields["sat"]),
        sun=_openings(fields["sun"]),
        holiday=None if holiday.value == "inherit" else _openings(holiday),
        makeup_as_weekday=_flag(fields, "makeup_as_weekday"),
        lifted_by_consent=_flag(fields, "lifted_by_consent"),
        lifted_past_due_over_days=None if over is None else over.integer(0),
        **grounds,
    )


def _flag(fields: dict[str, Node], name: str) -> bool:
    return name in fields and fields[name].flag()


def _openings(node: Node) -> tuple[LocalHours, ...]:
    openings = tuple(_opening(item) for item in node.items())
    if any(later.opens_minute < earlier.closes_minute for earlier, later in pairwise(openings)):
        node.fail("openings in order that do not overlap")
    return openings


def _opening(node: Node) -> LocalHours:
    opens, closes = node.text(_HOURS).split("-")
    if opens >= closes:
        node.fail("an opening that closes after it opens")
    return LocalHours(_minute(opens), _minute(closes))


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _limit(node: Node, evidence: Evidence) -> Limit:
    fields, grounds = _rule(node, evidence, ("n", "days", "counts", "scope", "channels"))
    return Limit(
        n=fields["n"].integer(0),
        days=fields["days"].integer(1),
        counts=fields["counts"].choice(Counts),
        scope=fields["scope"].choice(Scope),
        channels=frozenset(item.choice(Channel) for item in fields["channels"].items()),
        **grounds,
    )


def _spacing(rules: dict[str, Node], evidence: Evidence) -> SpacingRule | None:
    if "min_days_between_visits" not in rules:
        return None
    fields, grounds = _rule(rules["min_days_between_visits"], evidence, ("days",))
    return SpacingRule(days=fields["days"].integer(1), **grounds)


def _notice(node: Node, evidence: Evidence) -> NoticeRule:
    fields, grounds = _rule(node, evidence, ("lead_hours",), ("content", "waived_when_unreachable_days"))
    waived = fields.get("waived_when_unreachable_days")
    return NoticeRule(
        lead_hours=fields["lead_hours"].integer(0),
        content=tuple(item.text() for item in _list(fields, "content")),
        waived_when_unreachable_days=None if waived is None else waived.integer(1),
        **grounds,
    )


def _staff(node: Node, evidence: Evidence) -> StaffRule:
    fields, grounds = _rule(node, evidence, ("minimum",))
    return StaffRule(minimum=fields["minimum"].integer(1), **grounds)


def _recording(node: Node, evidence: Evidence) -> RecordingRule:
    fields, grounds = _rule(node, evidence, ("duty",))
    return RecordingRule(duty=fields["duty"].text(), **grounds)


def _workplace(node: Node, evidence: Evidence) -> WorkplaceRule:
    fields, grounds = _rule(node, evidence, ("access",))
    return WorkplaceRule(access=fields["access"].choice(WorkplaceAccess), **grounds)


def _condition(node: Node, evidence: Evidence) -> ConditionRule:
    fields, grounds = _rule(node, evidence, ("rule", "condition"), ("lifted_by",))
    return ConditionRule(
        rule=fields["rule"].text(r"[a-z][a-z_]*"),
        condition=fields["condition"].text(),
        lifted_by=_lifted_by(fields),
        **grounds,
    )


def _block(node: Node, evidence: Evidence) -> BlockRule:
    fields, grounds = _rule(node, evidence, ("kinds", "effect"), ("days", "then_days", "lifted_by"))
    effect = fields["effect"].choice(Effect)
    if (effect is Effect.DAYS) != ("days" in fields):
        node.fail("`days` with the effect days, and only with it")
    return BlockRule(
        kinds=tuple(item.choice(BlockKind) for item in fields["kinds"].items()),
        effect=effect,
        days=fields["days"].integer(1) if "days" in fields else None,
        then_days=fields["then_days"].integer(1) if "then_days" in fields else 0,
        lifted_by=_lifted_by(fields),
        **grounds,
    )


def _lifted_by(fields: dict[str, Node]) -> ConsentKind | None:
    return fields["lifted_by"].choice(ConsentKind) if "lifted_by" in fields else None
