"""When two spellings name the same address."""

import pytest

from app.contact.address_key import address_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州市西湖区文二路8号3幢2单元501室", "杭州市西湖区 文二路8号，3幢-2单元-501室"),
        ("12 Wensan Road, Flat 4", "12 WENSAN ROAD FLAT 4"),
        ("8-3 Elm St.", "8/3 elm st"),
        ("８号", "8号"),  # full-width digits
        ("Straße 5", "STRASSE 5"),
    ],
)
def test_case_spaces_and_punctuation_do_not_matter(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("8-3 Elm Street", "83 Elm Street"), ("文二路8号", "文三路8号"), ("1-2-3", "12-3")]
)
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_nothing_is_left_of_punctuation_alone() -> None:
    assert address_key(" -, . ") == ""
