"""Figures and options as JSON bodies: the one place where they are rounded.

Money gets the currency's scale and ratios four decimals, half-even. The API and the reports show what is made here.
"""

from collections.abc import Mapping
from fractions import Fraction

from app.assessment.business import BusinessFigures
from app.assessment.dated_policy import Source
from app.assessment.derivation import Step, exact, rounded
from app.assessment.drafted import Drafted
from app.assessment.figures import Affordability, Quality, Shares
from app.assessment.option import Component, Option
from app.kernel.money import Money

Body = dict[str, object]
_RATIO_DECIMALS = 4


def affordability_to_dict(affordability: Affordability, sources: Mapping[str, Source] | None = None) -> Body:
    """The figures as a report shows them, with the sources of the policy's constants."""
    currency = affordability.currency
    return {
        "policy": affordability.policy,
        "income_monthly": _amount(affordability.budget.income, currency),
        "essential_monthly": _amount(affordability.spending.essential, currency),
        "surplus_monthly": _amount(affordability.surplus, currency),
        "debt_service_ratio": _ratio(affordability.debt_service_ratio),
        "affordable_instalment": _amount(affordability.affordable_instalment, currency),
        "resilience": {"surplus_monthly": _amount(affordability.stressed.surplus, currency)},
        "quality": _quality(affordability.quality, affordability.declined),
        "business": _business(affordability.business, currency),
        "sources": {name: _source(source) for name, source in (sources or {}).items()},
        "flags": [str(flag) for flag in affordability.flags],
        "derivation": [_step(step) for step in affordability.derivation],
    }


def option_to_dict(option: Option) -> Body:
    """One option as a report shows it."""
    currency = option.remaining.currency
    return {
        "name": str(option.name),
        "reason": str(option.reason),
        "components": [_component(component) for component in option.components],
        "schedule": [
            {"due_on": payment.due_on.isoformat(), "amount": money_to_dict(payment.amount)}
            for payment in option.schedule
        ],
        "total": money_to_dict(option.total),
        "remaining": money_to_dict(option.remaining),
        "ends_on": option.ends_on.isoformat(),
        "review_on": option.review_on.isoformat() if option.review_on is not None else None,
        "ratio_after": _ratio(option.ratio_after),
        "resilience": {"surplus_monthly": _amount(option.stressed_surplus, currency)},
        "survives_stress": option.survives_stress,
        "interest": money_to_dict(option.interest),
        "waived": money_to_dict(option.waived),
        "cost": money_to_dict(option.cost),
        "notes": [str(note) for note in option.notes],
    }


def drafted_to_dict(drafted: Drafted) -> Body:
    """What the figures say of an arrangement that was drafted at the door."""
    return {
        "highest_monthly": _amount(drafted.highest_monthly, drafted.currency),
        "within_surplus": drafted.within_surplus,
        "within_affordable": drafted.within_affordable,
        "survives_stress": drafted.survives_stress,
    }


def money_to_dict(money: Money) -> Body:
    """Money as the contract writes it."""
    return {"amount": money.amount, "currency": money.currency}


def _amount(value: Fraction, currency: str) -> Body:
    return money_to_dict(Money.rounded(value, currency))


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else rounded(value, _RATIO_DECIMALS)


def _quality(quality: Quality, declined: tuple[int, ...]) -> Body:
    return {
        "income": _shares(quality.income),
        "spending": _shares(quality.spending),
        "declined_lines": list(declined),
    }


def _shares(shares: Shares | None) -> Body | None:
    return None if shares is None else {str(level): _ratio(share) for level, share in enumerate(shares)}


def _source(source: Source) -> Body:
    as_of_on = None if source.as_of_on is None else source.as_of_on.isoformat()
    return {"text": source.text, "certainty": str(source.certainty), "as_of_on": as_of_on}


def _business(figures: BusinessFigures | None, currency: str) -> Body | None:
    if figures is None:
        return None
    amounts = {
        "turnover_mean": figures.turnover_mean,
        "turnover_low": figures.turnover_low,
        "costs_monthly": figures.costs,
        "net_mean": figures.net_mean,
        "net_low": figures.net_low,
        "receivables": figures.receivables,
        "receivables_overdue": figures.receivables_overdue,
    }
    return {name: _amount(amount, currency) for name, amount in amounts.items()}


def _step(step: Step) -> Body:
    return {
        "name": step.name,
        "rule": step.rule,
        "policy": step.policy,
        "value": step.value,
        "inputs": dict(step.inputs),
        "lines": list(step.lines),
    }


def _component(component: Component) -> Body:
    return {
        "kind": str(component.kind),
        "amount": money_to_dict(component.amount) if component.amount is not None else None,
        "frequency": str(component.frequency) if component.frequency is not None else None,
        "count": component.count,
        "annual_rate": exact(component.annual_rate) if component.annual_rate is not None else None,
    }
