"""What is taken for granted in a country when nothing is told: its holiday calendar and its languages (PURE)."""

_UNITED_STATES = (
    *("America/New_York", "America/Detroit", "America/Chicago", "America/Menominee", "America/Denver"),
    *("America/Boise", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Juneau"),
    *("America/Sitka", "America/Metlakatla", "America/Yakutat", "America/Nome", "America/Adak", "Pacific/Honolulu"),
)
_UNITED_STATES_AREAS = ("America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "US/")

_COUNTRIES = {
    "Asia/Shanghai": "CN",
    "Asia/Urumqi": "CN",
    "Europe/Dublin": "IE",
    "Europe/London": "GB",
    "Asia/Kolkata": "IN",
    "Asia/Calcutta": "IN",
    **dict.fromkeys(_UNITED_STATES, "US"),
}
_LANGUAGES = {"CN": ("zh",), "IE": ("en",), "GB": ("en",), "IN": ("hi", "en"), "US": ("en",)}


def usual_holidays(time_zone: str) -> str | None:
    """The holiday calendar (ISO 3166) of the zone's country; None where we have no contact profile for it."""
    if time_zone.startswith(_UNITED_STATES_AREAS):
        return "US"
    return _COUNTRIES.get(time_zone)


def usual_languages(time_zone: str) -> tuple[str, ...]:
    """The languages somebody is taken to speak who tells none."""
    return _LANGUAGES.get(usual_holidays(time_zone) or "", ())
