"""The figures of a business, written down step by step."""

from datetime import date
from fractions import Fraction

from app.assessment.business import Business, BusinessFigures, figures_of
from app.assessment.derivation import Worksheet
from app.assessment.periods import MONTHLY_FACTOR


def note_business(sheet: Worksheet, business: Business, day: date) -> BusinessFigures:
    """The figures as they stand on the day, each entered with what it came from."""
    figures = figures_of(business, day)
    months = {f"business.turnover[{number}]": money.exact for number, money in enumerate(business.turnover, 1)}
    mean = sheet.enter("business.turnover_mean", figures.turnover_mean, "mean of the twelve months", months)
    low_rule, lately = "second lowest of the last six months", dict(list(months.items())[-6:])
    low = sheet.enter("business.turnover_low", figures.turnover_low, low_rule, lately)
    costs = sheet.enter("business.costs", figures.costs, "sum of amount x factor", _costs(business))
    sheet.enter("business.net_mean", mean - costs, "turnover_mean - costs", {"mean": mean, "costs": costs})
    sheet.enter("business.net_low", low - costs, "turnover_low - costs", {"low": low, "costs": costs})
    owed = {f"business.receivables[{index}].amount": one.amount.exact for index, one in enumerate(business.receivables)}
    sheet.enter("business.receivables", figures.receivables, "sum of what is owed to it", owed)
    rule = f"sum of what was due before {day.isoformat()}"
    sheet.enter("business.receivables_overdue", figures.receivables_overdue, rule, _overdue(business, day))
    return figures


def _costs(business: Business) -> dict[str, Fraction]:
    inputs = {}
    for index, cost in enumerate(business.costs):
        inputs[f"business.costs[{index}].amount"] = cost.amount.exact
        inputs[f"business.costs[{index}].factor"] = MONTHLY_FACTOR[cost.frequency]
    return inputs


def _overdue(business: Business, day: date) -> dict[str, Fraction]:
    return {
        f"business.receivables[{index}].amount": one.amount.exact
        for index, one in enumerate(business.receivables)
        if one.due_on is not None and one.due_on < day
    }
