"""Which paper to print, for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from app.checkin.rules import LONGEST_REASON
from app.printing.papers.rules import (
    CERTIFIED_WORDS,
    LIST_LAYOUTS,
    LIST_WORDS,
    PAPER_WORDS,
    PAPERS,
    Certified,
    ListPaper,
)

SCOPES = (
    ("all", _l("everyone who gets one")),
    ("new", _l("only who is new or changed since their last one")),
    ("delegation", _l("one delegation")),
    ("checked-in", _l("only those checked in")),
    ("picked", _l("the people named below")),
)


class ParticipantsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The list of participants: who stands in it, and with what."""

    only_agreed = BooleanField(_l("Only those who agreed to stand in a published list"), default=True)
    with_photos = BooleanField(_l("With the portraits of those who agreed to that"))


class CertifiedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Who of those on site gets a certificate, and why."""

    certified = RadioField(
        _l("Who of those on site gets a certificate"),
        choices=[(one.value, CERTIFIED_WORDS[one]) for one in (Certified.PROOF, Certified.CONFIRMED)],
        validators=[InputRequired()],
    )  # fmt: skip
    reason = StringField(
        _l("Reason"), description=_l("It stays in the record, with name and hour."),
        validators=[InputRequired(message=_l("Please say why.")), Length(max=LONGEST_REASON)],
    )  # fmt: skip


class PaperForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A paper, and everyone, only what is new, a delegation or a list by hand."""

    paper = RadioField(_l("Which paper"), default="certificates:a4", validators=[InputRequired()])
    scope = RadioField(_l("For whom"), choices=SCOPES, default="all", validators=[InputRequired()])
    delegation = SelectField(_l("Delegation"), coerce=int, default=0)
    people = TextAreaField(_l("Numbers or names"))

    def name_papers(self) -> None:
        """Offer every layout of every paper, in the reader's language."""
        self.paper.choices = [
            (f"{paper.value}:{layout.name}", f"{PAPER_WORDS[paper]}: {layout.word}")
            for paper, layouts in PAPERS.items()
            for layout in layouts
        ]
        self.paper.choices += [
            (f"{paper.value}:a4", f"{LIST_WORDS[paper]}: {layout}") for paper, layout in LIST_LAYOUTS.items()
        ]

    @property
    def is_list(self) -> bool:
        """Whether a paper of delegations is chosen."""
        return str(self.paper.data).partition(":")[0] in set(ListPaper)

    def validate_scope(self, field: RadioField) -> None:
        """Papers of delegations are printed for all of them or for one."""
        if self.is_list and field.data not in ("all", "delegation"):
            raise ValidationError(_l("Papers of delegations are printed for everyone or for one delegation."))

    def validate_delegation(self, field: SelectField) -> None:
        """A delegation is asked for only when one is to be printed."""
        if self.scope.data == "delegation" and not field.data:
            raise ValidationError(_l("Please choose the delegation."))

    def validate_people(self, field: TextAreaField) -> None:
        """People are asked for only when they are to be named."""
        if self.scope.data == "picked" and not (field.data or "").strip():
            raise ValidationError(_l("Please name at least one person."))
