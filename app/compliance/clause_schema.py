"""The form of each clause in a profile document: its node goes in, the clause or a precise ProfileError comes out."""

from itertools import pairwise
from typing import TypedDict

from app.compliance.clauses import (
    BadgeRule,
    BlockRule,
    CalendarSpan,
    CertificateRule,
    Clause,
    ConditionRule,
    Counts,
    Effect,
    Evidence,
    Hours,
    HoursRule,
    Limit,
    LimitWindow,
    LocalHours,
    NoticeRule,
    NoticeSubject,
    PauseRule,
    PlacesRule,
    PriorAgreementRule,
    QuietRule,
    RecordingMode,
    RecordingRule,
    Scope,
    SpacingRule,
    StaffRule,
    Term,
    TermUnit,
    WorkplaceAccess,
    WorkplaceRule,
)
from app.compliance.phrase import Language, Wording
from app.compliance.places import CONSENT_FOR
from app.compliance.profile_reader import Node
from app.compliance.situation import BlockKind, Channel, ConsentForm, ConsentKind, PlaceKind

# A visit has one role or two: nobody is sent to a door in a crowd.
MOST_STAFF = 2
_HOURS = r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)"
_RULE_NAME = r"[a-z][a-z0-9_]*"
_WORKING_WEEK = ("mon", "tue", "wed", "thu", "fri")


class _Grounds(TypedDict):
    source: str
    evidence: Evidence


