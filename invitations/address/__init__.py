"""Forms of address in Russian, German and English."""

from __future__ import annotations

from invitations.address import de, en, ru
from invitations.address.titles import UnknownOffice
from invitations.overrides import Overrides, decided
from invitations.recipient import Recipient

__all__ = ["UnknownOffice", "address_lines", "key_of", "salutation"]


def key_of(recipient: Recipient) -> str:
    """By what the organiser's own address or salutation is kept: the nominative name, else office or organisation."""
    name = " ".join(part for part in (recipient.last, recipient.first, recipient.patronymic) if part.strip())
    return " ".join((name or recipient.office or recipient.organisation).split())


def address_lines(recipient: Recipient, overrides: Overrides | None = None) -> tuple[str, ...]:
    """Office and name as they stand in the address block, without street and town.

    Raises UnknownOffice for a Russian office whose head word is not known: ask, never guess.
    """
    fixed = decided(overrides, "address", key_of(recipient))
    if fixed is not None:
        return tuple(line.strip() for line in fixed.splitlines() if line.strip())
    if recipient.language == "ru":
        return ru.address_lines(recipient, overrides)
    if recipient.language == "de":
        return de.address_lines(recipient)
    return en.address_lines(recipient)


def salutation(recipient: Recipient, overrides: Overrides | None = None) -> str:
    """The opening of the letter, with the mark its language closes it by."""
    fixed = decided(overrides, "salutation", key_of(recipient))
    if fixed is not None:
        return fixed
    if recipient.language == "ru":
        return ru.salutation(recipient)
    if recipient.language == "de":
        return de.salutation(recipient)
    return en.salutation(recipient)
