"""A household's statement: what it earns, spends, owes and owns, line by line.

Amounts are money of the statement's one currency; what is computed from them are exact fractions of a major unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.assessment.business import Business
from app.assessment.faults import refuse
from app.assessment.periods import MONTHLY_FACTOR, MONTHS_OF_A_YEAR, mean_of, second_lowest_of
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.errors import Fault
from app.kernel.money import Money, MoneyError, exponent
from app.visits.statement import BELONGS_TO

MAX_LINES = 500
MAX_PERSONS = 100
MAX_AGE = 130


@dataclass(frozen=True)
class Member:
    """Somebody of the household; `needs_care` is told of for a disability or a need of care."""

    relation: str
    age: int | None = None
    needs_care: bool = False
    earns: bool = False

    def __post_init__(self) -> None:
        faults = [] if self.relation.strip() else [Fault("/relation", "must not be empty")]
        if self.age is not None and not 0 <= self.age <= MAX_AGE:
            faults.append(Fault("/age", f"must be 0 to {MAX_AGE}"))
        refuse(faults)


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

    `monthly_amounts` (twelve, oldest first) belongs to irregular lines and replaces `amount`. `earner` belongs to
    incomes; `balance`, `priority`, `creditor`, `arrears` and `informal` (family, private lenders) to debts; `secured`
    to debts and `pledged`, `exempt` (from seizure, such as tools of trade) to assets. The amount of an asset is its
    worth, its frequency means nothing. A line that has ended by the day of the statement counts nothing. A declined
    line may be empty: to decline is a right, and it counts nothing.
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
    earner: str | None = None
    ends_on: date | None = None
    creditor: str | None = None
    arrears: Money | None = None
    secured: bool = False
    informal: bool = False
    pledged: bool = False
    exempt: bool = False

    def __post_init__(self) -> None:
        refuse([*_faults_of_words(self), *_faults_of_amounts(self), *_faults_of_belonging(self)])

    def has_ended(self, day: date) -> bool:
        """Whether it is known to have ended by the day."""
        return self.ends_on is not None and self.ends_on <= day

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
        if self.arrears is not None:
            yield "/arrears", self.arrears
        for index, amount in enumerate(self.monthly_amounts):
            yield f"/monthly_amounts/{index}", amount


@dataclass(frozen=True)
class Statement:
    """A household's lines, all in one currency, and the business it lives from, if it has one.

    `members` may tell of some of the household more closely. `taken_on` is the day for which it speaks; without it no
    line is taken for ended.
    """

    currency: str
    household: Household
    lines: tuple[Line, ...] = ()
    members: tuple[Member, ...] = ()
    business: Business | None = None
    taken_on: date | None = None

    def __post_init__(self) -> None:
        if len(self.lines) > MAX_LINES:
            refuse([Fault("/lines", f"a statement has at most {MAX_LINES} lines")])
        if len(self.members) > self.household.persons:
            refuse([Fault("/members", f"are more than the {self.household.persons} persons of the household")])
        refuse(self._faults_of_currency())

    def counting(self, *kinds: LineKind) -> tuple[int, ...]:
        """Indices of the lines of these kinds that were neither declined nor have ended."""
        ended = set(self.ended)
        return tuple(
            i for i, line in enumerate(self.lines) if line.kind in kinds and not line.declined and i not in ended
        )

    @property
    def ended(self) -> tuple[int, ...]:
        """Indices of the lines that have ended by the day of the statement."""
        day = self.taken_on
        return tuple(i for i, line in enumerate(self.lines) if day is not None and line.has_ended(day))

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
        if self.business is not None and self.business.currency != self.currency:
            yield Fault("/business", f"{self.business.currency} in a statement in {self.currency}")


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
    return second_lowest_of(line.monthly_amounts)


def mean_month(line: Line) -> Fraction:
    """The mean of the twelve monthly amounts of an irregular line."""
    return mean_of(line.monthly_amounts)


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


def _faults_of_belonging(line: Line) -> Iterator[Fault]:
    for name, kind in BELONGS_TO.items():
        if getattr(line, name) not in (None, False) and line.kind is not kind:
            yield Fault(f"/{name}", f"belongs to lines of the kind {kind} only")
