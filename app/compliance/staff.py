"""Who goes to the door: how many, with which papers, and whether the visit is recorded.

What is not told counts as fulfilled and becomes a condition; what is told to be missing refuses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.compliance.clauses import CertificateRule, Clause, StaffRule
from app.compliance.phrase import Phrase
from app.compliance.profile import Profile
from app.compliance.ruling import Answer
from app.compliance.situation import Situation, Team


@dataclass(frozen=True)
class _Duty:
    rule: str
    clause: Clause
    is_met: bool | None
    duty: Phrase


def staff_answers(profile: Profile, situation: Situation) -> list[Answer]:
    """The answers on the team: staff, certificate, badge, authority_letter, same_gender, recording."""
    team = situation.team
    staff = [] if profile.staff is None else [_staff(profile.staff, profile, team)]
    return [*staff, *(_duty(duty, profile) for duty in _duties(profile, team))]


def minimum_staff(profiles: Sequence[Profile]) -> int:
    """The least number of people at the door that satisfies all profiles; at least one."""
    asked = (profile.staff.minimum for profile in profiles if profile.enforced and profile.staff is not None)
    return max(asked, default=1)


def _staff(rule: StaffRule, profile: Profile, team: Team | None) -> Answer:
    wanted = Phrase.of("staff_wanted", minimum=rule.minimum)
    if team is None:
        return _answer("staff", profile, rule, True, Phrase.of("staff_unknown", wanted=wanted), wanted)
    going = Phrase.of("staff_going", staff=team.staff, wanted=wanted)
    return _answer("staff", profile, rule, team.staff >= rule.minimum, going, None)


def _duties(profile: Profile, team: Team | None) -> Iterable[_Duty]:
    if profile.certificate:
        yield _Duty("certificate", profile.certificate, _all_valid(team), _certified(profile.certificate))
    if profile.badge:
        duty = Phrase.of("badge_with_photo" if profile.badge.photo else "badge")
        yield _Duty("badge", profile.badge, team.badge if team else None, duty)
    if profile.authority_letter:
        is_met = team.authority_letter if team else None
        yield _Duty("authority_letter", profile.authority_letter, is_met, Phrase.of("authority_letter"))
    if profile.same_gender:
        is_met = team.same_gender if team else None
        yield _Duty("same_gender", profile.same_gender, is_met, Phrase.of("same_gender"))
    if profile.recording:
        is_met = team.recording if team else None
        yield _Duty("recording", profile.recording, is_met, profile.recording.phrase)


def _certified(rule: CertificateRule) -> Phrase:
    named = Phrase.of("named_certificate", name=rule.name) if rule.name else Phrase.of("certificate")
    if rule.refresh_days is None:
        return Phrase.of("certificate_valid", certificate=named)
    return Phrase.of("certificate_renewed", certificate=named, days=rule.refresh_days)


def _all_valid(team: Team | None) -> bool | None:
    if team is None or not team.certificates_valid:
        return None
    if False in team.certificates_valid:
        return False
    return None if None in team.certificates_valid else True


def _duty(duty: _Duty, profile: Profile) -> Answer:
    if duty.is_met is None:
        return _answer(duty.rule, profile, duty.clause, True, Phrase.of("duty_unknown"), duty.duty)
    reason = Phrase.of("duty_met" if duty.is_met else "duty_unmet", duty=duty.duty)
    return _answer(duty.rule, profile, duty.clause, duty.is_met, reason, None)


def _answer(rule: str, profile: Profile, clause: Clause, allowed: bool, reason: Phrase, duty: Phrase | None) -> Answer:
    return Answer(rule, profile.id, profile.version, allowed, reason, clause.source, duty=duty)
