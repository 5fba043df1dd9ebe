"""The form of how an issuer's letters look."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import Length

from app.correspondence.queries.house import Sheet
from invitations.house import HouseOptions

_WORDS = ("date_word", "executor_word", "phone_word")
_SWITCHES = (
    "date_above_number", "closing_after_post", "initials_space", "attachments_in_one_line", "addressee_bold",
)  # fmt: skip


class HouseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Layouts, edition of the standard, habits of the house, pictures."""

    layout_ru = RadioField(_l("Russian letters"))
    gost_edition = RadioField(_l("Edition of GOST R 7.0.97"))
    layout_de = RadioField(_l("German letters"))
    salutation_mark = RadioField(_l("After the salutation"))
    date_word = StringField(_l("Word before the date"), validators=[Length(max=20)])
    date_above_number = BooleanField(_l("Date and number on lines of their own"))
    initials_space = BooleanField(_l("A blank between initials and surname"))
    closing_after_post = BooleanField(_l("“С уважением,” below the post of the signer"))
    attachments_in_one_line = BooleanField(_l("Enclosures in one line: “на «7» лл.”"))
    addressee_bold = BooleanField(_l("Addressee in bold type"))
    executor_word = StringField(_l("Word before the executor"), validators=[Length(max=20)])
    phone_word = StringField(_l("Word before the executor's telephone"), validators=[Length(max=20)])
    signature = RadioField(_l("Where the hand signs"))
    logo = FileField(_l("Emblem"))
    remove_logo = BooleanField(_l("Use no emblem any more"))
    facsimile = FileField(_l("Facsimile of the signature"))
    remove_facsimile = BooleanField(_l("Remove the facsimile"))
    addressee = SelectField(_l("Show it as a letter to"), validate_choice=False)
    in_language = SelectField(_l("Language of the letter"), default="ru", validate_choice=False)

    def offer(self) -> None:
        """Fill the lists to choose from."""
        self.layout_ru.choices = [
            ("gost-corner", _("letterhead in the corner, the addressee beside it")),
            ("gost-lengthwise", _("letterhead over the whole width")),
        ]
        self.gost_edition.choices = [
            ("0", _("by the date of the letter: from 18 August 2025 the edition of 2025")),
            ("2016", _("always the edition of 2016")),
            ("2025", _("always the edition of 2025")),
        ]
        self.layout_de.choices = [
            ("din-5008-b", _("DIN 5008, form B (high letterhead)")),
            ("din-5008-a", _("DIN 5008, form A (low letterhead)")),
        ]
        self.salutation_mark.choices = [
            ("!", _("exclamation mark, as in the standard")),
            (",", _("comma; the text goes on with a small letter")),
        ]
        self.signature.choices = [
            ("hand", _("room for the signature by hand")),
            ("facsimile", _("the facsimile")),
            ("mark", _("the mark of the electronic signature: certificate, owner, validity")),
        ]

    def sheet(self, kept: Sheet) -> Sheet:
        """What was chosen, with the pictures ``kept``."""
        habits: dict[str, Any] = {name: (self[name].data or "").strip() for name in _WORDS}
        habits |= {name: bool(self[name].data) for name in _SWITCHES}
        return Sheet(
            layout_ru=self.layout_ru.data,
            layout_de=self.layout_de.data,
            edition=int(self.gost_edition.data),
            habits=HouseOptions(salutation_mark=self.salutation_mark.data, **habits),
            signature=self.signature.data,
            logo=kept.logo,
            facsimile=kept.facsimile,
        )

    def pictures(self) -> tuple[dict[str, bytes], set[str]]:
        """Those that were given, and the names of those that are to go."""
        given = {name: self[name].data.read() for name in ("logo", "facsimile") if self[name].data}
        return given, {name for name in ("logo", "facsimile") if self[f"remove_{name}"].data and name not in given}

    @staticmethod
    def shown(sheet: Sheet) -> dict[str, Any]:
        """The form as the looks stand."""
        return {
            **asdict(sheet.habits),
            "layout_ru": sheet.layout_ru,
            "layout_de": sheet.layout_de,
            "gost_edition": str(sheet.edition),
            "signature": sheet.signature,
        }
