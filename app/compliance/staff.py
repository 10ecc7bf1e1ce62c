"""Who goes to the door: how many, with which papers, and whether the visit is recorded.

What is not told counts as fulfilled and becomes a condition; what is told to be missing refuses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.compliance.clauses import CertificateRule, Clause, StaffRule
from app.compliance.profile import Profile
from app.compliance.ruling import Answer
from app.compliance.situation import Situation, Team


@dataclass(frozen=True)
class _Duty:
    rule: str
    clause: Clause
    is_met: bool | None
    duty: str


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
    wanted = f"at least {rule.minimum} at the door"
    if team is None:
        return _answer("staff", profile, rule, True, f"team not told, {wanted}", wanted)
    return _answer("staff", profile, rule, team.staff >= rule.minimum, f"{team.staff} go, {wanted}", None)


def _duties(profile: Profile, team: Team | None) -> Iterable[_Duty]:
    if profile.certificate:
        yield _Duty("certificate", profile.certificate, _all_valid(team), _certified(profile.certificate))
    if profile.badge:
        duty = "badges with a photograph are shown" if profile.badge.photo else "badges are shown"
        yield _Duty("badge", profile.badge, team.badge if team else None, duty)
    if profile.authority_letter:
        is_met = team.authority_letter if team else None
        yield _Duty("authority_letter", profile.authority_letter, is_met, "a letter of authority is carried")
    if profile.same_gender:
        is_met = team.same_gender if team else None
        duty = "somebody of the borrower's gender goes where this is asked for"
        yield _Duty("same_gender", profile.same_gender, is_met, duty)
    if profile.recording:
        is_met = team.recording if team else None
        yield _Duty("recording", profile.recording, is_met, profile.recording.duty)


def _certified(rule: CertificateRule) -> str:
    name = f"{rule.name} certificate" if rule.name else "certificate"
    renewed = f", renewed within {rule.refresh_days} days" if rule.refresh_days else ""
    return f"every member's {name} is valid{renewed}"


def _all_valid(team: Team | None) -> bool | None:
    if team is None or not team.certificates_valid:
        return None
    if False in team.certificates_valid:
        return False
    return None if None in team.certificates_valid else True


def _duty(duty: _Duty, profile: Profile) -> Answer:
    if duty.is_met is None:
        return _answer(duty.rule, profile, duty.clause, True, "not told, taken as fulfilled", duty.duty)
    reason = f"fulfilled: {duty.duty}" if duty.is_met else f"not fulfilled: {duty.duty}"
    return _answer(duty.rule, profile, duty.clause, duty.is_met, reason, None)


def _answer(rule: str, profile: Profile, clause: Clause, allowed: bool, reason: str, condition: str | None) -> Answer:
    return Answer(rule, profile.id, profile.version, allowed, reason, clause.source, condition=condition)