def _rule(
    node: Node, evidence: Evidence, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> tuple[dict[str, Node], _Grounds]:
    """The fields of a rule, and the source and evidence that every rule has."""
    fields = node.fields((*required, "source"), (*optional, "evidence"))
    own = fields["evidence"].choice(Evidence) if "evidence" in fields else evidence
    return fields, {"source": fields["source"].text(), "evidence": own}


def parse_clause(node: Node, evidence: Evidence) -> Clause:
    """A clause that says nothing but that something is asked for."""
    return Clause(**_rule(node, evidence)[1])


def parse_hours(node: Node, evidence: Evidence) -> HoursRule:
    """Hours by weekday and day class: `mon_fri`, or each of `mon` to `fri`, or both."""
    optional = ("mon_fri", *_WORKING_WEEK, "makeup_workday", "makeup_as_weekday", "lifted_by_consent", "consent_forms")
    fields, grounds = _rule(node, evidence, ("sat", "sun", "holiday"), (*optional, "lifted_past_due_over_days"))
    if "mon_fri" not in fields and (_flag(fields, "makeup_as_weekday") or not fields.keys() >= set(_WORKING_WEEK)):
        node.fail("`mon_fri`, or the hours of every weekday from mon to fri and none for make-up workdays as weekdays")
    return HoursRule(
        mon_fri=_own_openings(fields, "mon_fri") or (),
        sat=_openings(fields["sat"]),
        sun=_openings(fields["sun"]),
        holiday=None if fields["holiday"].value == "inherit" else _openings(fields["holiday"]),
        mon=_own_openings(fields, "mon"),
        tue=_own_openings(fields, "tue"),
        wed=_own_openings(fields, "wed"),
        thu=_own_openings(fields, "thu"),
        fri=_own_openings(fields, "fri"),
        makeup_workday=_own_openings(fields, "makeup_workday"),
        makeup_as_weekday=_flag(fields, "makeup_as_weekday"),
        lifted_by_consent=_flag(fields, "lifted_by_consent"),
        consent_forms=_forms(fields, "consent_forms"),
        lifted_past_due_over_days=_number(fields, "lifted_past_due_over_days", 0),
        **grounds,
    )


def parse_limit(node: Node, evidence: Evidence) -> Limit:
    """A limit `{n, window, counts, scope, channels}`."""
    fields, grounds = _rule(node, evidence, ("n", "window", "counts", "scope", "channels"))
    return Limit(
        n=fields["n"].integer(0),
        window=_window(fields["window"]),
        counts=fields["counts"].choice(Counts),
        scope=fields["scope"].choice(Scope),
        channels=_channels(fields),
        **grounds,
    )


def parse_spacing(node: Node, evidence: Evidence) -> SpacingRule:
    """Days between visits."""
    fields, grounds = _rule(node, evidence, ("days",))
    return SpacingRule(days=fields["days"].integer(1), **grounds)


def parse_pause(node: Node, evidence: Evidence) -> PauseRule:
    """A pause after a conversation `{days, channels, scope}`."""
    fields, grounds = _rule(node, evidence, ("days", "channels", "scope"))
    return PauseRule(
        days=fields["days"].integer(1),
        channels=_channels(fields),
        scope=fields["scope"].choice(Scope),
        **grounds,
    )


def parse_notice(node: Node, evidence: Evidence) -> NoticeRule:
    """A notice: its lead, subject, content, channels, waiver and acknowledgement."""
    optional = ("subject", "content", "channels", "acknowledged", "waived_when_unreachable_days", "on_agent_change")
    fields, grounds = _rule(node, evidence, ("lead_hours",), optional)
    return NoticeRule(
        lead_hours=fields["lead_hours"].integer(0),
        subject=fields["subject"].choice(NoticeSubject) if "subject" in fields else NoticeSubject.VISIT,
        content=_wordings(fields, "content"),
        channels=_channels(fields),
        acknowledged=_flag(fields, "acknowledged"),
        waived_when_unreachable_days=_number(fields, "waived_when_unreachable_days", 1),
        on_agent_change=_flag(fields, "on_agent_change"),
        **grounds,
    )


def parse_prior_agreement(node: Node, evidence: Evidence) -> PriorAgreementRule:
    """A prior agreement: its form, and what it covers."""
    fields, grounds = _rule(node, evidence, ("form", "covers"), ("forms",))
    covers, forms = _wordings(fields, "covers"), _forms(fields, "forms")
    return PriorAgreementRule(form=_wording(fields["form"]), covers=covers, forms=forms, **grounds)


def _forms(fields: dict[str, Node], name: str) -> frozenset[ConsentForm]:
    return frozenset(item.choice(ConsentForm) for item in fields[name].items()) if name in fields else frozenset()


def parse_quiet(node: Node, evidence: Evidence) -> QuietRule:
    """Quiet windows that are honoured, and their caps."""
    fields, grounds = _rule(node, evidence, (), ("hours_per_week_max", "means_max"))
    hours, means = _number(fields, "hours_per_week_max", 1), _number(fields, "means_max", 1)
    return QuietRule(hours_per_week_max=hours, means_max=means, **grounds)


def parse_staff(node: Node, evidence: Evidence) -> StaffRule:
    """How many go at least."""
    fields, grounds = _rule(node, evidence, ("minimum",))
    return StaffRule(minimum=fields["minimum"].integer(1, MOST_STAFF), **grounds)


def parse_certificate(node: Node, evidence: Evidence) -> CertificateRule:
    """The certificate of every member."""
    fields, grounds = _rule(node, evidence, (), ("name", "refresh_days"))
    name = fields["name"].text() if "name" in fields else None
    return CertificateRule(name=name, refresh_days=_number(fields, "refresh_days", 1), **grounds)


def parse_badge(node: Node, evidence: Evidence) -> BadgeRule:
    """Badges, with or without a photograph."""
    fields, grounds = _rule(node, evidence, (), ("photo",))
    return BadgeRule(photo=_flag(fields, "photo"), **grounds)


def parse_recording(node: Node, evidence: Evidence) -> RecordingRule:
    """How a visit is recorded."""
    fields, grounds = _rule(node, evidence, ("mode",), ("whole_visit", "announced"))
    return RecordingRule(
        mode=fields["mode"].choice(RecordingMode),
        whole_visit=_flag(fields, "whole_visit"),
        announced=_flag(fields, "announced"),
        **grounds,
    )


def parse_workplace(node: Node, evidence: Evidence) -> WorkplaceRule:
    """When the workplace may be visited."""
    fields, grounds = _rule(node, evidence, ("access",))
    return WorkplaceRule(access=fields["access"].choice(WorkplaceAccess), **grounds)


def parse_places(node: Node, evidence: Evidence) -> PlacesRule:
    """The kinds of place that may be visited, freely or by consent."""
    fields, grounds = _rule(node, evidence, (), ("allowed", "by_consent"))
    by_consent = fields["by_consent"].items() if "by_consent" in fields else []
    for item in by_consent:
        if item.choice(PlaceKind) not in CONSENT_FOR:
            item.fail(f"a kind of place that a consent can open: {', '.join(CONSENT_FOR)}")
    return PlacesRule(
        allowed=tuple(item.choice(PlaceKind) for item in fields["allowed"].items()) if "allowed" in fields else (),
        by_consent=tuple(item.choice(PlaceKind) for item in by_consent),
        **grounds,
    )


def parse_condition(node: Node, evidence: Evidence) -> ConditionRule:
    """A duty that goes with a yes."""
    fields, grounds = _rule(node, evidence, ("rule", "condition"), ("lifted_by",))
    return ConditionRule(
        rule=fields["rule"].text(_RULE_NAME),
        condition=_wording(fields["condition"]),
        lifted_by=_lifted_by(fields),
        **grounds,
    )


def parse_block(node: Node, evidence: Evidence) -> BlockRule:
    """A block: its kinds, effect, period, renewals and proof."""
    optional = ("days", "renewable", "then_days", "lifted_by", "proof")
    fields, grounds = _rule(node, evidence, ("kinds", "effect"), optional)
    effect = fields["effect"].choice(Effect)
    if (effect is Effect.DAYS) != ("days" in fields):
        node.fail("`days` with the effect days, and only with it")
    if "renewable" in fields and "days" not in fields:
        node.fail("`renewable` only with `days`, the period that is renewed")
    return BlockRule(
        kinds=tuple(item.choice(BlockKind) for item in fields["kinds"].items()),
        effect=effect,
        days=_number(fields, "days", 1),
        renewable=_number(fields, "renewable", 1) or 0,
        then_days=_number(fields, "then_days", 1) or 0,
        lifted_by=_lifted_by(fields),
        proof=_wording(fields["proof"]) if "proof" in fields else None,
        **grounds,
    )


def parse_term(node: Node, evidence: Evidence) -> Term:
    """What the text also lays down: a number with its unit, or a text."""
    fields, grounds = _rule(node, evidence, ("term", "value"), ("unit",))
    value = fields["value"]
    unit = fields["unit"].choice(TermUnit) if "unit" in fields else None
    return Term(
        term=fields["term"].text(_RULE_NAME),
        value=value.text() if unit is None else value.integer(0),
        unit=unit,
        **grounds,
    )


def _window(node: Node) -> LimitWindow:
    fields = node.fields((), ("days", "calendar"))
    if len(fields) != 1:
        node.fail("either `days` or `calendar`")
    if "days" in fields:
        return LimitWindow(days=fields["days"].integer(1))
    return LimitWindow(calendar=fields["calendar"].choice(CalendarSpan))


def _channels(fields: dict[str, Node]) -> frozenset[Channel]:
    return (
        frozenset(item.choice(Channel) for item in fields["channels"].items()) if "channels" in fields else frozenset()
    )


def _wordings(fields: dict[str, Node], name: str) -> tuple[Wording, ...]:
    return tuple(_wording(item) for item in fields[name].items()) if name in fields else ()


def _wording(node: Node) -> Wording:
    """A text in English, or one in English and Chinese."""
    if isinstance(node.value, str):
        return Wording(node.text())
    fields = node.fields([language.value for language in Language])
    return Wording(fields[Language.EN].text(), fields[Language.ZH].text())


def _number(fields: dict[str, Node], name: str, least: int) -> int | None:
    return fields[name].integer(least) if name in fields else None


def _flag(fields: dict[str, Node], name: str) -> bool:
    return name in fields and fields[name].flag()


def _lifted_by(fields: dict[str, Node]) -> ConsentKind | None:
    return fields["lifted_by"].choice(ConsentKind) if "lifted_by" in fields else None


def _own_openings(fields: dict[str, Node], name: str) -> Hours | None:
    return _openings(fields[name]) if name in fields else None


def _openings(node: Node) -> Hours:
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
