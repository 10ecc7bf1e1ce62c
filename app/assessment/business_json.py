"""A business as the JSON in which findings are stored, both ways and without loss."""

from app.assessment.business import Business, Cost, Receivable
from app.assessment.json_object import (
    JsonObject,
    a_day,
    a_day_or_null,
    a_text,
    an_amount,
    an_integer,
    array_of,
    one_of,
)
from app.assessment.terms import Frequency

_FIELDS = ("activity", "turnover", "costs", "receivables", "busy_months", "started_on", "closed_on", "note")


def business_from_dict(data: object, currency: str) -> Business:
    """Read a business; raises InvalidFigures with a pointer to each fault."""
    fields = JsonObject(data, _FIELDS)
    return Business(
        activity=fields.read("activity", a_text),
        turnover=fields.read("turnover", array_of(an_amount(currency))),
        costs=fields.read_or("costs", array_of(lambda item: _cost(item, currency)), ()),
        receivables=fields.read_or("receivables", array_of(lambda item: _receivable(item, currency)), ()),
        busy_months=fields.read_or("busy_months", array_of(an_integer), ()),
        started_on=fields.read_maybe("started_on", a_day),
        closed_on=fields.read_maybe("closed_on", a_day),
        note=fields.read_maybe("note", a_text),
    )


def business_to_dict(business: Business) -> dict[str, object]:
    """Write a business; amounts have the currency's scale."""
    return {
        "activity": business.activity,
        "turnover": [amount.amount for amount in business.turnover],
        "costs": [
            {"category": cost.category, "amount": cost.amount.amount, "frequency": str(cost.frequency)}
            for cost in business.costs
        ],
        "receivables": [
            {"amount": one.amount.amount, "due_on": a_day_or_null(one.due_on), "debtor": one.debtor}
            for one in business.receivables
        ],
        "busy_months": list(business.busy_months),
        "started_on": a_day_or_null(business.started_on),
        "closed_on": a_day_or_null(business.closed_on),
        "note": business.note,
    }


def _cost(data: object, currency: str) -> Cost:
    fields = JsonObject(data, ("category", "amount", "frequency"))
    return Cost(
        fields.read("category", a_text),
        fields.read("amount", an_amount(currency)),
        fields.read("frequency", one_of(Frequency)),
    )


def _receivable(data: object, currency: str) -> Receivable:
    fields = JsonObject(data, ("amount", "due_on", "debtor"))
    return Receivable(
        fields.read("amount", an_amount(currency)),
        fields.read_maybe("due_on", a_day),
        fields.read_maybe("debtor", a_text),
    )
