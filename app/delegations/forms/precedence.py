"""The order of precedence: a row of the table, a file of it, who is first of one rank, an exception by hand."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.delegations.rules import DelegateRole
from app.delegations.rules.precedence import OfficeRow, Ties
from app.delegations.words import role_word

TIE_WORDS = {
    Ties.SINCE: _l("who has held office longer, then by the alphabet"),
    Ties.ALPHABET: _l("by the alphabet"),
    Ties.ALTERNATE: _l("both sides in turn, the guests first; on each side who has held office longer"),
}


class TiesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Who stands first of those of one rank."""

    ties = RadioField(
        _l("Who stands first of those of one rank"),
        choices=[(ties.value, word) for ties, word in TIE_WORDS.items()],
        validators=[InputRequired()],
    )


class OfficeRankForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A row of the table of ranks."""

    rank = IntegerField(_l("Rank number"), description=_l("From 1 to 999; the smaller stands first."),
                        validators=[InputRequired()])  # fmt: skip
    name_ru = StringField(_l("Offices, in Russian"), validators=[InputRequired(), Length(max=200)])
    name_de = StringField(_l("Offices, in German"), validators=[InputRequired(), Length(max=200)])
    name_en = StringField(_l("Offices, in English"), validators=[InputRequired(), Length(max=200)])
    words = TextAreaField(
        _l("Words by which they are known"),
        description=_l(
            "A line each. * stands for any letters, … for any words, ^ for the beginning of the office, $ for its end. "
            "The first row of the table with words that fit decides."
        ),
        validators=[Length(max=4000)],
    )
    role = SelectField(
        _l("Role"),
        description=_l(
            "Instead of words. A role decides where no office fits; one before all offices lifts people only."
        ),
        choices=lambda: [
            ("", _("none, words decide")),
            *((role.value, role_word(role.value)) for role in DelegateRole),
        ],
        default="",
    )

    @property
    def row(self) -> OfficeRow:
        """The row as it was typed."""
        names = {name: (self[name].data or "").strip() for name in ("name_ru", "name_de", "name_en")}
        words = tuple(line.strip() for line in (self.words.data or "").splitlines() if line.strip())
        return OfficeRow(rank=self.rank.data, words=words, role=self.role.data or "", **names)


class RankFileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The whole table as a file."""

    file = FileField(_l("File (CSV or XLSX)"), validators=[InputRequired(message=_l("Please choose a file."))])


class StandingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Where one person stands."""

    since = DateField(_l("In office since"), validators=[Optional()])
    rank = IntegerField(
        _l("Rank by hand"), description=_l("Leave it empty to let the table decide."), validators=[Optional()]
    )
    reason = StringField(_l("Reason"), validators=[Length(max=400)])
