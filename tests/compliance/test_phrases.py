"""What every rule of every shipped profile says, in both languages, and in Chinese sentence by sentence."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from app.compliance.calendar import DayClass, Weekday
from app.compliance.composition import ask
from app.compliance.phrase import Language
from app.compliance.ruling import Ruling
from app.compliance.situation import (
    Block,
    BlockKind,
    Channel,
    Consent,
    ConsentKind,
    Facts,
    Notice,
    PlaceKind,
    QuietWindow,
    Situation,
    Team,
)
from app.kernel.timewindow import TimeWindow
from tests.compliance.drawn import ENFORCED, SITUATIONS
from tests.compliance.visits import PLACES, PROFILES, ago, answers, local, visit

HOUSE, CN, IN, IE, KR, RU, UA, UK, US, TW = (
    "house-low-pressure",
    "CN-GBT45251-CBA2026",
    "IN-RBI-2026-draft",
    "IE-CCA1995-s46",
    "KR-PDPA-2024",
    "RU-230FZ",
    "UA-CCA-art25",
    "UK-CONC7",
    "US-REGF-1006",
    "TW-outsourced",
)
# The names that stay as they are in Chinese: the certificate of the Indian Institute of Banking and Finance.
NAMES = ("IIBF DRA",)
NIGHT = "2026-11-24T03:00"
ON = date(2026, 11, 24)
# A rule that only ever adds a condition refuses nothing, and so does one that no shipped profile has for visits.
REFUSING = {
    "any_channel_limit",
    "authority_letter",
    "badge",
    "block",
    "certificate",
    "hours",
    "inconvenient_time_or_place",
    "min_days_between_visits",
    "notice",
    "place",
    "prior_agreement",
    "quiet_window",
    "recording",
    "staff",
    "visit_limit",
    "workplace",
}


def of_chinese_alone(text: str) -> bool:
    for name in NAMES:
        text = text.replace(name, "")
    return re.search(r"[A-Za-z_{}]", text) is None


def check(ruling: Ruling) -> None:
    for answer in ruling.answers:
        english, chinese = answer.told(Language.EN), answer.told(Language.ZH)
        assert (english.reason, english.condition) == (answer.reason, answer.condition)
        assert not set("{}") & set(f"{english.reason}{english.condition}")
        assert of_chinese_alone(chinese.reason), chinese.reason
        assert chinese.condition is None or of_chinese_alone(chinese.condition), chinese.condition


def stormy(profile: str, place: PlaceKind) -> Situation:
    """Everything that can be said against a visit."""
    start_at = local(profile, NIGHT)
    facts = Facts(
        contacts=tuple(ago(profile, days, contacted=True) for days in (0.2, 0.2, 1, 1, 2, 2, 3, 3)),
        blocks=tuple(Block(kind, ON) for kind in BlockKind),
        inconvenient=(TimeWindow(start_at, start_at + timedelta(hours=1)),),
        employer_forbids_visits=True,
        quiet_windows=(QuietWindow(Weekday.TUE, 0, 1440),),
    )
    team = Team(1, (False,), badge=False, authority_letter=False, recording=False, same_gender=False)
    return visit(profile, NIGHT, facts=facts, place=place, team=team)


def calm(profile: str, place: PlaceKind) -> Situation:
    """Everything that can be said for one."""
    given_at = local(profile, "2026-11-01T10:00")
    facts = Facts(
        consents=tuple(Consent(kind, given_at) for kind in ConsentKind),
        notices=(Notice(given_at, Channel.LETTER, given_at),),
        days_past_due=90,
    )
    team = Team(2, (True, True), badge=True, authority_letter=True, recording=True, same_gender=True)
    return visit(profile, facts=facts, place=place, team=team)


def test_a_storm_makes_every_rule_refuse_and_every_refusal_is_told_in_both_languages() -> None:
    rulings = [
        ask([PROFILES[profile].switched_on()], stormy(profile, place)) for profile in PLACES for place in PlaceKind
    ]
    for ruling in rulings:
        check(ruling)
    assert {refusal.rule for ruling in rulings for refusal in ruling.refusals} == REFUSING


@pytest.mark.parametrize("profile", PLACES)
def test_in_the_calm_every_rule_allows_and_is_told_in_both_languages(profile: str) -> None:
    ruling = ask([PROFILES[profile].switched_on()], calm(profile, PlaceKind.HOME))
    assert ruling.allowed
    check(ruling)
    check(ask([PROFILES[profile].switched_on()], replace(visit(profile), notify_from_at=local(profile, "2026-11-01"))))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(SITUATIONS)
def test_whatever_the_situation_no_placeholder_and_no_english_word_is_left_over(situation: Situation) -> None:
    check(ask(ENFORCED, situation))


def told(profile: str, rule: str, situation: Situation) -> tuple[str, str | None]:
    chinese = answers(profile, situation)[rule].told(Language.ZH)
    return chinese.reason, chinese.condition


DUTY = "可以上门，但须遵守附带条件"


@pytest.mark.parametrize(
    ("profile", "rule", "situation", "reason", "condition"),
    [
        (
            HOUSE,
            "hours",
            visit(HOUSE, "2026-11-24T18:45"),
            "在场时间18:45至19:15不在可上门时段之内（2026年11月24日为工作日，可上门时段：09:00至19:00）",
            None,
        ),
        (
            HOUSE,
            "hours",
            visit(HOUSE, day_class=DayClass.HOLIDAY),
            "在场时间10:00至10:30不在可上门时段之内（2026年11月24日为法定节假日，可上门时段：无）",
            None,
        ),
        (
            HOUSE,
            "hours",
            visit(HOUSE, "2027-11-23T10:00"),
            "在场时间10:00至10:30在可上门时段之内"
            "（2027年11月23日为工作日，可上门时段：09:00至19:00；2027年放假安排尚未公布，暂按此判断）",
            None,
        ),
        (
            HOUSE,
            "block",
            visit(HOUSE, facts=Facts(blocks=(Block(BlockKind.MINOR_ONLY_PRESENT, ON),))),
            "仅有未成年人在场（自2026年11月24日起）：立即离开，该情形结束前不得上门",
            None,
        ),
        (
            KR,
            "block",
            visit(KR, facts=Facts(blocks=(Block(BlockKind.BEREAVEMENT, ON),))),
            "丧亲（自2026年11月24日起）：期限内不得上门（须出示：死亡证明）",
            None,
        ),
        (
            RU,
            "visit_limit",
            visit(RU, facts=Facts(contacts=(ago(RU, 6),))),
            "7天内上门不得超过1次（含未联系到本人的），已有1次",
            None,
        ),
        (
            HOUSE,
            "min_days_between_visits",
            visit(HOUSE, facts=Facts(contacts=(ago(HOUSE, 2),))),
            "与2026年11月22日的上门间隔不足3天",
            None,
        ),
        (HOUSE, "notice", visit(HOUSE), "缺少提前24小时的上门通知", None),
        (
            TW,
            "notice",
            replace(visit(TW), notify_from_at=local(TW, "2026-11-20T10:00")),
            "上门前关于受托催收机构的通知仍可及时发出",
            "最迟于2026年11月24日09:59:59（当地时间）发出通知，方式为电子邮件、信函或即时消息"
            "，载明受托机构、欠款金额、录音的保存期限、投诉电话、禁止的催收行为",
        ),
        (
            UA,
            "prior_agreement",
            visit(UA),
            "缺少借款人就地点和时间作出的、涵盖本次上门的事先同意（形式：有录音的通话或书面形式）",
            None,
        ),
        (CN, "workplace", visit(CN, place=PlaceKind.WORK), "到工作单位上门须经借款人同意", None),
        (
            UK,
            "place",
            visit(UK, place=PlaceKind.HOSPITAL),
            "上门地点为医院：缺少借款人的明示同意",
            None,
        ),
        (
            KR,
            "quiet_window",
            visit(KR, facts=Facts(quiet_windows=(QuietWindow(Weekday.TUE, 540, 1020),))),
            "借款人已将周二09:00至17:00设为免打扰时段",
            None,
        ),
        (CN, "staff", visit(CN, team=Team(1)), "本次上门1人，上门人员不得少于2人", None),
        (CN, "staff", visit(CN), "未提供上门人员信息，上门人员不得少于2人", "上门人员不得少于2人"),
        (
            CN,
            "certificate",
            visit(CN, team=Team(2, (True, False))),
            "未满足：每名上门人员的资格证书均须有效，且在365天内更新过",
            None,
        ),
        (
            IN,
            "certificate",
            visit(IN, team=Team(2, (True, True))),
            "已满足：每名上门人员的IIBF DRA证书均须有效",
            None,
        ),
        (HOUSE, "recording", visit(HOUSE), "未提供相关信息，视为已满足", "上门全程须录音，并事先告知"),
        (HOUSE, "entry_consent", visit(HOUSE), DUTY, "经借款人同意并留有记录，方可进入室内"),
        (CN, "public_posting", visit(CN), DUTY, "不得在公开场所张贴催收通知或律师函"),
        (
            US,
            "workplace",
            visit(US, place=PlaceKind.WORK, facts=Facts(employer_forbids_visits=True)),
            "用人单位禁止上门",
            None,
        ),
        (IE, "third_party_contact", calm(IE, PlaceKind.HOME), "已有借款人同意的记录", None),
    ],
)
def test_the_sentences_in_chinese(
    profile: str, rule: str, situation: Situation, reason: str, condition: str | None
) -> None:
    assert told(profile, rule, situation) == (reason, condition)


def test_a_draft_that_is_not_switched_on_says_so() -> None:
    (answer,) = ask([PROFILES[IN]], visit(IN)).answers
    assert answer.told(Language.ZH).reason == "草案，未经启用不予执行"
