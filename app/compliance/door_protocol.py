"""At the door: who opened and what was noticed decide what may be said, whether to stay, and what follows.

The rules are data (`protocols/at-the-door.yaml`), each with its source, a sentence for the person at the door and one
for the investigator. Where several apply the strictest conduct and the least disclosure count. A law that names the
same circumstance is cited beside the house's rule.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.compliance.clauses import BlockRule, Evidence
from app.compliance.profile import Profile
from app.compliance.situation import BlockKind

FALLBACK_LANGUAGE = "en"


class Met(StrEnum):
    """Who was met at the door."""

    BORROWER = "borrower"
    HOUSEHOLD = "household"
    THIRD_PARTY = "third_party"
    MINOR = "minor"
    NOBODY = "nobody"


class Sign(StrEnum):
    """What was said or noticed."""

    ANOTHER_TIME = "another_time"
    ASKED_TO_LEAVE = "asked_to_leave"
    BEREAVEMENT = "bereavement"
    CASH_OFFERED = "cash_offered"
    COMPLAINT = "complaint"
    DECEASED = "deceased"
    DISPUTE = "dispute"
    DISTRESS = "distress"
    ENTRY_REFUSED = "entry_refused"
    FRAUD_VICTIM = "fraud_victim"
    HOSPITAL = "hospital"
    INSOLVENCY = "insolvency"
    LANGUAGE_BARRIER = "language_barrier"
    PAID = "paid"
    RECORDING_REFUSED = "recording_refused"
    REPRESENTED = "represented"
    THREAT = "threat"
    VULNERABILITY = "vulnerability"


class Conduct(StrEnum):
    """What to do, from the mildest to the strictest."""

    GO_ON = "go_on"
    NO_DEBT_TALK = "no_debt_talk"
    LEAVE = "leave"


class Disclosure(StrEnum):
    """Whether the debt may be spoken of, from the most to the least."""

    AFTER_IDENTITY = "after_identity"
    NONE = "none"


_CONDUCTS, _DISCLOSURES = tuple(Conduct), tuple(Disclosure)


@dataclass(frozen=True)
class DoorRule:
    """What one circumstance asks for; it applies to whoever was `met`, or to a `sign`, one of the two.

    `say` and `act` are sentences by language; English is always there. `block` is what forbids further visits.
    """

    rule: str
    met: Met | None
    sign: Sign | None
    conduct: Conduct
    disclosure: Disclosure
    block: BlockKind | None
    say: Mapping[str, str]
    act: Mapping[str, str]
    source: str
    evidence: Evidence

    def __post_init__(self) -> None:
        if (self.met is None) == (self.sign is None):
            raise ValueError("a rule applies to somebody met or to a sign, one of the two")
        if FALLBACK_LANGUAGE not in self.say or FALLBACK_LANGUAGE not in self.act:
            raise ValueError(f"a rule is written in {FALLBACK_LANGUAGE!r} at least")


@dataclass(frozen=True)
class DoorProtocol:
    """All rules of the door, in one version; there is one for everybody who can be met and for every sign."""

    id: str
    version: str
    rules: tuple[DoorRule, ...]

    def __post_init__(self) -> None:
        told = [rule.met or rule.sign for rule in self.rules]
        twice = sorted({str(one) for one in told if told.count(one) > 1})
        missing = sorted(str(one) for one in (*Met, *Sign) if one not in told)
        if twice or missing:
            raise ValueError(f"one rule for each circumstance; twice: {twice}, missing: {missing}")


@dataclass(frozen=True)
class DoorAnswer:
    """One rule's answer in one language; `profile` is None for the protocol's own."""

    rule: str
    conduct: Conduct
    say: str
    act: str
    source: str
    profile: str | None = None


@dataclass(frozen=True)
class DoorRuling:
    """What holds at the door now."""

    conduct: Conduct
    disclosure: Disclosure
    blocks: tuple[BlockKind, ...]
    answers: tuple[DoorAnswer, ...]

    @property
    def may_stay(self) -> bool:
        """Whether the visit may go on in some way."""
        return self.conduct is not Conduct.LEAVE

    @property
    def may_speak_of_debt(self) -> bool:
        """Whether the debt may be spoken of, once the identity is established."""
        return self.conduct is Conduct.GO_ON and self.disclosure is Disclosure.AFTER_IDENTITY


def rule_at_the_door(
    protocol: DoorProtocol, profiles: Sequence[Profile], met: Met, signs: Collection[Sign], language: str
) -> DoorRuling:
    """The ruling on who was met and what was noticed; texts are in the language, or in English where it is not known.

    Signs that are not the borrower's own to give (a dispute told by a neighbour, say) still count: in doubt for calm.
    """
    rules = [rule for rule in protocol.rules if rule.met is met or (rule.sign is not None and rule.sign in signs)]
    blocks = tuple(dict.fromkeys(rule.block for rule in rules if rule.block is not None))
    return DoorRuling(
        conduct=max((rule.conduct for rule in rules), key=_CONDUCTS.index),
        disclosure=max((rule.disclosure for rule in rules), key=_DISCLOSURES.index),
        blocks=blocks,
        answers=tuple(answer for rule in rules for answer in _answers(rule, profiles, language)),
    )


def _answers(rule: DoorRule, profiles: Sequence[Profile], language: str) -> list[DoorAnswer]:
    """The protocol's answer, and those of the laws that name the same circumstance."""
    say, act = _told(rule.say, language), _told(rule.act, language)
    own = DoorAnswer(rule.rule, rule.conduct, say, act, rule.source)
    return [own, *(_of_law(own, profile, law) for profile in profiles for law in _naming(profile, rule.block))]


def _naming(profile: Profile, kind: BlockKind | None) -> list[BlockRule]:
    return [law for law in profile.blocks if profile.enforced and kind in law.kinds]


def _of_law(own: DoorAnswer, profile: Profile, law: BlockRule) -> DoorAnswer:
    return DoorAnswer(own.rule, own.conduct, own.say, own.act, law.source, profile.id)


def _told(texts: Mapping[str, str], language: str) -> str:
    """The text in the language, in the main language of a dialect, or in English."""
    return texts.get(language) or texts.get(language.split("-")[0]) or texts[FALLBACK_LANGUAGE]
