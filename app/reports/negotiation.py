"""Which of the offered media types an `Accept` header likes best (RFC 9110, 12.5.1; PURE)."""

from collections.abc import Sequence


def chosen(accept: str | None, offered: Sequence[str]) -> str | None:
    """The liked type, the earlier offered on a tie; None when none of them is acceptable."""
    ranges = _ranges(accept or "*/*")
    best = max(offered, key=lambda media: _quality(media, ranges))
    return best if _quality(best, ranges) > 0 else None


def _ranges(accept: str) -> dict[str, float]:
    """Each media range with its quality; parameters other than `q` do not narrow what we offer."""
    ranges = {}
    for entry in accept.split(","):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        ranges[media] = _weight(weights[0]) if weights else 1.0
    return ranges


def _weight(text: str) -> float:
    """A quality; one that cannot be read refuses the type, as nobody asked for it in earnest."""
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _quality(media: str, ranges: dict[str, float]) -> float:
    """The quality of the most specific range that covers the type."""
    family = f"{media.split('/')[0]}/*"
    return next((ranges[name] for name in (media, family, "*/*") if name in ranges), 0.0)
