"""What to print, in which order, on which paper; what stands on backs; how printers meet the paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FloatField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.errors import Refusal
from app.printing.models import AccessMark, Printer
from app.printing.operations.designs import MarkDetails
from app.printing.operations.settings import FARTHEST, BackDetails
from app.printing.rules import DEFAULT_LAYOUT, LAYOUTS, NARROWER, ROLE_SIGNS
from app.printing.rules.access import LONGEST_CODE, SHAPES
from app.printing.rules.look import FIELDS
from app.printing.rules.orders import REASON_WORDS, SORTS
from app.printing.rules.samples import EXAMPLES
from app.printing.rules.sheets import ARTICLES, OnPaper, sheet_of
from app.printing.whose import WhoseForm

SCOPES = (
    ("all", _l("everyone with a place on site")),
    ("new", _l("only who is new or changed since their last badge")),
    ("data", _l("the same without those whose look alone changed")),
    *NARROWER,
)
SHEETS = (
    ("", _l("the sheet of the kind of badge")),
    ("a3", _l("A3, as many as fit")),
    *((name, name) for name in ARTICLES),
    ("own", _l("own millimetres, given below")),
)
BACKS = (
    ("", _l("no backs")),
    ("long", _l("backs, turned over the long edge")),
    ("short", _l("backs, turned over the short edge")),
)

AGAIN = [(reason.value, word) for reason, word in REASON_WORDS.items()]


class OnPaperForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The kind of badge and the sheet."""

    layout = SelectField(_l("Kind of badge"), default=DEFAULT_LAYOUT)
    sheet = SelectField(_l("Paper or labels"), choices=SHEETS, default="")
    own = StringField(_l("Own millimetres"), validators=[Optional(), Length(max=80)])
    start = IntegerField(
        _l("First free place of the first sheet"), default=1,
        validators=[Optional(), NumberRange(min=1, message=_l("Places are counted from 1."))],
    )  # fmt: skip
    no_marks = BooleanField(_l("Without cut marks"))
    backs = SelectField(_l("Backs"), choices=BACKS, default="")
    dividers = BooleanField(_l("A sheet before each delegation or letter"))
    printer = SelectField(_l("Printer"), coerce=int, default=0)

    def offer(self, printers: list[Printer]) -> None:
        """The layouts and printers there are."""
        self.layout.choices = [(layout.name, layout.word) for layout in LAYOUTS.values()]
        self.printer.choices = [(0, _l("not adjusted")), *((printer.id, printer.name) for printer in printers)]

    def as_before(self, layout: str, paper: OnPaper, printers: list[Printer]) -> None:
        """Show what was chosen in an earlier printing; sheets begin at their first place."""
        self.layout.data = layout
        self.sheet.data, self.own.data, self.no_marks.data = paper.sheet, paper.own, not paper.marks
        self.backs.data, self.dividers.data = paper.backs, paper.dividers
        moved = (machine.id for machine in printers if (machine.right_mm, machine.down_mm) == paper.shift)
        self.printer.data = next(moved, 0) if any(paper.shift) else 0

    def on_paper(self, printers: list[Printer]) -> OnPaper:
        """What was chosen."""
        machine = next((printer for printer in printers if printer.id == self.printer.data), None)
        return OnPaper(
            self.sheet.data or "",
            (self.own.data or "") if self.sheet.data == "own" else "",
            self.start.data or 1,
            not self.no_marks.data,
            self.backs.data or "",
            bool(self.dividers.data),
            (machine.right_mm, machine.down_mm) if machine else (0.0, 0.0),
        )

    def fits(self, printers: list[Printer]) -> bool:
        """Whether the badges go on the sheet; tells at the field when they do not."""
        try:
            sheet_of(LAYOUTS[self.layout.data], self.on_paper(printers))
        except Refusal as refusal:
            field: Any = self[refusal.field or "sheet"]
            field.errors = field.errors or [str(refusal)]
            return False
        return True


