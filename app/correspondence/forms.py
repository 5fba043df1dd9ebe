"""Forms of the letters' pages."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.correspondence.operations import Choices
from app.correspondence.queries import regions
from app.correspondence.rules import LetterKind, ReplyAnswer
from app.directory.queries import countries, names, organisation_names
from app.errors import Refusal
from app.i18n import LANGUAGES, region_name
from invitations.layout.labels import ARTICLE_NAMES, ARTICLES, LabelSheet, faults


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal at the field it belongs to, else at the form."""
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)


class PrepareForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Whom to write to. Asked in the address, so that a preview can be passed on."""

    class Meta:
        """Nothing is changed by asking."""

        csrf = False

    kind = SelectField(_l("Kind of letter"), default=LetterKind.INVITATION.value)
    country = SelectMultipleField(_l("In these countries"))
    partners_in = SelectMultipleField(_l("With partner cities in"))
    region = SelectMultipleField(_l("In these regions"))
    words = StringField(_l("Find a municipality"), validators=[Length(max=100)])
    municipality = SelectMultipleField(_l("Only these municipalities"))
    without = SelectMultipleField(_l("But not these"))
    no_reply = BooleanField(_l("Only those who were invited and have not answered"))
    answer = SelectMultipleField(_l("Only those who answered"))
    letter = SelectField(_l("Only those who got a letter of the kind"), default="")
    number = StringField(_l("Only those who got the letter No."), validators=[Length(max=60)])
    in_language = SelectField(_l("Language of the letters"), default="")
    reason = StringField(_l("Reason of the change"), validators=[Length(max=300)])
    once = BooleanField(_l("Only one letter to each e-mail address"))
    addressed_as = StringField(_l("One general letter to the group"), validators=[Length(max=400)])
    with_list = BooleanField(_l("The list of addressees goes with it"))
    copies = SelectMultipleField(_l("A copy goes to"))
    partners = BooleanField(_l("With the letter to a Russian head, a German one for each German partner to forward"))
    listed = HiddenField(default="")

    def offer(self, kinds: Mapping[str, str], answers: Mapping[str, str] | None = None) -> None:
        """Fill the lists to choose from."""
        places = sorted(((code, region_name(code)) for code in countries()), key=lambda pair: pair[1])
        towns = names()
        self.kind.choices = list(kinds.items())
        self.country.choices = places
        self.partners_in.choices = places
        self.region.choices = regions()
        self.municipality.choices = towns
        self.without.choices = towns
        self.answer.choices = list((answers or {}).items())
        self.letter.choices = [("", _("any letter or none")), *kinds.items()]
        self.copies.choices = list(organisation_names().items())
        self.in_language.choices = [("", _("what the country speaks")), *LANGUAGES.items()]

    def selection(self, listed: Iterable[str] = ()) -> str:
        """The selection in the words of the command line; empty when nothing was chosen.

        :param listed: slugs of an uploaded list; they add up with those chosen by hand.
        """
        terms = [f"country:{value}" for value in self.country.data or []]
        terms += [f"partners-in:{value}" for value in self.partners_in.data or []]
        terms += [f"region:{value}" for value in self.region.data or []]
        terms += [f"municipality:{value}" for value in [*(self.municipality.data or []), *listed]]
        terms += [f"answer:{value}" for value in self.answer.data or []]
        terms += ["no-reply"] if self.no_reply.data else []
        for value in (self.letter.data, (self.number.data or "").replace(",", " ").strip()):
            terms += [f"letter:{value}"] if value else []
        if terms:
            terms += [f"!municipality:{value}" for value in self.without.data or []]
        return ",".join(terms)

    def choices(self, *, only: Iterable[str] | None, heads: Iterable[int]) -> Choices:
        """What is decided by hand beyond the selection.

        :param only: the municipalities ticked in the preview, None before there was one.
        """
        return Choices(
            only=frozenset(only) if only is not None else None, heads=frozenset(heads), once=self.once.data,
            addressed_as=" ".join((self.addressed_as.data or "").split()), with_list=self.with_list.data,
            copies=tuple(self.copies.data or ()), partners=self.partners.data,
        )  # fmt: skip


class ListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A list of addressees."""

    file = FileField(
        _l("A list of municipalities"), validators=[FileRequired(_l("Choose a file first."))],
        description=_l("CSV in UTF-8 or XLSX with a column slug or name, at most 30 MB."),
    )  # fmt: skip


