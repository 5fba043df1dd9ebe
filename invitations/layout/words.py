"""The fixed words of the sheet, by language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

DRAFT: Final = {"ru": "ПРОЕКТ", "de": "ENTWURF", "en": "DRAFT"}
REPLY: Final = {
    "ru": "Ваш ответ — по личной ссылке или коду",
    "de": "Ihre Antwort: persönlicher Link oder Code",
    "en": "Your reply: personal link or code",
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
CHECK_ALT: Final = {
    "ru": "QR-код для проверки подлинности документа",
    "de": "QR-Code zur Prüfung des Dokuments",
    "en": "QR code to check this document",
}
ATTACHMENT: Final = {
    "ru": ("Приложение:", "Приложение:"),
    "de": ("Anlage", "Anlagen"),
    "en": ("Enclosure", "Enclosures"),
}
COPIES: Final = {"de": "Verteiler", "en": "cc"}
PHONE: Final = {"ru": "тел.", "de": "Tel.", "en": "tel."}
EXECUTOR: Final = {"ru": "Исп.:", "de": "Bearbeitung", "en": "Prepared by"}
DATE: Final = {"ru": "Дата", "de": "Datum", "en": "Date"}
NUMBER: Final = {"ru": "Исходящий №", "de": "Unser Zeichen", "en": "Our reference"}
TELEPHONE: Final = {"ru": "Телефон", "de": "Telefon", "en": "Telephone"}
PAGE: Final = {"ru": "", "de": "Seite {page} von {pages}", "en": "Page {page} of {pages}"}


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


def attachments_in_one_line(found: Sequence[tuple[str, int]]) -> str:
    """The note of the house: «Проект программы, копия письма на «7» лл.»; sheets are counted together."""
    titles = [
        title if at == 0 or not title[1:2].islower() else title[0].lower() + title[1:]
        for at, (title, _sheets) in enumerate(found)
    ]
    return f"{', '.join(titles)} на\u00a0«{sum(sheets for _title, sheets in found)}»\u00a0лл."


SIGNED: Final = {
    "ru": "Документ подписан электронной подписью",
    "de": "Dokument elektronisch signiert",
    "en": "Document signed electronically",
}
CERTIFICATE: Final = {"ru": "Сертификат", "de": "Zertifikat", "en": "Certificate"}
OWNER: Final = {"ru": "Владелец", "de": "Inhaber", "en": "Owner"}
VALID: Final = {"ru": "Действителен", "de": "Gültig", "en": "Valid"}
HAND: Final = {"ru": "Подпись", "de": "Unterschrift", "en": "Signature"}
EMBLEM: Final = {"ru": "Эмблема", "de": "Emblem", "en": "Emblem"}
YOUR_NUMBER: Final = {"ru": "На №", "de": "Ihr Zeichen", "en": "Your reference"}
