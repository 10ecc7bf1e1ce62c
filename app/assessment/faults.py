"""The error of figures that cannot be, with a pointer to each fault."""

from collections.abc import Iterable

from app.kernel.errors import Fault


class InvalidFigures(ValueError):
    """A statement, policy or loan that contradicts itself; `faults` point into the object that was being made."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in self.faults))

    def below(self, pointer: str) -> tuple[Fault, ...]:
        """The faults as seen from a larger object that holds the faulty one at the pointer."""
        return tuple(Fault(pointer + fault.pointer, fault.detail) for fault in self.faults)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise InvalidFigures when there is any fault."""
    found = tuple(faults)
    if found:
        raise InvalidFigures(found)
