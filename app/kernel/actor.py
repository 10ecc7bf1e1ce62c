"""Who is asking."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """The caller as its token describes it.

    `regions` empty means all regions; `investigator_id` is set for people of the field.
    """

    subject: str
    scopes: frozenset[str]
    regions: frozenset[str] = field(default_factory=frozenset)
    investigator_id: UUID | None = None

    def may(self, scope: str) -> bool:
        """Whether the token carries the scope; `admin` carries all."""
        return scope in self.scopes or "admin" in self.scopes

    def sees_region(self, region: str | None) -> bool:
        """Whether cases of the region are visible; a case without a region is visible only without a region limit."""
        return not self.regions or region in self.regions


SYSTEM = Actor(subject="system", scopes=frozenset({"admin"}))
