"""A household's statement: what it earns, spends, owes and owns, line by line.

Amounts are money of the statement's one currency; what is computed from them are exact fractions of a major unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.assessment.faults import refuse
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.errors import Fault
from app.kernel.money import Money, MoneyError, exponent

MONTHLY_FACTOR = {
    Frequency.WEEKLY: Fraction(52, 12),
    Frequency.FORTNIGHTLY: Fraction(26, 12),
    Frequency.FOUR_WEEKLY: Fraction(13, 12),
    Frequency.MONTHLY: Fraction(1),
    Frequency.QUARTERLY: Fraction(1, 3),
    Frequency.YEARLY: Fraction(1, 12),
}
MONTHS_OF_A_YEAR = 12
MAX_LINES = 500
MAX_PERSONS = 100


@dataclass(frozen=True)
class Household:
    """Who lives from the money."""

    adults: int
    children: int = 0
    dependants: int = 0

    def __post_init__(self) -> None:
        counts = {"adults": self.adults, "children": self.children, "dependants": self.dependants}
        faults = [Fault(f"/{name}", "must not be negative") for name, count in counts.items() if count < 0]
        if not faults and not 1 <= self.persons <= MAX_PERSONS:
            faults.append(Fault("", f"a household has 1 to {MAX_PERSONS} persons"))
        refuse(faults)

    @property
    def persons(self) -> int:
        """Everybody for whom the subsistence floor counts."""
        return self.adults + self.children + self.dependants


@dataclass(frozen=True)
class Line:
    """One line of a statement.

    `monthly_amounts` (twelve, oldest first) belongs to irregular lines and replaces `amount`. `balance` and `priority`
    belong to debts. The amount of an asset is its worth, its frequency means nothing. A declined line may be empty: to
    decline is a right, and it counts nothing.
    """

    kind: LineKind
    category: str
    amount: Money | None
    frequency: Frequency | None
    verification: Verification = Verification.NOT_ASKED
    evidence: tuple[str, ...] = ()
    declined: bool = False
    note: str | None = None
    monthly_amounts: tuple[Money, ...] = ()
    balance: Money | None = None
    priority: bool = False

    def __post_init__(self) -> None:
        refuse([*_faults_of_words(self), *_faults_of_amounts(self), *_faults_of_debts(self)])

    @property
    def is_explained(self) -> bool:
        """Whether a note or a document speaks for the amount."""
        return bool(self.evidence) or bool(self.note and self.note.strip())

    def money(self) -> Iterator[tuple[str, Money]]:
        """Every amount of the line with its pointer."""
        if self.amount is not None:
            yield "/amount", self.amount
        if self.balance is not None:
            yield "/balance", self.balance
        for index, amount in enumerate(self.monthly_amounts):
            yield f"/monthly_amounts/{index}", amount


@dataclass(frozen=True)
class Statement:
    """A household's lines, all in one currency."""

    currency: str
    household: Household
    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        if len(self.lines) > MAX_LINES:
            refuse([Fault("/lines", f"a statement has at most {MAX_LINES} lines")])
        refuse(self._faults_of_currency())

    def counting(self, *kinds: LineKind) -> tuple[int, ...]:
        """Indices of the lines of these kinds that were not declined."""
        return tuple(i for i, line in enumerate(self.lines) if line.kind in kinds and not line.declined)

    @property
    def declined(self) -> tuple[int, ...]:
        """Indices of the lines that the household preferred not to answer."""
        return tuple(index for index, line in enumerate(self.lines) if line.declined)

    def _faults_of_currency(self) -> Iterator[Fault]:
        try:
            exponent(self.currency)
        except MoneyError as error:
            yield Fault("/currency", str(error))
        for index, line in enumerate(self.lines):
            for pointer, amount in line.money():
                if amount.currency != self.currency:
                    yield Fault(f"/lines/{index}{pointer}", f"{amount.currency} in a statement in {self.currency}")


def debts(statement: Statement, *, priority: bool) -> tuple[int, ...]:
    """Indices of the debt lines that count, priority debts or the others."""
    return tuple(i for i in statement.counting(LineKind.DEBT) if statement.lines[i].priority is priority)


def lines_by_category(statement: Statement) -> dict[str, tuple[int, ...]]:
    """Indices of the spending lines that count, by category; a category may have fixed and flexible lines."""
    found: dict[str, tuple[int, ...]] = {}
    for index in statement.counting(LineKind.FIXED, LineKind.FLEXIBLE):
        name = statement.lines[index].category
        found[name] = (*found.get(name, ()), index)
    return found


def monthly(line: Line) -> Fraction:
    """What the line comes to in a month; nothing for a declined line and for an asset.

    Irregular income counts with the second lowest of its last six months, irregular spending with the mean.
    """
    if line.declined or line.kind is LineKind.ASSET or line.frequency is None:
        return Fraction(0)
    if line.frequency is Frequency.IRREGULAR:
        return second_lowest_month(line) if line.kind is LineKind.INCOME else mean_month(line)
    return line.amount.exact * MONTHLY_FACTOR[line.frequency] if line.amount is not None else Fraction(0)


def second_lowest_month(line: Line) -> Fraction:
    """The second lowest of the last six monthly amounts of an irregular line: its lowest quartile."""
    return sorted(amount.exact for amount in line.monthly_amounts[-6:])[1]


def mean_month(line: Line) -> Fraction:
    """The mean of the twelve monthly amounts of an irregular line."""
    return sum((amount.exact for amount in line.monthly_amounts), Fraction(0)) / MONTHS_OF_A_YEAR


def _faults_of_words(line: Line) -> Iterator[Fault]:
    if not line.category.strip():
        yield Fault("/category", "must not be empty")
    if line.frequency is None and not line.declined and line.kind is not LineKind.ASSET:
        yield Fault("/frequency", "is needed unless the line is declined")
    if line.kind is LineKind.ASSET and line.frequency is Frequency.IRREGULAR:
        yield Fault("/frequency", "an asset has one worth, not monthly amounts")


def _faults_of_amounts(line: Line) -> Iterator[Fault]:
    irregular = line.frequency is Frequency.IRREGULAR
    may_be_empty = line.declined and not line.monthly_amounts
    if line.amount is None and not line.declined and not irregular:
        yield Fault("/amount", "is needed unless the line is declined or irregular")
    if line.monthly_amounts and not irregular:
        yield Fault("/monthly_amounts", "belongs to irregular lines only")
    elif irregular and len(line.monthly_amounts) != MONTHS_OF_A_YEAR and not may_be_empty:
        yield Fault("/monthly_amounts", "an irregular line needs its last twelve months, oldest first")
    yield from (Fault(pointer, "must not be negative") for pointer, amount in line.money() if amount.minor < 0)


def _faults_of_debts(line: Line) -> Iterator[Fault]:
    if line.kind is not LineKind.DEBT and line.balance is not None:
        yield Fault("/balance", "belongs to debts only")
    if line.kind is not LineKind.DEBT and line.priority:
        yield Fault("/priority", "belongs to debts only")
