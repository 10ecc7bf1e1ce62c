"""When a delivery is tried again, and when a webhook has failed for too long (PURE)."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

# After each failed try but the last; 75 hours in all, as the Standard Webhooks specification proposes.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES = len(PAUSES) + 1
# A pause is up to a tenth longer, so that what failed together is not tried together again.
SPREAD = 0.1
# Longer than all tries of one delivery: a single lost one never disables a webhook.
PATIENCE = timedelta(days=5)


def next_try_at(delivery_id: UUID, tries: int, failed_at: datetime) -> datetime | None:
    """When to try again after so many tries, None after the last; the same delivery always gets the same pauses."""
    if tries >= TRIES:
        return None
    return failed_at + PAUSES[tries - 1] * (1 + SPREAD * _share(delivery_id, tries))


def _share(delivery_id: UUID, tries: int) -> float:
    """A number from 0 to 1 that looks random and is not."""
    digest = hashlib.sha256(delivery_id.bytes + tries.to_bytes(2, "big")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def has_failed_too_long(failing_since_at: datetime, at: datetime) -> bool:
    """Whether a webhook, none of whose tries succeeded since an instant, is to be disabled."""
    return at - failing_since_at > PATIENCE
