"""The errors a use case may raise; `app.runtime.problems` gives each its status.

DoorstepError
├── Unauthorized         nobody we know
├── Forbidden            known, but this actor may not do it
├── NotFound             unknown, or not visible for this actor
├── Invalid              well-formed, but what it says cannot be
├── PreconditionMissing  the caller must say which version is meant
├── Conflict             at odds with what is stored already
│   └── Stale            made against an older version than the stored one
├── Refused              a rule of the business or of the law says no
└── Unavailable          something outside did not answer; trying again may help
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault of an input: a JSON pointer and a sentence."""

    pointer: str
    detail: str


class FieldError(ValueError):
    """What is wrong with one field of a body in the light of the others; the door adds where the body lies.

    `index` names the element when the field is a list.
    """

    def __init__(self, field: str, detail: str, index: int | None = None) -> None:
        super().__init__(detail)
        self.place: tuple[int | str, ...] = (field,) if index is None else (field, index)


class DoorstepError(Exception):
    """Base of all errors that are meant for the caller.

    `reason` is a stable UPPER_SNAKE code, `action` says what the caller can do about it.
    """

    def __init__(self, reason: str, detail: str, *, action: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.action = action
        self.faults = faults


class Unauthorized(DoorstepError):
    """The caller did not show who it is."""


class NotFound(DoorstepError):
    """There is no such thing for this actor."""


class Forbidden(DoorstepError):
    """The actor may not do this."""


class Invalid(DoorstepError):
    """The input is well-formed but contradicts itself or the stored facts."""


class PreconditionMissing(DoorstepError):
    """The caller must name the version that is to be changed."""


class Conflict(DoorstepError):
    """The state of things does not allow it."""


class Stale(Conflict):
    """The caller worked on an older version."""


class Refused(DoorstepError):
    """A rule says no; the detail names it."""


class Unavailable(DoorstepError):
    """Something that is needed does not answer at the moment."""
