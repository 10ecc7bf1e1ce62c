"""What a person is trained for on a given day (PURE)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.workforce.terms import CertificateKind

VISIT_CERTIFICATE = CertificateKind.FIELD_VISIT
"""The certificate that every visit needs."""


@dataclass(frozen=True)
class Validity:
    """The kind of a certificate and the days on which it holds, both included."""

    kind: str
    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if self.until_on < self.from_on:
            raise ValueError("a certificate cannot end before it begins")

    def holds(self, on: date) -> bool:
        """Whether the certificate is valid on the day."""
        return self.from_on <= on <= self.until_on


@dataclass(frozen=True)
class Credentials:
    """A person's skills, which do not run out, and certificates, which do; a valid certificate is a skill as well."""

    skills: frozenset[str]
    certificates: tuple[Validity, ...]

    def held_on(self, on: date) -> frozenset[str]:
        """All that the person may call upon on the day."""
        return self.skills | {certificate.kind for certificate in self.certificates if certificate.holds(on)}

    def is_certified(self, kind: str, on: date) -> bool:
        """Whether a certificate of the kind is valid on the day; a plain skill of that name is none."""
        return any(certificate.kind == kind and certificate.holds(on) for certificate in self.certificates)

    def expired_on(self, kind: str, on: date) -> date | None:
        """The last day of the latest certificate of the kind that ended before the day."""
        ends = (certificate.until_on for certificate in self.certificates if certificate.kind == kind)
        return max((end for end in ends if end < on), default=None)

    def missing(self, required: Iterable[str], on: date) -> tuple[str, ...]:
        """The required skills that the person does not have on the day, in the order in which they are required."""
        held = self.held_on(on)
        return tuple(dict.fromkeys(skill for skill in required if skill not in held))

    def certified_until(self, kind: str, on: date) -> date | None:
        """The last day of the unbroken validity that holds on the day; None without a valid certificate."""
        last = None
        for certificate in sorted(self.certificates, key=_beginning):
            if certificate.kind != kind:
                continue
            if certificate.holds(on) or (last is not None and certificate.from_on <= last + timedelta(days=1)):
                last = certificate.until_on if last is None else max(last, certificate.until_on)
        return last

    def last_day(self, required: Iterable[str], on: date) -> date | None:
        """The last day until which a visit with these skills is covered without a gap; None when it is not at all."""
        leaning_on_certificates = [skill for skill in required if skill not in self.skills]
        ends = [self.certified_until(kind, on) for kind in (VISIT_CERTIFICATE, *leaning_on_certificates)]
        known = [end for end in ends if end is not None]
        return min(known) if len(known) == len(ends) else None


def _beginning(certificate: Validity) -> date:
    return certificate.from_on
