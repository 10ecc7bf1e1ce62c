"""Money: integer minor units with their currency (ISO 4217), decimal strings at the border."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

# ISO 4217 list one (currencies and funds codes in force) without the codes that have no minor unit, such as XAU or XDR.
_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER "
    "ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: digits for digits, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}

_PLAIN_DECIMAL = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")
# Eighteen significant digits of minor units always fit in a signed 64-bit integer.
_MINOR_LIMIT = 10**18


class MoneyError(ValueError):
    """An amount or currency that cannot be."""


def exponent(currency: str) -> int:
    """Number of decimals of a currency (ISO 4217); raises MoneyError for an unknown one."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise MoneyError(f"currency {currency!r} is not known; use an ISO 4217 code such as CNY") from None


@dataclass(frozen=True)
class Money:
    """An amount in minor units; only amounts of one currency can be added or compared."""

    currency: str
    minor: int

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Money":
        """Read a plain decimal string such as `-12.50`.

        Raises MoneyError for any other notation, more decimals than the currency has, or more than 18 digits.
        """
        digits = exponent(currency)
        plain = _PLAIN_DECIMAL.fullmatch(amount)
        if plain is None:
            raise MoneyError(f"amount {amount[:40]!r} must be a plain decimal number of at most 18 digits")
        sign, whole, decimals = plain.group(1), plain.group(2), plain.group(3) or ""
        if len(decimals) > digits:
            raise MoneyError(f"amount {amount!r} must have at most {digits} decimals in {currency}")
        minor = int(whole + decimals.ljust(digits, "0"))
        if minor >= _MINOR_LIMIT:
            raise MoneyError(f"amount {amount!r} has more than 18 digits in {currency}")
        return cls(currency, -minor if sign else minor)

    @classmethod
    def rounded(cls, value: Fraction, currency: str) -> "Money":
        """Round an exact amount of major units half-even to the currency's scale."""
        scaled = value * 10 ** exponent(currency)
        return cls(currency, round(scaled))

    @property
    def amount(self) -> str:
        """The decimal string with exactly the currency's decimals."""
        return decimal_string(self.minor, exponent(self.currency))

    @property
    def exact(self) -> Fraction:
        """The amount in major units as an exact fraction."""
        return Fraction(self.minor, 10 ** exponent(self.currency))

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be mixed")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.currency, self.minor + self._same(other))

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.currency, self.minor - self._same(other))

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)


def decimal_string(scaled: int, digits: int) -> str:
    """`scaled` divided by ten to the power of `digits`, with exactly so many decimals."""
    sign = "-" if scaled < 0 else ""
    whole, decimals = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole}.{decimals:0{digits}d}" if digits else f"{sign}{whole}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum of amounts of one currency; zero when there is none."""
    result = Money(currency, 0)
    for amount in amounts:
        result = result + amount
    return result
