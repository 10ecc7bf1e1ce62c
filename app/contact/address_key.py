"""When two spellings name the same address (PURE)."""

import re
import unicodedata

_BETWEEN_NUMBERS = re.compile(r"(?<=\d) +(?=\d)")


def address_key(address: str) -> str:
    """The address without case, spaces and punctuation; empty when nothing is left.

    Two numbers stay apart, however they are separated: 8-3 is not 83.
    """
    folded = unicodedata.normalize("NFKC", address).casefold()
    spaced = "".join(letter if letter.isalnum() else " " for letter in folded)
    return _BETWEEN_NUMBERS.sub("-", spaced).replace(" ", "")
