"""Blocks: circumstances in which nobody is visited, such as a dispute, a bereavement or a stay in hospital.

A block holds on whole local days, from its first one. A period of 60 days blocks the first day and the 59 after it.
A renewal adds the same period again, as often as the rule allows. A block without an end and without a period holds
until an end is recorded; that includes what was seen at the door (a minor alone, distress). A circumstance that a
profile does not name does not block under that profile.
"""

from datetime import date, timedelta
from functools import partial, reduce

from app.compliance.clauses import BlockRule
from app.compliance.consent import consent_windows
from app.compliance.local_days import day_start
from app.compliance.phrase import Joint, Phrase, Series
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question, covers, joined_sources
from app.compliance.situation import Block, Situation
from app.kernel.timewindow import TimeWindow, intersect, merge, subtract

_Match = tuple[BlockRule, Block]


def block_question(profile: Profile, situation: Situation) -> Question | None:
    """The blocks as one question; None when the profile names none."""
    if not profile.blocks:
        return None
    matches = tuple(
        (rule, block) for rule in profile.blocks for block in situation.facts.blocks if block.kind in rule.kinds
    )
    return Question("block", partial(_openings, matches, situation), partial(_explain, profile, matches, situation))


def blocked_until(rule: BlockRule, block: Block) -> date | None:
    """The first local day on which the block no longer holds; None while no end is known."""
    if block.until_on is not None:
        return block.until_on + timedelta(days=rule.then_days)
    if rule.days is None:
        return None
    return block.from_on + timedelta(days=rule.days * (1 + min(block.renewals, rule.renewable)))


def _openings(matches: tuple[_Match, ...], situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    return reduce(intersect, (_opening(match, situation, span) for match in matches), [span])


def _opening(match: _Match, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    rule, block = match
    held = _held(rule, block, situation.time_zone, span)
    if held is None:
        return [span]
    free = subtract([span], [held])
    if rule.lifted_by is None:
        return free
    return merge([*free, *consent_windows(rule.lifted_by, situation.facts.consents, span)])


def _held(rule: BlockRule, block: Block, time_zone: str, span: TimeWindow) -> TimeWindow | None:
    until_on = blocked_until(rule, block)
    opens_at = max(day_start(block.from_on, time_zone), span.opens_at)
    closes_at = span.closes_at if until_on is None else min(day_start(until_on, time_zone), span.closes_at)
    return TimeWindow(opens_at, closes_at) if opens_at < closes_at else None


def _explain(profile: Profile, matches: tuple[_Match, ...], situation: Situation, allowed: bool) -> Grounds:
    if allowed:
        lifted = tuple(rule for rule, block in matches if _is_lifted(rule, block, situation))
        if lifted:
            return Grounds(Phrase.of("block_lifted"), joined_sources(lifted))
        return Grounds(Phrase.of("no_block"), f"{profile.name}, blocks")
    active = [match for match in matches if not _is_free(match, situation)]
    reason = Series(tuple(_told(match) for match in active), Joint.SEMICOLON)
    return Grounds(reason, joined_sources(tuple(rule for rule, _ in active)))


def _told(match: _Match) -> Phrase:
    rule, block = match
    if rule.proof is None:
        return Phrase.of("block", kind=block.kind, since=block.from_on, effect=rule.effect)
    return Phrase.of("block_with_proof", kind=block.kind, since=block.from_on, effect=rule.effect, proof=rule.proof)


def _is_free(match: _Match, situation: Situation) -> bool:
    return covers(_opening(match, situation, situation.days), situation.presence)


def _is_lifted(rule: BlockRule, block: Block, situation: Situation) -> bool:
    held = _held(rule, block, situation.time_zone, situation.days)
    return held is not None and held.intersect(situation.presence) is not None
