"""Every clause of a profile as a sentence, so that a lawyer can check the data without reading code."""

from collections.abc import Iterable, Iterator
from functools import singledispatch

from app.compliance.clauses import (
    BadgeRule,
    BlockRule,
    CertificateRule,
    Clause,
    ConditionRule,
    Counts,
    Effect,
    Hours,
    HoursRule,
    Limit,
    NoticeRule,
    PauseRule,
    PlacesRule,
    PriorAgreementRule,
    QuietRule,
    RecordingRule,
    SpacingRule,
    StaffRule,
    Term,
    WorkplaceAccess,
    WorkplaceRule,
)
from app.compliance.profile import Profile

_WEEKDAYS = {"mon": "Mondays", "tue": "Tuesdays", "wed": "Wednesdays", "thu": "Thursdays", "fri": "Fridays"}
_COUNTED = {
    Counts.ATTEMPTED: "attempt(s)",
    Counts.CONTACTED: "contact(s) in which somebody right was reached",
    Counts.UNANSWERED: "unanswered attempt(s)",
    Counts.ANY: "contact(s), whatever came of them",
}
_EFFECTS = {
    Effect.STOP: "no visit",
    Effect.UNTIL_CLOSED: "no visit until it is closed",
    Effect.DAYS: "no visit",
    Effect.PERMANENT: "no visit any more",
    Effect.ROUTE_TO_REPRESENTATIVE: "no visit; the representative is spoken to",
    Effect.REVIEW: "no visit before somebody has reviewed it",
    Effect.LEAVE: "who is at the door leaves, and nobody visits until it is closed",
}
_ACCESS = {
    WorkplaceAccess.CONSENT: "only with the borrower's consent",
    WorkplaceAccess.EXPRESS_CONSENT: "only with the borrower's express consent",
    WorkplaceAccess.UNLESS_EMPLOYER_FORBIDS: "unless the employer is known to forbid it",
    WorkplaceAccess.REASON: "only for a reason, which is put on record",
}


def clauses_of(profile: Profile) -> Iterator[tuple[str, Clause]]:
    """Every clause of a profile with the name of its field, in the order of the fields."""
    for name, value in vars(profile).items():
        for clause in value if isinstance(value, tuple) else (value,):
            if isinstance(clause, Clause):
                yield name, clause


@singledispatch
def sentence(clause: Clause) -> str:
    """What the clause says, as one sentence without a full stop."""
    return "asked for"


@sentence.register
def _(clause: HoursRule) -> str:
    days = [f"Monday to Friday {_hours(clause.mon_fri)}"]
    own = ((name, getattr(clause, field)) for field, name in _WEEKDAYS.items())
    days += [f"{name} {_hours(hours)}" for name, hours in own if hours is not None]
    days += [f"Saturdays {_hours(clause.sat)}", f"Sundays {_hours(clause.sun)}"]
    days.append("public holidays as their weekday" if clause.holiday is None else f"holidays {_hours(clause.holiday)}")
    if clause.makeup_workday is not None:
        days.append(f"make-up workdays {_hours(clause.makeup_workday)}")
    elif clause.makeup_as_weekday:
        days.append("make-up workdays as Monday to Friday")
    return "presence at the door " + "; ".join(days) + _lifted(clause)


def _hours(hours: Hours) -> str:
    return " and ".join(map(str, hours)) or "none"


def _lifted(clause: HoursRule) -> str:
    form = f" ({' or '.join(sorted(clause.consent_forms)).replace('_', ' ')})" if clause.consent_forms else ""
    by = [f"the borrower's consent{form}"] if clause.lifted_by_consent else []
    if clause.lifted_past_due_over_days is not None:
        by.append(f"an arrear older than {clause.lifted_past_due_over_days} days")
    return f"; lifted by {' or '.join(by)}" if by else ""


