"""Deciding how an issuer's letters look: layouts, edition of the standard, habits of the house, pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image

from app.conferences.models import Conference
from app.correspondence.models import LetterSheet
from app.correspondence.operations.texts import preview_text
from app.correspondence.queries import body_of, wordings
from app.correspondence.queries.house import Sheet, letter_sheet
from app.correspondence.rules import LetterKind
from app.database import lock, transaction
from app.directory.models import Municipality, Organisation
from app.documents.certificate import signing_key
from app.errors import Message, Refusal
from app.history.operations import record
from app.history.rules import Actor
from app.pictures import open_picture
from invitations.house import HouseOptions
from invitations.letter import LAYOUTS
from invitations.pictures import Picture, UnusablePicture, picture

EDITIONS: Final = (0, 2016, 2025)
SIGNATURES: Final = ("hand", "facsimile", "mark")
PICTURES: Final = ("logo", "facsimile")
# No letter shows more dots than these: a picture is made smaller once, not in every letter.
_LARGEST: Final = (1200, 600)
_LONGEST_WORD: Final = 20
_UNUSABLE: Final[Mapping[str, Message]] = {
    "too_large": _l("The picture is larger than 5 MB. Please choose a smaller one."),
    "unknown_kind": _l("This is no picture we can read. Please choose a PNG, JPEG or SVG file."),
    "broken": _l("The picture is damaged or cut off. Please choose another one."),
    "active": _l("The drawing holds scripts, moving or borrowed parts. Please save it as plain SVG or as PNG."),
    "remote": _l("The drawing loads something from elsewhere. Please save it as plain SVG or as PNG."),
}


def require_picture(content: bytes, *, name: str) -> Picture:
    """A picture for letters, as it is kept: a drawing as it is, anything else made anew as PNG.

    :raises Refusal: (field ``name``) for more than 5 MB, another kind of file, a broken one, a drawing with scripts or
        with anything it would load.
    """
    try:
        if len(content) > 5_000_000:
            raise UnusablePicture("too_large")
        if re.match(rb"(?:\xef\xbb\xbf)?\s*<", content):
            return picture(content)
        return picture(_made_anew(content))
    except UnusablePicture as reason:
        raise Refusal(_UNUSABLE[reason.reason], field=name) from reason
    except Refusal as refusal:
        raise Refusal(refusal.message, field=name) from refusal


def _made_anew(content: bytes) -> bytes:
    """The pixels as PNG, no larger than a letter shows them; what is clear stays clear.

    Whether the file is whole is asked first: Pillow, once a page has been laid out, fills up what was cut off.
    """
    for begins, ends in ((b"\x89PNG", b"IEND"), (b"\xff\xd8", b"\xff\xd9")):
        if content.startswith(begins) and ends not in content:
            raise UnusablePicture("broken")
    found: Image.Image = open_picture(content, about=max(_LARGEST))
    with Image.open(io.BytesIO(content)) as given:
        if given.format in ("PNG", "WEBP") and ("A" in given.getbands() or "transparency" in given.info):
            found = given.convert("RGBA")
    found.thumbnail(_LARGEST, Image.Resampling.LANCZOS)
    bare = Image.new(found.mode, found.size)
    bare.paste(found)
    target = io.BytesIO()
    bare.save(target, "PNG", optimize=True)
    return target.getvalue()


def require_sheet(sheet: Sheet) -> Sheet:
    """Refuse looks no letter can have.

    :raises Refusal: with the field it belongs to.
    """
    for language, chosen in (("ru", sheet.layout_ru), ("de", sheet.layout_de)):
        if chosen not in LAYOUTS[language]:
            raise Refusal(_l("There is no such layout."), field=f"layout_{language}")
    if sheet.edition not in EDITIONS:
        raise Refusal(_l("There is no such edition."), field="gost_edition")
    habits = sheet.habits
    for name in ("date_word", "executor_word", "phone_word"):
        word = getattr(habits, name)
        if len(word) > _LONGEST_WORD or re.search(r"[\x00-\x1f\x7f<>{}]", word):
            raise Refusal(_l("Write at most 20 characters of plain text."), field=name)
    if sheet.signature not in SIGNATURES:
        raise Refusal(_l("Choose what stands where the hand signs."), field="signature")
    if sheet.signature == "facsimile" and sheet.facsimile is None:
        raise Refusal(_l("There is no facsimile yet: choose a picture of the signature."), field="facsimile")
    if sheet.signature == "mark" and not current_app.config["SETTINGS"].sign_letters:
        raise Refusal(
            _l("By the settings letters are not signed electronically, so they cannot say that they are."),
            field="signature",
        )
    return sheet


def with_pictures(
    sheet: Sheet, *, given: Mapping[str, bytes], removed: frozenset[str] | set[str] = frozenset()
) -> Sheet:
    """The looks with the pictures ``given``, without those ``removed``.

    :raises Refusal: see :func:`require_picture`.
    """
    changes: dict[str, Any] = {name: None for name in PICTURES if name in removed}
    changes |= {name: require_picture(content, name=name) for name, content in given.items() if name in PICTURES}
    return replace(sheet, **changes)


def set_letter_sheet(*, issuer: Organisation, sheet: Sheet, actor: Actor, at: datetime) -> Sheet:
    """Let the issuer's letters look so from now on; letters that have been issued stay as they are.

    :raises Refusal: see :func:`require_sheet`.
    """
    require_sheet(sheet)
    if sheet.signature == "mark":
        signing_key(holder=issuer.name_en or issuer.name_de or issuer.name_ru, at=at)  # the mark names its certificate
    with transaction() as session:
        lock(issuer)
        before = letter_sheet(issuer)
        if before == sheet:
            return sheet
        row = session.get(LetterSheet, issuer.id)
        if row is None:
            row = LetterSheet(issuer=issuer)
            session.add(row)
        row.layout_ru, row.layout_de, row.gost_edition = sheet.layout_ru, sheet.layout_de, sheet.edition
        standard = asdict(HouseOptions())
        row.habits = {name: value for name, value in asdict(sheet.habits).items() if value != standard[name]}
        row.signature, row.changed_by, row.changed_at = sheet.signature, actor.label, at
        for name in PICTURES:
            kept: Picture | None = getattr(sheet, name)
            if getattr(row, f"{name}_digest") != (kept.digest if kept else ""):
                setattr(row, name, kept.data if kept else None)
                setattr(row, f"{name}_digest", kept.digest if kept else "")
        session.flush()
        record(deed="correspondence.set_letter_sheet", subject=issuer, actor=actor, at=at,
               details={"changed": _changed(before, sheet)})  # fmt: skip
    return sheet


def _changed(before: Sheet, after: Sheet) -> list[str]:
    old, new = asdict(before), asdict(after)
    old |= old.pop("habits")
    new |= new.pop("habits")
    return sorted(name for name in new if old[name] != new[name])


def preview_sheet(*, conference: Conference, sheet: Sheet, language: str, municipality: Municipality) -> bytes:
    """The draft of an invitation as it would look, as PDF; nothing is kept.

    :raises Refusal: see :func:`require_sheet` and :func:`preview_text`.
    """
    require_sheet(sheet)
    wording = wordings(LetterKind.INVITATION, [language])[language]
    return preview_text(
        conference=conference, kind=LetterKind.INVITATION, language=language, municipality=municipality,
        body=body_of(LetterKind.INVITATION, language, wording), sheet=sheet,
    )  # fmt: skip
