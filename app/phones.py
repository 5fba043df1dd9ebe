"""Telephone numbers, by the numbering plans of the world (libphonenumber)."""

from __future__ import annotations

import re

# Numbers without a country code are read as the two countries of the conferences write them.
HOME_REGIONS = ("RU", "DE")
# Shorter ones are emergency or house numbers, which nobody abroad can call.
FEWEST_DIGITS = 5
_EXTENSION = re.compile(r"[,;]? ?(?:доб|доп|вн|ext|Durchwahl|App)\.? ?[0-9]{1,6}$", re.IGNORECASE)


def is_phone(value: str) -> bool:
    """Whether ``value`` can be a telephone number: international with ``+``, or national in Russia or Germany;
    an extension («доб. 12», "Durchwahl 3") may follow."""
    import phonenumbers

    value = _EXTENSION.sub("", value.strip())
    if sum(sign.isdecimal() for sign in value) < FEWEST_DIGITS:
        return False
    for region in (None, *HOME_REGIONS):
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return True
    return False