@sentence.register
def _(clause: Limit) -> str:
    counted = f"at most {clause.n} {_COUNTED[clause.counts]}, within {clause.window}"
    return f"{counted}, {_by(clause.channels)}, for one {_words(clause.scope)}"


@sentence.register
def _(clause: SpacingRule) -> str:
    return f"visits lie at least {clause.days} calendar days apart"


@sentence.register
def _(clause: PauseRule) -> str:
    return f"{clause.days} days of rest after a conversation, {_by(clause.channels)}, for one {_words(clause.scope)}"


@sentence.register
def _(clause: NoticeRule) -> str:
    lead = f" at least {clause.lead_hours} hours before the visit" if clause.lead_hours else " before the visit"
    parts = [f"a notice of the {clause.subject}{lead}, {_by(clause.channels)}"]
    parts += [f"telling {', '.join(clause.content)}"] if clause.content else []
    parts += ["counted from the borrower's acknowledgement"] if clause.acknowledged else []
    parts += ["a new agent is told at once"] if clause.on_agent_change else []
    if clause.waived_when_unreachable_days is not None:
        parts.append(f"waived when nobody was reached on any channel for {clause.waived_when_unreachable_days} days")
    return "; ".join(parts)


@sentence.register
def _(clause: PriorAgreementRule) -> str:
    return f"a visit needs the borrower's prior agreement on {_listed(clause.covers)}, given as {_words(clause.form)}"


@sentence.register
def _(clause: QuietRule) -> str:
    caps = [f"{clause.hours_per_week_max} hours a week"] if clause.hours_per_week_max is not None else []
    caps += [f"{clause.means_max} channels or places"] if clause.means_max is not None else []
    return "the borrower's weekly quiet times are kept" + (f", up to {_listed(caps)}" if caps else "")


@sentence.register
def _(clause: StaffRule) -> str:
    return f"at least {clause.minimum} at the door"


@sentence.register
def _(clause: CertificateRule) -> str:
    named = f" ({clause.name})" if clause.name else ""
    renewed = f", renewed every {clause.refresh_days} days" if clause.refresh_days else ""
    return f"everybody at the door is certified{named}{renewed}"


@sentence.register
def _(clause: BadgeRule) -> str:
    return "badges are shown" + (", with a photograph" if clause.photo else "")


@sentence.register
def _(clause: RecordingRule) -> str:
    return clause.duty


@sentence.register
def _(clause: WorkplaceRule) -> str:
    return f"a visit at work {_ACCESS[clause.access]}"


@sentence.register
def _(clause: PlacesRule) -> str:
    freely = f"visits at: {_listed(map(_words, clause.allowed))}" if clause.allowed else "visits at any place"
    return freely + (f"; with consent at: {_listed(map(_words, clause.by_consent))}" if clause.by_consent else "")


@sentence.register
def _(clause: ConditionRule) -> str:
    return clause.condition + (f" (lifted by consent: {_words(clause.lifted_by)})" if clause.lifted_by else "")


@sentence.register
def _(clause: BlockRule) -> str:
    parts = [f"{_listed(map(_words, clause.kinds))}: {_EFFECTS[clause.effect]}"]
    parts += [f"for {clause.days} days"] if clause.days is not None else []
    parts += [f"renewable {clause.renewable} time(s)"] if clause.renewable else []
    parts += [f"and {clause.then_days} days after its end"] if clause.then_days else []
    parts += [f"lifted by consent: {_words(clause.lifted_by)}"] if clause.lifted_by else []
    parts += [f"shown by: {clause.proof}"] if clause.proof else []
    return ", ".join(parts)


@sentence.register
def _(clause: Term) -> str:
    return f"{_words(clause.term)}: {clause.value}" + (f" {clause.unit}" if clause.unit else "")


def _by(channels: Iterable[str]) -> str:
    named = sorted(channels)
    return f"by {_listed(map(_words, named))}" if named else "on any channel"


def _words(code: str) -> str:
    return str(code).replace("_", " ")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
