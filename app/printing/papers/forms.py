"""Which paper to print, for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
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
from app.printing.rules import NARROWER
from app.printing.whose import WhoseForm

SCOPES = (
    ("all", _l("everyone who gets one")),
    ("new", _l("only who is new or changed since their last one")),
    *NARROWER,
)


class ParticipantsForm(WhoseForm):
    """The list of participants: who stands in it, and with what."""

    scope = RadioField(
        _l("Who stands in it"), choices=(("all", _l("everyone")), *NARROWER), default="all",
        validators=[InputRequired()],
    )  # fmt: skip
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


class PaperForm(WhoseForm):
    """A paper, and for whom."""

    paper = RadioField(_l("Which paper"), default="certificates:a4", validators=[InputRequired()])
    scope = RadioField(_l("For whom"), choices=SCOPES, default="all", validators=[InputRequired()])

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
        """Nobody keeps in mind who stood on the papers of a delegation."""
        if self.is_list and field.data == "new":
            raise ValidationError(_l("Papers of delegations are printed for everyone, not for who is new."))