class HowEnclosed(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """With which letters an enclosure goes, and how."""

    kind = SelectField(_l("Goes with letters of the kind"))
    of_language = SelectField(_l("Goes with letters in"), default="")
    merged = RadioField(_l("How it goes"), default="0")
    both_sides = BooleanField(_l("Printed on both sides: two pages count as one sheet"))

    def offer(self, kinds: Mapping[str, str]) -> None:
        """Fill the lists to choose from."""
        self.kind.choices = list(kinds.items())
        self.of_language.choices = [("", _("every language")), *LANGUAGES.items()]
        self.merged.choices = [("0", _("as a file of its own beside the letter")),
                               ("1", _("as further pages of the letter's own file"))]  # fmt: skip

    def how(self) -> dict[str, Any]:
        """What :func:`add_enclosure` asks for beside the PDF itself."""
        return {
            "kind": chosen_kind(self.kind),
            "language": self.of_language.data,
            "merged": self.merged.data == "1",
            "both_sides": self.both_sides.data,
        }


class EnclosureForm(HowEnclosed):
    """A PDF that goes with the letters of a kind."""

    title_ru = StringField(_l("Title in Russian"), validators=[Length(max=300)])
    title_de = StringField(_l("Title in German"), validators=[Length(max=300)])
    title_en = StringField(_l("Title in English"), validators=[Length(max=300)])
    file = FileField(_l("PDF"), validators=[FileRequired(_l("Choose a file first."))])


class MadeEnclosureForm(HowEnclosed):
    """What the house makes to go with the letters of a kind."""

    made = SelectField(_l("What goes with them"))

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix="made-", **given)  # it stands on the page beside the other form


class BriefForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What the letters of a kind say in one language."""

    partner_organisation = StringField(_l("Partner organisation"), validators=[Length(max=300)])
    preparation = TextAreaField(_l("How the preparations stand"), validators=[Length(max=2000)])
    anniversary = StringField(_l("What the host city celebrates"), validators=[Length(max=300)])
    participants = TextAreaField(_l("Who is invited"), validators=[Length(max=1000)])
    guests = TextAreaField(_l("Guests of honour"), validators=[Length(max=1000)])
    responsible_name = StringField(_l("Who answers questions"), validators=[Length(max=200)])
    responsible_phone = TelField(_l("Telephone for questions"), validators=[Length(max=60)])
    responsible_emails = StringField(_l("E-mail addresses, separated by commas"), validators=[Length(max=300)])
    subject = StringField(_l("Heading of the letter"), validators=[Length(max=300)])
    text = TextAreaField(_l("Text of the letter"), validators=[Length(max=10000)])
    contribution = TextAreaField(_l("What we thank for"), validators=[Length(max=1000)])
    results = TextAreaField(_l("What the conference has brought"), validators=[Length(max=2000)])
    materials_url = StringField(_l("Where the materials are"), validators=[Length(max=300)])
    next_conference = StringField(_l("The next conference"), validators=[Length(max=300)])
    practical = TextAreaField(_l("Practical matters"), validators=[Length(max=2000)])
    programme_url = StringField(_l("Where the programme is"), validators=[Length(max=300)])
    programme_version = StringField(_l("Release of the programme"), validators=[Length(max=60)])
    programme_changes = TextAreaField(_l("What has changed in the programme"), validators=[Length(max=2000)])
    video_possible = BooleanField(_l("Say that it may become a video conference"))
    host_legal_name = StringField(_l("Full name of the inviting organisation"), validators=[Length(max=300)])
    host_legal_address = StringField(_l("Its legal address"), validators=[Length(max=400)])
    host_inn = StringField(_l("Its tax number (INN)"), validators=[Length(max=20)])
    host_ogrn = StringField(_l("Its register number (OGRN)"), validators=[Length(max=20)])
    purpose = StringField(_l("Purpose of the trip"), validators=[Length(max=300)])
    purpose_code = StringField(_l("Code of the purpose"), validators=[Length(max=20)])
    towns = StringField(_l("Places to be visited"), validators=[Length(max=300)])
    costs = StringField(_l("Who bears the costs"), validators=[Length(max=300)])
    costs_by_host = BooleanField(_l("We bear the costs of the stay"))

    def facts(self) -> dict[str, Any]:
        """As the brief keeps them."""
        values = {name: (field.data or "").strip() if isinstance(field.data, str) else field.data
                  for name, field in self._fields.items() if name != "csrf_token"}  # fmt: skip
        if "responsible_emails" in values:
            emails = str(values["responsible_emails"] or "")
            values["responsible_emails"] = [one.strip() for one in emails.split(",") if one.strip()]
        return values

    def keep_only(self, names: Container[str]) -> None:
        """Ask only for what the text of these letters uses."""
        for name in [field.name for field in self if field.name != "csrf_token" and field.name not in names]:
            del self[name]

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> BriefForm:
        """The form as the brief stands."""
        emails = facts.get("responsible_emails") or []
        shown = {**facts, "responsible_emails": emails if isinstance(emails, str) else ", ".join(emails)}
        return cls(data=shown)


class TextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The text of a kind of letters in one language."""

    body = TextAreaField(_l("Text of the letter"))
    note = StringField(_l("What is changed and why"), validators=[Length(max=300)])
    addressee = SelectField(_l("Show it as a letter to"), validate_choice=False)
    based_on = HiddenField(default="0")

    @property
    def version(self) -> int:
        """The version that was edited."""
        data = self.based_on.data or ""
        return int(data) if data.isascii() and data.isdigit() else -1


class FormsOfAddressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """How a head is addressed in one language; only what that language needs is asked."""

    office_dative = StringField(_l("Office in the dative"), validators=[Length(max=1000)])
    office_genitive = StringField(_l("Office in the genitive"), validators=[Length(max=1000)])
    office_instrumental = StringField(_l("Office in the instrumental"), validators=[Length(max=1000)])
    name_dative = StringField(_l("Name in the dative"), validators=[Length(max=1000)])
    name_genitive = StringField(_l("Name in the genitive"), validators=[Length(max=1000)])
    name_instrumental = StringField(_l("Name in the instrumental"), validators=[Length(max=1000)])
    salutation = StringField(_l("Salutation"), validators=[Length(max=1000)])
    address_line = TextAreaField(_l("Address lines"), validators=[Length(max=1000)])

    def texts(self, names: Iterable[str]) -> dict[str, str]:
        """The wanted forms by name."""
        return {name: self[name].data or "" for name in names}


class AnnulForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Why an issued letter is not valid any more."""

    reason = StringField(_l("Reason"), validators=[InputRequired(), Length(max=500)])


class PatternForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """How an issuer's letters are numbered."""

    pattern = StringField(_l("Pattern of the numbers"), validators=[InputRequired(), Length(max=60)])


class ReminderDaysForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """When the silent of a conference are reminded."""

    first_days = IntegerField(_l("First reminder, days after the letter"), validators=[InputRequired()])
    second_days = IntegerField(_l("Second reminder, days after the letter"), validators=[InputRequired()])


class IncomingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A letter that came on paper."""

    municipality = SelectField(_l("Who wrote it"), validators=[InputRequired(_l("Choose who wrote it."))])
    number = StringField(_l("Number on the paper"), validators=[InputRequired(), Length(max=60)])
    dated = DateField(_l("Date on the paper"), validators=[InputRequired()])
    received_on = DateField(_l("Received on"), validators=[Optional()])
    subject = StringField(_l("Subject"), validators=[Length(max=300)])

    def offer(self) -> None:
        """Fill the list to choose from."""
        self.municipality.choices = [("", _("please choose")), *names()]


class RecordReplyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """An answer that came by telephone or on paper."""

    source = RadioField(_l("How the answer came"), default="phone", validators=[InputRequired()])
    incoming_number = StringField(_l("Number on the paper"), validators=[Length(max=60)])
    incoming_date = DateField(_l("Date on the paper"), validators=[Optional()])
    answer = RadioField(_l("The answer"), validators=[InputRequired(_l("Say what was answered."))])
    people = IntegerField(_l("How many people will take part"), default=1, validators=[Optional(), NumberRange(0, 500)])
    deputy_name = StringField(_l("Name of the deputy"), validators=[Length(max=200)])
    deputy_office = StringField(_l("Office of the deputy"), validators=[Length(max=300)])
    contact_name = StringField(_l("Contact person"), validators=[Length(max=200)])
    contact_email = EmailField(_l("E-mail of the contact person"), validators=[Length(max=254)])
    contact_phone = TelField(_l("Telephone of the contact person"), validators=[Length(max=60)])
    remarks = TextAreaField(_l("Remarks"), validators=[Length(max=2000)])

    def offer(self, answers: Mapping[str, str]) -> None:
        """Fill the lists to choose from."""
        self.source.choices = [("phone", _("by telephone")), ("email", _("by e-mail")), ("letter", _("by letter"))]
        self.answer.choices = list(answers.items())

    def details(self) -> dict[str, Any]:
        """What :func:`record_reply` asks for."""
        texts = ("deputy_name", "deputy_office", "contact_name", "contact_email", "contact_phone", "remarks")
        return {
            "answer": ReplyAnswer(self.answer.data),
            "people": self.people.data or 0,
            "source": self.source.data,
            "incoming_number": self.incoming_number.data or "",
            "incoming_date": self.incoming_date.data,
            **{name: self[name].data or "" for name in texts},
        }


class DespatchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """How letters went by hand or by post."""

    way = RadioField(_l("What happened"))
    on = DateField(_l("Day"), [InputRequired(_l("Give the day."))])
    postal_number = StringField(
        _l("Postal number"), [Length(max=60)], description=_l("Of a registered letter, as in RR 123 456 785 DE.")
    )
    note = StringField(_l("Note"), [Length(max=300)])

    def offer(self, ways: Mapping[str, str], today: date) -> None:
        """What may be recorded; today is offered."""
        self.way.choices = list(ways.items())
        if self.on.data is None and not self.is_submitted():
            self.on.data = today
        if self.way.data is None and not self.is_submitted():
            self.way.data = next(iter(ways))


class LabelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """On which sheets labels are printed. Asked in the address: nothing is changed by asking."""

    class Meta:
        """See above."""

        csrf = False

    OWN = "own"
    MEASURES = ("columns", "rows", "width", "height", "left", "top", "step_x", "step_y")

    article = SelectField(_l("Sheets of labels"), default="L7160")
    start = IntegerField(
        _l("First label"), [Optional(), NumberRange(min=1, max=300)], default=1,
        description=_l("Counted along the rows; more than 1 when labels of the first sheet are used up."),
    )  # fmt: skip
    columns = IntegerField(_l("Labels side by side"), [Optional()], default=3)
    rows = IntegerField(_l("Labels one below the other"), [Optional()], default=7)
    width = DecimalField(_l("Width, mm"), [Optional()], use_locale=False)
    height = DecimalField(_l("Height, mm"), [Optional()], use_locale=False)
    left = DecimalField(_l("Left margin, mm"), [Optional()], use_locale=False)
    top = DecimalField(_l("Upper margin, mm"), [Optional()], use_locale=False)
    step_x = DecimalField(_l("From left edge to left edge, mm"), [Optional()], use_locale=False)
    step_y = DecimalField(_l("From upper edge to upper edge, mm"), [Optional()], use_locale=False)

    def offer(self) -> None:
        """The articles that are known, and measures of one's own."""
        self.article.choices = [*ARTICLE_NAMES.items(), (self.OWN, _("other sheets, by their measures"))]

    def validate(self, extra_validators: Any = None) -> bool:
        """The measures must lie on the sheet, the first label too."""
        good = bool(super().validate(extra_validators))
        if not good:
            return False
        if self.article.data == self.OWN:
            for name in faults(self._own()):
                self[name].errors = [_("With this measure the labels do not lie on A4.")]
                good = False
        if good and not 1 <= (self.start.data or 1) <= self.sheet().count:
            self.start.errors = [_("The sheet has no such label.")]
            good = False
        return good

    def _own(self) -> LabelSheet:
        given = [float(self[name].data or 0) for name in self.MEASURES[2:]]
        return LabelSheet(int(self.columns.data or 0), int(self.rows.data or 0), *given)

    def sheet(self) -> LabelSheet:
        """The sheet asked for."""
        return ARTICLES[self.article.data] if self.article.data != self.OWN else self._own()


def chosen_kind(field: SelectField) -> LetterKind:
    """The kind chosen in a form."""
    return LetterKind(field.data)
