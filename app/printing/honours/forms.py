"""Writing a certificate of honour, and printing them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from app.printing.honours.rules import COPY_WORDS, LONGEST, SIDE_WORDS, Copies, HonourDetails

_TEXTS = ("name_ru", "name_de", "line_ru", "line_de", "citation_ru", "citation_de")


class HonourForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What is left empty is taken from the person or the municipality chosen."""

    person = StringField(_l("Number or name of the person"), validators=[Length(max=400)])
    municipality = SelectField(_l("Municipality"), coerce=int, default=0)
    side = RadioField(_l("Whose side stands first"), choices=list(SIDE_WORDS.items()), default="ru")
    name_ru = StringField(_l("Name on the paper in Russian"), validators=[Length(max=400)])
    name_de = StringField(_l("Name on the paper in German"), validators=[Length(max=400)])
    line_ru = StringField(_l("Office and town in Russian"), validators=[Length(max=400)])
    line_de = StringField(_l("Office and town in German"), validators=[Length(max=400)])
    citation_ru = TextAreaField(_l("What it is for, in Russian"), validators=[Length(max=LONGEST)])
    citation_de = TextAreaField(_l("What it is for, in German"), validators=[Length(max=LONGEST)])

    def details(
        self, known: Mapping[str, str], *, delegate_id: int | None, municipality_id: int | None
    ) -> HonourDetails:
        """What was entered; a name left empty is the one known, and then the line below and the side are, too."""
        said = {name: " ".join((self[name].data or "").split()) for name in _TEXTS[:4]}
        said |= {name: (self[name].data or "").strip() for name in _TEXTS[4:]}
        taken = bool(known) and not (said["name_ru"] or said["name_de"])
        for name in _TEXTS[:4]:
            said[name] = said[name] or known.get(name, "")
        side = known.get("side", "ru") if taken else str(self.side.data)
        return HonourDetails(side=side, **said, delegate_id=delegate_id, municipality_id=municipality_id)


class PrintHonoursForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Which copies, and whether only what is new."""

    copies = RadioField(
        _l("Which copies"), choices=[(copy.value, word) for copy, word in COPY_WORDS.items()], default=Copies.OWN.value
    )
    only_new = BooleanField(_l("Only what was not printed since it was written or changed"))
