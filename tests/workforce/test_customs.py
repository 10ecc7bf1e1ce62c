"""What is taken for granted when nothing is told."""

import pytest

from app.workforce.customs import usual_holidays, usual_languages


@pytest.mark.parametrize(
    ("time_zone", "holidays", "languages"),
    [
        ("Asia/Shanghai", "CN", ("zh",)),
        ("Europe/Dublin", "IE", ("en",)),
        ("Europe/London", "GB", ("en",)),
        ("Asia/Kolkata", "IN", ("hi", "en")),
        ("America/New_York", "US", ("en",)),
        ("America/Indiana/Indianapolis", "US", ("en",)),
        ("America/Toronto", None, ()),
        ("America/Mexico_City", None, ()),
        ("Europe/Berlin", None, ()),
        ("UTC", None, ()),
    ],
)
def test_the_time_zone_tells_the_country(time_zone: str, holidays: str | None, languages: tuple[str, ...]) -> None:
    assert usual_holidays(time_zone) == holidays
    assert usual_languages(time_zone) == languages
