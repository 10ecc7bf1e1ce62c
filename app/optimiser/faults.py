"""What can be wrong with a problem or a plan that somebody hands in.

Invalid (kernel)
└── InputError       carries every fault that was found, not only the first
    ├── ProblemError
    └── PlanError
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.errors import Fault, Invalid


@dataclass(frozen=True)
class InputFault(Fault):
    """One fault: a JSON pointer, a sentence, a stable UPPER_SNAKE code, and what to do about it."""

    code: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.code}: {self.detail}; {self.remedy}"


class InputError(Invalid):
    """The input is not usable; `input_faults` lists everything that is wrong with it."""

    def __init__(self, reason: str, what: str, faults: Iterable[InputFault]) -> None:
        self.input_faults = tuple(faults)
        count = len(self.input_faults)
        super().__init__(
            reason,
            f"the {what} has {count} fault{'s' if count != 1 else ''}: {self.input_faults[0]}",
            action="correct every fault that is listed",
            faults=self.input_faults,
        )


class ProblemError(InputError):
    """A problem that nobody could plan."""

    def __init__(self, faults: Iterable[InputFault]) -> None:
        super().__init__("PROBLEM_INVALID", "problem", faults)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.input_faults,)


class PlanError(InputError):
    """A plan that nobody could read."""

    def __init__(self, faults: Iterable[InputFault]) -> None:
        super().__init__("PLAN_INVALID", "plan", faults)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.input_faults,)
