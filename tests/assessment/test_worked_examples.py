"""The examples of docs/affordability.md, computed by the product and once more with a pencil."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client

PAGE = (Path(__file__).parents[2] / "docs" / "affordability.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"<!-- example: (\w+) -->\n```json\n(.*?)```.*?\| Figure \| Value \|\n\|---\|---\|\n((?:\|[^\n]*\n)+)", re.S
)
EXAMPLES = {
    name: (json.loads(body), dict(re.findall(r"\| (\w+) \| (\S+) \|", table)))
    for name, body, table in EXAMPLE.findall(PAGE)
}

# With a pencil: income, essential, left over, saved, others' repayments, our share, ratio room, stressed income.
CHINA = {
    "income_monthly": Fraction(4900) + Fraction(3000) * Fraction(4, 5),
    "essential_monthly": max(Fraction(2400) + 1800 + Fraction(1500, 3), Fraction(3 * 1245)),
    "surplus_monthly": Fraction(7300 - 4700 - 300) - Fraction(230),
    "debt_service_ratio": Fraction(300 + 400 + 1600, 7300),
    "affordable_instalment": Fraction(1550),  # of 1552.50
    "resilience": Fraction(5840 - 4700 - 300) * Fraction(9, 10),
}
INDIA = {
    "income_monthly": Fraction(3150 * 52, 12) + Fraction(2400 * 13, 12) * Fraction(4, 5),
    "essential_monthly": Fraction(5 * 1800),
    "surplus_monthly": Fraction(6730) * Fraction(9, 10),
    "debt_service_ratio": (Fraction(800 * 26, 12) + 2500) / 15730,
    "affordable_instalment": Fraction(2400),  # of 2422.80
    "resilience": Fraction(3584) * Fraction(9, 10),
}


@pytest.mark.parametrize(("name", "by_hand"), [("china", CHINA), ("india", INDIA)])
def test_a_worked_example_is_what_the_product_computes(
    client_of: Callable[..., Client], name: str, by_hand: dict[str, Fraction]
) -> None:
    asked, printed = EXAMPLES[name]
    answer = client_of("risk").post("/v1/assessments:preview", asked)
    assert answer.status_code == 200, answer.text
    assert shown(answer.json()["affordability"]) == printed
    digits = {"debt_service_ratio": 4}
    assert {
        key: f"{float(round(value, digits.get(key, 2))):.{digits.get(key, 2)}f}" for key, value in by_hand.items()
    } == printed


def shown(figures: dict[str, Any]) -> dict[str, str]:
    amounts = ("income_monthly", "essential_monthly", "surplus_monthly", "affordable_instalment")
    return {
        **{name: figures[name]["amount"] for name in amounts},
        "debt_service_ratio": figures["debt_service_ratio"],
        "resilience": figures["resilience"]["surplus_monthly"]["amount"],
    }
