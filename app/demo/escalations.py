"""Escalations as a lender's case system would send them, about borrowers who do not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from app.demo.accounts import CASH_LOAN, CONSUMER_CREDIT, MICRO_BUSINESS, Product, amount, loan
from app.demo.attempts import reached, unreachable, with_earlier_visit
from app.demo.names import NameBook, national_id_last4, phone
from app.demo.regions import GONGSHU, SHANGCHENG, XIHU, Body, Region
from app.demo.streets import OUT_OF_TOWN, address_in
from app.kernel.money import Money
from app.roads.datum import Datum

PER_REGION = 50
LENDER = "钱塘潮消费金融（演示）"


@dataclass(frozen=True)
class _Peculiarity:
    """What makes one case unlike the others, so that the demo has something to explain."""

    flags: tuple[str, ...] = ()
    language: str = "zh"
    contacted: bool = True


_ORDINARY = _Peculiarity()
_YUE = _Peculiarity(flags=("language:yue",), language="yue")
_PECULIAR: Mapping[tuple[str, int], _Peculiarity] = {
    (XIHU.code, 17): _YUE,
    (XIHU.code, 33): _Peculiarity(flags=("dispute_open",)),
    (GONGSHU.code, 9): _Peculiarity(flags=("vulnerable",)),
    (GONGSHU.code, 21): _Peculiarity(contacted=False),  # a visit may not be the first attempt
    (SHANGCHENG.code, 5): _YUE,
    (SHANGCHENG.code, 28): _Peculiarity(flags=("aggressive_history",)),
}


def borrower_reference(seed: int, number: int) -> str:
    """The lender's reference of the demo's borrower of that number, counted through all regions from 1."""
    return f"B-DEMO-{seed}-{number:04d}"


def escalations_in(region: Region, first_number: int, today: date, seed: int) -> list[Body]:
    """The region's escalations; four in five borrowers could not be reached on any channel for 30 days."""
    random = Random(f"{seed}:escalations:{region.code}")
    names = NameBook(random)
    bodies = []
    for position in range(1, PER_REGION + 1):
        place = address_in(region, random).as_body(Datum.GCJ02)
        if position % 3:  # the rest is found by its point alone
            place["region"] = region.code
        body = _escalation(first_number + position - 1, place, names, today, seed, random)
        _add_history(body, position, _PECULIAR.get((region.code, position), _ORDINARY), today, random)
        bodies.append(body)
    return bodies


def escalation_out_of_town(number: int, today: date, seed: int) -> Body:
    """An escalation whose place lies in no region of the demo."""
    random = Random(f"{seed}:escalations:out-of-town")
    place = OUT_OF_TOWN.as_body(Datum.GCJ02)
    body = _escalation(number, place, NameBook(random), today, seed, random)
    _add_history(body, 1, _ORDINARY, today, random)
    return body


def _escalation(number: int, place: Body, names: NameBook, today: date, seed: int, random: Random) -> Body:
    (product,) = random.choices((CONSUMER_CREDIT, CASH_LOAN, MICRO_BUSINESS), (60, 24, 16))
    account = loan(product, f"L-DEMO-{seed}-{number:04d}", today, random)
    overdue = Money.parse(account["overdue"]["amount"], account["overdue"]["currency"])
    recovery = Money.rounded(overdue.exact * Fraction(random.randint(15, 60), 100), overdue.currency)
    return {
        "source": "case-system",
        "source_reference": f"ESC-DEMO-{seed}-{number:04d}",
        "borrower": _borrower(borrower_reference(seed, number), product, names, today, random),
        "lender": LENDER,
        "loan": account,
        "places": [{"kind": "home", **place, "quality": random.choice(("rooftop", "rooftop", "rooftop", "street"))}],
        "priority": random.randint(1, 10),
        "due_on": (today + timedelta(days=random.randint(14, 42))).isoformat(),
        "required_skills": ["micro_business"] if product is MICRO_BUSINESS else [],
        "staff_needed": 1,
        "expected_recovery": amount(recovery),
    }


def _borrower(reference: str, product: Product, names: NameBook, today: date, random: Random) -> Body:
    (segment,) = random.choices(("young_consumer", "high_spender", "other"), (45, 35, 20))
    if product is MICRO_BUSINESS:
        segment = "micro_business"
    age = random.randint(20, 29) if segment == "young_consumer" else random.randint(30, 58)
    partner = product is MICRO_BUSINESS and random.random() < 0.4
    return {
        "reference": reference,
        "name": names.next_name(),
        "co_borrowers": [{"name": names.next_name(), "role": "co_borrower"}] if partner else [],
        "national_id_last4": national_id_last4(random),
        "phone": phone(random),
        "birth_year": today.year - age,
        "segment": segment,
        "household_size": random.randint(1, 5),
    }


def _add_history(body: Body, position: int, peculiarity: _Peculiarity, today: date, random: Random) -> None:
    contacts = unreachable(today, random) if position % 5 else reached(today, random)
    if position % 8 == 0:
        contacts = with_earlier_visit(contacts, today, random)
    body["contacts"] = contacts if peculiarity.contacted else []
    body["flags"] = list(peculiarity.flags)
    body["borrower"]["language"] = peculiarity.language
