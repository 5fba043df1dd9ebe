"""Forms of address in Russian, German and English."""

from __future__ import annotations

from invitations.address import de, en, ru
from invitations.address.titles import UnknownOffice
from invitations.recipient import Recipient

__all__ = ["UnknownOffice", "address_lines", "salutation"]


def address_lines(recipient: Recipient) -> tuple[str, ...]:
    """Office and name as they stand in the address block, without street and town.

    Raises UnknownOffice for a Russian office whose head word is not known: ask, never guess.
    """
    if recipient.language == "ru":
        return ru.address_lines(recipient)
    if recipient.language == "de":
        return de.address_lines(recipient)
    return en.address_lines(recipient)


def salutation(recipient: Recipient) -> str:
    """The opening of the letter, with the mark its language closes it by."""
    if recipient.language == "ru":
        return ru.salutation(recipient)
    if recipient.language == "de":
        return de.salutation(recipient)
    return en.salutation(recipient)
