"""Since when a loan is in arrears."""

from datetime import date

from app.redress.matters import in_arrears_since


def test_the_time_in_arrears_began_as_many_days_before_the_escalation_as_the_loan_was_past_due() -> None:
    assert in_arrears_since(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert in_arrears_since(date(2026, 11, 23), 95) == date(2026, 8, 20)
