from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import Money, MoneyError, exponent, total

CURRENCIES = st.sampled_from(["CNY", "INR", "JPY", "KWD", "CLF"])
MINORS = st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1)
property_test = settings(derandomize=True, deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("CNY", 2), ("INR", 2), ("USD", 2), ("JPY", 0), ("VND", 0), ("KWD", 3), ("TND", 3), ("CLF", 4), ("ZWG", 2)],
)
def test_each_currency_has_the_decimals_of_iso_4217(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["XXX", "XAU", "XDR", "cny", "", "CN", "DEM", "HRK", "BGN", "CNY "])
def test_withdrawn_unknown_and_unitless_codes_are_refused(currency: str) -> None:
    with pytest.raises(MoneyError, match="not known"):
        Money(currency, 1)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1234.56", "CNY", 123456),
        ("1234.5", "CNY", 123450),
        ("1234", "CNY", 123400),
        ("-0.01", "CNY", -1),
        ("-0.00", "CNY", 0),
        ("007", "CNY", 700),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("0.0001", "CLF", 1),
        ("999999999999999999", "JPY", 10**18 - 1),
        ("-9999999999999999.99", "CNY", -(10**18) + 1),
    ],
)
def test_a_plain_decimal_string_becomes_minor_units(amount: str, currency: str, minor: int) -> None:
    assert Money.parse(amount, currency) == Money(currency, minor)


@pytest.mark.parametrize(
    "amount",
    [
        *("1e3", "1E3", "NaN", "Infinity", "-Infinity", "sNaN", "0x10"),
        *(" 1", "1 ", "1\n", "", "-", ".", ".5", "5.", "+5", "--5", "1.2.3", "1,000.00", "1_000", "1 000"),
        *("١٢", "１２", "¥5", "5\x00"),
        *("12.345", "1.000", "10000000000000000.00", "1" * 19, "0." + "0" * 19, "9" * 5000),
    ],
)
def test_anything_but_a_plain_decimal_of_the_currency_is_refused(amount: str) -> None:
    with pytest.raises(MoneyError):
        Money.parse(amount, "CNY")


def test_a_currency_without_decimals_takes_none() -> None:
    with pytest.raises(MoneyError, match="at most 0 decimals in JPY"):
        Money.parse("100.00", "JPY")


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        (Fraction(5, 1000), "CNY", "0.00"),
        (Fraction(15, 1000), "CNY", "0.02"),
        (Fraction(25, 1000), "CNY", "0.02"),
        (Fraction(-25, 1000), "CNY", "-0.02"),
        (Fraction(1, 3), "CNY", "0.33"),
        (Fraction(5, 2), "JPY", "2"),
        (Fraction(7, 2), "JPY", "4"),
        (Fraction(1, 16), "KWD", "0.062"),
    ],
)
def test_exact_amounts_are_rounded_half_even(value: Fraction, currency: str, amount: str) -> None:
    assert Money.rounded(value, currency).amount == amount


@property_test
@given(CURRENCIES, MINORS)
def test_an_amount_survives_the_border(currency: str, minor: int) -> None:
    money = Money(currency, minor)
    assert Money.parse(money.amount, currency) == money
    assert Money.rounded(money.exact, currency) == money
    assert -(2**63) <= money.minor < 2**63


@property_test
@given(CURRENCIES, MINORS, MINORS)
def test_sums_and_differences_are_exact(currency: str, left: int, right: int) -> None:
    a, b = Money(currency, left), Money(currency, right)
    assert (a + b).exact == a.exact + b.exact
    assert a + b - b == a
    assert total([a, b, a], currency) == a + b + a


@property_test
@given(CURRENCIES, MINORS, MINORS)
def test_amounts_of_one_currency_are_ordered_by_size(currency: str, left: int, right: int) -> None:
    a, b = Money(currency, left), Money(currency, right)
    assert (a < b, a <= b, a > b, a >= b) == (left < right, left <= right, left > right, left >= right)
    assert min(a, b).minor == min(left, right)


def test_the_sum_of_nothing_is_zero() -> None:
    assert total([], "JPY") == Money("JPY", 0)


def test_currencies_are_never_mixed() -> None:
    yuan, dollar = Money("CNY", 1), Money("USD", 1)
    with pytest.raises(MoneyError, match="cannot be mixed"):
        yuan + dollar
    with pytest.raises(MoneyError, match="cannot be mixed"):
        yuan - dollar
    with pytest.raises(MoneyError, match="cannot be mixed"):
        total([yuan, dollar], "CNY")
    with pytest.raises(MoneyError, match="cannot be mixed"):
        max(yuan, dollar)
    with pytest.raises(MoneyError, match="cannot be mixed"):
        sorted([yuan, dollar])
    assert yuan != dollar