class PrintForm(OnPaperForm, WhoseForm):
    """Whose badges, in which order, on which paper."""

    scope = RadioField(_l("Whose badges"), choices=SCOPES, default="all", validators=[InputRequired()])
    sort = SelectField(_l("Order"), choices=list(SORTS.items()), default="delegation")
    reason = SelectField(_l("Why these badges are printed again"), default="")
    anyway = BooleanField(_l("Print all the same"))
    looked = HiddenField()  # the sign of the findings that were shown

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.each: list[tuple[int, SelectField]] = []

    def offer(self, printers: list[Printer]) -> None:
        """The layouts, roles and printers there are."""
        super().offer(printers)
        self.reason.choices = [("", _l("please choose")), *AGAIN]

    def ask_each(self, people: Iterable[tuple[int, str, bool]], said: Mapping[str, str]) -> None:
        """Ask of each of these people, too: the delegate, a name, whether the badge is out of date.

        :param said: what was sent.
        """
        for number, name, stale in people:
            usual = _l("as chosen for all; else: its data or its look changed") if stale else _l("as chosen for all")
            field = SelectField(name, choices=[("", usual), *AGAIN], name=f"reason-{number}", _form=self)
            field.process_data(said.get(f"reason-{number}", ""))
            self.each.append((number, field))


class PreviewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Whose badge to look at."""

    class Meta:
        """A question, not a deed: no token."""

        csrf = False

    layout = SelectField(_l("Kind of badge"), id="shown-layout", validate_choice=False)
    q = StringField(_l("Name or number"), validators=[Optional()])


class ReprintForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Why one badge is printed again."""

    layout = SelectField(_l("Kind of badge"), id="reprint-layout", default=DEFAULT_LAYOUT)
    reason = SelectField(_l("Reason"), default="")
    anyway = BooleanField(_l("Print all the same"))

    def offer(self) -> None:
        """The layouts and reasons there are."""
        self.layout.choices = [(layout.name, layout.word) for layout in LAYOUTS.values()]
        self.reason.choices = [("", _l("printed for the first time"))]
        self.reason.choices += AGAIN


class BackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What stands on the backs of badges."""

    wifi_name = StringField(_l("Name of the Wi-Fi"), validators=[Optional(), Length(max=64)])
    wifi_password = StringField(_l("Password of the Wi-Fi"), validators=[Optional(), Length(max=64)])
    emergency_ru = TextAreaField(_l("Emergency numbers in Russian"), validators=[Optional(), Length(max=400)])
    emergency_de = TextAreaField(_l("Emergency numbers in German"), validators=[Optional(), Length(max=400)])
    emergency_en = TextAreaField(_l("Emergency numbers in English"), validators=[Optional(), Length(max=400)])
    back_programme = BooleanField(_l("Print everybody’s own programme"), default=True)
    back_emergency = BooleanField(_l("Print the emergency numbers"), default=True)
    back_wifi = BooleanField(_l("Print the Wi-Fi"), default=True)

    @property
    def details(self) -> BackDetails:
        """What was given."""
        said: dict[str, str] = {
            name: (self[name].data or "").strip()
            for name in ("wifi_name", "wifi_password", "emergency_ru", "emergency_de", "emergency_en")
        }
        return BackDetails(
            **said,
            back_programme=bool(self.back_programme.data),
            back_emergency=bool(self.back_emergency.data),
            back_wifi=bool(self.back_wifi.data),
        )


class PrinterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """How far a printer is off."""

    name = StringField(_l("Name of the printer"), validators=[InputRequired(), Length(max=80)])
    right_mm = FloatField(_l("Move to the right, millimetres"), default=0.0,
                          validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)])  # fmt: skip
    down_mm = FloatField(_l("Move down, millimetres"), default=0.0,
                         validators=[InputRequired(), NumberRange(-FARTHEST, FARTHEST)])  # fmt: skip


class CalibrationForm(OnPaperForm):
    """For which sheet and printer a calibration page is wanted."""

    class Meta:
        """A question, not a deed: no token."""

        csrf = False


class LookForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What one kind of badge shows, in which colours and sizes."""

    hidden = SelectMultipleField(_l("Not printed"), choices=list(FIELDS.items()))
    largest = FloatField(_l("Largest size of the name, points"), validators=[Optional()])
    smallest = FloatField(_l("Warn when the name is under so many points"), validators=[Optional()])
    example = SelectField(_l("Example"), choices=list(EXAMPLES.items()), default="long")

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen, as it is kept; colours that are the usual ones are not."""
        given = {role.value: (self[colour_field(role)].data or "").strip() for role in ROLE_SIGNS}
        return {
            "hidden": self.hidden.data or [],
            "largest": self.largest.data or 0,
            "smallest": self.smallest.data or 0,
            "colours": {
                role.value: given[role.value]
                for role, sign in ROLE_SIGNS.items()
                if given[role.value] and given[role.value].upper() != sign.colour.upper()
            },
        }

    def show(self, choices: dict[str, Any]) -> None:
        """Fill in what was kept."""
        self.hidden.data = choices.get("hidden", [])
        self.largest.data, self.smallest.data = choices.get("largest"), choices.get("smallest")
        for role, sign in ROLE_SIGNS.items():
            self[colour_field(role)].data = choices.get("colours", {}).get(role.value, sign.colour)


def colour_field(role: Any) -> str:
    """The field with the colour of a role."""
    return f"colour_{role.value}"


for _role, _sign in ROLE_SIGNS.items():
    setattr(LookForm, colour_field(_role), StringField(_sign.word, validators=[Optional(), Length(max=7)]))


class CssForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Own CSS of one kind of badge."""

    css = TextAreaField(_l("Own CSS"))
    example = SelectField(_l("Example"), choices=list(EXAMPLES.items()), default="long")


class BadgePictureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A logo or a background."""

    kind = RadioField(_l("What it is"), default="logo",
                      choices=[("logo", _l("logo, in the place of the house’s mark")),
                               ("background", _l("background, printed very pale"))])  # fmt: skip
    file = FileField(_l("Picture (JPEG, PNG or WebP)"))


class MarkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A zone or a day, and who may go there."""

    code = StringField(_l("Sign on the badge"), validators=[InputRequired(), Length(max=LONGEST_CODE)])
    shape = SelectField(_l("Shape"), choices=list(SHAPES.items()))
    word_ru = StringField(_l("Meaning in Russian"), validators=[InputRequired(), Length(max=60)])
    word_de = StringField(_l("Meaning in German"), validators=[InputRequired(), Length(max=60)])
    word_en = StringField(_l("Meaning in English"), validators=[Optional(), Length(max=60)])
    roles = SelectMultipleField(_l("Roles"), choices=[(role.value, sign.word) for role, sign in ROLE_SIGNS.items()])
    delegations = SelectMultipleField(_l("Delegations"), coerce=int)
    people = TextAreaField(_l("Numbers of single delegates"), validators=[Optional(), Length(max=2000)])

    @property
    def details(self) -> MarkDetails:
        """What was given."""
        return MarkDetails(
            code=(self.code.data or "").strip(),
            shape=self.shape.data or "",
            word_ru=(self.word_ru.data or "").strip(),
            word_de=(self.word_de.data or "").strip(),
            word_en=(self.word_en.data or "").strip(),
            roles=self.roles.data or [],
            delegations=self.delegations.data or [],
            people=(self.people.data or "").replace(",", " ").replace(";", " ").split(),
        )

    def show(self, mark: AccessMark) -> None:
        """Fill in a mark that is kept."""
        for name in ("code", "shape", "word_ru", "word_de", "word_en", "roles", "delegations"):
            self[name].data = getattr(mark, name)
        self.people.data = "\n".join(mark.people)
