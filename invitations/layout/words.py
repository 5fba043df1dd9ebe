"""The fixed words of the sheet, by language."""

from __future__ import annotations

from typing import Final

DRAFT: Final = {"ru": "ПРОЕКТ", "de": "ENTWURF", "en": "DRAFT"}
REPLY: Final = {
    "ru": "Ваш ответ — по личной ссылке или коду:",
    "de": "Ihre Antwort über den persönlichen Link oder Code:",
    "en": "Your reply, by the personal link or the code:",
}
VERIFY: Final = {
    "ru": "Проверить документ:",
    "de": "Dokument prüfen:",
    "en": "Check this document:",
}
QR_ALT: Final = {
    "ru": "QR-код с личной ссылкой для ответа",
    "de": "QR-Code mit dem persönlichen Antwortlink",
    "en": "QR code with the personal link for a reply",
}
ATTACHMENT: Final = {
    "ru": ("Приложение:", "Приложение:"),
    "de": ("Anlage", "Anlagen"),
    "en": ("Enclosure", "Enclosures"),
}
PHONE: Final = {"ru": "тел.", "de": "Tel.", "en": "tel."}
EMAIL: Final = {"ru": "эл. почта:", "de": "E-Mail:", "en": "e-mail:"}
EXECUTOR: Final = {"ru": "Исп.:", "de": "Bearbeitung", "en": "Prepared by"}
DATE: Final = {"de": "Datum", "en": "Date"}
NUMBER: Final = {"de": "Unser Zeichen", "en": "Our reference"}
TELEPHONE: Final = {"de": "Telefon", "en": "Telephone"}
PAGE: Final = {"ru": "", "de": "Seite {page} von {pages}", "en": "Page {page} of {pages}"}
# Before a closing formula: nothing stands between it and the typed name but room for the hand.
LANGUAGE_NAMES: Final = {"ru": "ru", "de": "de", "en": "en"}


def attachment(title: str, sheets: int, copies: int, language: str) -> str:
    """One line of the attachment note: «Проект программы на 5 л. в 1 экз.» (GOST R 7.0.97, 5.19)."""
    nbsp = "\u00a0"
    if language == "ru":
        return f"{title} на{nbsp}{sheets}{nbsp}л. в{nbsp}{copies}{nbsp}экз."
    if language == "de":
        count = f"{sheets}{nbsp}Blatt"
        return f"{title}, {count}" + (f", {copies}-fach" if copies > 1 else "")
    count = f"{sheets}{nbsp}sheet{'s' if sheets != 1 else ''}"
    return f"{title}, {count}" + (f", in {copies} copies" if copies > 1 else "")
