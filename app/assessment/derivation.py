"""How a figure came about: steps that somebody with a pencil can follow.

The inputs of a step are constants of the policy (`policy.…`), facts of the statement (`line[3].amount`) or of the loan
(`loan.outstanding`), or the results of earlier steps, by name. Values are exact: a decimal where there is a finite one,
otherwise a fraction such as `1300/3`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.kernel.money import decimal_string


@dataclass(frozen=True)
class Step:
    """One figure with the rule, the inputs and the statement's lines (by index) it came from."""

    name: str
    rule: str
    policy: str
    value: str | None
    inputs: tuple[tuple[str, str], ...] = ()
    lines: tuple[int, ...] = ()


class Worksheet:
    """Writes down each figure at the moment it is computed."""

    def __init__(self, policy: str) -> None:
        self._policy = policy
        self._steps: list[Step] = []

    def enter(
        self,
        name: str,
        value: Fraction,
        rule: str,
        inputs: Mapping[str, Fraction] | None = None,
        lines: tuple[int, ...] = (),
    ) -> Fraction:
        """Note a figure, and hand it back."""
        self._note(name, exact(value), rule, inputs or {}, lines)
        return value

    def enter_unknown(self, name: str, rule: str, lines: tuple[int, ...] = ()) -> None:
        """Note that a figure does not exist, and why."""
        self._note(name, None, rule, {}, lines)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything noted so far, in order."""
        return tuple(self._steps)

    def _note(
        self, name: str, value: str | None, rule: str, inputs: Mapping[str, Fraction], lines: tuple[int, ...]
    ) -> None:
        written = tuple((key, exact(item)) for key, item in inputs.items())
        self._steps.append(Step(name, rule, self._policy, value, written, lines))


def exact(value: Fraction) -> str:
    """The value without loss: `433.25` where a finite decimal exists, otherwise `1300/3`."""
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = max(twos, fives)
    return decimal_string(value.numerator * 10**digits // value.denominator, digits)


def rounded(value: Fraction, digits: int) -> str:
    """The value as a decimal string with so many decimals, half-even."""
    return decimal_string(round(value * 10**digits), digits)
